"""What the contract test knows of rejections, beside the table by which the runtime sends them."""

from __future__ import annotations

from accord.runtime.problems import PROBLEM_MEDIA_TYPE, TABLE
from accord.testing import problems

OF_THE_SERVER = {414, 431}
"""uvicorn answers these before the application sees the request."""
FAILURES = {500, 501}
"""The service failed or lacks the operation: no rejection of a request."""


def test_rejections_are_those_of_the_runtime_and_of_its_server() -> None:
    assert {row.status for row in TABLE.values()} - FAILURES | OF_THE_SERVER == problems.REJECTION_STATUSES


def test_problems_have_one_media_type() -> None:
    assert problems.PROBLEM_MEDIA_TYPE == PROBLEM_MEDIA_TYPE
