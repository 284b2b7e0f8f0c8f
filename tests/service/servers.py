"""PostgreSQL and Redis for the tests: servers of this run, a database and a Redis of its own for whoever asks."""

from __future__ import annotations

import os
import shutil
import subprocess
import sys
import tempfile
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from itertools import count
from pathlib import Path

import pytest

from scripts.services import Postgres, RedisServer, find, free_port

ROOT = Path(__file__).resolve().parents[2]
_TEMPLATE = "template_service"
_REDIS_DATABASES = 4096


@dataclass(frozen=True, slots=True, kw_only=True)
class Backend:
    """Where a service keeps its state. Without addresses: SQLite in its own folder, and the memory of the process."""

    name: str
    database_url: str | None = None
    redis_url: str | None = None

    def settings(self) -> dict[str, str]:
        """What differs from the settings of the tests."""
        found = {"database_url": self.database_url, "redis_url": self.redis_url}
        return {name: value for name, value in found.items() if value is not None}

    def environment(self) -> dict[str, str]:
        """The same as variables of a process."""
        return {f"ACCORD_{name.upper()}": value for name, value in self.settings().items()}


LOCAL = Backend(name="local")


@dataclass(frozen=True, slots=True, kw_only=True)
class Servers:
    """The servers of this run."""

    postgres: Postgres
    redis: RedisServer
    _numbers: Iterator[int] = field(default_factory=lambda: count(1))

    def backend(self) -> Backend:
        """A migrated database and a Redis that nobody else uses."""
        number = next(self._numbers)
        return Backend(
            name="servers",
            database_url=self.postgres.create_database(f"test_{number}", _TEMPLATE),
            redis_url=f"redis://127.0.0.1:{self.redis.port}/{number % _REDIS_DATABASES}",
        )

    def empty_database(self) -> str:
        """The URL of a database without a schema."""
        return self.postgres.create_database(f"test_{next(self._numbers)}")


@contextmanager
def started() -> Iterator[Servers]:
    """Start both servers; stop them and remove their data afterwards."""
    folder = Path(tempfile.mkdtemp(prefix="accord-tests-"))
    folder.chmod(0o755)  # PostgreSQL's own user has to get in
    servers = Servers(
        postgres=Postgres(folder=folder / "postgres", port=free_port()),
        redis=RedisServer(folder=folder / "redis", port=free_port()),
    )
    try:
        servers.postgres.create()
        servers.postgres.start()
        servers.redis.start(databases=_REDIS_DATABASES)
        migrate(servers.postgres.create_database(_TEMPLATE))
        yield servers
    finally:
        servers.redis.stop()
        servers.postgres.stop("immediate")
        shutil.rmtree(folder, ignore_errors=True)


def migrate(url: str, *command: str) -> str:
    """Run Alembic as an operator does; return what it printed."""
    done = subprocess.run(
        [sys.executable, "-m", "alembic", *(command or ("upgrade", "head"))],
        cwd=ROOT,
        env={**_own_environment(), "DATABASE_URL": url},
        capture_output=True,
        text=True,
        check=False,
    )
    assert done.returncode == 0, done.stderr
    return done.stdout


def _own_environment() -> dict[str, str]:
    return {
        name: value for name, value in os.environ.items() if not name.startswith(("ACCORD_", "DATABASE_"))
    }


def require(*programs: str) -> None:
    """Skip the test where a program is missing; where `CI` is true that is a failure."""
    gone = [program for program in programs if find(program) is None]
    if gone:
        message = f"{', '.join(gone)} not installed: run `make services`"
        if os.environ.get("CI") == "true":
            pytest.fail(message)
        pytest.skip(message)
