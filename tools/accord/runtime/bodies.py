"""Request bodies: bounded, of a declared media type, parsed strictly, guarded and converted.

The rule of empty bodies: without content the body is absent. That is right where it is optional (the implementation
receives ``None``), and 400 where it is required.
"""

from __future__ import annotations

from collections.abc import Awaitable, Callable, Sequence
from dataclasses import dataclass
from typing import Any, Final, TypeAlias

from starlette.types import Receive

from accord.runtime import strict_json
from accord.runtime.convert import Convert, compile_convert
from accord.runtime.declare import Body, BodyContent
from accord.runtime.forms import compile_form
from accord.runtime.guard import Guard, invalid_parts
from accord.runtime.media_types import MediaType, is_json, parse_media_type
from accord.runtime.problems import Refusal, RefusalKind
from accord.runtime.request import ClientGone, Parts
from accord.runtime.settings import RuntimeSettings

ReadBody: TypeAlias = Callable[[Parts, Receive], Awaitable[Any]]  # Any: the type of the contract, or None
Parse: TypeAlias = Callable[[bytes, MediaType], "Parsed"]

CONTENT_TYPE: Final = b"content-type"
CONTENT_LENGTH: Final = b"content-length"
CONTENT_ENCODING: Final = b"content-encoding"
KNOWN_TYPES: Final = 32
"""Spellings of Content-Type that are remembered; clients use few of them."""

WANTED: Final = frozenset({CONTENT_TYPE, CONTENT_LENGTH, CONTENT_ENCODING})


@dataclass(frozen=True, slots=True)
class Parsed:
    """A body as the guard sees it (JSON data) and as the model reads it (files are bytes there)."""

    guarded: Any  # Any: JSON
    value: Any  # Any: JSON, and bytes


@dataclass(frozen=True, slots=True)
class Content:
    """A media type of a body, compiled."""

    media_type: MediaType
    parse: Parse | None
    """``None``: JSON."""
    key: str
    convert: Convert | None


def compile_body(body: Body, guard: Guard, settings: RuntimeSettings) -> ReadBody:
    """The reader of *body*. It raises :class:`Refusal` (400, 413, 415, 422) or :class:`ClientGone`."""
    contents = sorted(
        (_compile_content(content, guard, settings) for content in body.content),
        key=lambda content: content.media_type.specificity,
        reverse=True,
    )
    limit, valid, choose = settings.max_body_bytes, guard.valid, _compile_choose(contents)

    async def read(parts: Parts, receive: Receive) -> Any:  # Any: see ReadBody
        raw_type = parts.headers.get(CONTENT_TYPE)
        if raw_type is None:
            if await read_bytes(parts, receive, limit):
                raise Refusal(RefusalKind.UNSUPPORTED_MEDIA_TYPE, detail="The body has no Content-Type.")
            return _absent(body)
        content, sent = choose(raw_type)
        if parts.headers.get(CONTENT_ENCODING, b"identity").lower() != b"identity":
            raise Refusal(RefusalKind.UNSUPPORTED_MEDIA_TYPE, detail="The body must not be compressed.")
        raw = await read_bytes(parts, receive, limit)
        if not raw:
            return _absent(body)
        if content.parse is None:
            try:
                value = guarded = strict_json.parse(raw)
            except strict_json.JsonError as error:
                raise Refusal(RefusalKind.MALFORMED, detail=f"The body is not valid JSON: {error}.") from None
        else:
            parsed = content.parse(raw, sent)
            value, guarded = parsed.value, parsed.guarded
        if not valid({content.key: guarded}):
            raise Refusal(
                RefusalKind.INVALID, errors=invalid_parts(guard.faults(content.key, guarded), "body")
            )
        return value if content.convert is None else content.convert(value)

    return read


def _compile_choose(contents: Sequence[Content]) -> Callable[[bytes], tuple[Content, MediaType]]:
    """What reads a body, by its Content-Type."""
    known: dict[bytes, tuple[Content, MediaType]] = {}

    def choose(raw_type: bytes) -> tuple[Content, MediaType]:
        if (chosen := known.get(raw_type)) is not None:
            return chosen
        sent = parse_media_type(raw_type.decode("latin-1"))
        content = next((c for c in contents if sent is not None and c.media_type.accepts(sent)), None)
        if content is None or sent is None:
            raise Refusal(RefusalKind.UNSUPPORTED_MEDIA_TYPE)
        charset = sent.parameters.get("charset")
        if charset is not None and charset.lower() != "utf-8" and (content.parse is None or sent.is_text):
            raise Refusal(RefusalKind.UNSUPPORTED_MEDIA_TYPE, detail="The body must be encoded in UTF-8.")
        if len(known) < KNOWN_TYPES and "boundary" not in sent.parameters:
            known[raw_type] = (content, sent)
        return content, sent

    return choose


def _absent(body: Body) -> None:
    if body.required:
        raise Refusal(RefusalKind.MALFORMED, detail="The request has no body.")


def _compile_content(content: BodyContent, guard: Guard, settings: RuntimeSettings) -> Content:
    media_type = parse_media_type(content.media_type)
    if media_type is None:
        raise ValueError(f"{content.media_type!r} is not a media type")
    parse: Parse | None = None
    if content.form is not None:
        form = compile_form(content, media_type, settings)
        parse = lambda raw, sent: Parsed(*form(raw, sent))  # noqa: E731 - the pair gets its name here
    elif not is_json(media_type):
        parse = _parse_text if media_type.is_text else _parse_bytes
    return Content(
        media_type=media_type,
        parse=parse,
        key=guard.require(content.guard),
        convert=None if content.type is None else compile_convert(content.type, "body", guard),
    )


def _parse_text(raw: bytes, sent: MediaType) -> Parsed:
    try:
        text = raw.decode("utf-8")
    except UnicodeDecodeError as error:
        raise Refusal(
            RefusalKind.MALFORMED, detail=f"The body is not valid UTF-8 (byte {error.start})."
        ) from None
    return Parsed(text, text)


def _parse_bytes(raw: bytes, sent: MediaType) -> Parsed:
    # One character for each byte: lengths in the contract then count bytes.
    return Parsed(raw.decode("latin-1"), raw)


async def read_bytes(parts: Parts, receive: Receive, limit: int) -> bytes:
    """The whole body.

    Raises:
        Refusal: 413, before more than *limit* bytes are kept; by its declared length even before the first is read.
        ClientGone: where the client left in the middle.
    """
    length = parts.headers.get(CONTENT_LENGTH)
    if length is not None and length.isdigit() and (len(length) > 18 or int(length) > limit):
        raise _too_large(limit)
    message = await receive()
    if message["type"] == "http.disconnect":
        raise ClientGone
    body: bytes = message.get("body", b"")
    if len(body) > limit:
        raise _too_large(limit)
    if not message.get("more_body", False):
        return body
    chunks = [body]
    size = len(body)
    while message.get("more_body", False):
        message = await receive()
        if message["type"] == "http.disconnect":
            raise ClientGone
        chunk: bytes = message.get("body", b"")
        size += len(chunk)
        if size > limit:
            raise _too_large(limit)
        chunks.append(chunk)
    return b"".join(chunks)


def _too_large(limit: int) -> Refusal:
    return Refusal(
        RefusalKind.TOO_LARGE,
        detail=f"The body is longer than {limit} bytes.",
        headers=[("Connection", "close")],  # what is left of the body is not read
    )
