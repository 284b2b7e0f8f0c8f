"""The media types of responses, compiled: what an implementation returns for one becomes bytes or a stream."""

from __future__ import annotations

import codecs
import re
from collections.abc import AsyncIterator, Callable
from dataclasses import dataclass
from typing import Any, Final, TypeAlias, assert_never, cast

import msgspec
from pydantic_core import PydanticSerializationError
from starlette.types import Scope

from accord.runtime import declare
from accord.runtime.byte_stream import ByteStream
from accord.runtime.checking import Checking
from accord.runtime.convert import LazyType
from accord.runtime.guard import Guard
from accord.runtime.media_types import ContentKind, MediaType, content_kind, parse_media_type
from accord.runtime.negotiation import header_of
from accord.runtime.replies import ContractViolation, RawHeaders, Reply
from accord.runtime.responses import Event, EventStream, ItemStream
from accord.runtime.streams import AnyReply, StreamReply, close_iterator
from accord.runtime.strict_json import JsonValue

Encode: TypeAlias = Callable[[Any], bytes]  # Any: the type of the contract
Header: TypeAlias = tuple[bytes, bytes]
WriteBody: TypeAlias = Callable[[int, RawHeaders, Any, Scope, Header], AnyReply]
"""Status, headers, body, the request and ``Content-Type`` in."""

LAST_EVENT_ID: Final = b"last-event-id"
_encode: Final = msgspec.json.Encoder().encode


@dataclass(frozen=True, slots=True)
class Content:
    """A media type of a response, or a range, with what writes it. ``encode`` is given for JSON."""

    declared: declare.ResponseContent
    media_type: MediaType
    kind: ContentKind
    header: Header
    write: WriteBody
    encode: Encode | None = None

    def holds(self, body: object) -> bool:
        """Whether *body* is what an implementation gives for this media type."""
        match self.kind:
            case "events":
                return isinstance(body, EventStream)
            case "items":
                return isinstance(body, ItemStream)
            case "text":
                return isinstance(body, str | bytes | ByteStream)
            case "binary":
                return isinstance(body, bytes | bytearray | memoryview | ByteStream)
            case "json":
                return not isinstance(body, EventStream | ItemStream | ByteStream | bytes)


def compile_content(
    response: declare.Response,
    declared: declare.ResponseContent,
    guard: Guard,
    checking: Checking,
    heartbeat: float,
) -> Content:
    """Compile one media type of a response into what writes it.

    Raises:
        ValueError: it is no media type.
    """
    media_type = parse_media_type(declared.media_type)
    if media_type is None:
        raise ValueError(f"{declared.media_type!r} is no media type")
    kind: ContentKind = "text" if media_type.type == "*" else content_kind(media_type)
    if declared.guard is not None:
        guard.require(declared.guard)
    clause = f"{response.status} {declared.media_type}"
    make = _Maker(declared, guard, checking, clause)
    encode: Encode | None = None
    match kind:
        case "json":
            encode = make.json_encoder()
            write = _json_writer(encode)
        case "events":
            write = make.event_writer(heartbeat)
        case "items":
            write = make.item_writer()
        case "text":
            write = make.text_writer(media_type)
        case "binary":
            write = make.bytes_writer()
        case _:
            assert_never(kind)
    header = (b"content-type", declared.media_type.encode("latin-1"))
    return Content(declared, media_type, kind, header, write, encode)


def _json_writer(encode: Encode) -> WriteBody:
    """The writer of a JSON body."""

    def write(status: int, headers: RawHeaders, body: Any, scope: Scope, header: Header) -> Reply:
        data = encode(body)
        headers.append(header)
        return Reply(status, headers, data)

    return write


class _Maker:
    """Makes the writers of one media type."""

    def __init__(
        self, declared: declare.ResponseContent, guard: Guard, checking: Checking, clause: str
    ) -> None:
        self._declared = declared
        self._guard = guard
        self._checking = checking
        self._clause = clause
        self._key = declared.guard
        self._lazy = None if declared.type is None else LazyType(declared.type)

    def json_encoder(self) -> Encode:
        """A value as JSON, compared with the contract where that is due."""
        checking, key, lazy, clause = self._checking, self._key, self._lazy, self._clause
        due, always, valid = checking.due, checking.always, self._guard.valid

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
                    raise ContractViolation(clause, "the body does not have the declared type") from None
            try:
                if compare and key is not None and not valid({key: data}):
                    if value is None:
                        raise ContractViolation(clause, "the body is None")
                    checking.broken(ContractViolation(clause, *checking.reasons(key, data)))
                return _encode(data)
            except (ValueError, TypeError, RecursionError):
                raise ContractViolation(clause, "the body has no JSON form") from None

        return encode_json

    def text_writer(self, media_type: MediaType) -> WriteBody:
        """Text, in the charset of the media type or in UTF-8."""
        checking, key, clause = self._checking, self._key, self._clause
        charset = _codec(media_type.parameters.get("charset", "utf-8"))
        says_charset = "charset" in media_type.parameters
        write_bytes = self.bytes_writer()

        def write(status: int, headers: RawHeaders, body: Any, scope: Scope, header: Header) -> AnyReply:
            # A contract may describe a text that is a number (`text/plain` with `type: integer`); the
            # implementation then gives the number.
            if isinstance(body, bool | int | float):
                # Where the contract describes no number or boolean, it is another type.
                if key is None or not checking.is_valid(key, body, clause):
                    raise ContractViolation(clause, f"{type(body).__name__} is not what the text spells")
                body = _encode(body).decode("ascii")
            elif not isinstance(body, str):
                return write_bytes(status, headers, body, scope, header)
            else:
                checking.compare(key, body, clause)
            if not says_charset and header[1].startswith(b"text/") and b"charset" not in header[1]:
                header = (header[0], header[1] + b"; charset=utf-8")
            try:
                data = body.encode(charset)
            except (UnicodeEncodeError, LookupError):
                raise ContractViolation(
                    clause, "the text cannot be written in the declared charset"
                ) from None
            return Reply(status, [*headers, header], data)

        return write

    def bytes_writer(self) -> WriteBody:
        """Bytes, as a whole or in chunks."""
        clause = self._clause

        def encode_chunk(chunk: Any) -> bytes:  # Any: what an iterator yields
            if (whole := _as_bytes(chunk)) is None:
                raise ContractViolation(clause, f"a chunk is {type(chunk).__name__}, not bytes")
            return whole

        def write(status: int, headers: RawHeaders, body: Any, scope: Scope, header: Header) -> AnyReply:
            headers = [*headers, header]
            if (whole := _as_bytes(body)) is not None:
                return Reply(status, headers, whole)
            if not isinstance(body, ByteStream):
                raise ContractViolation(
                    clause, f"the body is {type(body).__name__}, not bytes or a ByteStream"
                )
            if body.length is None:
                return StreamReply(status, headers, aiter(body), encode_chunk, cuts=True)
            headers.append((b"content-length", b"%d" % body.length))
            return StreamReply(status, headers, _exactly(body, body.length, clause), encode_chunk, cuts=True)

        return write

    def item_writer(self) -> WriteBody:
        """JSON items, each compared with the contract."""
        encode_json, clause = self.json_encoder(), self._clause
        framed = self._declared.items is not None and self._declared.items.framing == "sequence"
        before = b"\x1e" if framed else b""

        def encode(item: Any) -> bytes:  # Any: the type of one item
            return before + encode_json(item) + b"\n"

        def write(status: int, headers: RawHeaders, body: Any, scope: Scope, header: Header) -> AnyReply:
            if not isinstance(body, ItemStream):
                raise ContractViolation(clause, f"{type(body).__name__} is no ItemStream")
            stream = cast("ItemStream[object]", body)
            # nginx holds a response back until a buffer is full, unless this header tells it not to.
            headers = [*headers, header, (b"x-accel-buffering", b"no")]
            # A list of items that just stops looks complete. Only a cut connection tells the client that it
            # is not.
            return StreamReply(status, headers, aiter(stream), encode, cuts=True, stops=stream.endless)

        return write

    def event_writer(self, heartbeat: float) -> WriteBody:
        """Server-sent events, each compared with the contract."""
        encode, clause = self._event_encoder(), self._clause

        def write(status: int, headers: RawHeaders, body: Any, scope: Scope, header: Header) -> AnyReply:
            if not isinstance(body, EventStream):
                raise ContractViolation(clause, f"{type(body).__name__} is no EventStream")
            stream = cast("EventStream[object]", body)
            # The id of the last event that the client has seen; the standard sends it in UTF-8.
            seen = (header_of(scope, LAST_EVENT_ID) or b"").decode("utf-8", errors="replace") or None
            events = stream.events(seen) if callable(stream.events) else stream.events
            more = (header, (b"cache-control", b"no-store"), (b"x-accel-buffering", b"no"))
            return StreamReply(
                status,
                [*headers, *more],
                events,
                encode,
                heartbeat=heartbeat if stream.heartbeat is None else stream.heartbeat,
                final=stream.final,
                stops=True,
            )

        return write

    def _event_encoder(self) -> Encode:
        """What writes one event: the whole event as the contract describes it, or its payload in an ``Event``."""
        checking, key, clause = self._checking, self._key, self._clause
        how = self._declared.events or declare.Events()

        def encode(event: Any) -> bytes:  # Any: the type of one event
            if not how.payload:
                data = self._to_data(event)
                checking.compare(key, data, clause)
                return encode_event(data, json_data=how.json_data, clause=clause)
            if not isinstance(event, Event):
                raise ContractViolation(clause, f"{type(event).__name__} is no Event")
            whole = cast("Event[object]", event)
            data = self._to_data(whole.data)
            checking.compare(key, data, clause)
            fields = {"event": whole.event, "id": whole.id, "retry": whole.retry, "data": data}
            return encode_event(fields, json_data=how.json_data, clause=clause)

        return encode

    def _to_data(self, value: Any) -> Any:  # Any: the type of the contract in, JSON out
        """*value* as JSON data, by its declared type."""
        if self._lazy is None:
            return value
        try:
            return self._lazy.adapter.serializer.to_python(
                value, mode="json", by_alias=True, warnings="error"
            )
        except PydanticSerializationError:
            raise ContractViolation(self._clause, "an event does not have the declared type") from None


def _as_bytes(value: object) -> bytes | None:
    """*value* if it is bytes of any kind."""
    if isinstance(value, bytes):
        return value
    if isinstance(value, bytearray):
        return bytes(value)
    return value.tobytes() if isinstance(value, memoryview) else None


def _codec(charset: str) -> str:
    """The codec of *charset*; for one that Python does not have, one that rejects every text."""
    try:
        # A misspelled charset in a contract must not stop the start: the operation answers 500 where text
        # is sent, and the log says why.
        return codecs.lookup(charset).name
    except LookupError:
        return "undefined"


async def _exactly(stream: ByteStream, length: int, clause: str) -> AsyncIterator[bytes]:
    """The chunks of a stream, which must have as many bytes as it says: its ``Content-Length`` is sent before them."""
    left = length
    chunks = aiter(stream)
    try:
        async for chunk in chunks:
            left -= len(chunk)
            if left < 0:
                break
            yield chunk
    finally:
        await close_iterator(chunks)
    if left:
        raise ContractViolation(clause, "the stream does not have the length that it gives")


_LINES: Final = re.compile(r"\r\n|\r|\n")


def encode_event(event: JsonValue, *, json_data: bool | None, clause: str) -> bytes:
    """*event* (``data``, ``event``, ``id``, ``retry``) as the standard writes it; *json_data* as in ``declare.Events``.

    Raises:
        ContractViolation: where a field cannot be written, such as an event name with a line break.
    """
    if not isinstance(event, dict):
        raise ContractViolation(clause, "an event is no object")
    lines: list[str] = []
    # The HTML standard, "Parsing an event stream": a line break ends a field, and an id with NUL is
    # ignored.
    for name, forbidden in (("event", "\r\n"), ("id", "\r\n\0")):
        value = event.get(name)
        if value is not None:
            text = str(value)
            if any(char in text for char in forbidden):
                raise ContractViolation(clause, f"/{name}: has a line break or NUL")
            lines.append(f"{name}: {text}")
    retry = event.get("retry")
    if retry is not None:
        if not isinstance(retry, int) or isinstance(retry, bool) or retry < 0:
            raise ContractViolation(clause, "/retry: must be a number of milliseconds")
        lines.append(f"retry: {retry}")
    if "data" in event:
        data = event["data"]
        if isinstance(data, str) and not json_data:
            text = data
        elif json_data is not False:
            text = _encode(data).decode("utf-8")
        else:
            raise ContractViolation(clause, "/data: must be a string")
        # The client puts the lines of `data` together again with a line feed between them.
        lines.extend(f"data: {line}" for line in _LINES.split(text))
    return ("\n".join(lines) + "\n\n").encode("utf-8")
