"""Metrics of a service with several workers: whichever is asked tells those of all."""

from __future__ import annotations

import re
from pathlib import Path

import httpx
import pytest

from tests.service.operation.processes import PATIENCE, supervised, until
from tests.service.servers import LOCAL

_COUNT = re.compile(
    r'^http_requests_total\{method="GET",route="/api/v2/status",status="200"\} ([0-9.]+)$', re.MULTILINE
)


@pytest.mark.slow
def test_each_worker_tells_the_requests_of_all(tmp_path: Path) -> None:
    with supervised("uvicorn", tmp_path, LOCAL) as running:
        until(lambda: len(running.workers()) == 2)
        count = 40
        for _ in range(count):  # connections of their own, so that both workers have some
            httpx.get(f"{running.url}/api/v2/status", timeout=PATIENCE).raise_for_status()
        reported: list[float] = []
        for _ in range(10):
            text = httpx.get(f"{running.url}/metrics", timeout=PATIENCE).text
            found = _COUNT.search(text)
            assert found, text
            reported.append(float(found[1]))
            assert "http_requests_in_flight 0.0" in text
        # The fixture asks too, before it hands over.
        assert set(reported) == {reported[0]}
        assert count < reported[0] <= count + 3
