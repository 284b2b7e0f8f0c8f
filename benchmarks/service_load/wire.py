"""One connection of HTTP/1.1 that costs the client next to nothing: what is measured is the service."""

from __future__ import annotations

import asyncio
import json
from dataclasses import dataclass, field
from typing import Any  # JSON bodies have no narrower type

_LONGEST_HEAD = 1 << 16


class Broken(Exception):
    """The connection could not be made, or ended before the response was whole."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Response:
    """Status, headers by their name in small letters, and the body."""

    status: int
    headers: dict[str, str]
    body: bytes

    def json(self) -> Any:
        """Return the body read as JSON."""
        return json.loads(self.body)


@dataclass(slots=True, kw_only=True)
class Connection:
    """A connection that is kept while it works and made anew after it broke."""

    port: int
    timeout: float = 30.0
    _streams: tuple[asyncio.StreamReader, asyncio.StreamWriter] | None = field(default=None, init=False)

    async def send(
        self, method: str, path: str, headers: dict[str, str], body: object | None = None
    ) -> Response:
        """Send one request and return its response. Raises `Broken`."""
        content = b"" if body is None else json.dumps(body).encode()
        given = {"host": "127.0.0.1", **headers}
        if body is not None:
            given = {"content-type": "application/json", **given, "content-length": str(len(content))}
        head = "".join(f"{name}: {value}\r\n" for name, value in given.items())
        try:
            async with asyncio.timeout(self.timeout):
                reader, writer = self._streams or await self._open()
                writer.write(f"{method} {path} HTTP/1.1\r\n{head}\r\n".encode() + content)
                response = await _read(reader)
        except (OSError, EOFError, TimeoutError) as error:  # a response that ends early is an EOFError
            self.close()
            raise Broken(type(error).__name__) from error
        if response.headers.get("connection") == "close":
            self.close()
        return response

    def close(self) -> None:
        """Close it; the next request opens another."""
        if self._streams is not None:
            self._streams[1].close()
            self._streams = None

    async def _open(self) -> tuple[asyncio.StreamReader, asyncio.StreamWriter]:
        self._streams = await asyncio.open_connection("127.0.0.1", self.port, limit=_LONGEST_HEAD)
        return self._streams


async def _read(reader: asyncio.StreamReader) -> Response:
    head = (await reader.readuntil(b"\r\n\r\n")).decode("latin-1").split("\r\n")
    status = int(head[0].split(" ", 2)[1])
    pairs = (line.partition(":") for line in head[1:] if line)
    headers = {name.lower(): value.strip() for name, _, value in pairs}
    length = 0 if status in {204, 304} else int(headers.get("content-length", 0))
    return Response(status=status, headers=headers, body=await reader.readexactly(length))
