"""The mirror: what a generated package declares, read back and held against the contract it was made from.

Both sides become a set of facts ("``GET /items`` has the query parameter ``limit``"). A fact of the contract that the
package lacks is a loss, unless a finding stands at its place; a fact of the package that the contract lacks is invented.
The contract's side is read from the IR without any code of the generator.
"""

from __future__ import annotations

import dataclasses
import importlib
import inspect
import json
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any, NamedTuple

from accord.contract.model import Api, Callback, MediaType, Operation, Parameter, Response
from accord.contract.schema import Assertions, BooleanSchema, Ref, Schema
from accord.contract.schemas.walk import walk
from accord.diagnostics import Diagnostic, Severity, Span
from accord.runtime import declare, outgoing

_IGNORED_PARAMETERS = {"accept", "content-type", "authorization"}
"""Header parameters of these names mean nothing, says OpenAPI."""

_EXPLAINING = {
    "operation-duplicate",
    "path-param-unused",
    "security-scheme-unknown",
    "operation-without-response",
}
"""Findings beside errors and ``unsupported-*`` that tell why something is left out."""


class Fact(NamedTuple):
    """One thing that a contract declares of an operation (``GET /items``)."""

    operation: str
    kind: str
    what: str


@dataclass(frozen=True, slots=True)
class Mirrored:
    """The outcome: facts that are lost without a finding, and facts that nobody declared."""

    lost: tuple[Fact, ...]
    invented: tuple[Fact, ...]


@dataclass(slots=True)
class Package:
    """A generated package as its files declare it."""

    operations: list[declare.Operation] = field(default_factory=list[declare.Operation])
    guard: Mapping[str, Any] = field(default_factory=dict[str, Any])  # Any: JSON
    sent: list[outgoing.Request] = field(default_factory=list[outgoing.Request])
    """What ``webhooks.py`` declares, if there is one."""


def read_package(name: str) -> Package:
    """The importable package *name* (``generated.v1``), read without serving it."""
    routers = importlib.import_module(f"{name}.routers")
    found = Package()

    class Recorder:
        def __init__(self, *_: object, **__: object) -> None:
            pass

        def operation(self, operation: declare.Operation, _: object) -> None:
            found.operations.append(operation)

        def open(self) -> None:
            pass

    serving, routers.Version = routers.Version, Recorder  # type: ignore[attr-defined]
    try:
        wanted = inspect.signature(routers.install).parameters.values()
        given = {
            parameter.name: object() for parameter in wanted if parameter.default is inspect.Parameter.empty
        }
        app = given.pop("app")
        routers.install(app, **given)
    finally:
        routers.Version = serving  # type: ignore[attr-defined]
    folder = Path(str(routers.__file__)).parent
    found.guard = json.loads((folder / "guard.json").read_text(encoding="utf-8"))
    if (folder / "webhooks.py").is_file():
        webhooks = importlib.import_module(f"{name}.webhooks")
        found.sent = list(webhooks.WEBHOOKS)
    return found


def mirror(api: Api, package: Package, diagnostics: Iterable[Diagnostic]) -> Mirrored:
    """Compare *package* with *api*; *diagnostics* is everything that reading and generating found."""
    found = [diagnostic for diagnostic in diagnostics if _explains(diagnostic)]
    places = {diagnostic.span for diagnostic in found}
    codes = {diagnostic.code for diagnostic in found}
    contract = dict(_contract_facts(api))
    unsupported = {
        f"{operation.method} {operation.path}": all(
            reason.partition(":")[0] in codes for reason in operation.unsupported
        )
        for operation in package.operations
        if operation.unsupported
    }
    generated = {fact for operation in package.operations for fact in _generated(operation, package.guard)}
    generated |= {fact for request in package.sent for fact in _sent(request, package.guard)}
    # An operation that is left out as a whole needs one finding, not one for each of its parts.
    unsupported |= {
        fact.operation: True
        for fact, spans in contract.items()
        if fact.kind == "operation" and fact not in generated and spans & places
    }
    served = {
        (fact.operation, fact.kind, what)
        for fact in generated
        for what in (*_ranges(fact.what), *_around(fact.what))
    }
    lost = [
        fact
        for fact, spans in contract.items()
        if fact not in generated
        and not (spans & places)
        # A range of a response is kept by any media type in it.
        and not any((fact.operation, fact.kind, what) in served for what in _ranges(fact.what))
        and (fact.kind == "operation" or not unsupported.get(fact.operation, False))
    ]
    ranges = {
        (fact.operation, fact.kind, fact.what.rpartition(" ")[0])
        for fact in contract
        if fact.kind.endswith("media type") and "*" in fact.what
    }
    invented = [
        fact
        for fact in generated - contract.keys()
        if fact.kind != "guard"  # a stricter one is no invention: forms and ranges are guarded too
        and (fact.operation, fact.kind, fact.what.rpartition(" ")[0]) not in ranges
        and not any(_same_place(fact, other) and contract[other] & places for other in contract)
    ]
    return Mirrored(lost=tuple(lost), invented=tuple(sorted(invented)))


def _ranges(what: str) -> tuple[str, ...]:
    """*what* ("200 application/*") if it names a range of media types."""
    return (what,) if what.endswith("/*") else ()


def _around(what: str) -> tuple[str, ...]:
    """The ranges that the media type of *what* ("200 text/plain") lies in."""
    before, _, media_type = what.rpartition(" ")
    kind, slash, _ = media_type.partition("/")
    return (f"{before} {kind}/*", f"{before} */*") if slash else ()


def _explains(diagnostic: Diagnostic) -> bool:
    return (
        diagnostic.severity is Severity.ERROR
        or diagnostic.code.startswith("unsupported-")
        or diagnostic.code in _EXPLAINING
    )


def _same_place(fact: Fact, other: Fact) -> bool:
    """Whether both say something of the same thing: a weaker guard, a stricter security."""
    return fact[:2] == other[:2] and fact.kind == "security"


# The contract's side


def _contract_facts(api: Api) -> Iterator[tuple[Fact, frozenset[Span]]]:
    reader = _Reader(api)
    for operation in api.operations:
        yield from reader.facts(operation, f"{operation.method} {operation.path}")
        for callback in operation.callbacks:
            yield from reader.sent_by(callback, operation)
    for webhook in api.webhooks:
        for operation in webhook.operations:
            yield from reader.sending(operation, f"webhook {webhook.name} {operation.method}")
            for callback in operation.callbacks:
                yield from reader.sent_by(callback, dataclasses.replace(operation, path=webhook.name))


class _Reader:
    """Facts of operations with every place at which a finding about them can stand."""

    def __init__(self, api: Api) -> None:
        self._api = api
        self._spans: dict[str, frozenset[Span]] = {}

    def facts(self, operation: Operation, name: str) -> Iterator[tuple[Fact, frozenset[Span]]]:
        """Everything that *operation* declares."""
        whole = {operation.span, operation.path_span} | {fault.span for fault in operation.faults}
        if operation.operation_id_span is not None:
            whole.add(operation.operation_id_span)
        yield Fact(name, "operation", operation.method), frozenset(whole)
        variables = {part.partition("}")[0] for part in operation.path.split("{")[1:]}
        for parameter in operation.parameters:
            if parameter.location == "header" and parameter.name.lower() in _IGNORED_PARAMETERS:
                continue
            yield from self._parameter(name, parameter)
        declared = {
            operation_parameter.name
            for operation_parameter in operation.parameters
            if operation_parameter.location == "path"
        }
        for variable in variables - declared:
            # Undeclared, and yet part of every request: it is read as text.
            yield Fact(name, "parameter", f"path {variable} required"), frozenset()
            yield Fact(name, "parameter style", f"path {variable} simple joined"), frozenset()
        if operation.body is not None:
            spans = self._inside(operation.body)
            yield Fact(name, "body", "required" if operation.body.required else "optional"), spans
            for media in operation.body.content:
                yield Fact(name, "body media type", f"body {_plain(media.name)}"), self._inside(media)
                yield from self._guarded(name, f"body {_plain(media.name)}", media)
        for response in operation.responses:
            yield from self._response(name, response, operation.method)
        yield from self._security(name, operation)

    def sending(self, operation: Operation, name: str) -> Iterator[tuple[Fact, frozenset[Span]]]:
        """What the service sends: the address is no template, and the headers of responses are names only."""
        for fact, spans in self.facts(dataclasses.replace(operation, path=""), name):
            what = fact.what.rpartition(" ")[0] if fact.kind == "answer header" else fact.what
            yield fact._replace(what=what), spans

    def sent_by(self, callback: Callback, operation: Operation) -> Iterator[tuple[Fact, frozenset[Span]]]:
        """The requests of a callback of *operation*, and those of its own callbacks."""
        for inner in callback.operations:
            name = f"callback {callback.name} of {operation.method} {operation.path}: {inner.method} {inner.path}"
            yield from self.sending(inner, name)
            for further in inner.callbacks:
                yield from self.sent_by(further, inner)

    def _parameter(self, name: str, parameter: Parameter) -> Iterator[tuple[Fact, frozenset[Span]]]:
        spans = self._inside(parameter)
        what = f"{parameter.location} {parameter.name}"
        yield Fact(name, "parameter", f"{what} {'required' if parameter.required else 'optional'}"), spans
        style = f"{what} {parameter.style} {'exploded' if parameter.explode else 'joined'}"
        yield Fact(name, "parameter style", style), spans
        schema = parameter.content[0].schema if parameter.content else parameter.schema
        if schema is not None and not _says_nothing(schema):
            yield Fact(name, "guard", what), spans

    def _guarded(self, name: str, what: str, media: MediaType) -> Iterator[tuple[Fact, frozenset[Span]]]:
        schema = media.item_schema if media.item_schema is not None else media.schema
        if schema is not None and not _says_nothing(schema) and _is_json(media.name):
            yield Fact(name, "guard", what), self._inside(media)

    def _response(self, name: str, response: Response, method: str) -> Iterator[tuple[Fact, frozenset[Span]]]:
        around = frozenset({response.span, *(media.span for media in response.content)})
        yield Fact(name, "response", response.status), around
        for media in response.content:
            what = f"{response.status} {_plain(media.name)}"
            spans = self._inside(media) | around
            yield Fact(name, "answer media type", what), spans
            if method != "HEAD" and response.status not in {
                "204",
                "205",
                "304",
            }:  # by HTTP these have no body
                yield from ((fact, spans) for fact, _ in self._guarded(name, what, media))
        for header in response.headers:
            if header.name.lower() != "content-type":
                need = "required" if header.required else "optional"
                what = f"{response.status} {header.name.lower()} {need}"
                yield Fact(name, "answer header", what), self._inside(header) | around

    def _security(self, name: str, operation: Operation) -> Iterator[tuple[Fact, frozenset[Span]]]:
        requirements = operation.security
        if all(not security_requirement.schemes for security_requirement in requirements):
            return
        for requirement in requirements:
            uses = [f"{use.name}[{' '.join(use.scopes)}]" for use in requirement.schemes]
            spans = frozenset({requirement.span, *(use.span for use in requirement.schemes)})
            yield Fact(name, "security", " and ".join(uses) or "none"), spans

    def _inside(self, node: object) -> frozenset[Span]:
        """The places of *node* and of everything inside of it, through references."""
        spans: set[Span] = set()
        for part in _parts(node):
            span = getattr(part, "span", None)
            if isinstance(span, Span):
                spans.add(span)
            if isinstance(part, Ref):
                spans |= self._of_named(part.target)
        return frozenset(spans)

    def _of_named(self, name: str) -> frozenset[Span]:
        if name not in self._spans:
            waiting, seen, spans = [name], set[str](), set[Span]()
            while waiting:
                named = self._api.schemas.get(waiting.pop())
                if named is None or named.name in seen:
                    continue
                seen.add(named.name)
                spans.add(named.span)
                for part in walk(named.schema):
                    spans.add(part.span)
                    if isinstance(part, Ref):
                        waiting.append(part.target)
            self._spans[name] = frozenset(spans)
        return self._spans[name]


def _parts(node: object) -> Iterator[object]:
    """Every value of the IR inside of *node*."""
    waiting = [node]
    while waiting:
        value = waiting.pop()
        if dataclasses.is_dataclass(value) and not isinstance(value, type):
            yield value
            waiting.extend(getattr(value, item.name) for item in dataclasses.fields(value))
        elif isinstance(value, tuple):
            waiting.extend(value)


def _says_nothing(schema: Schema) -> bool:
    if isinstance(schema, BooleanSchema):
        return schema.value
    return isinstance(schema, Assertions) and dataclasses.replace(
        schema, annotations=type(schema.annotations)(), format=None, discriminator=None
    ) == Assertions(span=schema.span)


def _plain(media_type: str) -> str:
    return media_type.partition(";")[0].strip().lower()


def _is_json(media_type: str) -> bool:
    plain = _plain(media_type)
    return plain == "application/json" or plain.endswith("+json")


# The package's side


def _generated(operation: declare.Operation, guard: Mapping[str, Any]) -> Iterator[Fact]:
    name = f"{operation.method} {operation.path}"
    yield Fact(name, "operation", operation.method)
    entries = guard["properties"]
    checked = entries.get(f"{operation.key}.parameters", {}).get("properties", {})
    for parameter in operation.parameters:
        what = f"{parameter.location} {parameter.name}"
        yield Fact(name, "parameter", f"{what} {'required' if parameter.required else 'optional'}")
        yield Fact(
            name,
            "parameter style",
            f"{what} {parameter.style} {'exploded' if parameter.explode else 'joined'}",
        )
        if checked.get(parameter.location, {}).get("properties", {}).get(parameter.name, True) not in (
            True,
            {},
        ):
            yield Fact(name, "guard", what)
    if operation.body is not None:
        yield Fact(name, "body", "required" if operation.body.required else "optional")
        for content in operation.body.content:
            what = f"body {_plain(content.media_type)}"
            yield Fact(name, "body media type", what)
            if entries.get(content.guard, True) not in (True, {}):
                yield Fact(name, "guard", what)
    for response in operation.responses:
        yield Fact(name, "response", str(response.status))
        for offered in response.content:
            what = f"{response.status} {_plain(offered.media_type)}"
            yield Fact(name, "answer media type", what)
            if offered.guard is not None and entries[offered.guard] not in (True, {}):
                yield Fact(name, "guard", what)
        for header in response.headers:
            need = "required" if header.required else "optional"
            yield Fact(name, "answer header", f"{response.status} {header.name.lower()} {need}")
    for uses in operation.security:
        schemes = [f"{use.scheme.name}[{' '.join(use.scopes)}]" for use in uses]
        yield Fact(name, "security", " and ".join(schemes) or "none")


def _sent(request: outgoing.Request, guard: Mapping[str, Any]) -> Iterator[Fact]:
    if request.caused_by is None:
        name = f"webhook {request.name} {request.method}"
    else:
        name = (
            f"callback {request.name} of {' '.join(request.caused_by)}: {request.method} {request.expression}"
        )
    yield Fact(name, "operation", request.method)
    entries = guard["properties"]
    checked = entries.get(f"{request.key}.parameters", {}).get("properties", {})
    for parameter in request.parameters:
        what = f"{parameter.location} {parameter.name}"
        yield Fact(name, "parameter", f"{what} {'required' if parameter.required else 'optional'}")
        style = f"{what} {parameter.style} {'exploded' if parameter.explode else 'joined'}"
        yield Fact(name, "parameter style", style)
        if checked.get(parameter.location, {}).get("properties", {}).get(parameter.name, True) not in (
            True,
            {},
        ):
            yield Fact(name, "guard", what)
    if request.body is not None:
        yield Fact(name, "body", "required" if request.body.required else "optional")
        for content in request.body.content:
            yield Fact(name, "body media type", f"body {_plain(content.media_type)}")
            if entries[content.guard] not in (True, {}):
                yield Fact(name, "guard", f"body {_plain(content.media_type)}")
    for response in request.responses:
        yield Fact(name, "response", str(response.status))
        for content in response.content:
            yield Fact(name, "answer media type", f"{response.status} {_plain(content.media_type)}")
            if entries[content.guard] not in (True, {}):
                yield Fact(name, "guard", f"{response.status} {_plain(content.media_type)}")
        for header in response.headers:
            yield Fact(name, "answer header", f"{response.status} {header.lower()}")
    for uses in request.security:
        schemes = [f"{scheme}[{' '.join(scopes)}]" for scheme, scopes in uses]
        yield Fact(name, "security", " and ".join(schemes) or "none")
