"""Items of a body of JSON lines or of a JSON text sequence (RFC 7464)."""

from __future__ import annotations

from collections.abc import AsyncGenerator, AsyncIterable, Callable
from typing import Any, Final

from accord.runtime import strict_json
from accord.runtime.declare import Items
from accord.runtime.faults import pointer_of
from accord.runtime.guard import Guard
from accord.runtime.problems import InvalidPart, Rejection, RejectionKind
from accord.runtime.receiving import too_large

_SEPARATORS: Final = {"lines": b"\n", "sequence": b"\x1e"}
_BLANK: Final = b" \t\r\n"


async def each_text(chunks: AsyncIterable[bytes], framing: Items, limit: int) -> AsyncGenerator[bytes]:
    """Divide a body into the texts of its items; empty lines and records are no items.

    Raises:
        Rejection: 413 where a text has more than *limit* bytes.
    """
    separator = _SEPARATORS[framing.framing]
    kept = bytearray()
    async for chunk in chunks:
        # A chunk may end anywhere, also inside of a character: items are divided as bytes, and decoded when
        # they are complete.
        *complete, rest = chunk.split(separator)
        for piece in complete:
            kept += piece
            if len(kept) > limit:
                raise too_large(limit, "An item of the body")
            if text := kept.strip(_BLANK):
                yield bytes(text)
            kept.clear()
        kept += rest
        if len(kept) > limit:
            raise too_large(limit, "An item of the body")
    if text := kept.strip(_BLANK):
        yield bytes(text)


async def each_item(
    texts: AsyncIterable[bytes],
    guard: Guard,
    key: str,
    convert: Callable[[Any], Any] | None,  # Any: JSON in, what the contract's type is out
) -> AsyncGenerator[Any]:  # Any: the type of the contract
    """Parse, check and convert the items of *texts*, each when it is asked for.

    Raises:
        Rejection: 400 or 422, naming the place of the item that is wrong.
    """
    index = 0
    async for text in texts:
        try:
            value = strict_json.parse(text)
        except strict_json.JsonError as error:
            detail = f"The item at {index} of the body is not valid JSON: {error}."
            part = InvalidPart("body", f"/{index}", "must be JSON")
            raise Rejection(RejectionKind.MALFORMED, detail=detail, errors=[part]) from None
        if not guard.valid({key: value}):
            errors = [
                InvalidPart("body", pointer_of((index, *fault.path)), fault.reason)
                for fault in guard.faults(key, value)
            ]
            raise Rejection(RejectionKind.INVALID, errors=errors)
        try:
            converted = value if convert is None else convert(value)
        except Rejection as rejection:
            # A fault is reported at the place of its item.
            parts = (part._replace(pointer=f"/{index}{part.pointer}") for part in rejection.errors)
            rejection.errors = tuple(parts)
            raise
        yield converted
        index += 1
