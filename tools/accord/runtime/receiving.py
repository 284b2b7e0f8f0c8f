"""The bytes of a request body, bounded: as a whole, or chunk by chunk."""

from __future__ import annotations

from collections.abc import AsyncGenerator
from typing import Final

from starlette.types import Receive

from accord.runtime.declare import File
from accord.runtime.faults import counted
from accord.runtime.problems import InvalidPart, Rejection, RejectionKind
from accord.runtime.request import ClientDisconnected, Parts

CONTENT_LENGTH: Final = b"content-length"
CONTENT_TYPE: Final = b"content-type"


async def read_bytes(parts: Parts, receive: Receive, limit: int) -> bytes:
    """Read the whole body into memory.

    Raises:
        Rejection: 413, before more than *limit* bytes are kept; by its declared length even before the first is read.
        ClientDisconnected: where the client left in the middle.
    """
    declared_length(parts, limit)
    # Written out and not made of `each_chunk`: most bodies come in one message, and a generator costs more than that.
    message = await receive()
    if message["type"] == "http.disconnect":
        raise ClientDisconnected
    body: bytes = message.get("body", b"")
    if len(body) > limit:
        raise too_large(limit)
    if not message.get("more_body", False):
        return body
    chunks = [body]
    size = len(body)
    while message.get("more_body", False):
        message = await receive()
        if message["type"] == "http.disconnect":
            raise ClientDisconnected
        chunk: bytes = message.get("body", b"")
        size += len(chunk)
        if size > limit:
            raise too_large(limit)
        chunks.append(chunk)
    return b"".join(chunks)


def declared_length(parts: Parts, limit: int) -> int | None:
    """The length that ``Content-Length`` declares; ``None`` where it is absent or no number.

    Raises:
        Rejection: 413, where it is more than *limit*.
    """
    length = parts.headers.get(CONTENT_LENGTH)
    if length is None or not length.isdigit():
        return None
    # Python refuses to convert very long digits (CVE-2020-10735), with an error that would be a 500.
    if len(length) > 18 or int(length) > limit:
        raise too_large(limit)
    return int(length)


async def each_chunk(receive: Receive, limit: int) -> AsyncGenerator[bytes]:
    """The body as it comes in, without empty chunks; it raises as :func:`read_bytes` does."""
    size = 0
    more = True
    while more:
        message = await receive()
        if message["type"] == "http.disconnect":
            raise ClientDisconnected
        chunk: bytes = message.get("body", b"")
        more = message.get("more_body", False)
        size += len(chunk)
        if size > limit:
            raise too_large(limit)
        if chunk:
            yield chunk


def too_large(limit: int, what: str = "The body") -> Rejection:
    """The rejection (413) of *what*, which is longer than *limit* bytes."""
    return Rejection(
        RejectionKind.TOO_LARGE,
        detail=f"{what} is longer than {limit} bytes.",
        headers=[("Connection", "close")],  # what is left of the body is not read
    )


def length_fault(size: int, file: File, pointer: str = "", *, ended: bool = True) -> InvalidPart | None:
    """What is wrong with a file of *size* bytes at *pointer* of the body; more may follow unless it has *ended*. ``None`` if
    nothing is."""
    if file.max_length is not None and size > file.max_length:
        return InvalidPart("body", pointer, f"must have at most {counted(file.max_length, 'byte')}")
    if ended and file.min_length is not None and size < file.min_length:
        return InvalidPart("body", pointer, f"must have at least {counted(file.min_length, 'byte')}")
    return None
