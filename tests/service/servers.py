"""PostgreSQL and Redis for the tests: servers of this run, a database and a Redis of its own for whoever asks."""

from __future__ import annotations

import atexit
import os
import shutil
import subprocess
import tempfile
from collections.abc import Iterator
from contextlib import ExitStack, contextmanager, suppress
from dataclasses import dataclass, field
from functools import cache
from itertools import count
from pathlib import Path
from typing import NoReturn

import pytest

from scripts.services import Postgres, RedisServer, ServicesError, find, free_port
from tests.commands import Commands, forking

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
    """Start both servers; stop them and remove their data afterwards. Skip the test where they do not start."""
    folder = Path(tempfile.mkdtemp(prefix="accord-tests-"))
    folder.chmod(0o755)  # PostgreSQL's own user has to get in
    servers = Servers(
        postgres=Postgres(folder=folder / "postgres", port=free_port()),
        redis=RedisServer(folder=folder / "redis", port=free_port()),
    )
    try:
        with skipping():
            servers.postgres.create()
            servers.postgres.start()
            servers.redis.start(databases=_REDIS_DATABASES)
        migrate(servers.postgres.create_database(_TEMPLATE))
        yield servers
    finally:
        servers.redis.stop()
        with suppress(ServicesError):  # without its data it ends by itself
            servers.postgres.stop("immediate")
        shutil.rmtree(folder, ignore_errors=True)


def migrate(url: str, *command: str) -> str:
    """Run Alembic as an operator does; return what it printed."""
    environment = {**_own_environment(), "DATABASE_URL": url}
    done = _alembic().run(*(command or ("upgrade", "head")), cwd=ROOT, env=environment)
    assert done.returncode == 0, done.stderr
    return done.stdout


@cache
def _alembic() -> Commands:
    """One for the process of the tests, ended with it."""
    open_until_the_end = ExitStack()
    atexit.register(open_until_the_end.close)
    return open_until_the_end.enter_context(forking("alembic"))


def _own_environment() -> dict[str, str]:
    return {
        name: value for name, value in os.environ.items() if not name.startswith(("ACCORD_", "DATABASE_"))
    }


def require(*programs: str) -> None:
    """Skip the test where a program is missing; where `CI` is true that is a failure."""
    gone = [program for program in programs if find(program) is None]
    if gone:
        unavailable(f"{', '.join(gone)} not installed: run `make services`")


@contextmanager
def skipping() -> Iterator[None]:
    """Skip the test where a server cannot be created, started or stopped on this machine; where `CI` is true that is a failure."""
    try:
        yield
    except (ServicesError, OSError, subprocess.SubprocessError) as error:
        unavailable(f"this machine does not run the server: {error}")


def unavailable(message: str) -> NoReturn:
    """Skip the test, or fail it where `CI` is true."""
    if os.environ.get("CI") == "true":
        pytest.fail(message)
    pytest.skip(message)
