"""Files of a multipart body: in memory while they are small, in temporary files beyond."""

from __future__ import annotations

import asyncio
import os
import shutil
from collections.abc import AsyncIterator, Mapping
from pathlib import Path
from tempfile import SpooledTemporaryFile
from types import MappingProxyType
from typing import IO, Any, Final, cast

from pydantic import GetCoreSchemaHandler
from pydantic_core import CoreSchema, core_schema

CHUNK: Final = 65_536
OCTET_STREAM: Final = "application/octet-stream"


class Upload:
    """A file that came as a part of a multipart body.

    It is open until the response is sent and what the operation left in the background is done; :meth:`save` keeps it.

    Attributes:
        filename: The name that the client gave, without folders; ``None``: it gave none. Do not make a path of it.
        content_type: The media type of the part as the client stated it, with its parameters.
        headers: All headers of the part, by lower-case name.
        size: Its length in bytes.
    """

    __slots__ = ("_file", "_on_disk", "content_type", "filename", "headers", "size")

    def __init__(
        self,
        data: bytes = b"",
        *,
        filename: str | None = None,
        content_type: str = OCTET_STREAM,
        headers: Mapping[str, str] | None = None,
    ) -> None:
        """A file with *data*, such as a test gives to an implementation."""
        self.filename = filename
        self.content_type = content_type
        self.headers: Mapping[str, str] = MappingProxyType(dict(headers or {}))
        self.size = len(data)
        self._on_disk = False
        # It rolls over only when told to: that blocks, and is done in a thread.
        self._file = SpooledTemporaryFile[bytes](max_size=0)
        if data:
            self._file.write(data)
            self._file.seek(0)

    @property
    def file(self) -> IO[bytes]:
        """The open file itself, for libraries that want one. Reading it blocks where it lies on disk."""
        return cast("IO[bytes]", self._file)

    @property
    def on_disk(self) -> bool:
        """Whether it is a temporary file rather than memory."""
        return self._on_disk

    async def read(self, size: int = -1) -> bytes:
        """The next *size* bytes, or all that is left."""
        if self._on_disk:
            return await asyncio.to_thread(self._file.read, size)
        return self._file.read(size)

    async def seek(self, offset: int) -> None:
        """Go on reading at *offset*."""
        if self._on_disk:
            await asyncio.to_thread(self._file.seek, offset)
        else:
            self._file.seek(offset)

    async def __aiter__(self) -> AsyncIterator[bytes]:
        while chunk := await self.read(CHUNK):
            yield chunk

    async def save(self, path: str | os.PathLike[str]) -> int:
        """Write the whole file to *path*, replacing what is there; gives the number of bytes.

        Raises:
            OSError: where it cannot be written.
        """
        await asyncio.to_thread(self._save, path)
        return self.size

    def _save(self, path: str | os.PathLike[str]) -> None:
        """The blocking part of :meth:`save`."""
        # Saving must not disturb whoever reads on.
        position = self._file.tell()
        self._file.seek(0)
        try:
            with Path(path).open("wb") as target:
                shutil.copyfileobj(self._file, target, CHUNK)
        finally:
            self._file.seek(position)

    def close(self) -> None:
        """Give up the file; the runtime does it after the response."""
        self._file.close()

    @property
    def closed(self) -> bool:
        """Whether it was given up."""
        return self._file.closed

    async def append(self, data: bytes, memory: int) -> None:
        """Add *data* at the end; beyond *memory* bytes the file goes to disk."""
        self.size += len(data)
        if self._on_disk or self.size > memory:
            await asyncio.to_thread(self._append_to_disk, data)
        else:
            self._file.write(data)

    def _append_to_disk(self, data: bytes) -> None:
        """The blocking part of :meth:`append`."""
        if not self._on_disk:
            self._file.rollover()
            self._on_disk = True
        self._file.write(data)

    @classmethod
    # Any: a type
    def __get_pydantic_core_schema__(cls, source: Any, handler: GetCoreSchemaHandler) -> CoreSchema:
        # Pydantic only passes an upload on: it was made by the reader of the body, never out of JSON.
        return core_schema.is_instance_schema(cls)

    def __repr__(self) -> str:
        return f"<Upload {self.size} bytes of {self.content_type}>"
