"""Forms in the Python view: how each field of a form, or part of a multipart body, is read."""

from __future__ import annotations

from dataclasses import dataclass, field, replace
from typing import Final

from accord.contract.model import Encoding, Header, MediaType
from accord.contract.schema import Assertions, BooleanSchema, Schema
from accord.diagnostics import Diagnostic
from accord.emit.python.files import FileField, FileFinder, MixedError, variants
from accord.emit.python.operation_context import OperationContext
from accord.emit.python.shapes import Folder, Shape
from accord.emit.python.support import unsupported
from accord.emit.python.wire import groups_of, nested_tree, scalar_of
from accord.runtime.declare import Either, File, FormField, Json, Object, Parameter, Scalar, ScalarKind, Wire
from accord.runtime.media_types import content_kind, is_json, parse_media_type

_TEXT: Final = Scalar()
_KINDS: Final[tuple[ScalarKind, ...]] = ("null", "boolean", "integer", "number", "string")
_CODE: Final = "unsupported-form-field"
_NOT_OF_PARTS: Final = frozenset({"content-type", "content-disposition", "content-transfer-encoding"})
"""Part headers that mean something else already."""


@dataclass(frozen=True, slots=True, kw_only=True)
class FormPlan:
    """The fields of a form, what reads the fields that it does not declare, and which are files."""

    fields: tuple[FormField, ...] = ()
    additional: Scalar | Json | File = _TEXT
    files: dict[str, FileField] = field(default_factory=dict[str, FileField])
    rest: FileField | None = None
    """How the fields that are not declared are files."""


def plan_form(
    scope: OperationContext, media: MediaType, key: str, *, multipart: bool
) -> FormPlan | Diagnostic:
    """The fields of a form whose schema is an object, or anything; *key* is its entry in the guard.

    A field is text, a repeated field an array. An object is JSON, as OpenAPI says, unless ``encoding`` gives a style.
    """
    if media.schema is None:
        return FormPlan()
    planner = _Fields(scope, media, key, multipart=multipart)
    return planner.plan(media.schema, planner.folder.fold(media.schema))


class _Fields:
    """Plans the fields of one form."""

    def __init__(self, scope: OperationContext, media: MediaType, key: str, *, multipart: bool) -> None:
        self.folder = Folder(scope.api.schemas)
        self._finder = FileFinder(scope.api)
        self._scope = scope
        self._key = key
        self._multipart = multipart
        self._modern = scope.api.spec_version != "3.0"
        self._encodings = {encoding.property_name: encoding for encoding in media.encoding}

    def plan(self, schema: Schema, shape: Shape) -> FormPlan | Diagnostic:
        """The plan of the whole form; alternatives have the fields of all of them."""
        found: dict[str, Schema] = {}
        additional = shape.additional
        for variant in variants(self.folder, schema) if shape.choices else [shape]:
            additional = additional or variant.additional
            for name, member in variant.members.items():
                known = found.setdefault(name, member.schema)
                if known != member.schema:
                    found[name] = Assertions(any_of=(known, member.schema), span=known.span)
        fields: list[FormField] = []
        files: dict[str, FileField] = {}
        for name, one_schema in found.items():
            if isinstance(one_schema, BooleanSchema) and not one_schema.value:
                continue
            planned = self._field(name, one_schema, files)
            if isinstance(planned, Diagnostic):
                return planned
            is_array = all(v.inferred_types == ("array",) for v in variants(self.folder, one_schema))
            fields.append(replace(planned, empty=name in shape.required and is_array))
        wire, rest = self._additional(additional)
        return FormPlan(fields=tuple(fields), additional=wire, files=files, rest=rest)

    def _field(self, name: str, schema: Schema, files: dict[str, FileField]) -> FormField | Diagnostic:
        encoding = self._encodings.get(name)
        styled = self._is_styled(encoding)
        declared = () if styled or encoding is None else encoding.content_types
        headers, headers_guard = self._headers(name, encoding)
        if self._multipart:
            try:
                file = self._finder.file_field(schema, encoding, styled=styled)
            except MixedError:
                message = f"the part {name!r} may be a file or something else"
                return unsupported(_CODE, message, schema.span)
            if file is not None:
                files[name] = file
                return FormField(
                    name=name,
                    wire=file.file,
                    times=file.times,
                    content_types=declared or self._by_schema(schema),
                    headers=headers,
                    headers_guard=headers_guard,
                )
        planned = self._text_field(name, schema, encoding if styled else None, declared)
        if isinstance(planned, Diagnostic) or not self._multipart:
            return planned
        return replace(planned, content_types=declared, headers=headers, headers_guard=headers_guard)

    def _is_styled(self, encoding: Encoding | None) -> bool:
        """Whether the field is written in a style rather than in a media type. OpenAPI 3.0 ignores what has a default
        there for parts; one that gives a style means it."""
        if encoding is None:
            return False
        if self._multipart and not self._modern:
            return encoding.style is not None
        return encoding.style is not None or encoding.explode is not None or encoding.allow_reserved

    def _text_field(
        self, name: str, schema: Schema, styled: Encoding | None, declared: tuple[str, ...]
    ) -> FormField | Diagnostic:
        what = f"the form field {name!r}"
        if styled is not None:
            style = styled.style or "form"
            tree = nested_tree(schema, self._scope.api.schemas) if style == "deepObject" else None
            wire = self._scope.text_wire(schema, _CODE, what) if tree is None else tree
            if isinstance(wire, Diagnostic):
                return wire
            if isinstance(wire, Either):
                wire = replace(wire, guard=f"{self._key}.{name}")
                self._scope.guard(f"{self._key}.{name}", schema, "request")
            explode = styled.explode if styled.explode is not None else style == "form"
            return FormField(name=name, wire=wire, style=style, explode=explode)
        shapes = [variant for variant in variants(self.folder, schema) if not variant.impossible]
        kinds = {kind for shape in shapes for kind in shape.inferred_types or ()} - {"null"}
        types = [media_type for text in declared if (media_type := parse_media_type(text)) is not None]
        if types and all(is_json(type_) for type_ in types):
            return FormField(name=name, wire=Json(), times="each" if self._holds("object", shapes) else "one")
        if any(not type_.is_text and content_kind(type_) == "binary" for type_ in types) or (
            types and kinds & {"object"} and not any(is_json(type_) for type_ in types)
        ):
            message = f"{what} is sent as {', '.join(declared)}"
            return unsupported(_CODE, message, schema.span)
        if kinds == {"object"}:
            return FormField(name=name, wire=Json())
        if kinds == {"array"} and self._holds("object", shapes):
            return FormField(name=name, wire=self._json(shapes), times="each")
        if kinds == {"array"} and self._holds("array", shapes):
            return FormField(name=name, wire=Json())
        return self._by_wire(name, schema, shapes, what)

    def _by_wire(self, name: str, schema: Schema, shapes: list[Shape], what: str) -> FormField:
        wire = self._scope.wire(schema, _CODE, what)
        if not isinstance(wire, Diagnostic):
            return FormField(name=name, wire=Json() if isinstance(wire, Object) else wire)
        present = [shape for shape in shapes if shape.inferred_types != ("null",)]
        either = self._either(present)
        many = any("array" in groups_of(shape) for shape in present)
        return FormField(name=name, wire=either or self._json(present), times="either" if many else "one")

    def _json(self, shapes: list[Shape]) -> Json:
        """What reads one text of a field that may be an object: JSON, or a scalar where that is allowed too."""
        each = [item for shape in shapes for item in self._items(shape)]
        scalars = [shape for shape in each if not groups_of(shape) or "scalar" in groups_of(shape)]
        return Json(text=scalar_of(scalars)) if scalars else Json()

    def _items(self, shape: Shape) -> list[Shape]:
        """What one field of a value of *shape* is: the value, or an item of it."""
        if shape.inferred_types != ("array",):
            return [shape]
        return [Shape()] if shape.array.items is None else list(variants(self.folder, shape.array.items))

    def _either(self, shapes: list[Shape]) -> Scalar | None:
        """What reads one text of a field that is a scalar or an array of such scalars."""
        kinds: dict[str, None] = {}
        for shape in shapes:
            inner = [shape]
            if shape.inferred_types == ("array",) and shape.array.items is not None:
                inner = list(variants(self.folder, shape.array.items))
            for variant in inner:
                found = variant.inferred_types or ("string",)
                if set(found) & {"object", "array"}:
                    return None
                kinds.update(dict.fromkeys(found))
        return Scalar(tuple(kind for kind in _KINDS if kind in kinds)) if kinds else None

    def _holds(self, kind: str, shapes: list[Shape]) -> bool:
        """Whether every shape is an array, and each of its items may be of *kind*."""
        for shape in shapes:
            items = shape.array.items
            if shape.inferred_types != ("array",) or items is None:
                return False
            if not any(kind in (variant.inferred_types or ()) for variant in variants(self.folder, items)):
                return False
        return bool(shapes)

    def _by_schema(self, schema: Schema) -> tuple[str, ...]:
        """The media type that ``contentMediaType`` of a file, or of the files of an array, gives."""
        found: dict[str, None] = {}
        for shape in variants(self.folder, schema):
            items = shape.array.items
            for variant in [shape] if items is None else variants(self.folder, items):
                if variant.string.content_media_type is None:
                    return ()
                found.setdefault(variant.string.content_media_type)
        return tuple(found)

    def _additional(self, schema: Schema | None) -> tuple[Scalar | Json | File, FileField | None]:
        if schema is None or isinstance(schema, BooleanSchema):
            return Scalar(), None
        if self._multipart:
            try:
                file = self._finder.file_field(schema, None)
            except MixedError:
                file = None  # the guard rejects what text cannot be
            if file is not None and (schema.types if isinstance(schema, Assertions) else True):
                return file.file, file
        if self.folder.fold(schema).inferred_types == ("object",):
            return Json(), None
        wire = self._scope.types.wire(schema)
        return (wire if isinstance(wire, Scalar) else Scalar()), None

    def _headers(self, name: str, encoding: Encoding | None) -> tuple[tuple[Parameter, ...], str | None]:
        """The headers of a part, and the key under which the guard checks them."""
        if encoding is None or not self._multipart:
            return (), None
        read: list[Parameter] = []
        kept: list[Header] = []
        for header in encoding.headers:
            if header.name.lower() in _NOT_OF_PARTS:
                continue
            wire = self._header_wire(name, header)
            if isinstance(wire, Diagnostic):
                self._scope.found.append(wire)
                continue
            kept.append(header)
            name_of, explode = header.name, header.explode
            read.append(
                Parameter(name=name_of, argument=name_of, location="header", wire=wire, explode=explode)
            )
        if not kept:
            return (), None
        key = f"{self._key}.{name}.headers"
        self._scope.guard_headers(key, kept)
        return tuple(read), key

    def _header_wire(self, name: str, header: Header) -> Wire | Diagnostic:
        code, what = "unsupported-part-header", f"the header {header.name!r} of the part {name!r}"
        if header.content:
            media_type = parse_media_type(header.content[0].name)
            if media_type is not None and is_json(media_type):
                return Json()
            return unsupported(code, f"{what} has the media type {header.content[0].name}", header.span)
        if header.schema is None:
            return Scalar()
        return self._scope.wire(header.schema, code, what)
