"""Generated-like packages written by hand, and a client that speaks ASGI without a library between."""

from __future__ import annotations

import asyncio
import itertools
import json
from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import pytest
from fastapi import FastAPI

from accord.runtime import create_app
from accord.runtime import declare as d

Headers = Mapping[str, str] | Iterable[tuple[str, str]]
_numbers = itertools.count(1)

MAKERS: dict[str, Callable[..., FastAPI]] = {
    "create_app": create_app,
    "fastapi": FastAPI,
}


def write_package(
    folder: Path,
    guard: Mapping[str, Any],
    *,
    defs: Mapping[str, Any] | None = None,
    runtime: str = "0.1",
    contract: Mapping[str, Any] | None = None,
) -> str:
    """A package with what the runtime reads; gives its name."""
    name = f"made_for_test_{next(_numbers)}"
    root = folder / name
    root.mkdir()
    (root / "__init__.py").write_text("")
    document = {
        "$schema": "https://json-schema.org/draft/2020-12/schema",
        "$defs": dict(defs or {}),
        "properties": dict(guard),
    }
    (root / "guard.json").write_text(json.dumps(document))
    (root / "openapi.json").write_text(json.dumps(contract or {"openapi": "3.1.0", "info": {"title": "T"}}))
    (root / "manifest.json").write_text(json.dumps({"runtime": runtime}))
    return name


@dataclass
class Got:
    """What an application answered."""

    status: int = 0
    headers: list[tuple[str, str]] = field(default_factory=list)
    body: bytes = b""
    messages: list[dict[str, Any]] = field(default_factory=list)

    def all(self, name: str) -> list[str]:
        return [value for key, value in self.headers if key == name.lower()]

    def header(self, name: str) -> str | None:
        values = self.all(name)
        assert len(values) < 2, values
        return values[0] if values else None

    @property
    def json(self) -> Any:
        return json.loads(self.body)

    @property
    def errors(self) -> list[tuple[str, str, str]]:
        return [(e["location"], e.get("pointer", ""), e["reason"]) for e in self.json["errors"]]


@dataclass
class RequestBody:
    """A request."""

    method: str
    target: str
    headers: list[tuple[bytes, bytes]]
    chunks: list[bytes]
    gone: bool = False
    root_path: str = ""
    raw_path: bool = True

    def scope(self) -> dict[str, Any]:
        from urllib.parse import unquote

        path, _, query = self.target.partition("?")
        scope: dict[str, Any] = {
            "type": "http",
            "asgi": {"version": "3.0"},
            "http_version": "1.1",
            "method": self.method,
            "scheme": "http",
            "path": unquote(path),
            "query_string": query.encode("latin-1"),
            "root_path": self.root_path,
            "headers": self.headers,
            "client": ("127.0.0.1", 5),
            "server": ("test", 80),
            "state": {},
        }
        if self.raw_path:
            scope["raw_path"] = path.encode("latin-1")
        return scope


async def exchange(app: FastAPI, sent: RequestBody) -> Got:
    """One request; ``receive`` blocks when everything was given, as a server's does."""
    got = Got()
    messages: list[dict[str, Any]] = [
        {"type": "http.request", "body": chunk, "more_body": index + 1 < len(sent.chunks) or sent.gone}
        for index, chunk in enumerate(sent.chunks)
    ]
    if sent.gone:
        messages.append({"type": "http.disconnect"})
    finished = asyncio.Event()

    async def receive() -> Any:
        if messages:
            return messages.pop(0)
        await finished.wait()
        return {"type": "http.disconnect"}

    async def send(message: Any) -> None:
        got.messages.append(message)
        if message["type"] == "http.response.start":
            assert got.status == 0, "answered twice"
            got.status = message["status"]
            got.headers = [(k.decode("latin-1"), v.decode("latin-1")) for k, v in message["headers"]]
        else:
            assert got.status, "body before start"
            got.body += message.get("body", b"")
            if not message.get("more_body", False):
                finished.set()

    await app(sent.scope(), receive, send)
    return got


def call(
    app: FastAPI,
    method: str,
    target: str,
    *,
    headers: Headers = (),
    body: bytes | list[bytes] | None = None,
    json_body: Any = ...,
    **more: Any,
) -> Got:
    """Send one request to *app* and give its response."""
    pairs = list(headers.items() if isinstance(headers, Mapping) else headers)
    if json_body is not ...:
        body = json.dumps(json_body).encode()
        pairs.append(("content-type", "application/json"))
    chunks = body if isinstance(body, list) else [body or b""]
    if (
        body is not None
        and not isinstance(body, list)
        and not any(k.lower() == "content-length" for k, _ in pairs)
    ):
        pairs.append(("content-length", str(len(body))))
    raw = [(name.lower().encode("latin-1"), value.encode("latin-1")) for name, value in pairs]
    return asyncio.run(exchange(app, RequestBody(method, target, raw, chunks, **more)))


def operation(key: str, method: str, path: str, **more: Any) -> d.Operation:
    """An operation of group ``things`` whose method is its key in lower case."""
    return d.Operation(key=key, method=method, path=path, group="things", function=key.lower(), **more)


def ok(media_type: str = "application/json", **more: Any) -> d.Response:
    """A bare 200 without schema."""
    return d.Response(status=200, bare=True, content=(d.ResponseContent(media_type=media_type),), **more)


def json_of(got: Got, status: int = 200) -> Any:
    assert got.status == status, (got.status, got.body)
    return got.json


def problem_of(got: Got, status: int) -> Any:
    assert got.status == status, (got.status, got.body)
    assert got.header("content-type") == "application/problem+json"
    document = got.json
    assert document["status"] == status
    assert document["title"]
    return document


@pytest.fixture(params=sorted(MAKERS))
def make_app(request: pytest.FixtureRequest) -> Callable[..., FastAPI]:
    """Each kind of application on which a version can stand."""
    return MAKERS[request.param]
