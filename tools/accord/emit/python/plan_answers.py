"""Documented answers of an operation in the Python view: which classes there are, and what a method may return."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace
from typing import Final

from accord.contract.model import Header, MediaType, Operation, Response
from accord.diagnostics import Diagnostic
from accord.emit.python.events import json_data
from accord.emit.python.naming import Names, header_attribute, pascal, reason_name
from accord.emit.python.plan import PyAnswer, PyAnswerClass, PyContent, PyHeader
from accord.emit.python.scope import Planned, Scope
from accord.emit.python.support import concrete, media_kind, statuses_without_body, unsupported
from accord.runtime.declare import Json, Scalar, Wire

REFUSED: Final = frozenset({"400", "401", "405", "406", "413", "415", "422", "429", "500", "501", "503"})
"""Statuses of the runtime's own refusals. An implementation may raise their classes but need not think of them."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Answers:
    """The answers of an operation, the classes among them, and the return type of its method."""

    answers: tuple[PyAnswer, ...]
    classes: tuple[PyAnswerClass, ...]
    returns: str


def plan_answers(scope: Scope, operation: Operation, names: Names) -> Planned[Answers]:
    """Plan every documented answer; *names* are the class names of the version.

    An answer that cannot be given is left out with a finding. It is a fault of the operation if no success is left.
    """
    planned: list[tuple[PyAnswer, PyAnswerClass | None]] = []
    skipped: list[Diagnostic] = []
    successes = [response for response in operation.responses if response.status.startswith("2")]
    only = successes[0] if len(successes) == 1 and successes[0].status.isdigit() else None
    for response in operation.responses:
        result = _answer(scope, response, operation.method, names, response is only)
        if isinstance(result, Diagnostic):
            skipped.append(result)
        else:
            planned.append(result)
    answers = _with_union([answer for answer, _ in planned])
    classes = tuple(cls for _, cls in planned if cls is not None)
    value = Answers(answers=answers, classes=classes, returns=_returns(answers))
    lost = {response.status for response in operation.responses} - {answer.status for answer in answers}
    served = [answer for answer in answers if answer.status[0] in "23d"]
    if any(status[0] in "23d" for status in lost) and not served:
        return Planned(value=value, faults=tuple(skipped))
    scope.found.extend(skipped)
    if not answers:
        message = f"{operation.method} {operation.path} documents no answer that can be given"
        fault = Diagnostic(
            code="operation-without-answer",
            message=message,
            span=operation.span,
            hint="Document at least one answer; until then the operation answers 501.",
        )
        return Planned(value=value, faults=(fault,))
    return Planned(value=value)


def _with_union(answers: Sequence[PyAnswer]) -> tuple[PyAnswer, ...]:
    """The runtime's refusals are no part of what a method returns, unless nothing else is documented."""
    if any(answer.status not in REFUSED for answer in answers):
        return tuple(replace(answer, in_union=answer.status not in REFUSED) for answer in answers)
    return tuple(answers)


def _returns(answers: Sequence[PyAnswer]) -> str:
    parts: list[str] = []
    for answer in answers:
        if not answer.in_union:
            continue
        if answer.bare:
            parts.append("None" if answer.content is None else answer.content.annotation)
        if answer.class_name is not None:
            parts.append(f"responses.{answer.class_name}")
    return " | ".join(dict.fromkeys(parts)) or "None"


def _answer(
    scope: Scope, response: Response, method: str, names: Names, alone: bool
) -> tuple[PyAnswer, PyAnswerClass | None] | Diagnostic:
    if response.status.startswith("1"):
        message = f"an informational answer ({response.status}) cannot be given"
        return unsupported("unsupported-response-status", message, response.span)
    bodiless = statuses_without_body(response.status, method) and bool(response.content)
    shared = (
        None if bodiless else scope.shared(response)
    )  # a shared class has the body that this answer lacks
    content = _content(scope, response, method, shared)
    if isinstance(content, Diagnostic):
        return content
    headers = _headers(scope, response, shared)
    bare = alone and not any(header.required for header in headers)
    cls: PyAnswerClass | None = None
    if shared is not None or not bare or headers or content is None:
        cls = PyAnswerClass(
            name=shared or names.give(scope.prefix + reason_name(response.status), span=response.span),
            statuses=(response.status,),
            description=response.description,
            content=content,
            headers=headers,
            common=shared is not None and scope.is_common(response),
        )
    headers_key = _key(scope, response, shared, "headers") if headers else None
    if headers_key is not None:
        scope.guard_headers(
            headers_key, [one for one in response.headers if one.name in {h.name for h in headers}]
        )
    answer = PyAnswer(
        status=response.status,
        class_name=None if cls is None else cls.name,
        bare=bare,
        content=content,
        headers=headers,
        headers_guard=headers_key,
        in_union=True,
        shared=shared,
    )
    return answer, cls


def _key(scope: Scope, response: Response, shared: str | None, last: str) -> str:
    return f"response:{shared}.{last}" if shared is not None else f"{scope.key}.{response.status}.{last}"


def _content(
    scope: Scope, response: Response, method: str, shared: str | None
) -> PyContent | None | Diagnostic:
    """The one media type that is served, ``None`` for no body."""
    if not response.content:
        return None
    if statuses_without_body(response.status, method):
        what = "an answer to HEAD" if method == "HEAD" else f"an answer {response.status}"
        message = f"{what} has no body"
        scope.found.append(unsupported("unsupported-response-body", message, response.content[0].span))
        return None
    kinds = [media_kind(media.name) for media in response.content]
    chosen = next((kinds.index(kind) for kind in ("json", "events") if kind in kinds), None)
    for index, media in enumerate(response.content):
        if index != chosen:
            message = f"{media.name} is not offered for {response.status}"
            finding = unsupported("unsupported-response-media-type", message, media.span)
            if chosen is None:
                return finding
            scope.found.append(finding)
    if chosen is None:
        return None
    media = response.content[chosen]
    if kinds[chosen] == "events":
        return _events(scope, response, media, shared)
    name = concrete(media.name)
    key = _key(scope, response, shared, name)
    scope.guard(key, media.schema, "response")
    type_ = scope.annotation(media.schema, view="response", name=_inline_name(scope, response, shared))
    return PyContent(media_type=name, guard=key, type=type_)


def _events(scope: Scope, response: Response, media: MediaType, shared: str | None) -> PyContent | Diagnostic:
    schema = media.item_schema if media.item_schema is not None else media.schema
    as_json = None if schema is None else json_data(schema, scope.api.schemas)
    if schema is None or as_json is None:
        message = f"the schema of {media.name} does not describe an event with its `data`"
        hint = "Describe the event as sent: `data`, `event`, `id`, `retry`; JSON stands in `data` by contentSchema."
        return unsupported("unsupported-event-schema", message, media.span, hint=hint)
    key = _key(scope, response, shared, "text/event-stream")
    scope.guard(key, schema, "event")
    type_ = scope.annotation(schema, view="event", name=_inline_name(scope, response, shared, "Event"))
    return PyContent(media_type="text/event-stream", guard=key, type=type_, json_data=as_json)


def _inline_name(scope: Scope, response: Response, shared: str | None, suffix: str = "Body") -> str:
    return f"{shared or scope.prefix + reason_name(response.status)}{suffix}"


def _headers(scope: Scope, response: Response, shared: str | None) -> tuple[PyHeader, ...]:
    names = Names()
    owner = shared or scope.prefix + reason_name(response.status)
    planned: dict[str, PyHeader] = {}
    for header in response.headers:
        lower = header.name.lower()
        if lower == "content-type" or lower in planned:  # OpenAPI says that the former means nothing
            continue
        result = _header(scope, header, names, owner)
        if isinstance(result, Diagnostic):
            scope.found.append(result)
        else:
            planned[lower] = result
    return tuple(planned.values())


def _header(scope: Scope, header: Header, names: Names, owner: str) -> PyHeader | Diagnostic:
    schema = header.schema
    wire: Wire = Scalar()
    if header.content:
        media = header.content[0]
        if media_kind(media.name) != "json":
            message = f"the header {header.name!r} has the media type {media.name}"
            return unsupported("unsupported-response-header", message, media.span)
        schema = media.schema
        wire = Json()
    elif schema is not None:
        found = scope.wire(schema, "unsupported-response-header", f"the header {header.name!r}")
        if isinstance(found, Diagnostic):
            return found
        wire = found
    type_ = scope.annotation(schema, view="response", name=owner + pascal(header.name))
    return PyHeader(
        name=header.name,
        attribute=names.give(header_attribute(header.name), source=header.name, span=header.span),
        required=header.required,
        wire=wire,
        explode=header.explode,
        type=type_,
    )
