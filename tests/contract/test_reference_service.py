"""The running reference service does what its contracts say: `accord contract-test`, from pytest."""

from __future__ import annotations

import pytest

from accord.testing.pytest_plugin import CheckContract


@pytest.mark.slow
@pytest.mark.parametrize("version", ["v1", "v2"])
def test_the_service_keeps_its_contract(check_contract: CheckContract, version: str) -> None:
    report = check_contract(f"spec/{version}")
    assert {row.operation: row.state for row in report.coverage if row.state != "exercised"} == {}
    assert len(report.coverage) == 15
    assert [found for found in report.suppressed if found.configured] == []
    assert report.stopped == ""
