"""What an implementation returned or raised becomes a documented answer, checked against the contract."""

from __future__ import annotations

from collections.abc import AsyncIterator, Callable, Iterator, Sequence
from dataclasses import dataclass
from typing import Any, Final, TypeAlias, cast

import msgspec
from pydantic import MISSING
from pydantic_core import PydanticSerializationError

from accord.runtime import declare
from accord.runtime.answers import Answer, EventStream
from accord.runtime.convert import LazyType
from accord.runtime.guard import Guard
from accord.runtime.media_types import is_json, parse_media_type
from accord.runtime.replies import (
    WITHOUT_BODY,
    ContractViolation,
    RawHeaders,
    Reply,
    header_text,
    raw_header,
    to_json_data,
)
from accord.runtime.settings import RuntimeSettings, Violation
from accord.runtime.streams import StreamReply, encode_event

Write: TypeAlias = Callable[[Any], "Reply | StreamReply"]  # Any: what the implementation returned
Report: TypeAlias = Callable[[Violation], None]

_encode: Final = msgspec.json.Encoder().encode


@dataclass(frozen=True, slots=True)
class Content:
    """A media type of an answer, compiled."""

    header: tuple[bytes, bytes]
    media_type: str
    json: bool
    type: LazyType | None
    guard: str | None
    events: declare.Events | None
    clause: str


class Checking:
    """Decides which answers are compared with the contract, and what becomes of one that breaks it."""

    def __init__(self, operation: str, settings: RuntimeSettings, report: Report) -> None:
        self._operation = operation
        self._report = report
        self._every = {"check": 1, "sample": settings.sample_every, "trust": 0}[settings.mode]
        self._refuses = self.always = settings.mode == "check"
        self._count = 0

    def due(self) -> bool:
        """Whether the next answer is compared."""
        if self._every <= 1:
            return self._every == 1
        self._count += 1
        return self._count % self._every == 1

    def broken(self, violation: ContractViolation) -> None:
        """Raise *violation* in mode ``check``; report it otherwise."""
        if self._refuses:
            raise violation
        self._report(
            Violation(operation=self._operation, clause=violation.clause, reasons=tuple(violation.reasons))
        )


class Renderer:
    """The answers of one operation, compiled."""

    def __init__(
        self, operation: declare.Operation, guard: Guard, settings: RuntimeSettings, report: Report
    ) -> None:
        self._checking = Checking(operation.key, settings, report)
        self._settings = settings
        self._guard = guard
        self._writers: dict[type, Write] = {}
        self._bare: Write | None = None
        by_class: dict[type, list[tuple[declare.Answer, Write]]] = {}
        exact = frozenset(a.status for a in operation.answers if isinstance(a.status, int))
        for answer in operation.answers:
            contents = [self._content(answer, content) for content in answer.content]
            if answer.cls is not None:
                write = self._wrapped(answer, contents, exact)
                by_class.setdefault(answer.cls(), []).append((answer, write))
            if answer.bare:
                self._set_bare(answer, contents)
        for cls, choices in by_class.items():
            self._writers[cls] = choices[0][1] if len(choices) == 1 else _by_status(choices)

    def render(self, result: object) -> Reply | StreamReply:
        """The reply for *result*.

        Raises:
            ContractViolation: where the contract does not document it.
        """
        write = self._writers.get(type(result))
        return self._find(type(result))(result) if write is None else write(result)

    def _find(self, cls: type) -> Write:
        """What writes a type that is returned for the first time."""
        write = next((self._writers[c] for c in cls.__mro__ if c in self._writers), None)
        if write is None and not issubclass(cls, Answer):
            write = self._bare
        if write is None:
            raise ContractViolation("answer", f"{cls.__name__} is no documented answer of this operation")
        self._writers[cls] = write
        return write

    def _set_bare(self, answer: declare.Answer, contents: Sequence[Content]) -> None:
        status = answer.status
        if not isinstance(status, int):
            raise TypeError("a bare answer has one status")
        content = contents[0] if contents else None
        if content is not None and content.events is not None:
            self._writers[EventStream] = lambda result: self._stream(status, [], content, result)
            return
        if content is None:
            self._writers[type(None)] = lambda result: Reply(status, [])
            return
        encode = self._encoder(content)
        self._bare = lambda result: Reply(status, [content.header], encode(result))

    def _wrapped(self, answer: declare.Answer, contents: Sequence[Content], exact: frozenset[int]) -> Write:
        headers_of = self._headers_writer(answer)
        encoders = {content.media_type: (content, self._encoder(content)) for content in contents}
        only = next(iter(encoders.values())) if len(encoders) == 1 else None
        fits = _compile_status(answer.status, exact)

        def write(result: Any) -> Reply | StreamReply:  # Any: a generated answer
            status = result.status
            if not fits(status):
                raise ContractViolation("status", f"{status!r} does not fit the documented {answer.status}")
            headers = headers_of(result)
            if not encoders or status in WITHOUT_BODY:
                return Reply(status, headers)
            content, encode = only or _chosen(encoders, result)
            if content.events is not None:
                return self._stream(status, headers, content, result.body)
            body = encode(result.body)
            headers.append(content.header)
            return Reply(status, headers, body)

        return write

    def _content(self, answer: declare.Answer, content: declare.AnswerContent) -> Content:
        media_type = parse_media_type(content.media_type)
        return Content(
            header=(b"content-type", content.media_type.encode("latin-1")),
            media_type=content.media_type,
            json=media_type is not None and is_json(media_type),
            type=None if content.type is None else LazyType(content.type),
            guard=None if content.guard is None else self._guard.require(content.guard),
            events=content.events,
            clause=f"{answer.status} {content.media_type}",
        )

    def _encoder(self, content: Content) -> Callable[[Any], bytes]:  # Any: the type of the contract
        checking, guard = self._checking, self._guard
        due, key, lazy = checking.due, content.guard, content.type
        always, valid = checking.always, guard.valid

        def encode_json(value: Any) -> bytes:  # Any: the type of the contract
            # Pydantic writes None for any type without a warning, so whether it may be null is always looked up.
            compare = always or due() or value is None
            if lazy is None:
                data = value
            else:
                try:
                    serializer = lazy.adapter.serializer
                    if not compare:
                        return serializer.to_json(value, by_alias=True, warnings="error")
                    data = serializer.to_python(value, mode="json", by_alias=True, warnings="error")
                except PydanticSerializationError:
                    raise ContractViolation(
                        content.clause, "the body does not have the declared type"
                    ) from None
            try:
                if compare and key is not None and not valid({key: data}):
                    if value is None:
                        raise ContractViolation(content.clause, "the body is None")
                    checking.broken(ContractViolation(content.clause, *_reasons(guard, key, data)))
                return _encode(data)
            except (ValueError, TypeError, RecursionError):
                raise ContractViolation(content.clause, "the body has no JSON form") from None

        def encode_text(value: Any) -> bytes:  # Any: the type of the contract
            if isinstance(value, bytes):
                return value
            if not isinstance(value, str):
                raise ContractViolation(content.clause, "the body is neither str nor bytes")
            if due() and key is not None and not _valid(guard, key, value, content.clause):
                checking.broken(ContractViolation(content.clause, *_reasons(guard, key, value)))
            return value.encode("utf-8")

        return encode_json if content.json else encode_text

    def _headers_writer(
        self, answer: declare.Answer
    ) -> Callable[[Any], RawHeaders]:  # Any: a generated answer
        declared = answer.headers
        if not declared:
            return lambda result: []
        checking, guard = self._checking, self._guard
        key = None if answer.headers_guard is None else guard.require(answer.headers_guard)
        clause = f"{answer.status} headers"

        def write(result: Any) -> RawHeaders:  # Any: a generated answer
            values: dict[str, Any] = {}
            headers: RawHeaders = []
            for header in declared:
                value = getattr(result, header.attribute)
                if value is None or value is MISSING:
                    continue
                data = values[header.name] = to_json_data(value, clause)
                headers.append(raw_header(header.name, header_text(data, header)))
            if key is not None and checking.due() and not _valid(guard, key, values, clause):
                checking.broken(ContractViolation(clause, *_reasons(guard, key, values)))
            return headers

        return write

    def _stream(self, status: int, headers: RawHeaders, content: Content, stream: object) -> StreamReply:
        if not isinstance(stream, EventStream):
            raise ContractViolation(content.clause, f"{type(stream).__name__} is no EventStream")
        events = cast("AsyncIterator[object]", stream.events)  # pyright: ignore[reportUnknownMemberType]
        encode = self._event_encoder(content)
        headers.extend((content.header, (b"cache-control", b"no-store"), (b"x-accel-buffering", b"no")))
        heartbeat = self._settings.heartbeat if stream.heartbeat is None else stream.heartbeat
        return StreamReply(status, headers, events, encode, heartbeat)

    def _event_encoder(self, content: Content) -> Callable[[Any], bytes]:  # Any: the type of one event
        checking, guard, key, lazy = self._checking, self._guard, content.guard, content.type
        assert content.events is not None
        json_data = content.events.json_data

        def encode(event: Any) -> bytes:  # Any: the type of one event
            try:
                data = (
                    event
                    if lazy is None
                    else lazy.adapter.serializer.to_python(
                        event, mode="json", by_alias=True, warnings="error"
                    )
                )
            except PydanticSerializationError:
                raise ContractViolation(content.clause, "an event does not have the declared type") from None
            if key is not None and checking.due() and not _valid(guard, key, data, content.clause):
                checking.broken(ContractViolation(content.clause, *_reasons(guard, key, data)))
            return encode_event(data, json_data=json_data, clause=content.clause)

        return encode


def _valid(guard: Guard, key: str, data: Any, clause: str) -> bool:  # Any: JSON, or what claims to be
    try:
        return guard.valid({key: data})
    except (ValueError, TypeError):
        raise ContractViolation(clause, "the answer has no JSON form") from None


def _reasons(guard: Guard, key: str, data: Any) -> Iterator[str]:  # Any: JSON
    for fault in guard.faults(key, data):
        yield f"{fault.pointer or '/'}: {fault.reason}"


def _compile_status(declared: int | str, exact: frozenset[int]) -> Callable[[Any], bool]:  # Any: what was set
    if isinstance(declared, int):
        return lambda status: status == declared
    if declared == "default":
        return lambda status: type(status) is int and 200 <= status <= 599 and status not in exact
    first = int(declared[0]) * 100
    return lambda status: type(status) is int and first <= status < first + 100 and status not in exact


def _by_status(choices: list[tuple[declare.Answer, Write]]) -> Write:
    """One class under several documented statuses: its instance says which."""
    ordered = sorted(
        choices, key=lambda choice: (isinstance(choice[0].status, str), choice[0].status == "default")
    )
    tests = [(_compile_status(answer.status, frozenset()), write) for answer, write in ordered]

    def write(result: Any) -> Reply | StreamReply:  # Any: a generated answer
        for fits, write_one in tests:
            if fits(result.status):
                return write_one(result)
        raise ContractViolation("status", f"{result.status!r} is not documented")

    return write


def _chosen(
    encoders: dict[str, tuple[Content, Callable[[Any], bytes]]],
    result: Any,  # Any: a generated answer
) -> tuple[Content, Callable[[Any], bytes]]:
    media_type = getattr(result, "media_type", None)
    try:
        return encoders[str(media_type)]
    except KeyError:
        raise ContractViolation("media type", "the answer has no documented media_type") from None
