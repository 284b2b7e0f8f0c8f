"""Fixtures of the core's tests."""

from collections.abc import AsyncGenerator
from pathlib import Path

import pytest

from tests.service.core.world import World, open_world


@pytest.fixture
def anyio_backend() -> str:
    return "asyncio"


@pytest.fixture
async def world(tmp_path: Path) -> AsyncGenerator[World, None]:
    async with open_world(tmp_path) as opened:
        yield opened
