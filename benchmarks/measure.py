"""CPU per request of two ASGI applications in one process, in turn."""

from __future__ import annotations

import asyncio
import json
import statistics
import time
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from starlette.types import ASGIApp, Message, Scope


@dataclass(frozen=True, slots=True, kw_only=True)
class Call:
    """A request: what the client sends, and how the table names it."""

    name: str
    method: str
    path: str
    query: str = ""
    headers: Mapping[str, str] | None = None
    body: bytes = b""

    def scope(self) -> Scope:
        """A fresh ASGI scope, as uvicorn makes one."""
        headers = [(b"host", b"bench"), (b"accept", b"application/json")]
        headers += [(k.encode(), v.encode()) for k, v in (self.headers or {}).items()]
        if self.body:
            headers += [
                (b"content-type", b"application/json"),
                (b"content-length", str(len(self.body)).encode()),
            ]
        return {
            "type": "http",
            "asgi": {"version": "3.0", "spec_version": "2.4"},
            "http_version": "1.1",
            "method": self.method,
            "scheme": "http",
            "path": self.path,
            "raw_path": self.path.encode(),
            "query_string": self.query.encode(),
            "root_path": "",
            "headers": headers,
            "client": ("127.0.0.1", 50000),
            "server": ("127.0.0.1", 80),
            "state": {},
        }


@dataclass(frozen=True, slots=True)
class Reply:
    """What came back. ``body`` is decoded JSON."""

    status: int
    media_type: str
    body: Any


async def ask(app: ASGIApp, call: Call) -> Reply:
    """One request, its response decoded."""
    start: dict[str, Any] = {}
    parts: list[bytes] = []

    async def receive() -> Message:
        return {"type": "http.request", "body": call.body, "more_body": False}

    async def send(message: Message) -> None:
        if message["type"] == "http.response.start":
            start.update(message)
        else:
            parts.append(message.get("body", b""))

    await app(call.scope(), receive, send)
    headers = {k.lower(): v for k, v in start["headers"]}
    return Reply(start["status"], headers[b"content-type"].decode(), json.loads(b"".join(parts)))


async def seconds(app: ASGIApp, call: Call, count: int) -> float:
    """CPU seconds a request, over *count* requests."""
    message: Message = {"type": "http.request", "body": call.body, "more_body": False}

    async def receive() -> Message:
        return message

    async def send(_message: Message) -> None:
        return None

    scopes = [call.scope() for _ in range(count)]
    start = time.process_time()
    for scope in scopes:
        await app(scope, receive, send)
    return (time.process_time() - start) / count


@dataclass(frozen=True, slots=True)
class Row:
    """Medians in microseconds of CPU a request, and their ratio."""

    name: str
    baseline: float
    compiled: float

    @property
    def ratio(self) -> float:
        """How many times cheaper the compiled service is."""
        return self.baseline / self.compiled


def compare(baseline: ASGIApp, compiled: ASGIApp, call: Call, *, rounds: int, count: int) -> Row:
    """Alternate the two for *rounds* rounds of *count* requests each."""

    async def run() -> Row:
        for app in (baseline, compiled):
            await seconds(app, call, count)
        old: list[float] = []
        new: list[float] = []
        for _ in range(rounds):
            old.append(await seconds(baseline, call, count))
            new.append(await seconds(compiled, call, count))
        return Row(call.name, statistics.median(old) * 1e6, statistics.median(new) * 1e6)

    return asyncio.run(run())
