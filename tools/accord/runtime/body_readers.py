"""Readers of request bodies that are no JSON: text, forms, multipart, streams of bytes and of items."""

from __future__ import annotations

from collections.abc import AsyncIterator, Awaitable, Callable
from dataclasses import dataclass
from typing import Any, Final, Generic, TypeAlias, TypeVar, assert_never

from starlette.types import Receive

from accord.runtime.answers import ItemStream
from accord.runtime.byte_stream import ByteStream
from accord.runtime.convert import Convert, compile_convert
from accord.runtime.declare import BodyContent, File, Items, Json, Scalar
from accord.runtime.forms import compile_urlencoded
from accord.runtime.guard import Guard, invalid_parts
from accord.runtime.media_types import MediaType
from accord.runtime.parts import compile_multipart
from accord.runtime.problems import Refusal, RefusalKind
from accord.runtime.receiving import CONTENT_TYPE, declared_length, each_chunk, length_fault, read_bytes
from accord.runtime.request import Parts, text_header
from accord.runtime.sequences import each_item, each_text
from accord.runtime.settings import RuntimeSettings
from accord.runtime.wire import compile_scalar

MediaT_co = TypeVar("MediaT_co", bound=str, covariant=True)
BodyT_co = TypeVar("BodyT_co", covariant=True)


@dataclass(frozen=True, slots=True)
class Sent(Generic[MediaT_co, BodyT_co]):
    """A body together with its media type, as the contract declares that. It stands where the type of the body alone
    would not tell which of several media types was sent."""

    media_type: MediaT_co
    body: BodyT_co


ReadSent: TypeAlias = Callable[
    [Parts, Receive, MediaType], Awaitable[Any]
]  # Any: the type of the contract, or None

_UTF_8: Final = "utf-8"


@dataclass(frozen=True, slots=True)
class Reader:
    """How bodies of one media type are read. ``charsets``: which may be sent (``None``: bytes, to which they are
    nothing); ``read`` is ``None`` for JSON; ``convert`` makes the body of guarded JSON."""

    charsets: frozenset[str] | None
    read: ReadSent | None
    convert: Convert | None


@dataclass(frozen=True, slots=True)
class _Kit:
    """What the readers of one media type need."""

    content: BodyContent
    media_type: MediaType
    guard: Guard
    settings: RuntimeSettings
    required: bool
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
        key = self.content.guard
        if not self.guard.valid({key: guarded}):
            raise Refusal(RefusalKind.INVALID, errors=invalid_parts(self.guard.faults(key, guarded), "body"))
        return value if self.finish is None else self.finish(value)


def compile_reader(
    content: BodyContent, media_type: MediaType, guard: Guard, settings: RuntimeSettings, *, required: bool
) -> Reader:
    """The reader of *content*. What it reads by itself raises :class:`Refusal` (400, 413, 415, 422) or ``ClientGone``."""
    # A form's value is not what the guard sees of it: files stay files.
    proved = content.form is None and isinstance(content.read, Json)
    convert = None if content.type is None else compile_convert(content.type, "body", guard, proved=proved)
    kit = _Kit(
        content=content,
        media_type=media_type,
        guard=guard,
        settings=settings,
        required=required,
        convert=convert,
        finish=_wrapped(content.media_type, convert) if content.wrap else convert,
    )
    textual = frozenset({_UTF_8, kit.charset})
    if content.form is not None:
        if media_type.type == "multipart":
            return Reader(None, _multipart(kit), kit.finish)
        return Reader(textual, _urlencoded(kit), kit.finish)
    match content.read:
        case Json():
            return Reader(textual, None, kit.finish)
        case Scalar() as scalar:
            return Reader(textual, _text(kit, scalar), kit.finish)
        case File() as file:
            return Reader(None, _bytes(kit, file), kit.finish)
        case Items() as items:
            return Reader(textual, _items(kit, items), kit.finish)
        case _:
            assert_never(content.read)


def _wrapped(name: str, convert: Convert | None) -> Convert:
    """*convert*, whose result is given together with its media type *name*."""
    if convert is None:
        return lambda value: Sent(name, value)
    return lambda value: Sent(name, convert(value))


def _urlencoded(kit: _Kit) -> ReadSent:
    """The reader of a form in one piece."""
    form, limit = compile_urlencoded(kit.content, kit.guard, kit.settings), kit.settings.max_body_bytes

    async def read(parts: Parts, receive: Receive, sent: MediaType) -> Any:  # Any: see ReadSent
        raw = await read_bytes(parts, receive, limit)
        if not raw and not kit.required:
            return None
        value = form(raw)
        return kit.checked(value, value)

    return read


def _multipart(kit: _Kit) -> ReadSent:
    """The reader of a multipart body."""
    read_form, limit = compile_multipart(kit.content, kit.guard, kit.settings), kit.stream_limit

    async def read(parts: Parts, receive: Receive, sent: MediaType) -> Any:  # Any: see ReadSent
        declared_length(parts, limit)
        chunks = await _started(each_chunk(receive, limit))
        if chunks is None:
            if kit.required:
                raise Refusal(RefusalKind.MALFORMED, detail="The request has no body.")
            return None
        form = await read_form(chunks, sent)
        # The implementation may read its files until the answer is sent.
        parts.on_end = form.close
        return kit.checked(form.guarded, form.value)

    return read


def _text(kit: _Kit, scalar: Scalar) -> ReadSent:
    """The reader of a text, or of a value that is written as text."""
    read_scalar, limit, charset = compile_scalar(scalar), kit.settings.max_body_bytes, kit.charset

    async def read(parts: Parts, receive: Receive, sent: MediaType) -> Any:  # Any: see ReadSent
        raw = await read_bytes(parts, receive, limit)
        if not raw and not kit.required:
            return None
        try:
            text = raw.decode(sent.parameters.get("charset", charset))
        except UnicodeDecodeError as error:
            detail = f"The body is not text of its charset (byte {error.start})."
            raise Refusal(RefusalKind.MALFORMED, detail=detail) from None
        value = read_scalar(text)
        return kit.checked(value, value)

    return read


def _bytes(kit: _Kit, file: File) -> ReadSent:
    """The reader of a body that is given on as it comes."""
    limit, finish = kit.stream_limit, kit.finish

    async def read(parts: Parts, receive: Receive, sent: MediaType) -> Any:  # Any: see ReadSent
        length = declared_length(parts, limit)
        # By its declared length a body is refused before any of it is read.
        fault = None if length is None else length_fault(length, file)
        if fault is not None:
            raise Refusal(RefusalKind.INVALID, errors=[fault])
        chunks = await _unless_absent(each_chunk(receive, limit), kit)
        if chunks is None:
            return None
        stated = text_header(parts.headers[CONTENT_TYPE])
        stream = ByteStream(_bounded(chunks, file), length=length, content_type=stated)
        return stream if finish is None else finish(stream)

    return read


def _items(kit: _Kit, items: Items) -> ReadSent:
    """The reader of a sequence of items, each checked when it is asked for."""
    limit, longest = kit.stream_limit, kit.settings.max_body_bytes
    name, wrap = kit.content.media_type, kit.content.wrap

    async def read(parts: Parts, receive: Receive, sent: MediaType) -> Any:  # Any: see ReadSent
        declared_length(parts, limit)
        chunks = await _unless_absent(each_chunk(receive, limit), kit)
        if chunks is None:
            return None
        found = each_item(each_text(chunks, items, longest), kit.guard, kit.content.guard, kit.convert)
        stream = ItemStream(found)
        return Sent(name, stream) if wrap else stream

    return read


async def _unless_absent(chunks: AsyncIterator[bytes], kit: _Kit) -> AsyncIterator[bytes] | None:
    """*chunks*, ``None`` where the body is optional and there are none."""
    return chunks if kit.required else await _started(chunks)


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
            raise Refusal(RefusalKind.INVALID, errors=[fault])
        yield chunk
    if (fault := length_fault(size, file)) is not None:
        raise Refusal(RefusalKind.INVALID, errors=[fault])
