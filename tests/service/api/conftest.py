"""Fixtures of the running service's tests."""

from __future__ import annotations

from collections.abc import Iterator

import pytest
from starlette.testclient import TestClient

from tests.service.api.support import VERSIONS, Caller, fresh, sign_up
from tests.service.servers import Backend


@pytest.fixture(scope="module")
def client(tmp_path_factory: pytest.TempPathFactory, backend: Backend) -> Iterator[TestClient]:
    """One application a module and backend: tests use users of their own."""
    with fresh(tmp_path_factory.mktemp("service"), **backend.settings()) as opened:
        yield opened


@pytest.fixture(params=VERSIONS)
def version(request: pytest.FixtureRequest) -> str:
    return str(request.param)


@pytest.fixture
def anybody(client: TestClient, version: str) -> Caller:
    return Caller(http=client, version=version)


@pytest.fixture
def ada(anybody: Caller) -> Caller:
    return sign_up(anybody)


@pytest.fixture
def bob(anybody: Caller) -> Caller:
    return sign_up(anybody)


@pytest.fixture
def anyio_backend() -> str:
    return "asyncio"
