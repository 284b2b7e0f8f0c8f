"""Documented answers of an operation in the Python view: which classes there are, and what a method may return."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace
from typing import Final

from accord.contract.model import Header, Operation, Response
from accord.diagnostics import Diagnostic, Severity
from accord.emit.python.naming import Names, header_attribute, pascal, reason_name
from accord.emit.python.plan import PyAnswer, PyAnswerClass, PyContents, PyHeader
from accord.emit.python.plan_contents import content_key, media_type_annotation, plan_contents
from accord.emit.python.pytype import PyType
from accord.emit.python.scope import Planned, Scope
from accord.emit.python.support import statuses_without_body, unsupported
from accord.runtime.declare import Array, Json, Scalar, Wire
from accord.runtime.media_types import is_json, parse_media_type

REFUSED: Final = frozenset({"400", "401", "405", "406", "413", "415", "422", "429", "500", "501", "503"})
"""Statuses of the runtime's own refusals. An implementation may raise their classes but need not think of them."""


_OF_THE_CONNECTION: Final = frozenset({"connection", "transfer-encoding"})
"""Headers that only the server can write."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Answers:
    """The answers of an operation, the classes among them, and the return type of its method. ``media_type`` is the type
    of what ``Accept`` chooses from, ``None`` where there is no choice."""

    answers: tuple[PyAnswer, ...]
    classes: tuple[PyAnswerClass, ...]
    returns: str
    media_type: PyType | None


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
    value = Answers(
        answers=answers, classes=classes, returns=_returns(answers), media_type=_negotiated(answers)
    )
    lost = {response.status for response in operation.responses} - {answer.status for answer in answers}
    served = [answer for answer in answers if answer.status[0] in "23d"]
    if any(status[0] in "23d" for status in lost) and not served:
        return Planned(value=value, faults=tuple(skipped))
    scope.found.extend(skipped)
    if not answers:
        fault = _without_answer(operation)
        if not _awaits_nothing(operation):
            return Planned(value=value, faults=(fault,))
        scope.found.append(fault)
    return Planned(value=value)


def _without_answer(operation: Operation) -> Diagnostic:
    """The finding about an operation that documents nothing that could be answered."""
    what = f"{operation.method} {operation.path}"
    if not _awaits_nothing(operation):
        message = f"{what} documents no answer that can be given"
        hint = "Document at least one answer; until then the operation answers 501."
    else:
        informational = " but informational ones" if operation.responses else ""
        message = f"{what} documents no answer{informational}"
        hint = "Document one; until then it is answered with 204."
    return Diagnostic(
        code="operation-without-answer",
        message=message,
        span=operation.span,
        hint=hint,
        severity=Severity.WARNING if _awaits_nothing(operation) else Severity.ERROR,
    )


def _awaits_nothing(operation: Operation) -> bool:
    """Whether the contract leaves the final answer open: it documents none, or interim ones (1xx) alone."""
    return all(one.status.startswith("1") for one in operation.responses)


def _with_union(answers: Sequence[PyAnswer]) -> tuple[PyAnswer, ...]:
    """The runtime's refusals are no part of what a method returns, unless nothing else is documented."""
    if any(answer.status not in REFUSED for answer in answers):
        return tuple(replace(answer, in_union=answer.status not in REFUSED) for answer in answers)
    return tuple(answers)


def _negotiated(answers: Sequence[PyAnswer]) -> PyType | None:
    """The type of the media types among which ``Accept`` chooses: those of successes, or of ``default`` in their place."""
    chosen = [answer for answer in answers if answer.status.startswith("2")]
    if not chosen:
        chosen = [answer for answer in answers if answer.status == "default"]
    names = list(dict.fromkeys(one.media_type for answer in chosen for one in answer.content.contents))
    if len(names) > 1 or any("*" in name for name in names):
        return media_type_annotation(names)
    return None


def _returns(answers: Sequence[PyAnswer]) -> str:
    parts: list[str] = []
    for answer in answers:
        if not answer.in_union:
            continue
        if answer.bare:
            parts.append(answer.content.body.expr if answer.body else "None")
        if answer.class_name is not None:
            parts.append(f"responses.{answer.class_name}")
    return " | ".join(dict.fromkeys(parts)) or "None"


def _answer(
    scope: Scope, response: Response, method: str, names: Names, alone: bool
) -> tuple[PyAnswer, PyAnswerClass | None] | Diagnostic:
    if response.status.startswith("1"):
        message = f"an informational answer ({response.status}) cannot be given"
        return unsupported("unsupported-response-status", message, response.span)
    bodiless = statuses_without_body(response.status, method)
    # A shared class has the body that this answer lacks.
    shared = None if bodiless and response.content else scope.shared(response)
    content = _contents(scope, response, method, shared)
    if response.content and not bodiless and not content.contents:
        return _without_media_type(response)
    own_length = shared is None and (method == "HEAD" or response.status == "304")
    declared = _headers(scope, response, shared, own_length=own_length)
    headers = tuple(one for one in declared if one.attribute)
    body = not bodiless and bool(content.contents)
    bare = alone and not content.named and not any(header.required for header in headers)
    cls: PyAnswerClass | None = None
    if shared is not None or not bare or headers or not body or content.named is not None:
        cls = PyAnswerClass(
            name=shared or names.give(scope.prefix + reason_name(response.status), span=response.span),
            statuses=(response.status,),
            description=response.description,
            content=content if body else PyContents(),
            headers=headers,
            common=shared is not None and scope.is_common(response),
        )
    answer = PyAnswer(
        status=response.status,
        class_name=None if cls is None else cls.name,
        bare=bare,
        body=body,
        content=content,
        headers=declared,
        headers_guard=_guard_headers(scope, response, shared, headers),
        in_union=True,
        shared=shared,
    )
    return answer, cls


def _contents(scope: Scope, response: Response, method: str, shared: str | None) -> PyContents:
    """The media types, of an answer to HEAD those that GET would have."""
    bodiless = statuses_without_body(response.status, method)
    if not bodiless or method == "HEAD":
        return plan_contents(scope, response, shared, head=bodiless)
    if response.content:
        message = f"an answer {response.status} has no body"
        scope.found.append(unsupported("unsupported-response-body", message, response.content[0].span))
    return PyContents()


def _guard_headers(
    scope: Scope, response: Response, shared: str | None, headers: Sequence[PyHeader]
) -> str | None:
    """The guard's key for *headers*."""
    if not headers:
        return None
    key = content_key(scope, response, shared, "headers")
    given = {one.name for one in headers}
    scope.guard_headers(key, [one for one in response.headers if one.name in given])
    return key


def _without_media_type(response: Response) -> Diagnostic:
    """The finding about an answer none of whose media types is one."""
    media = response.content[0]
    return unsupported("unsupported-response-media-type", f"{media.name!r} is no media type", media.span)


def _headers(
    scope: Scope, response: Response, shared: str | None, *, own_length: bool
) -> tuple[PyHeader, ...]:
    """The headers that an implementation gives. With *own_length* that of the body is one of them: there is no body that
    would tell it."""
    names = Names()
    owner = shared or scope.prefix + reason_name(response.status)
    planned: dict[str, PyHeader] = {}
    for header in response.headers:
        lower = header.name.lower()
        if lower == "content-type" or lower in planned:  # OpenAPI says that the former means nothing
            continue
        if lower == "content-length" and not own_length:
            planned[lower] = _follows(header)
            continue
        if lower in _OF_THE_CONNECTION:
            message = f"the header {header.name!r} belongs to the connection"
            scope.found.append(unsupported("unsupported-response-header", message, header.span))
            continue
        result = _header(scope, header, names, owner)
        if isinstance(result, Diagnostic):
            scope.found.append(result)
        else:
            planned[lower] = result
    return tuple(planned.values())


def _follows(header: Header) -> PyHeader:
    """A header that the runtime writes by itself, since it follows from the body."""
    return PyHeader(
        name=header.name,
        attribute="",
        required=header.required,
        wire=Scalar(("integer",)),
        explode=False,
        type=PyType(expr="int"),
    )


def _header(scope: Scope, header: Header, names: Names, owner: str) -> PyHeader | Diagnostic:
    schema = header.schema
    wire: Wire = Scalar()
    if header.content:
        schema = header.content[0].schema
        media_type = parse_media_type(header.content[0].name)
        if media_type is not None and is_json(media_type):
            wire = Json()
    elif schema is not None:
        what = f"the header {header.name!r}"
        found = scope.text_wire(schema, "unsupported-response-header", what, is_read=False)
        if isinstance(found, Diagnostic):
            return found
        wire = found
    type_ = scope.annotation(schema, view="response", name=owner + pascal(header.name))
    if header.name.lower() == "set-cookie" and not isinstance(wire, Array):
        type_ = replace(
            type_, expr=f"{type_.expr} | list[{type_.expr}]"
        )  # the one header that cannot be joined
    return PyHeader(
        name=header.name,
        attribute=names.give(header_attribute(header.name), source=header.name, span=header.span),
        required=header.required,
        wire=wire,
        explode=header.explode,
        type=type_,
    )
