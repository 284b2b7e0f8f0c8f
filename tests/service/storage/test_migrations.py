"""Plain Alembic, forward and back on both databases; the models are what the migrations make; a stale schema stops."""

from __future__ import annotations

import asyncio
import os
import subprocess
import sys
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path
from typing import Any

import pytest
from alembic.autogenerate import compare_metadata
from alembic.migration import MigrationContext
from alembic.script import ScriptDirectory
from sqlalchemy import Connection, create_engine, event, inspect, text
from sqlalchemy.engine import make_url

from impl.core.database import Base, Database
from impl.core.schema import MIGRATIONS, SchemaError, _upgrade, newest, prepare
from tests.service.servers import ROOT, Servers, migrate

pytestmark = pytest.mark.anyio
STEPS = [script.revision for script in ScriptDirectory(str(MIGRATIONS)).walk_revisions()][::-1]


def _ask(url: str, question: Any) -> Any:
    drivers = {"sqlite": "sqlite", "postgresql": "postgresql+psycopg"}
    parsed = make_url(url)
    engine = create_engine(parsed.set(drivername=drivers[parsed.drivername]))
    try:
        with engine.begin() as connection:
            return question(connection)
    finally:
        engine.dispose()


def _drift(connection: Connection) -> list[Any]:
    context = MigrationContext.configure(
        connection, opts={"compare_type": True, "compare_server_default": True}
    )
    return list(compare_metadata(context, Base.metadata))


def _shape(connection: Connection) -> dict[str, list[str]]:
    found = inspect(connection)
    tables = sorted(set(found.get_table_names()) - {"alembic_version"})
    return {table: [column["name"] for column in found.get_columns(table)] for table in tables}


def test_the_migrations_make_what_the_models_say(empty_database: str) -> None:
    migrate(empty_database)
    assert _ask(empty_database, _drift) == []
    assert "No new upgrade operations" in migrate(empty_database, "check")


def test_a_model_that_differs_is_drift(empty_database: str) -> None:
    migrate(empty_database)

    def change(connection: Connection) -> None:
        connection.execute(text("ALTER TABLE users DROP COLUMN revision"))

    _ask(empty_database, change)
    assert [entry[0] for entry in _ask(empty_database, _drift)] == ["add_column"]


def test_every_step_has_its_way_back(empty_database: str) -> None:
    shapes = [_ask(empty_database, _shape)]
    for step in STEPS:
        migrate(empty_database, "upgrade", step)
        shapes.append(_ask(empty_database, _shape))
    assert shapes[0] == {}
    assert len({str(shape) for shape in shapes}) == len(shapes)
    for step, shape in zip(["base", *STEPS][-2::-1], shapes[-2::-1], strict=True):
        migrate(empty_database, "downgrade", step)
        assert _ask(empty_database, _shape) == shape


def test_rows_live_through_steps_and_back(empty_database: str) -> None:
    migrate(empty_database, "upgrade", "0001")

    def fill(connection: Connection) -> None:
        moment = "'2026-11-24 09:30:00'"
        connection.execute(
            text(
                f"INSERT INTO users (id, username, password_hash, created_at) VALUES (7, 'ada', '-', {moment})"
            )
        )
        connection.execute(
            text(
                "INSERT INTO items (id, name, folded_name, price, price_cents, currency, created_at, updated_at,"
                f" version, owner_id) VALUES (1, 'Cup', 'cup', 2.5, 250, 'EUR', {moment}, {moment}, 1, 7)"
            )
        )

    def owners(connection: Connection) -> list[Any]:
        return [tuple(row) for row in connection.execute(text("SELECT id, owner_id FROM items"))]

    _ask(empty_database, fill)
    for step in ("head", "0001", "head"):
        migrate(empty_database, "downgrade" if step == "0001" else "upgrade", step)
        assert _ask(empty_database, owners) == [(1, 7)]


def test_processes_that_migrate_at_once_take_turns(empty_database: str) -> None:
    command = [sys.executable, "-m", "alembic", "upgrade", "head"]
    environment = {**os.environ, "DATABASE_URL": empty_database}
    running = [subprocess.Popen(command, cwd=ROOT, env=environment, stderr=subprocess.PIPE) for _ in range(3)]
    said = [process.communicate(timeout=60)[1].decode() for process in running]
    assert [process.returncode for process in running] == [0, 0, 0], said
    assert _ask(empty_database, _drift) == []


async def test_a_file_is_migrated_by_whoever_starts_first(tmp_path: Path) -> None:
    databases = [Database(f"sqlite:///{tmp_path / 'new.db'}") for _ in range(3)]
    await asyncio.gather(*(prepare(database) for database in databases))
    await asyncio.gather(*(prepare(database) for database in databases))
    for database in databases:
        await database.close()
    assert _ask(f"sqlite:///{tmp_path / 'new.db'}", _drift) == []


@pytest.mark.parametrize("moment", range(6))
async def test_a_file_may_be_migrated_by_another_at_any_moment_of_a_start(
    tmp_path: Path, moment: int
) -> None:
    """Workers that start together look at the file while one of them migrates it."""
    url = f"sqlite:///{tmp_path / 'new.db'}"
    database = Database(url)
    seen: list[str] = []

    @event.listens_for(database._engine.sync_engine, "before_cursor_execute")
    def _(_connection: Any, _cursor: Any, statement: str, *_rest: Any) -> None:
        seen.append(statement)
        if len(seen) == moment + 1:
            with ThreadPoolExecutor(1) as other:
                other.submit(_upgrade, make_url(url).set(drivername="sqlite+aiosqlite")).result()

    await prepare(database)
    assert len(seen) > moment, "there is no such moment"
    await prepare(database)
    await database.close()
    assert _ask(url, _drift) == []


async def _rejection(url: str) -> str:
    database = Database(url)
    try:
        with pytest.raises(SchemaError) as caught:
            await prepare(database)
    finally:
        await database.close()
    return str(caught.value)


async def test_a_server_without_the_newest_schema_is_rejected(servers: Servers) -> None:
    url = servers.empty_database()
    assert (
        await _rejection(url) == "the database has no schema yet: run `alembic upgrade head` and start again"
    )
    migrate(url, "upgrade", "0001")
    assert f"has the schema 0001, not {newest()}: run `alembic upgrade head`" in await _rejection(url)


async def test_a_file_of_a_newer_or_an_unknown_release_is_rejected(tmp_path: Path) -> None:
    url = f"sqlite:///{tmp_path / 'newer.db'}"
    migrate(url)
    _ask(url, lambda connection: connection.execute(text("UPDATE alembic_version SET version_num = '9999'")))
    assert "9999 of a newer release" in await _rejection(url)
    _ask(url, lambda connection: connection.execute(text("DELETE FROM alembic_version")))
    assert "alembic stamp 0001" in await _rejection(url)


def test_the_rejection_is_one_line_and_no_traceback(servers: Servers, tmp_path: Path) -> None:
    done = subprocess.run(
        [sys.executable, "-m", "uvicorn", "impl.app:app", "--port", "0"],
        cwd=tmp_path,
        env={**os.environ, "ACCORD_DATABASE_URL": servers.empty_database()},
        capture_output=True,
        text=True,
        timeout=60,
        check=False,
    )
    assert done.returncode == 3
    said = done.stdout + done.stderr
    assert (
        said.count("the service does not start: the database has no schema yet: run `alembic upgrade head`")
        == 1
    )
    # One line each: started, waiting, why not, failed.
    assert len(said.splitlines()) <= 5, said
    assert "Traceback" not in said
