"""Problems of RFC 9457, as a test reads them."""

from __future__ import annotations

import json
from typing import Any

import pytest

from accord.testing.exchange import Answer
from accord.testing.problems import explanation


@pytest.mark.parametrize(
    ("body", "said"),
    [
        ({"title": "Gone", "status": 410, "detail": "Since May."}, ": Gone; Since May."),
        ({"title": "Gone", "status": 410}, ": Gone"),
        ({"title": "", "type": "about:blank", "detail": "Why."}, ": Why."),
        ({"message": "no problem"}, ""),
        ([1], ""),
    ],
)
def test_what_a_service_says_about_an_error_is_repeated(body: Any, said: str) -> None:
    assert explanation(Answer(status=500, body=json.dumps(body).encode())) == said


def test_a_long_explanation_is_cut_and_none_is_none() -> None:
    long = {"title": "x" * 10_000, "status": 500}
    assert len(explanation(Answer(status=500, body=json.dumps(long).encode()))) == 300
    assert explanation(Answer(status=500, body=b"<html>")) == ""
    assert explanation(Answer(status=500)) == ""
