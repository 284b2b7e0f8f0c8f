"""Request bodies: bounded, of a declared media type, parsed strictly, guarded and converted.

JSON, the common case, is read by :func:`compile_body` itself; the readers of text, forms, multipart, and streams of bytes and of
items follow below it.

The rule of empty bodies: an optional body without content is absent, and the implementation receives ``None``. A required
one is 400 where its media type has no empty text (JSON, multipart) or is not named; otherwise it is an empty text, form
or stream.
"""

from __future__ import annotations

from collections.abc import AsyncIterator, Awaitable, Callable, Sequence
from dataclasses import dataclass
from typing import Any, Final, Generic, TypeAlias, TypeVar, assert_never

from starlette.types import Receive

from accord.runtime import strict_json
from accord.runtime.byte_stream import ByteStream
from accord.runtime.convert import Convert, compile_convert
from accord.runtime.declare import Body, BodyContent, File, Items, Json, Scalar
from accord.runtime.forms import compile_urlencoded
from accord.runtime.guard import Guard, invalid_body
from accord.runtime.media_types import MediaType, parse_media_type
from accord.runtime.parts import compile_multipart
from accord.runtime.problems import Rejection, RejectionKind
from accord.runtime.receiving import (
    CONTENT_LENGTH,
    CONTENT_TYPE,
    declared_length,
    each_chunk,
    length_fault,
    read_bytes,
)
from accord.runtime.request import Parts, text_header
from accord.runtime.responses import ItemStream
from accord.runtime.sequences import each_item, each_text
from accord.runtime.settings import RuntimeSettings
from accord.runtime.wire import compile_scalar

ReadBody: TypeAlias = Callable[[Parts, Receive], Awaitable[Any]]  # Any: the type of the contract, or None

CONTENT_ENCODING: Final = b"content-encoding"
KNOWN_TYPES: Final = 32
"""Spellings of Content-Type that are remembered; clients use few of them."""

WANTED: Final = frozenset({CONTENT_TYPE, CONTENT_LENGTH, CONTENT_ENCODING})


@dataclass(frozen=True, slots=True)
class Content:
    """One media type of a request body with what reads it."""

    media_type: MediaType
    charsets: frozenset[str] | None
    """Those that may be sent; ``None``: bytes, to which a charset is nothing."""
    read: ReadByMediaType | None
    """``None``: JSON."""
    key: str
    convert: Convert | None


def compile_body(body: Body, guard: Guard, settings: RuntimeSettings) -> ReadBody:
    """Compile *body* into a reader, which is given a request and returns its body as the implementation receives it.
    The reader raises :class:`Rejection` (400, 413, 415, 422) or ``ClientDisconnected``."""
    contents = sorted(
        (_compile_content(content, body, guard, settings) for content in body.content),
        # The narrowest first: `application/json` is read as such also where `application/*` stands before
        # it.
        key=lambda content: content.media_type.specificity,
        reverse=True,
    )
    limit, valid, choose = settings.max_body_bytes, guard.valid, _compile_choose(contents)

    async def read(parts: Parts, receive: Receive) -> Any:  # Any: see ReadBody
        raw_type = parts.headers.get(CONTENT_TYPE)
        # RFC 9110, section 8.3, lets a server guess then. It does not: a guess could read a form as JSON.
        if raw_type is None:
            if await read_bytes(parts, receive, limit):
                raise Rejection(RejectionKind.UNSUPPORTED_MEDIA_TYPE, detail="The body has no Content-Type.")
            return _absent(body)
        content, sent = choose(raw_type)
        # A compressed body of a kilobyte may be a gigabyte; no limit could be kept before it is unpacked.
        if parts.headers.get(CONTENT_ENCODING, b"identity").lower() != b"identity":
            raise Rejection(RejectionKind.UNSUPPORTED_MEDIA_TYPE, detail="The body must not be compressed.")
        if content.read is not None:
            return await content.read(parts, receive, sent)
        raw = await read_bytes(parts, receive, limit)
        if not raw:
            return _absent(body)
        try:
            value = strict_json.parse(raw)
        except strict_json.JsonError as error:
            raise Rejection(RejectionKind.MALFORMED, detail=f"The body is not valid JSON: {error}.") from None
        if not valid({content.key: value}):
            raise invalid_body(guard, content.key, value)
        return value if content.convert is None else content.convert(value)

    return read


def _compile_choose(contents: Sequence[Content]) -> Callable[[bytes], tuple[Content, MediaType]]:
    """What reads a body, by its Content-Type."""
    known: dict[bytes, tuple[Content, MediaType]] = {}

    def choose(raw_type: bytes) -> tuple[Content, MediaType]:
        if (chosen := known.get(raw_type)) is not None:
            return chosen
        sent = parse_media_type(raw_type.decode("latin-1"))
        if sent is None or sent.is_range:
            raise Rejection(RejectionKind.UNSUPPORTED_MEDIA_TYPE)
        content = next((c for c in contents if c.media_type.accepts(sent)), None)
        if content is None:
            raise Rejection(RejectionKind.UNSUPPORTED_MEDIA_TYPE)
        charset = sent.parameters.get("charset")
        if charset is not None and content.charsets is not None and charset.lower() not in content.charsets:
            raise Rejection(
                RejectionKind.UNSUPPORTED_MEDIA_TYPE,
                detail=f"The body must be encoded in {' or '.join(sorted(content.charsets)).upper()}.",
            )
        # A boundary differs in each request; remembering those would fill the table.
        if len(known) < KNOWN_TYPES and "boundary" not in sent.parameters:
            known[raw_type] = (content, sent)
        return content, sent

    return choose


def _absent(body: Body) -> None:
    """What a request without a body means: ``None`` for an optional one, otherwise a rejection."""
    if body.required:
        raise Rejection(RejectionKind.MALFORMED, detail="The request has no body.")


MediaT_co = TypeVar("MediaT_co", bound=str, covariant=True)
BodyT_co = TypeVar("BodyT_co", covariant=True)


@dataclass(frozen=True, slots=True)
class RequestBody(Generic[MediaT_co, BodyT_co]):
    """A body together with its media type, as the contract declares that. It stands where the type of the body alone
    would not tell which of several media types was sent."""

    media_type: MediaT_co
    body: BodyT_co


# Any: the type of the contract, or None
ReadByMediaType: TypeAlias = Callable[[Parts, Receive, MediaType], Awaitable[Any]]

_UTF_8: Final = "utf-8"


@dataclass(frozen=True, slots=True)
class _Kit:
    """What the readers of one media type need."""

    content: BodyContent
    media_type: MediaType
    guard: Guard
    settings: RuntimeSettings
    body: Body
    convert: Convert | None
    finish: Convert | None
    """The conversion, and the media type put beside its result."""

    @property
    def charset(self) -> str:
        """The charset of a text that states none."""
        return self.media_type.parameters.get("charset", _UTF_8).lower()

    @property
    def stream_limit(self) -> int:
        """Bytes that a body may have which is not held in memory."""
        return self.settings.max_stream_bytes or self.settings.max_body_bytes

    def checked(self, guarded: Any, value: Any) -> Any:  # Any: JSON, and the type of the contract
        """*value* as the implementation receives it, if *guarded* follows the contract."""
        if not self.guard.valid({self.content.guard: guarded}):
            raise invalid_body(self.guard, self.content.guard, guarded)
        return value if self.finish is None else self.finish(value)


def _compile_content(content: BodyContent, body: Body, guard: Guard, settings: RuntimeSettings) -> Content:
    """Compile one media type of *body*. What its ``read`` raises is :class:`Rejection` (400, 413, 415, 422) or
    ``ClientDisconnected``."""
    media_type = parse_media_type(content.media_type)
    if media_type is None:
        raise ValueError(f"{content.media_type!r} is not a media type")
    # A form's value is not what the guard sees of it: files stay files.
    proved = content.form is None and isinstance(content.read, Json)
    convert = None if content.type is None else compile_convert(content.type, "body", guard, proved=proved)
    finish = _wrapped(content.media_type, convert) if content.wrap else convert
    kit = _Kit(content, media_type, guard, settings, body, convert, finish)
    is_bytes = media_type.type == "multipart" if content.form is not None else isinstance(content.read, File)
    charsets = None if is_bytes else frozenset({_UTF_8, kit.charset})
    return Content(media_type, charsets, _compile_read(kit), guard.require(content.guard), finish)


def _compile_read(kit: _Kit) -> ReadByMediaType | None:
    """The reader of bodies of one media type; ``None`` for JSON."""
    if kit.content.form is not None:
        return _multipart(kit) if kit.media_type.type == "multipart" else _urlencoded(kit)
    match kit.content.read:
        case Json():
            return None
        case Scalar() as scalar:
            return _text(kit, scalar)
        case File() as file:
            return _bytes(kit, file)
        case Items() as items:
            return _items(kit, items)
        case _:
            assert_never(kit.content.read)


def _wrapped(name: str, convert: Convert | None) -> Convert:
    """*convert*, whose result is given together with its media type *name*."""
    if convert is None:
        return lambda value: RequestBody(name, value)
    return lambda value: RequestBody(name, convert(value))


def _urlencoded(kit: _Kit) -> ReadByMediaType:
    """The reader of a form in one piece."""
    form, limit = compile_urlencoded(kit.content, kit.guard, kit.settings), kit.settings.max_body_bytes

    async def read(parts: Parts, receive: Receive, sent: MediaType) -> Any:  # Any: see ReadByMediaType
        raw = await read_bytes(parts, receive, limit)
        if not raw and not kit.body.required:
            return None
        value = form(raw)
        return kit.checked(value, value)

    return read


def _multipart(kit: _Kit) -> ReadByMediaType:
    """The reader of a multipart body."""
    read_form, limit = compile_multipart(kit.content, kit.guard, kit.settings), kit.stream_limit

    async def read(parts: Parts, receive: Receive, sent: MediaType) -> Any:  # Any: see ReadByMediaType
        declared_length(parts, limit)
        chunks = await _started(each_chunk(receive, limit))
        if chunks is None:
            return _absent(kit.body)
        form = await read_form(chunks, sent)
        # The implementation may read its files until the response is sent.
        parts.on_end = form.close
        return kit.checked(form.guarded, form.value)

    return read


def _text(kit: _Kit, scalar: Scalar) -> ReadByMediaType:
    """The reader of a text, or of a value that is written as text."""
    read_scalar, limit, charset = compile_scalar(scalar), kit.settings.max_body_bytes, kit.charset

    async def read(parts: Parts, receive: Receive, sent: MediaType) -> Any:  # Any: see ReadByMediaType
        raw = await read_bytes(parts, receive, limit)
        if not raw and not kit.body.required:
            return None
        try:
            text = raw.decode(sent.parameters.get("charset", charset))
        except UnicodeDecodeError as error:
            detail = f"The body is not text of its charset (byte {error.start})."
            raise Rejection(RejectionKind.MALFORMED, detail=detail) from None
        value = read_scalar(text)
        return kit.checked(value, value)

    return read


def _bytes(kit: _Kit, file: File) -> ReadByMediaType:
    """The reader of a body that is given on as it comes."""
    limit, finish = kit.stream_limit, kit.finish

    async def read(parts: Parts, receive: Receive, sent: MediaType) -> Any:  # Any: see ReadByMediaType
        length = declared_length(parts, limit)
        # By its declared length a body is rejected before any of it is read.
        fault = None if length is None else length_fault(length, file)
        if fault is not None:
            raise Rejection(RejectionKind.INVALID, errors=[fault])
        chunks = await _unless_absent(each_chunk(receive, limit), kit)
        if chunks is None:
            return None
        stated = text_header(parts.headers[CONTENT_TYPE])
        stream = ByteStream(_bounded(chunks, file), length=length, content_type=stated)
        return stream if finish is None else finish(stream)

    return read


def _items(kit: _Kit, items: Items) -> ReadByMediaType:
    """The reader of a sequence of items, each checked when it is asked for."""
    limit, longest = kit.stream_limit, kit.settings.max_body_bytes
    name, wrap = kit.content.media_type, kit.content.wrap

    async def read(parts: Parts, receive: Receive, sent: MediaType) -> Any:  # Any: see ReadByMediaType
        declared_length(parts, limit)
        chunks = await _unless_absent(each_chunk(receive, limit), kit)
        if chunks is None:
            return None
        found = each_item(each_text(chunks, items, longest), kit.guard, kit.content.guard, kit.convert)
        stream = ItemStream(found)
        return RequestBody(name, stream) if wrap else stream

    return read


async def _unless_absent(chunks: AsyncIterator[bytes], kit: _Kit) -> AsyncIterator[bytes] | None:
    """*chunks*, ``None`` where the body is optional and there are none."""
    return chunks if kit.body.required else await _started(chunks)


async def _started(chunks: AsyncIterator[bytes]) -> AsyncIterator[bytes] | None:
    """*chunks*, the first of which has come; ``None`` where there is none."""
    first = await anext(chunks, None)
    return None if first is None else _continued(first, chunks)


async def _continued(first: bytes, chunks: AsyncIterator[bytes]) -> AsyncIterator[bytes]:
    """*first*, then the others."""
    yield first
    async for chunk in chunks:
        yield chunk


async def _bounded(chunks: AsyncIterator[bytes], file: File) -> AsyncIterator[bytes]:
    """*chunks*, within the lengths of the contract."""
    size = 0
    async for chunk in chunks:
        size += len(chunk)
        if (fault := length_fault(size, file, ended=False)) is not None:
            raise Rejection(RejectionKind.INVALID, errors=[fault])
        yield chunk
    if (fault := length_fault(size, file)) is not None:
        raise Rejection(RejectionKind.INVALID, errors=[fault])
