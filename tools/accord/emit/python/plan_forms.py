"""Forms in the Python view: how each field of ``application/x-www-form-urlencoded`` is read."""

from __future__ import annotations

from accord.contract.model import Encoding, MediaType
from accord.contract.schema import Assertions, BooleanSchema, Schema
from accord.diagnostics import Diagnostic
from accord.emit.python.scope import Scope
from accord.emit.python.shapes import Folder, Shape
from accord.emit.python.support import media_type_name, unsupported
from accord.runtime.declare import File, FormField, Json, Object, Scalar, Wire

_CODE = "unsupported-form-field"


def plan_form(scope: Scope, media: MediaType) -> tuple[tuple[FormField, ...], Scalar] | Diagnostic:
    """The fields of a form, and what reads the fields that it does not declare.

    A field is text, a repeated field an array. An object is JSON, as OpenAPI says, unless ``encoding`` gives a style.
    """
    if media.schema is None:
        return (), Scalar()
    shape = Folder(scope.api.schemas).fold(media.schema)
    if shape.choices or shape.inferred_types != ("object",):
        return _whole(scope, media, media.schema)
    encodings = {one.property_name: one for one in media.encoding}
    fields: list[FormField] = []
    for name, member in shape.members.items():
        field = _field(scope, name, member.schema, encodings.get(name))
        if isinstance(field, Diagnostic):
            return field
        fields.append(field)
    return tuple(fields), _additional(scope, shape)


def _field(scope: Scope, name: str, schema: Schema, encoding: Encoding | None) -> FormField | Diagnostic:
    styled = encoding is not None and (encoding.style is not None or encoding.explode is not None)
    types = {media_type_name(text) for text in encoding.content_types} if encoding is not None else set[str]()
    if not styled and types == {"application/json"}:
        return FormField(name=name, wire=Json())
    if encoding is not None and not styled and types - {"text/plain"}:
        message = f"the form field {name!r} is sent as {', '.join(encoding.content_types)}"
        return unsupported(_CODE, message, encoding.span)
    if not styled and Folder(scope.api.schemas).fold(schema).inferred_types == ("object",):
        return FormField(name=name, wire=Json())
    wire = scope.wire(schema, _CODE, f"the form field {name!r}")
    if isinstance(wire, Diagnostic):
        return wire
    if encoding is not None and styled:
        style = encoding.style or "form"
        explode = encoding.explode if encoding.explode is not None else style == "form"
        return FormField(name=name, wire=_text(wire), style=style, explode=explode)
    return FormField(
        name=name, wire=Json() if isinstance(wire, Object) else _text(wire)
    )  # alternatives of objects


def _text(wire: Wire) -> Wire:
    """A file is text here: only the parts of a multipart body are bytes."""
    return Scalar() if isinstance(wire, File) else wire


def _additional(scope: Scope, shape: Shape) -> Scalar:
    if shape.additional is None or isinstance(shape.additional, BooleanSchema):
        return Scalar()
    wire = scope.wire(shape.additional, _CODE, "a form field")
    return wire if isinstance(wire, Scalar) else Scalar()  # the guard refuses what text cannot be


def _whole(
    scope: Scope, media: MediaType, schema: Schema
) -> tuple[tuple[FormField, ...], Scalar] | Diagnostic:
    """A form with alternatives: its fields are those of all of them, as text."""
    if media.encoding:
        encoding = media.encoding[0]
        message = f"the encoding of {encoding.property_name!r} in a form with alternatives"
        return unsupported(_CODE, message, encoding.span)
    if isinstance(schema, BooleanSchema) or schema == Assertions(span=schema.span):
        return (), Scalar()  # anything at all
    wire = scope.wire(schema, _CODE, f"a form of {media.name}")
    if isinstance(wire, Diagnostic):
        return wire
    if not isinstance(wire, Object):
        return unsupported(_CODE, "the schema of a form is no object", media.span)
    fields = tuple(FormField(name=name, wire=one) for name, one in wire.properties.items())
    return fields, wire.additional or Scalar()
