"""A short form of `make load`: every kind of request, each response right, and every acknowledged write read back."""

from __future__ import annotations

import pytest

from benchmarks.service_load.__main__ import failures_of, load
from benchmarks.service_load.run import Size
from tests.service.servers import Servers

pytestmark = pytest.mark.slow


def test_nothing_is_lost_under_load(servers: Servers) -> None:
    result = load(servers, Size(seconds=6, connections=40))
    assert set(result.reported.seconds) == {"create", "change", "read", "304", "list", "delete"}
    assert result.reported.writes > 100
    assert {status for _, status in result.ready} == {200}
    # What a process needs once it has within seconds; what it would lose each second shows in the long form.
    assert failures_of(result, growth=0.15) == []
