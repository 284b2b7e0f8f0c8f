"""Fixtures of the core's tests."""

from collections.abc import AsyncGenerator
from pathlib import Path

import pytest

from tests.service.core.world import World, open_world
from tests.service.servers import Backend


@pytest.fixture
def anyio_backend() -> str:
    return "asyncio"


@pytest.fixture
async def world(tmp_path: Path, own_backend: Backend) -> AsyncGenerator[World, None]:
    async with open_world(tmp_path, own_backend.database_url) as opened:
        yield opened
