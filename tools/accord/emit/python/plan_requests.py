"""Parameters of an operation in the Python view."""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping
from dataclasses import replace
from typing import Final

from accord.contract.model import Api, Operation, Parameter
from accord.contract.schema import UNSET, Assertions, JsonValue, NamedSchema, Unset
from accord.contract.visit import schema_of
from accord.diagnostics import Diagnostic, warning
from accord.emit.python.naming import Names, argument_name, pascal
from accord.emit.python.operation_context import OperationContext
from accord.emit.python.plan import Argument, text_thunk
from accord.emit.python.pytype import optional
from accord.emit.python.shapes import Folder
from accord.emit.python.support import readable, unsupported
from accord.emit.python.wire import nested_tree
from accord.runtime import declare
from accord.runtime.declare import ABSENT, Either, Json, Scalar, Wire
from accord.runtime.media_types import is_json, parse_media_type

_TEMPLATE_VARIABLE: Final = re.compile(r"\{([^{}]*)\}")
_IGNORED_HEADERS: Final = frozenset({"accept", "content-type", "authorization"})
"""OpenAPI says that parameters of these names mean nothing."""


def plan_parameters(
    scope: OperationContext, operation: Operation
) -> list[tuple[declare.Parameter, Argument]]:
    """The parameters in the order of the contract, each with the argument that the method gets for it."""
    scope.faults += _path_faults(operation, scope.api)
    scope.found += _path_findings(operation)
    names = Names("self", "principal", "body")
    planned: list[tuple[declare.Parameter, Argument]] = []
    for parameter in served_parameters(operation):
        result = _parameter(scope, parameter, names)
        if isinstance(result, Diagnostic):
            scope.faults.append(result)
        else:
            planned.append(result)
    scope.found += names.findings(f"In {scope.key}, the parameters")
    return planned


def served_parameters(operation: Operation) -> tuple[Parameter, ...]:
    """The parameters that a request can have: without those that OpenAPI says mean nothing or that are not in the path,
    and with a text for each variable of the path that is not declared."""
    variables = _TEMPLATE_VARIABLE.findall(operation.path)
    served = [
        parameter
        for parameter in operation.parameters
        if not (parameter.location == "header" and parameter.name.lower() in _IGNORED_HEADERS)
        and not (parameter.location == "path" and parameter.name not in variables)
    ]
    declared = {parameter.name for parameter in served if parameter.location == "path"}
    text = Assertions(types=("string",), span=operation.path_span)
    served += [
        Parameter(
            name=name,
            location="path",
            required=True,
            style="simple",
            explode=False,
            schema=text,
            span=operation.path_span,
        )
        for name in dict.fromkeys(variables)
        if name not in declared
    ]
    return tuple(served)


def _parameter(
    scope: OperationContext, parameter: Parameter, names: Names
) -> tuple[declare.Parameter, Argument] | Diagnostic:
    read = _wire(scope, parameter)
    if isinstance(read, Diagnostic):
        return read
    wire = readable(parameter, read)
    if wire is None:
        style = f"style {parameter.style}, explode {'true' if parameter.explode else 'false'}"
        how = parameter.content[0].name if parameter.content else style
        message = f"the {parameter.location} parameter {parameter.name!r} ({how}) cannot be read yet"
        return unsupported("unsupported-parameter", message, parameter.span)
    if isinstance(wire, Either):
        wire = replace(wire, guard=f"{scope.key}.parameters.{parameter.location}.{parameter.name}")
    name = names.give(argument_name(parameter.name), source=parameter.name, span=parameter.span)
    hint = scope.prefix + pascal(parameter.name)
    type_ = scope.annotation(schema_of(parameter), view="request", name=hint)
    default = _default(scope, parameter)
    is_given = parameter.required or not isinstance(default, Unset)
    declared = declare.Parameter(
        name=parameter.name,
        argument=name,
        location=parameter.location,
        wire=wire,
        required=parameter.required,
        style=parameter.style,
        explode=parameter.explode,
        allow_empty=parameter.allow_empty_value,
        type=text_thunk(type_),
        default=ABSENT if isinstance(default, Unset) else default,
    )
    argument = Argument(
        name=name,
        type=type_ if is_given else optional(type_),
        description=parameter.description or "",
    )
    return declared, argument


def _wire(scope: OperationContext, parameter: Parameter) -> Wire | Diagnostic:
    what = f"the parameter {parameter.name!r}"
    if parameter.content:
        content = parameter.content[0]
        media_type = parse_media_type(content.name)
        if media_type is not None and is_json(media_type) and not media_type.is_range:
            return Json()
        named = None if media_type is None else (media_type.type, media_type.subtype)
        is_form = named == ("application", "x-www-form-urlencoded")
        if is_form and parameter.location == "querystring" and content.schema is not None:
            return scope.text_wire(content.schema, "unsupported-parameter", what)
        return unsupported("unsupported-parameter", f"{what} has the media type {content.name}", content.span)
    if parameter.schema is None:
        return Scalar()
    if (parameter.location, parameter.style) == ("query", "deepObject"):
        tree = nested_tree(parameter.schema, scope.api.schemas)
        if tree is not None:
            return tree
    return scope.text_wire(parameter.schema, "unsupported-parameter", what)


def _path_faults(operation: Operation, api: Api) -> list[Diagnostic]:
    """What keeps requests from reaching the path, or its variables from being told apart."""
    path = operation.path
    # Since 3.2 a variable must not stand twice. Before, nothing forbids it: one value is written into all its places.
    names = [] if api.spec_version in {"3.0", "3.1"} else _TEMPLATE_VARIABLE.findall(path)
    reasons = [
        f"{name!r} stands twice in {path}" for index, name in enumerate(names) if name in names[:index]
    ]
    if path_choices(operation, api.schemas) is None:
        reasons.append(f"nothing stands between two variables of {path}")
    if not path.startswith("/"):
        reasons.append(f"{path!r} does not start with a slash")
    if set("?#") & set(_TEMPLATE_VARIABLE.sub("", path)):
        reasons.append(f"{path!r} holds a query or a fragment, which is no part of a path")
    return [unsupported("unsupported-path-template", reason, operation.path_span) for reason in reasons]


def _path_findings(operation: Operation) -> Iterator[Diagnostic]:
    """Variables and parameters of the path that do not belong together."""
    variables = dict.fromkeys(_TEMPLATE_VARIABLE.findall(operation.path))
    declared = _path_parameters(operation)
    for name in variables:
        if name not in declared:
            message = f"{name!r} in {operation.path} is no declared parameter of {operation.method}"
            hint = "Declare it with `in: path`; until then it is any text."
            yield warning("path-param-undeclared", message, operation.path_span, hint)
    for name, parameter in declared.items():
        if name not in variables:
            message = f"the path parameter {name!r} is not in {operation.path}"
            hint = "Remove it or put it into the path; until then it is left out."
            yield warning("path-param-unused", message, parameter.span, hint)


def _path_parameters(operation: Operation) -> dict[str, Parameter]:
    return {parameter.name: parameter for parameter in operation.parameters if parameter.location == "path"}


def _default(scope: OperationContext, parameter: Parameter) -> JsonValue | Unset:
    """The default that an absent parameter has; a wrong one is reported and counts as none."""
    default = scope.defaults.of(parameter)
    if isinstance(default, Unset) or scope.defaults.accepted(parameter):
        return default
    message = f"the default of the parameter {parameter.name!r} does not follow its schema"
    hint = "An absent parameter is None until it does."
    scope.found.append(warning("default-invalid", message, parameter.span, hint))
    return UNSET


_ADJACENT: Final = re.compile(r"(?:\{[^{}]*\}){2,}")
"""Variables with nothing between them: ``/reports/{id}{extension}``. A request tells them apart where all but one have an
``enum``: the texts of the contract stand between the others then."""


def path_choices(
    operation: Operation, schemas: Mapping[str, NamedSchema]
) -> dict[str, tuple[str, ...]] | None:
    """The texts of each variable that has to be told by them; ``None`` where some cannot be told apart."""
    parameters = _path_parameters(operation)
    folder = Folder(schemas)
    found: dict[str, tuple[str, ...]] = {}
    for run in _ADJACENT.findall(operation.path):
        names = _TEMPLATE_VARIABLE.findall(run)
        texts = {name: _texts(parameters.get(name), folder) for name in names}
        if sum(not text for text in texts.values()) > 1 or len(texts) < len(names):
            return None
        found.update({name: text for name, text in texts.items() if text})
    return found


def _texts(parameter: Parameter | None, folder: Folder) -> tuple[str, ...]:
    """The values of a parameter, the longest first; none where it has no ``enum`` of texts that stand as they are."""
    if parameter is None or parameter.schema is None or parameter.style != "simple":
        return ()
    shape = folder.fold(parameter.schema)
    texts = [value for value in shape.enum or () if isinstance(value, str) and value and "/" not in value]
    if not shape.enum or len(texts) < len(shape.enum):
        return ()
    return tuple(sorted(texts, key=lambda text: (-len(text), text)))
