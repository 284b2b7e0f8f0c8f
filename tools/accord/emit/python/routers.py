"""``routers.py``: ``install``, which declares one operation after the other to the runtime."""

from __future__ import annotations

from collections.abc import Iterable

from accord.contract.schema import JsonValue, Unset
from accord.emit.python.declared import form_field_source, wire_argument, wire_source
from accord.emit.python.imports import Imports
from accord.emit.python.naming import Names, snake
from accord.emit.python.plan import (
    PyAnswer,
    PyBodyContent,
    PyContent,
    PyHeader,
    PyOperation,
    PyParameter,
    PyScheme,
    PyUse,
    PyVersion,
)
from accord.emit.python.pytype import PyType
from accord.emit.python.text import call, docstring, literal, tuple_of
from accord.emit.tree import header
from accord.runtime.declare import Events, Json


def print_routers(version: PyVersion) -> str:
    """The module."""
    constants = _Constants()
    for scheme in version.schemes:
        constants.name(scheme.name, _scheme(scheme))
    operations = [_operation(operation, constants) for operation in version.operations]
    providers = {operation.key: _provider(version, operation) for operation in version.operations}
    calls = "".join(
        f"    version.operation({source}, {providers[operation.key]})\n"
        for operation, source in zip(version.operations, operations, strict=True)
    )
    principal = any(group.has_principal for group in version.groups) or bool(version.schemes)
    parts = [
        f"{header(version.source)}\n",
        docstring(f"Routes of {version.source}", indent=0),
        "\nfrom __future__ import annotations\n\n",
        _imports(version, principal=principal).text(),
        '\nPrincipalT = TypeVar("PrincipalT")\n' if principal else "",
        constants.text(),
        f"\n\ndef install({_install_arguments(version)}) -> None:\n",
        docstring(f"Serve {version.source} under {version.prefix or '/'} on an application."),
        f"    version = {_version(version)}\n",
        calls,
        "    version.open()\n",
    ]
    return "".join(parts)


def _imports(version: PyVersion, *, principal: bool) -> Imports:
    imports = Imports(
        "from fastapi import FastAPI",
        "from accord.runtime import Errors, RuntimeSettings, Version, declare",
    )
    if principal:
        imports.add(["from typing import TypeVar"])
    if version.groups:
        imports.add(["from accord.runtime import Provider", "from . import protocols"])
    if version.schemes:
        imports.add(["from accord.runtime import Provider", "from .security import Security"])
    for type_ in _thunk_types(version):
        imports.add(type_.imports)
    if any(answer.class_name is not None for one in version.operations for answer in one.answers):
        imports.add(["from . import responses"])
    return imports


def _thunk_types(version: PyVersion) -> Iterable[PyType]:
    for operation in version.operations:
        yield from (one.type for one in operation.parameters if one.type.text_needs_adapter)
        if operation.body is not None:
            yield from (one.type for one in operation.body.content if one.type.needs_adapter)
        contents = (one for answer in operation.answers for one in answer.content.contents)
        yield from (one.value for one in contents if one.value is not None and one.value.needs_adapter)


def _install_arguments(version: PyVersion) -> str:
    arguments = ["app: FastAPI", "*"]
    for group in version.groups:
        generic = "[PrincipalT]" if group.has_principal else ""
        arguments.append(f"{group.argument}: Provider[protocols.{group.protocol}{generic}]")
    if version.schemes:
        arguments.append("security: Provider[Security[PrincipalT]]")
    arguments += ["errors: Errors | None = None", "settings: RuntimeSettings | None = None"]
    return ", ".join(arguments) + ","  # the comma puts each on its own line


def _version(version: PyVersion) -> str:
    security = "security=security, " if version.schemes else ""
    return (
        f"Version(app, name={literal(version.name)}, package=__package__ or '', prefix={literal(version.prefix)}, "
        f"{security}errors=errors, settings=settings)"
    )


def _provider(version: PyVersion, operation: PyOperation) -> str:
    if operation.unsupported:
        return "None"
    return next(group.argument for group in version.groups if group.name == operation.group)


class _Constants:
    """Values that several operations share, each printed once in front of ``install``."""

    def __init__(self) -> None:
        self._names = Names()
        self._names.reserve("TYPE_CHECKING")
        self._by_source: dict[str, str] = {}

    def name(self, wanted: str, source: str, other: str = "") -> str:
        """The name of the constant with the value *source*; *other* tells it from one of the same name."""
        if source not in self._by_source:
            name = snake(wanted, prefix="value").upper()
            if other and name in self._names.taken:
                # Generating that goes on past errors comes here with statuses that are none, such as "4XX\n".
                name = f"{name}_{''.join(char if char.isalnum() else '_' for char in ascii(other)[1:-1]).upper()}"
            self._by_source[source] = self._names.give(name)
        return self._by_source[source]

    def text(self) -> str:
        return "".join(f"\n{name} = {source}\n" for source, name in self._by_source.items())


def _operation(operation: PyOperation, constants: _Constants) -> str:
    security = tuple_of(tuple_of(_use(use, constants) for use in uses) for uses in operation.security)
    choices: dict[str, JsonValue] = {name: list(texts) for name, texts in operation.path_choices.items()}
    return call(
        "declare.Operation",
        [
            ("key", literal(operation.key)),
            ("method", literal(operation.method)),
            ("path", literal(operation.path)),
            ("path_choices", literal(choices) if choices else None),
            ("group", literal(operation.group)),
            ("function", literal(operation.function)),
            ("parameters", _tuple(_parameter(parameter) for parameter in operation.parameters)),
            ("body", _body(operation)),
            ("answers", _tuple(_answer(answer, constants) for answer in operation.answers)),
            ("media_type", None if operation.media_type is None else literal(operation.media_type.argument)),
            ("security", security if operation.security else None),
            ("deprecated_at", _given(operation.deprecated_at)),
            ("sunset", _given(operation.sunset)),
            ("rate_limit", _given(operation.rate_limit)),
            ("unsupported", literal(operation.unsupported) if operation.unsupported else None),
        ],
    )


def _tuple(items: Iterable[str]) -> str | None:
    """A tuple with a trailing comma, so that each item has its own line; ``None`` for an empty one."""
    given = list(items)
    return f"({', '.join(given)},)" if given else None


def _given(value: str | None) -> str | None:
    return None if value is None else literal(value)


def _thunk(type_: PyType) -> str | None:
    return f"lambda: {type_.expr}" if type_.needs_adapter else None


def _parameter(parameter: PyParameter) -> str:
    return call(
        "declare.Parameter",
        [
            ("name", literal(parameter.name)),
            ("argument", literal(parameter.argument)),
            ("location", literal(parameter.location)),
            ("wire", wire_argument(parameter.wire)),
            ("required", "True" if parameter.required else None),
            ("style", None if parameter.style == "simple" else literal(parameter.style)),
            ("explode", "True" if parameter.explode else None),
            ("allow_empty", "True" if parameter.allow_empty else None),
            ("type", f"lambda: {parameter.type.expr}" if parameter.type.text_needs_adapter else None),
            ("default", None if isinstance(parameter.default, Unset) else literal(parameter.default)),
        ],
    )


def _body(operation: PyOperation) -> str | None:
    if operation.body is None:
        return None
    return call(
        "declare.Body",
        [
            ("content", tuple_of(_body_content(content) for content in operation.body.content)),
            ("required", "True" if operation.body.required else None),
        ],
    )


def _body_content(content: PyBodyContent) -> str:
    form = None if content.form is None else tuple_of(form_field_source(field) for field in content.form)
    return call(
        "declare.BodyContent",
        [
            ("media_type", literal(content.media_type)),
            ("guard", literal(content.guard)),
            ("type", _thunk(content.type)),
            ("read", None if content.read == Json() else wire_source(content.read)),
            ("form", form),
            ("additional", None if content.form is None else wire_argument(content.additional)),
            ("wrap", "True" if content.wrap else None),
        ],
    )


def _answer(answer: PyAnswer, constants: _Constants) -> str:
    contents = answer.content.contents
    source = call(
        "declare.Answer",
        [
            ("status", answer.status if answer.status.isdigit() else literal(answer.status)),
            ("cls", None if answer.class_name is None else f"lambda: responses.{answer.class_name}"),
            ("bare", "True" if answer.bare else None),
            ("content", tuple_of(_content(one) for one in contents) if contents else None),
            ("headers", tuple_of(_header(one) for one in answer.headers) if answer.headers else None),
            ("headers_guard", _given(answer.headers_guard)),
        ],
    )
    return source if answer.shared is None else constants.name(answer.shared, source, answer.status)


def _content(content: PyContent) -> str:
    return call(
        "declare.AnswerContent",
        [
            ("media_type", literal(content.media_type)),
            ("guard", _given(content.guard)),
            ("type", None if content.value is None else _thunk(content.value)),
            ("events", None if content.events is None else _events(content.events)),
            ("items", None if content.items is None else wire_source(content.items)),
        ],
    )


def _events(events: Events) -> str:
    json_data = None if events.json_data is True else repr(events.json_data)
    return call("declare.Events", [("json_data", json_data), ("payload", "True" if events.payload else None)])


def _header(one: PyHeader) -> str:
    return call(
        "declare.AnswerHeader",
        [
            ("name", literal(one.name)),
            ("attribute", literal(one.attribute)),
            ("required", "True" if one.required else None),
            ("wire", wire_argument(one.wire)),
            ("explode", "True" if one.explode else None),
        ],
    )


def _use(use: PyUse, constants: _Constants) -> str:
    scheme = constants.name(use.scheme.name, _scheme(use.scheme))
    scopes = literal(use.scopes) if use.scopes else None
    return call("declare.Use", [("scheme", scheme), ("scopes", scopes)])


def _scheme(scheme: PyScheme) -> str:
    return call(
        "declare.Scheme",
        [
            ("name", literal(scheme.name)),
            ("method", literal(scheme.method)),
            ("kind", literal(scheme.kind)),
            ("location", None if scheme.location == "header" else literal(scheme.location)),
            ("parameter", None if scheme.parameter == "Authorization" else literal(scheme.parameter)),
            ("http_scheme", literal(scheme.http_scheme) if scheme.http_scheme else None),
        ],
    )
