"""What the database cannot do is answered 503 with Retry-After, by every operation, and nothing acknowledged is lost."""

from __future__ import annotations

import json
import socket
import sqlite3
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

import anyio
import pytest
from sqlalchemy import event, text
from starlette.testclient import TestClient

from impl.app import create_service
from impl.core.database import Database, Pool, with_driver
from impl.core.errors import StorageUnavailable
from scripts.services import free_port
from tests.service.api.support import KEY, VERSIONS, Caller, served, settings, sign_up
from tests.service.servers import Servers, started

pytestmark = pytest.mark.anyio


def test_drivers_may_be_left_out() -> None:
    shown = {url: str(with_driver(url)) for url in ("sqlite:///a.db", "postgres://h/d", "postgresql://h/d")}
    assert shown == {
        "sqlite:///a.db": "sqlite+aiosqlite:///a.db",
        "postgres://h/d": "postgresql+psycopg://h/d",
        "postgresql://h/d": "postgresql+psycopg://h/d",
    }
    assert str(with_driver("sqlite+other:///a.db")) == "sqlite+other:///a.db"


def _operations(contract: Any) -> Iterator[tuple[str, str, Any]]:
    for path, methods in contract["paths"].items():
        for method, operation in methods.items():
            if isinstance(operation, dict) and "operationId" in operation:
                yield method.upper(), path.replace("{itemId}", "1"), operation


def _sample(operation: Any) -> tuple[dict[str, str], str | None]:
    for media_type, described in operation.get("requestBody", {}).get("content", {}).items():
        example = next(iter(described["examples"].values()))["value"]
        if media_type == "application/x-www-form-urlencoded":
            return {"Content-Type": media_type}, "&".join(f"{name}={text}" for name, text in example.items())
        return {"Content-Type": media_type}, json.dumps(example)
    return {}, None


@contextmanager
def _with_postgres(tmp_path: Path) -> Iterator[tuple[Servers, TestClient]]:
    with started() as servers:
        backend = servers.backend().settings()
        with served(create_service(settings(tmp_path, database_wait=1.0, **backend))) as client:
            yield servers, client


def test_every_operation_answers_503_while_postgresql_is_down(servers: Servers, tmp_path: Path) -> None:
    del servers  # only so that the test skips where they cannot be had
    with _with_postgres(tmp_path) as (own, client):
        callers = {version: sign_up(Caller(http=client, version=version)) for version in VERSIONS}
        made = {version: caller.create().json() for version, caller in callers.items()}
        own.postgres.stop("immediate")
        for caller in callers.values():
            contract = caller.get("/openapi.json").json()
            for method, path, operation in _operations(contract):
                headers, content = _sample(operation)
                response = caller.send(
                    method, path, headers={**headers, "X-API-Key": KEY, "If-Match": "*"}, content=content
                )
                # The chat takes the API key where the token cannot be read, but that is in the database as well.
                assert response.status_code == 503, operation["operationId"]
                assert response.headers["Retry-After"].isdigit()
                problem = response.json()
                assert problem["status"] == 503
                assert "Traceback" not in response.text
                assert "psycopg" not in response.text
        own.postgres.start()
        for version, caller in callers.items():
            path = f"/items/{made[version]['id']}"
            assert caller.get(path).json() == made[version]


def test_a_restart_between_two_requests_is_not_noticed(servers: Servers, tmp_path: Path) -> None:
    del servers
    with _with_postgres(tmp_path) as (own, client):
        ada = sign_up(Caller(http=client, version="v2"))
        own.postgres.stop("immediate")
        own.postgres.start()
        assert ada.create().json()["name"] == "Cup"


def test_a_full_disk_is_503_and_reading_goes_on(tmp_path: Path) -> None:
    app = create_service(settings(tmp_path))
    with served(app) as client:
        ada = sign_up(Caller(http=client, version="v2"))
        made = ada.create()

        async def limit() -> None:
            resources = await app.state.service.resources()
            engine = resources.database._engine

            @event.listens_for(engine.sync_engine, "connect")
            def _(connection: Any, _record: object) -> None:
                # No page more than there are: the database is as full as on a disk without room.
                connection.execute(f"PRAGMA max_page_count = {pages}")

            async with engine.connect() as connection:
                pages = (await connection.execute(text("PRAGMA page_count"))).scalar_one()
            await engine.dispose()

        anyio.run(limit)
        refused: list[Any] = []
        kept: list[Any] = []
        for number in range(60):
            body = {"name": f"item {number}", "price": ada.price("1.00"), "description": "x" * 1900}
            response = ada.post("/items", json=body)
            (kept if response.status_code == 201 else refused).append(response)
        assert {response.status_code for response in refused} == {503}
        assert {response.headers["Retry-After"] for response in refused} == {"1"}
        assert ada.get(f"/items/{made.json()['id']}").json() == made.json()
        for response in kept:
            assert ada.http.get(response.headers["Location"], headers=ada.headers).json() == response.json()


def test_a_database_that_is_locked_for_too_long_is_503(tmp_path: Path) -> None:
    app = create_service(settings(tmp_path))
    with served(app) as client:
        ada = sign_up(Caller(http=client, version="v2"))

        async def hurry() -> None:
            engine = (await app.state.service.resources()).database._engine

            @event.listens_for(engine.sync_engine, "connect")
            def _(connection: Any, _record: object) -> None:
                connection.execute("PRAGMA busy_timeout = 50")

            await engine.dispose()

        anyio.run(hurry)
        with sqlite3.connect(tmp_path / "service.db", isolation_level=None) as other:
            other.execute("BEGIN IMMEDIATE")
            response = ada.post("/items", json={"name": "Cup", "price": ada.price("1.00")})
            assert (response.status_code, response.headers["Retry-After"]) == (503, "1")
            assert ada.get("/items").status_code == 200
            other.execute("ROLLBACK")
        assert ada.create().status_code == 201


async def test_a_pool_without_a_free_connection_gives_up_after_its_patience(servers: Servers) -> None:
    url = servers.backend().database_url
    assert url is not None
    database = Database(url, Pool(size=1, wait=0.2))
    try:
        async with database.unit_of_work() as held:
            await held.execute(text("SELECT 1"))
            with pytest.raises(StorageUnavailable):
                await database.check()
        await database.check()
    finally:
        await database.close()


async def test_whoever_waits_for_a_connection_has_it_before_who_comes_later(
    own_backend: Any, tmp_path: Path
) -> None:
    """Each of many asks again at once when it is served: nobody may pass those who wait already."""
    database = Database(
        own_backend.database_url or f"sqlite:///{tmp_path / 'own.db'}", Pool(size=1, wait=30.0)
    )
    served: list[int] = []

    async def ask(name: int) -> None:
        for _ in range(5):
            async with database.unit_of_work() as session:
                await session.execute(text("SELECT 1"))
                served.append(name)

    try:
        async with anyio.create_task_group() as tasks:
            for name in range(10):
                tasks.start_soon(ask, name)
        assert sorted(served[:10]) == list(range(10))
        assert all(served[start : start + 10] == served[:10] for start in range(0, 50, 10))
    finally:
        await database.close()


async def test_a_statement_that_takes_too_long_is_stopped(servers: Servers) -> None:
    url = servers.backend().database_url
    assert url is not None
    database = Database(url, Pool(statement=0.2))
    try:
        with pytest.raises(StorageUnavailable):
            async with database.unit_of_work() as session:
                await session.execute(text("SELECT pg_sleep(10)"))
        await database.check()
    finally:
        await database.close()


async def test_a_faulty_statement_is_no_outage(own_backend: Any, tmp_path: Path) -> None:
    database = Database(own_backend.database_url or f"sqlite:///{tmp_path / 'own.db'}")
    try:
        with pytest.raises(Exception, match="nothing_like_it"):
            async with database.unit_of_work() as session:
                await session.execute(text("SELECT * FROM nothing_like_it"))
    finally:
        await database.close()


def test_the_check_tells_what_answers(tmp_path: Path) -> None:
    dead = f"redis://127.0.0.1:{free_port()}/0"
    app = create_service(settings(tmp_path, redis_url=dead))
    with served(app):
        assert anyio.run(app.state.service.check) == {"database": True, "cache": False}


async def test_a_server_that_is_not_there_is_an_outage() -> None:
    with socket.socket() as silent:
        silent.bind(("127.0.0.1", 0))
        database = Database(f"postgresql://nobody@127.0.0.1:{silent.getsockname()[1]}/none", Pool(connect=1))
        with pytest.raises(StorageUnavailable):
            await database.check()
        await database.close()
