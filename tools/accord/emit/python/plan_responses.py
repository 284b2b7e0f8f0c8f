"""Documented responses of an operation in the Python view: which classes there are, and what a method may return."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace
from typing import Final

from accord.contract.model import Header, MediaType, Operation, Response
from accord.contract.schema import Schema
from accord.contract.visit import schema_of
from accord.diagnostics import Diagnostic, Severity
from accord.emit.python.contents import (
    BYTE_STREAM,
    Contents,
    data_of,
    describes_json,
    is_anything,
    is_open,
    is_plain_text,
    may_be_text,
    media_type_annotation,
)
from accord.emit.python.naming import Names, header_attribute, pascal, reason_name
from accord.emit.python.operation_context import OperationContext
from accord.emit.python.plan import ResponseClass, ResponseHeader, thunk
from accord.emit.python.pytype import NULL, STRING, PyType, Thunk, either, list_of, runtime, text
from accord.emit.python.support import statuses_without_body, unsupported
from accord.runtime import declare
from accord.runtime.declare import Array, Events, Json, ResponseContent, Scalar, Wire
from accord.runtime.declare import ResponseHeader as DeclaredResponseHeader
from accord.runtime.media_types import MediaType as ParsedMediaType
from accord.runtime.media_types import content_kind, framing_of, is_json, parse_media_type

_TEXT: Final = either(STRING, BYTE_STREAM)
_BYTES: Final = either(text("bytes"), BYTE_STREAM)
REJECTED: Final = frozenset({"400", "401", "405", "406", "413", "415", "422", "429", "500", "501", "503"})
"""Statuses of the runtime's own rejections. An implementation may raise their classes but need not think of them."""


_OF_THE_CONNECTION: Final = frozenset({"connection", "transfer-encoding"})
"""Headers that only the server can write."""


@dataclass(frozen=True, slots=True, kw_only=True)
class PlannedResponse:
    """A documented response, with the name of the shared one behind it. ``body`` is what a method returns for it bare, ``response`` the class that it returns."""

    status: str
    declared: declare.Response
    component: str | None
    body: PyType | None
    response: ResponseClass | None


def plan_responses(scope: OperationContext, operation: Operation, names: Names) -> list[PlannedResponse]:
    """Plan every documented response; *names* are the class names of the version.

    A response that cannot be given is left out with a finding. It is a fault of the operation if no success is left.
    """
    responses: list[PlannedResponse] = []
    skipped: list[Diagnostic] = []
    successes = [response for response in operation.responses if response.status.startswith("2")]
    only = successes[0] if len(successes) == 1 and successes[0].status.isdigit() else None
    for response in operation.responses:
        result = _response(scope, response, operation.method, names, response is only)
        if isinstance(result, Diagnostic):
            skipped.append(result)
        else:
            responses.append(result)
    documented = any(response.status[0] in "23d" for response in operation.responses)
    served = any(planned.status[0] in "23d" for planned in responses)
    if documented and not served:
        scope.faults += skipped
        return responses
    scope.found += skipped
    if not responses:
        (scope.found if _awaits_nothing(operation) else scope.faults).append(_without_response(operation))
    return responses


def _without_response(operation: Operation) -> Diagnostic:
    """The finding about an operation that documents nothing that could be answered."""
    what = f"{operation.method} {operation.path}"
    if not _awaits_nothing(operation):
        message = f"{what} documents no response that can be given"
        hint = "Document at least one response; until then the operation answers 501."
    else:
        informational = " but informational ones" if operation.responses else ""
        message = f"{what} documents no response{informational}"
        hint = "Document one; until then it is answered with 204."
    return Diagnostic(
        code="operation-without-response",
        message=message,
        span=operation.span,
        hint=hint,
        severity=Severity.WARNING if _awaits_nothing(operation) else Severity.ERROR,
    )


def _awaits_nothing(operation: Operation) -> bool:
    """Whether the contract leaves the final response open: it documents none, or interim ones (1xx) alone."""
    return all(response.status.startswith("1") for response in operation.responses)


def negotiated(responses: Sequence[PlannedResponse]) -> PyType | None:
    """The type of the media types among which ``Accept`` chooses, ``None`` where there is no choice: those of successes, or
    of ``default`` in their place."""
    chosen = [response for response in responses if response.status.startswith("2")]
    if not chosen:
        chosen = [response for response in responses if response.status == "default"]
    contents = [content for response in chosen for content in response.declared.content]
    names = list(dict.fromkeys(content.media_type for content in contents))
    if len(names) > 1 or any("*" in name for name in names):
        return media_type_annotation(names)
    return None


def returned(responses: Sequence[PlannedResponse]) -> PyType:
    """What a method returns. The runtime's rejections are no part of it, unless nothing else is documented."""
    own = [response for response in responses if response.status not in REJECTED] or responses
    parts: list[PyType] = []
    for response in own:
        if response.body is not None:
            parts.append(response.body)
        if response.response is not None:
            parts.append(_class_type(response.response.name))
    return either(*parts) if parts else NULL


def _class_type(name: str) -> PyType:
    return text(f"responses.{name}", "from . import responses")


def _response(
    scope: OperationContext, response: Response, method: str, names: Names, alone: bool
) -> PlannedResponse | Diagnostic:
    if response.status.startswith("1"):
        message = f"an informational answer ({response.status}) cannot be given"
        return unsupported("unsupported-response-status", message, response.span)
    bodiless = statuses_without_body(response.status, method)
    # A shared class has the body that this response lacks.
    shared = None if bodiless and response.content else scope.shared(response)
    content = _contents(scope, response, method, shared)
    if response.content and not bodiless and not content.declared:
        media = response.content[0]
        return unsupported("unsupported-response-media-type", f"{media.name!r} is no media type", media.span)
    own_length = shared is None and (method == "HEAD" or response.status == "304")
    declared, attributes = _headers(scope, response, shared, own_length=own_length)
    has_body = not bodiless and bool(content.declared)
    bare = alone and not content.named and not any(header.required for header in attributes)
    cls: ResponseClass | None = None
    if shared is not None or not bare or attributes or not has_body or content.named is not None:
        cls = ResponseClass(
            name=shared or names.give(scope.prefix + reason_name(response.status), span=response.span),
            statuses=(response.status,),
            description=response.description,
            headers=attributes,
            common=shared is not None and scope.is_common(response),
        )
        if has_body:
            cls = replace(cls, body=content.body, media_types=content.names, named=content.named)
    planned = declare.Response(
        status=int(response.status) if response.status.isdecimal() else response.status,
        cls=None if cls is None else Thunk(_class_type(cls.name)),
        bare=bare,
        content=content.declared,
        headers=declared,
        headers_guard=_guard_headers(scope, response, shared, declared),
    )
    return PlannedResponse(
        status=response.status,
        declared=planned,
        component=shared,
        body=(content.body if has_body else NULL) if bare else None,
        response=cls,
    )


def _guard_headers(
    scope: OperationContext, response: Response, shared: str | None, headers: Sequence[DeclaredResponseHeader]
) -> str | None:
    """The guard's key for those of *headers* that an implementation gives."""
    given = {header.name for header in headers if header.attribute}
    if not given:
        return None
    key = _content_key(scope, response, shared, "headers")
    scope.guard_headers(key, [header for header in response.headers if header.name in given])
    return key


def _headers(
    scope: OperationContext, response: Response, shared: str | None, *, own_length: bool
) -> tuple[tuple[DeclaredResponseHeader, ...], tuple[ResponseHeader, ...]]:
    """The headers as they are declared, and those of them that an implementation gives. With *own_length* that of the body
    is one of the latter: there is no body that would tell it."""
    names = Names()
    owner = shared or scope.prefix + reason_name(response.status)
    declared: dict[str, DeclaredResponseHeader] = {}
    attributes: list[ResponseHeader] = []
    for header in response.headers:
        lower = header.name.lower()
        if lower == "content-type" or lower in declared:  # OpenAPI says that the former means nothing
            continue
        if (
            lower == "content-length" and not own_length
        ):  # the runtime writes it, since it follows from the body
            declared[lower] = DeclaredResponseHeader(
                name=header.name, attribute="", required=header.required, wire=Scalar(("integer",))
            )
            continue
        if lower in _OF_THE_CONNECTION:
            message = f"the header {header.name!r} belongs to the connection"
            scope.found.append(unsupported("unsupported-response-header", message, header.span))
            continue
        wire = _header_wire(scope, header)
        if isinstance(wire, Diagnostic):
            scope.found.append(wire)
            continue
        type_ = scope.annotation(schema_of(header), view="response", name=owner + pascal(header.name))
        if lower == "set-cookie" and not isinstance(wire, Array):
            type_ = either(type_, list_of(type_))  # the one header that cannot be joined
        attribute = names.give(header_attribute(header.name), source=header.name, span=header.span)
        declared[lower] = DeclaredResponseHeader(
            name=header.name,
            attribute=attribute,
            required=header.required,
            wire=wire,
            explode=header.explode,
        )
        attributes.append(ResponseHeader(attribute=attribute, type=type_, required=header.required))
    return tuple(declared.values()), tuple(attributes)


def _header_wire(scope: OperationContext, header: Header) -> Wire | Diagnostic:
    if header.content:
        media_type = parse_media_type(header.content[0].name)
        return Json() if media_type is not None and is_json(media_type) else Scalar()
    if header.schema is None:
        return Scalar()
    what = f"the header {header.name!r}"
    return scope.text_wire(header.schema, "unsupported-response-header", what, is_read=False)


@dataclass(frozen=True, slots=True, kw_only=True)
class _ResponseContents:
    """The media types of a response, and the type of its body: one of those that they have. ``named`` tells whether its
    class has to name the one that is sent: it may where it is ``False``, and cannot where it is ``None``."""

    declared: tuple[ResponseContent, ...] = ()
    body: PyType = NULL
    named: bool | None = None

    @property
    def names(self) -> tuple[str, ...]:
        """The media types."""
        return tuple(content.media_type for content in self.declared)


def _contents(
    scope: OperationContext, response: Response, method: str, shared: str | None
) -> _ResponseContents:
    """The media types of *response*, whose class is the *shared* one or its operation's own.

    A media type that is none is left out with a finding. A response to HEAD names those that GET would have: it has no body.
    """
    bodiless = statuses_without_body(response.status, method)
    if bodiless and method != "HEAD":
        if response.content:
            message = f"a response {response.status} has no body"
            scope.found.append(unsupported("unsupported-response-body", message, response.content[0].span))
        return _ResponseContents()
    planner = _Contents(scope, response, shared)
    found: dict[str, tuple[ResponseContent, PyType]] = {}
    for media in response.content:
        parsed = parse_media_type(media.name)
        if parsed is None:
            message = f"{media.name!r} is no media type"
            scope.found.append(unsupported("unsupported-response-media-type", message, media.span))
        elif bodiless:
            name = _served_name(media, parsed)
            found.setdefault(name, (ResponseContent(media_type=name), _BYTES))
        else:
            content, body = planner.content(media, parsed)
            found.setdefault(content.media_type, (content, body))
    contents = tuple(content for content, _ in found.values())
    body = either(*(body for _, body in found.values()))
    return _ResponseContents(declared=contents, body=body, named=planner.named(contents))


class _Contents(Contents):
    """Plans the media types of one response, one after the other."""

    def __init__(self, scope: OperationContext, response: Response, shared: str | None) -> None:
        owner = shared or scope.prefix + reason_name(response.status)
        super().__init__(scope, "response", lambda name: _content_key(scope, response, shared, name), owner)
        self._json_types: list[tuple[Schema | None, PyType]] = []
        """Distinct schemas of JSON media types, with their types."""
        self._item_types: list[tuple[Schema | None, PyType]] = []
        """The same of items."""
        self._spelled = False
        """Whether a text spells what is no ``str``."""

    def content(self, media: MediaType, parsed: ParsedMediaType) -> tuple[ResponseContent, PyType]:
        """The declaration of *media*, and what an implementation gives as the body."""
        name = _served_name(media, parsed)
        if "*" in name:
            return self._bytes(media, name, _range_body(parsed))
        served = parsed if name == media.name.strip() else parse_media_type(name) or parsed
        match content_kind(served):
            case "json":
                type_ = self._known(self._json_types, media.schema, "Body")
                key = self.guarded(name, media.schema)
                return ResponseContent(media_type=name, guard=key, type=thunk(type_)), type_
            case "events":
                return self._events(media, name)
            case "items":
                return self._items(media, name, served)
            case "text":
                return self._text(media, name)
            case "binary":
                return self._bytes(media, name, _BYTES)

    def named(self, contents: Sequence[ResponseContent]) -> bool | None:
        """Whether a response has to name its media type; ``None``: it cannot, since there is one."""
        if any(is_open(content.media_type) for content in contents):
            return True
        if len(contents) < 2:
            return None
        parsed = [parse_media_type(content.media_type) for content in contents]
        kinds = [content_kind(media_type) for media_type in parsed if media_type is not None]
        raw = kinds.count("text") + kinds.count("binary")
        text_like = any(may_be_text(schema, self.scope.api.schemas) for schema, _ in self._json_types)
        distinct = max(raw, len(self._json_types), len(self._item_types), kinds.count("events"))
        return distinct > 1 or self._spelled or bool(raw and text_like)

    def _known(self, known: list[tuple[Schema | None, PyType]], schema: Schema | None, suffix: str) -> PyType:
        """The type of *schema*, one for all media types that have the same."""
        found = next((type_ for other, type_ in known if other == schema), None)
        if found is None:
            found = self.type(schema, suffix)
            known.append((schema, found))
        return found

    def _text(self, media: MediaType, name: str) -> tuple[ResponseContent, PyType]:
        wire = None if media.schema is None else self.scope.types.wire(media.schema)
        if isinstance(wire, Scalar) and set(wire.kinds) - {"string"}:  # it spells a number or a boolean
            self._spelled = True
            content = ResponseContent(media_type=name, guard=self.guarded(name, media.schema))
            return content, self.type(media.schema, "Body")
        guard = self.guarded(name, media.schema) if self._describes_text(media) else None
        return ResponseContent(media_type=name, guard=guard), _TEXT

    def _bytes(self, media: MediaType, name: str, body: PyType) -> tuple[ResponseContent, PyType]:
        self._describes_text(media)
        if media.name.lower().startswith("multipart/"):
            message = f"{media.name}: parts are not written from values"
            self.report("unsupported-response-multipart", message, media)
        return ResponseContent(media_type=name), body

    def _describes_text(self, media: MediaType) -> bool:
        """Whether a text can be compared with the schema of *media*; a schema that describes something else is reported."""
        if media.schema is None:
            return False
        if may_be_text(media.schema, self.scope.api.schemas):
            return not is_anything(media.schema)
        self.report("unsupported-response-schema", f"the schema of {media.name} describes no text", media)
        return False

    def _items(self, media: MediaType, name: str, served: ParsedMediaType) -> tuple[ResponseContent, PyType]:
        schema, restricted = self.item_schema(media)
        if restricted and media.item_schema is None:
            message = f"the schema of {media.name} restricts all items together"
            self.report("unsupported-response-sequence", message, media)
        type_ = self._known(self._item_types, schema, "Item")
        key = self.guarded(name, schema)
        content = ResponseContent(media_type=name, guard=key, type=thunk(type_), items=framing_of(served))
        return content, runtime("ItemStream", type_)

    def _events(self, media: MediaType, name: str) -> tuple[ResponseContent, PyType]:
        schema = media.item_schema if media.item_schema is not None else media.schema
        schemas = self.scope.api.schemas
        if schema is None or is_plain_text(schema, schemas):
            content = ResponseContent(media_type=name, events=Events(json_data=False, payload=True))
            return content, runtime("EventStream", runtime("Event", STRING))
        described = data_of(schema, schemas)
        if described == "nothing":
            message = f"the schema of {media.name} describes no `data` of an event"
            self.report("unsupported-event-schema", message, media)
            type_, key = self.type(schema, "Data"), self.guarded(name, schema)
            events, given = Events(payload=True), runtime("Event", type_)
        else:
            type_, key = self.type(schema, "Event", "event"), self.guarded(name, schema, "event")
            events, given = Events(json_data={"json": True, "text": False, "either": None}[described]), type_
        content = ResponseContent(media_type=name, guard=key, type=thunk(type_), events=events)
        return content, runtime("EventStream", given)


def _content_key(scope: OperationContext, response: Response, shared: str | None, last: str) -> str:
    """The guard's key for a part of *response*."""
    return f"response:{shared}.{last}" if shared is not None else f"{scope.key}.{response.status}.{last}"


def _served_name(media: MediaType, parsed: ParsedMediaType) -> str:
    """The media type that is sent: as documented, or JSON for a range with the schema of a JSON value."""
    if not parsed.is_range:
        return media.name.strip()
    suffix = parsed.subtype.endswith("+json")
    includes_json = parsed.type in {"*", "application"} and (parsed.subtype == "*" or suffix)
    if includes_json and (suffix or describes_json(media.schema)):
        return "application/json"
    return f"{parsed.type}/{parsed.subtype}"


def _range_body(parsed: ParsedMediaType) -> PyType:
    match parsed.type:
        case "*":
            return either(STRING, _BYTES)
        case "text":
            return _TEXT
        case _:
            return _TEXT if parsed.subtype.endswith("+xml") else _BYTES
