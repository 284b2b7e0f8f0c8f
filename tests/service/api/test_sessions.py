"""The unit of work of a request: when it is committed, when it is rolled back, and that it is always given back."""

from __future__ import annotations

import asyncio
import json
import sqlite3
from collections.abc import AsyncGenerator, AsyncIterator
from contextlib import asynccontextmanager
from dataclasses import dataclass, field, replace
from pathlib import Path
from typing import Any, cast

import pytest
from fastapi import FastAPI
from sqlalchemy.ext.asyncio import AsyncSession
from sqlalchemy.pool import QueuePool

from impl.app import create_service
from impl.core.chat.local import LocalModel
from impl.resources import Resources, Service
from tests.service.api.support import KEY, PASSWORD, Caller, served, settings, sign_up

pytestmark = pytest.mark.anyio


def _service(app: FastAPI) -> Service:
    service: Service = app.state.service
    return service


@dataclass
class _Watched:
    """An application called without a server, and what was true at each message that it sent."""

    app: FastAPI
    folder: Path
    seen: list[tuple[str, int, int]] = field(default_factory=list[tuple[str, int, int]])

    async def post(self, path: str, body: Any, **headers: str) -> tuple[int, bytes]:
        """Post JSON; ``seen`` gets each message's kind, the rows stored by then and the connections in use."""
        content = json.dumps(body).encode()
        raw = [(b"content-type", b"application/json"), (b"content-length", str(len(content)).encode())]
        raw += [(name.lower().encode(), text.encode()) for name, text in headers.items()]
        scope = {
            "type": "http", "asgi": {"version": "3.0"}, "http_version": "1.1", "method": "POST", "scheme": "http",
            "path": path, "raw_path": path.encode(), "query_string": b"", "root_path": "", "headers": raw,
            "client": ("127.0.0.1", 1), "server": ("test", 80),
        }  # fmt: skip
        messages = [{"type": "http.request", "body": content, "more_body": False}]
        sent: list[dict[str, Any]] = []

        async def receive() -> dict[str, Any]:
            if messages:
                return messages.pop()
            await asyncio.Event().wait()
            raise AssertionError

        async def send(message: Any) -> None:
            sent.append(message)
            self.seen.append((message["type"], await self.rows(), await self.in_use()))

        await self.app(scope, receive, send)
        return sent[0]["status"], b"".join(message.get("body", b"") for message in sent[1:])

    async def rows(self) -> int:
        """Rows that another connection can read: those that are committed."""
        with sqlite3.connect(self.folder / "service.db") as database:
            count = database.execute("SELECT count(*) FROM users").fetchone()[0]
        return int(count)

    async def in_use(self) -> int:
        resources = await _service(self.app).resources()
        pool = cast("QueuePool", resources.database._engine.pool)
        return pool.checkedout()


@asynccontextmanager
async def _watched(folder: Path, **changes: Any) -> AsyncIterator[_Watched]:
    app = create_service(settings(folder, **changes))
    async with app.router.lifespan_context(app):
        yield _Watched(app, folder)


USER = {"username": "ada", "password": PASSWORD}


async def test_what_a_client_is_told_is_in_the_database(tmp_path: Path, version: str) -> None:
    async with _watched(tmp_path) as watched:
        status, _ = await watched.post(f"/api/{version}/users", USER)
        assert status == 201
        assert watched.seen[0] == ("http.response.start", 1, 0)


async def test_an_error_after_the_writing_undoes_it(
    tmp_path: Path, version: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    def fail(_: object) -> None:
        raise RuntimeError

    async with _watched(tmp_path) as watched:
        monkeypatch.setattr(f"impl.{version}.users.to_user", fail)
        status, _ = await watched.post(f"/api/{version}/users", USER)
        assert status == 500
        assert watched.seen[0] == ("http.response.start", 0, 0)
        monkeypatch.undo()
        # Nothing stands in the way of the same again.
        assert (await watched.post(f"/api/{version}/users", USER))[0] == 201


async def test_a_response_that_breaks_the_contract_undoes_it_too(
    tmp_path: Path, version: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    async with _watched(tmp_path) as watched:
        monkeypatch.setattr(f"impl.{version}.users._OWN_PROFILE", "no reference at all \\ ")
        status, _ = await watched.post(f"/api/{version}/users", USER)
        assert status == 500
        assert await watched.rows() == 0


async def test_a_commit_that_fails_is_no_success(tmp_path: Path, version: str) -> None:
    async with _watched(tmp_path) as watched:
        service = _service(watched.app)

        async def failing() -> AsyncGenerator[AsyncSession, None]:
            async with (await service.resources()).database.unit_of_work() as session:
                yield session
                raise RuntimeError("the disk is full")

        watched.app.dependency_overrides[service.session] = failing
        status, _ = await watched.post(f"/api/{version}/users", USER)
        assert status == 500
        assert await watched.rows() == 0
        watched.app.dependency_overrides.clear()
        assert (await watched.post(f"/api/{version}/users", USER))[0] == 201


@pytest.mark.parametrize("body", [USER, {"username": "X"}])
async def test_every_connection_comes_back(tmp_path: Path, version: str, body: dict[str, str]) -> None:
    async with _watched(tmp_path) as watched:
        for _ in range(30):  # more than the pool has
            await watched.post(f"/api/{version}/users", body)
        assert await watched.in_use() == 0


async def test_a_stream_holds_no_session(tmp_path: Path, version: str) -> None:
    async with _watched(tmp_path) as watched:
        question = {"messages": [{"role": "user", "content": "Why?"}]}
        status, body = await watched.post(f"/api/{version}/chat", question, **{"X-API-Key": KEY})
        assert status == 200
        assert body.count(b"event: token") > 3
        kinds = [kind for kind, _, _ in watched.seen]
        assert kinds.count("http.response.body") > 3
        assert {in_use for _, _, in_use in watched.seen} == {0}


def test_a_dependency_can_be_replaced_in_a_test(tmp_path: Path, version: str) -> None:
    app = create_service(settings(tmp_path))
    service = _service(app)
    opened: list[AsyncSession] = []

    async def counted() -> AsyncGenerator[AsyncSession, None]:
        async with (await service.resources()).database.unit_of_work() as session:
            opened.append(session)
            yield session

    async def talkative() -> Resources:
        return replace(await service.resources(), model=LocalModel(delay=0))

    with served(app) as client:
        app.dependency_overrides[service.session] = counted
        app.dependency_overrides[service.resources] = talkative
        ada = sign_up(Caller(http=client, version=version))
        before = len(opened)
        assert ada.get("/items").status_code == 200
        # Security and implementation share the session of the request.
        assert len(opened) == before + 1
