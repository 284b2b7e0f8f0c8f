"""Parameters and request bodies of an operation in the Python view."""

from __future__ import annotations

import re
from collections.abc import Iterable
from dataclasses import replace
from typing import Final

from accord.contract.model import Body, MediaType, Operation, Parameter
from accord.contract.schema import UNSET, Assertions, BooleanSchema, JsonValue, Schema, Unset
from accord.diagnostics import Diagnostic, Severity
from accord.emit.python.naming import Names, argument_name, pascal
from accord.emit.python.plan import PyBody, PyBodyContent, PyParameter
from accord.emit.python.scope import Planned, Scope
from accord.emit.python.support import (
    concrete,
    is_range,
    media_kind,
    media_type_name,
    reads,
    unsupported,
)
from accord.runtime.declare import FormField, Json, Object, Scalar, Wire

_TEMPLATE_VARIABLE: Final = re.compile(r"\{([^{}]*)\}")
_IGNORED_HEADERS: Final = frozenset({"accept", "content-type", "authorization"})
"""OpenAPI says that parameters of these names mean nothing."""


def plan_parameters(scope: Scope, operation: Operation) -> Planned[tuple[PyParameter, ...]]:
    """The parameters in the order of the contract; a finding for each that keeps the operation from being served."""
    faults = _template_faults(operation)
    names = Names()
    names.reserve("self", "principal", "body")
    planned: list[PyParameter] = []
    for parameter in served_parameters(operation):
        result = _parameter(scope, parameter, names)
        if isinstance(result, Diagnostic):
            faults.append(result)
        else:
            planned.append(result)
    scope.clashes(names, f"In {scope.key}, the parameters")
    return Planned(value=tuple(planned), faults=tuple(faults))


def served_parameters(operation: Operation) -> tuple[Parameter, ...]:
    """The parameters that mean something to a request."""
    return tuple(
        parameter
        for parameter in operation.parameters
        if not (parameter.location == "header" and parameter.name.lower() in _IGNORED_HEADERS)
    )


def _parameter(scope: Scope, parameter: Parameter, names: Names) -> PyParameter | Diagnostic:
    schema = parameter.schema if not parameter.content else parameter.content[0].schema
    wire = _wire(scope, parameter)
    if isinstance(wire, Diagnostic):
        return wire
    if not reads(parameter, wire):
        how = parameter.content[0].name if parameter.content else _style(parameter)
        message = f"the {parameter.location} parameter {parameter.name!r} ({how}) cannot be read yet"
        return unsupported("unsupported-parameter", message, parameter.span)
    argument = names.give(argument_name(parameter.name), source=parameter.name, span=parameter.span)
    type_ = scope.annotation(schema, view="request", name=scope.prefix + pascal(parameter.name))
    default = _default(scope, parameter)
    return PyParameter(
        name=parameter.name,
        argument=argument,
        location=parameter.location,
        wire=wire,
        required=parameter.required,
        style=parameter.style,
        explode=parameter.explode,
        allow_empty=parameter.allow_empty_value,
        type=type_,
        annotation=type_.expr
        if parameter.required or not isinstance(default, Unset)
        else optional(type_.expr),
        default=default,
    )


def _wire(scope: Scope, parameter: Parameter) -> Wire | Diagnostic:
    what = f"the parameter {parameter.name!r}"
    if parameter.content:
        content = parameter.content[0]
        kind = "other" if is_range(content.name) else media_kind(content.name)
        if kind == "json":
            return Json()
        if kind == "form" and parameter.location == "querystring" and content.schema is not None:
            return scope.wire(content.schema, "unsupported-parameter", what)
        return unsupported("unsupported-parameter", f"{what} has the media type {content.name}", content.span)
    if parameter.schema is None:
        return Scalar()
    return scope.wire(parameter.schema, "unsupported-parameter", what)


def _style(parameter: Parameter) -> str:
    return f"style {parameter.style}, explode {'true' if parameter.explode else 'false'}"


def _template_faults(operation: Operation) -> list[Diagnostic]:
    """What keeps the variables of a path from being told apart."""
    variables = _TEMPLATE_VARIABLE.findall(operation.path)
    declared = {parameter.name for parameter in operation.parameters if parameter.location == "path"}
    reasons = [f"{name!r} stands twice in {operation.path}" for name in _repeated(variables)]
    reasons += [
        f"{name!r} in {operation.path} is no declared path parameter"
        for name in variables
        if name not in declared
    ]
    reasons += [
        f"the path parameter {name!r} is not in {operation.path}"
        for name in sorted(declared - set(variables))
    ]
    if re.search(r"\}\{", operation.path):
        reasons.append(f"nothing stands between two variables of {operation.path}")
    if not operation.path.startswith("/"):
        reasons.append(f"{operation.path!r} does not start with a slash")
    return [unsupported("unsupported-path-template", reason, operation.path_span) for reason in reasons]


def _repeated(names: Iterable[str]) -> list[str]:
    seen: set[str] = set()
    return [name for name in names if name in seen or seen.add(name)]  # type: ignore[func-returns-value]


def _default(scope: Scope, parameter: Parameter) -> JsonValue | Unset:
    """The default that an absent parameter has; a wrong one is reported and counts as none."""
    default = scope.defaults.of(parameter)
    if isinstance(default, Unset) or scope.defaults.accepted(parameter):
        return default
    scope.found.append(
        Diagnostic(
            code="default-invalid",
            message=f"the default of the parameter {parameter.name!r} does not follow its schema",
            span=parameter.span,
            hint="An absent parameter is None until it does.",
            severity=Severity.WARNING,
        )
    )
    return UNSET


def optional(annotation: str) -> str:
    """``annotation | None``, where it does not end so already."""
    return annotation if annotation == "None" or annotation.endswith("| None") else f"{annotation} | None"


def plan_body(scope: Scope, body: Body | None) -> Planned[PyBody | None]:
    """The body, and a fault if none of its media types can be read. Other findings go to *scope*."""
    if body is None:
        return Planned(value=None)
    contents: list[PyBodyContent] = []
    skipped: list[Diagnostic] = []
    for media in body.content:
        result = _body_content(scope, media, len(body.content) == 1)
        if isinstance(result, Diagnostic):
            skipped.append(result)
        elif result.media_type not in {content.media_type for content in contents}:
            contents.append(result)
    if not contents:
        return Planned(value=None, faults=tuple(skipped))
    scope.found.extend(skipped)
    types = list(dict.fromkeys(content.type.expr for content in contents))
    annotation = " | ".join(types)
    planned = PyBody(
        content=tuple(contents),
        required=body.required,
        annotation=annotation if body.required else optional(annotation),
    )
    return Planned(value=planned)


def _body_content(scope: Scope, media: MediaType, alone: bool) -> PyBodyContent | Diagnostic:
    kind = media_kind(media.name)
    if kind not in {"json", "form"}:
        message = f"a request body of {media.name} cannot be read yet"
        return unsupported("unsupported-request-media-type", message, media.span)
    if is_range(media.name):
        if not alone:  # a concrete media type beside it says it better
            message = f"the media types of {media.name} beyond those named here cannot be read yet"
            return unsupported("unsupported-request-media-type", message, media.span)
        message = f"of {media.name} only application/json is read"
        scope.found.append(unsupported("unsupported-request-media-range", message, media.span))
    name = concrete(media.name)
    form: tuple[FormField, ...] | None = None
    additional = Scalar()
    if kind == "form":
        read = _form(scope, media)
        if isinstance(read, Diagnostic):
            return read
        form, additional = read
    key = f"{scope.key}.body.{name}"
    scope.guard(key, media.schema, "request")
    type_ = scope.annotation(media.schema, view="request", name=f"{scope.prefix}Request")
    return PyBodyContent(media_type=name, guard=key, type=type_, form=form, additional=additional)


def _form(scope: Scope, media: MediaType) -> tuple[tuple[FormField, ...], Scalar] | Diagnostic:
    """The fields of a form, and what reads the fields that it does not declare."""
    wire = Object() if media.schema is None else _form_wire(scope, media, media.schema)
    if isinstance(wire, Diagnostic):
        return wire
    fields = {name: FormField(name=name, wire=one) for name, one in wire.properties.items()}
    for encoding in media.encoding:
        name = encoding.property_name
        types = {media_type_name(text) for text in encoding.content_types}
        styled = encoding.style is not None or encoding.explode is not None
        if encoding.style is None and encoding.explode is None and types == {"application/json"}:
            fields[name] = FormField(name=name, wire=Json())
        elif not styled and types - {"text/plain"}:
            message = f"the form field {name!r} is sent as {', '.join(encoding.content_types)}"
            return unsupported("unsupported-form-field", message, encoding.span)
        elif name in fields and styled:
            style = encoding.style or "form"
            explode = encoding.explode if encoding.explode is not None else style == "form"
            fields[name] = replace(fields[name], style=style, explode=explode)
    return tuple(fields.values()), wire.additional or Scalar()


def _form_wire(scope: Scope, media: MediaType, schema: Schema) -> Object | Diagnostic:
    wire = scope.wire(schema, "unsupported-form-field", f"a form of {media.name}")
    if isinstance(wire, Diagnostic | Object):
        return wire
    if isinstance(schema, BooleanSchema) or schema == Assertions(span=schema.span):
        return Object()  # anything at all
    return unsupported("unsupported-form-field", "the schema of a form is no object", media.span)
