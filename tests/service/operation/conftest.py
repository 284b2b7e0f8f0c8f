"""Fixtures of the tests that run the service as an operator does."""

from __future__ import annotations

import pytest

from tests.service.api.support import VERSIONS


@pytest.fixture(params=VERSIONS)
def version(request: pytest.FixtureRequest) -> str:
    return str(request.param)
