"""An application with one operation that takes a body, and bodies of multipart."""

from __future__ import annotations

from collections.abc import Awaitable, Callable
from typing import Any

from accord.runtime import declare as d
from tests.unit.runtime.kit import call, json_of, ok, operation

MULTIPART = "multipart/form-data"
BOUNDARY = f"{MULTIPART}; boundary=xyz"

Look = Callable[[Any], Awaitable[Any]]


class Keeper:
    """An implementation that keeps its body, and what a test sees of it while the request lasts."""

    def __init__(self, look: Look | None) -> None:
        self.body: Any = ...
        self.seen: Any = ...
        self._look = look

    async def put(self, *, body: Any) -> Any:
        self.body = body
        if self._look is not None:
            self.seen = await self._look(body)
        return "kept"


class Bodies:
    """An application whose operation ``POST /api/x`` takes a body; *look* is called with it inside of the operation."""

    def __init__(
        self,
        serve: Any,
        *contents: d.BodyContent,
        required: bool = True,
        look: Look | None = None,
        **more: Any,
    ) -> None:
        self.keeper = Keeper(look)
        declared = operation(
            "put", "POST", "/x", body=d.Body(content=contents, required=required), responses=(ok(),)
        )
        self.app = serve(self.keeper, (declared,), **more)

    def send(self, body: Any, content_type: str | None = "application/json", **more: Any) -> Any:
        headers = list(more.pop("headers", ()))
        if content_type is not None:
            headers.append(("content-type", content_type))
        return call(self.app, "POST", "/api/x", body=body, headers=headers, **more)

    def keep(self, body: Any, content_type: str | None = "application/json", **more: Any) -> Any:
        json_of(self.send(body, content_type, **more))
        return self.keeper.body

    def look(self, body: Any, content_type: str, **more: Any) -> Any:
        json_of(self.send(body, content_type, **more))
        return self.keeper.seen


def free(media_type: str = "application/json", **more: Any) -> d.BodyContent:
    return d.BodyContent(media_type=media_type, guard="body", **more)


def multipart(*parts: tuple[str, bytes], end: bytes = b"--xyz--\r\n") -> bytes:
    """A body of parts: what follows ``form-data;`` (further headers behind a line break), and the data."""
    body = b""
    for disposition, data in parts:
        head = disposition.replace("\n", "\r\n").encode()
        body += b"--xyz\r\nContent-Disposition: form-data; " + head + b"\r\n\r\n" + data + b"\r\n"
    return body + end
