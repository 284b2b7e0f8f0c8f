"""Bodies that come in chunks of bytes, in requests and in responses."""

from __future__ import annotations

import os
from collections.abc import AsyncIterable, AsyncIterator
from pathlib import Path
from typing import Final

import anyio

CHUNK: Final = 65_536
"""Bytes that are read of a file at once."""


class ByteStream:
    """A body of bytes, in chunks of any size. It is read once.

    A stream that is answered ends as its chunks do, and is closed when the client leaves. If it fails after its first
    chunk, the connection is cut, so that no client takes a part for the whole.

    Args:
        chunks: The bytes. An async generator is closed at the end, whatever the end is.
        length: How many bytes come, where that is known: it becomes ``Content-Length``, and must be true.
        content_type: ``Content-Type`` of a request as its client sent it; that of a response is the contract's.
    """

    __slots__ = ("_chunks", "content_type", "length")

    def __init__(
        self, chunks: AsyncIterable[bytes], *, length: int | None = None, content_type: str = ""
    ) -> None:
        self._chunks = chunks
        self.length = length
        self.content_type = content_type

    @classmethod
    def of_file(
        cls, path: str | os.PathLike[str], *, offset: int = 0, length: int | None = None
    ) -> ByteStream:
        """The bytes of a file from *offset*, to its end or *length* bytes. It is read in a thread while it is sent.

        Raises:
            OSError: there is no such file, or it cannot be looked at.
            ValueError: *offset* and *length* are not within the file.
        """
        size = Path(path).stat().st_size
        end = size if length is None else offset + length
        if not 0 <= offset <= end <= size:
            raise ValueError(f"bytes {offset} to {end} are not within a file of {size} bytes")
        return cls(_read_file(path, offset, end - offset), length=end - offset)

    def __aiter__(self) -> AsyncIterator[bytes]:
        return aiter(self._chunks)

    async def read(self) -> bytes:
        """Everything that has not been read yet."""
        return b"".join([chunk async for chunk in self])

    async def save(self, path: str | os.PathLike[str]) -> int:
        """Write everything that has not been read yet to a file, replacing what is there; gives the number of bytes.

        Raises:
            OSError: it cannot be written. What was written until then, or until the stream failed, is left.
        """
        size = 0
        async with await anyio.open_file(path, "wb") as file:
            async for chunk in self:
                size += await file.write(chunk)
        return size


async def _read_file(path: str | os.PathLike[str], offset: int, length: int) -> AsyncIterator[bytes]:
    """*length* bytes of a file from *offset*; a file that became shorter is an error, since its length was announced."""
    async with await anyio.open_file(path, "rb") as file:
        await file.seek(offset)
        while length > 0:
            chunk = await file.read(min(CHUNK, length))
            if not chunk:
                raise EOFError("the file became shorter while it was sent")
            length -= len(chunk)
            yield chunk
