"""Request bodies: bounded, of a declared media type, parsed strictly, guarded and converted.

The rule of empty bodies: an optional body without content is absent, and the implementation receives ``None``. A required
one is 400 where its media type has no empty text (JSON, multipart) or is not named; otherwise it is an empty text, form
or stream.
"""

from __future__ import annotations

from collections.abc import Awaitable, Callable, Sequence
from dataclasses import dataclass
from typing import Any, Final, TypeAlias

from starlette.types import Receive

from accord.runtime import strict_json
from accord.runtime.body_readers import ReadSent, compile_reader
from accord.runtime.convert import Convert
from accord.runtime.declare import Body, BodyContent
from accord.runtime.guard import Guard, invalid_parts
from accord.runtime.media_types import MediaType, parse_media_type
from accord.runtime.problems import Refusal, RefusalKind
from accord.runtime.receiving import CONTENT_LENGTH, CONTENT_TYPE, read_bytes
from accord.runtime.request import Parts
from accord.runtime.settings import RuntimeSettings

ReadBody: TypeAlias = Callable[[Parts, Receive], Awaitable[Any]]  # Any: the type of the contract, or None

CONTENT_ENCODING: Final = b"content-encoding"
KNOWN_TYPES: Final = 32
"""Spellings of Content-Type that are remembered; clients use few of them."""

WANTED: Final = frozenset({CONTENT_TYPE, CONTENT_LENGTH, CONTENT_ENCODING})


@dataclass(frozen=True, slots=True)
class Content:
    """A media type of a body, compiled."""

    media_type: MediaType
    charsets: frozenset[str] | None
    """Those that may be sent; ``None``: bytes, to which a charset is nothing."""
    read: ReadSent | None
    """``None``: JSON."""
    key: str
    convert: Convert | None


def compile_body(body: Body, guard: Guard, settings: RuntimeSettings) -> ReadBody:
    """The reader of *body*. It raises :class:`Refusal` (400, 413, 415, 422) or ``ClientGone``."""
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
                raise Refusal(RefusalKind.UNSUPPORTED_MEDIA_TYPE, detail="The body has no Content-Type.")
            return _absent(body)
        content, sent = choose(raw_type)
        # A compressed body of a kilobyte may be a gigabyte; no limit could be kept before it is unpacked.
        if parts.headers.get(CONTENT_ENCODING, b"identity").lower() != b"identity":
            raise Refusal(RefusalKind.UNSUPPORTED_MEDIA_TYPE, detail="The body must not be compressed.")
        if content.read is not None:
            return await content.read(parts, receive, sent)
        raw = await read_bytes(parts, receive, limit)
        if not raw:
            return _absent(body)
        try:
            value = strict_json.parse(raw)
        except strict_json.JsonError as error:
            raise Refusal(RefusalKind.MALFORMED, detail=f"The body is not valid JSON: {error}.") from None
        if not valid({content.key: value}):
            raise Refusal(RefusalKind.INVALID, errors=invalid_parts(guard.faults(content.key, value), "body"))
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
            raise Refusal(RefusalKind.UNSUPPORTED_MEDIA_TYPE)
        content = next((c for c in contents if c.media_type.accepts(sent)), None)
        if content is None:
            raise Refusal(RefusalKind.UNSUPPORTED_MEDIA_TYPE)
        charset = sent.parameters.get("charset")
        if charset is not None and content.charsets is not None and charset.lower() not in content.charsets:
            raise Refusal(
                RefusalKind.UNSUPPORTED_MEDIA_TYPE,
                detail=f"The body must be encoded in {' or '.join(sorted(content.charsets)).upper()}.",
            )
        # A boundary differs in each request; remembering those would fill the table.
        if len(known) < KNOWN_TYPES and "boundary" not in sent.parameters:
            known[raw_type] = (content, sent)
        return content, sent

    return choose


def _absent(body: Body) -> None:
    """What a request without a body means: ``None`` for an optional one, otherwise a refusal."""
    if body.required:
        raise Refusal(RefusalKind.MALFORMED, detail="The request has no body.")


def _compile_content(content: BodyContent, body: Body, guard: Guard, settings: RuntimeSettings) -> Content:
    """One media type of *body*, compiled."""
    media_type = parse_media_type(content.media_type)
    if media_type is None:
        raise ValueError(f"{content.media_type!r} is not a media type")
    reader = compile_reader(content, media_type, guard, settings, required=body.required)
    return Content(
        media_type=media_type,
        charsets=reader.charsets,
        read=reader.read,
        key=guard.require(content.guard),
        convert=reader.convert,
    )
