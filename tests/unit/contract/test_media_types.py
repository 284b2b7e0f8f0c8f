"""Names of media types without their parameters."""

from __future__ import annotations

import pytest

from accord.contract.media_types import essence, is_json


@pytest.mark.parametrize(
    ("media_type", "name", "json"),
    [
        ("application/json", "application/json", True),
        (" Application/Problem+JSON ; charset=utf-8", "application/problem+json", True),
        ("text/event-stream;", "text/event-stream", False),
        ("application/json-seq", "application/json-seq", False),
        ("", "", False),
    ],
)
def test_the_essence_says_whether_it_is_json(media_type: str, name: str, json: bool) -> None:
    assert essence(media_type) == name
    assert is_json(name) == json


def test_no_media_type_is_no_json() -> None:
    assert not is_json(None)
