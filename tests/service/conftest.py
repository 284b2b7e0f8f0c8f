"""Where the service of a test keeps its state: in SQLite and its own process, and again in PostgreSQL and Redis."""

from __future__ import annotations

import os
from collections.abc import Iterator

import pytest

from tests.service.leaks import Watch, watching
from tests.service.servers import LOCAL, Backend, Servers, require, started

# Importing the application configures the logging of its process, which here is that of the tests.
os.environ.setdefault("ACCORD_LOG_FORMAT", "off")


@pytest.fixture(scope="session", autouse=True)
def nothing_leaks() -> Iterator[Watch]:
    """Search what all services of this session said; a secret in it is an error of the session's last test."""
    with watching() as watch:
        yield watch
    assert watch.leaks() == []


@pytest.fixture(scope="session")
def servers() -> Iterator[Servers]:
    """PostgreSQL and Redis, started for this run."""
    require("postgres", "redis-server")
    with started() as running:
        yield running


@pytest.fixture(scope="module", params=["local", "servers"])
def backend(request: pytest.FixtureRequest) -> Backend:
    """Both ways to keep state; a test that asks for it runs on each. Tests of a module share it."""
    if request.param == "local":
        return LOCAL
    running: Servers = request.getfixturevalue("servers")
    return running.backend()


@pytest.fixture
def own_backend(backend: Backend, request: pytest.FixtureRequest) -> Backend:
    """The same for a test that shares with no other."""
    if backend is LOCAL:
        return LOCAL
    running: Servers = request.getfixturevalue("servers")
    return running.backend()
