"""The grammar of ``Prefer`` (RFC 7240) and of ``Preference-Applied``."""

from __future__ import annotations

import pytest

from accord.mock.prefer import Preferences, PreferError, applied, parse_prefer, read_preferences


@pytest.mark.parametrize(
    ("values", "found"),
    [
        (["code=404"], {"code": "404"}),
        (["Code = 404 , dynamic"], {"code": "404", "dynamic": ""}),
        (['example="a, b"; note=1, code=200'], {"example": "a, b", "code": "200"}),
        ([r'example="say \"hi\""'], {"example": 'say "hi"'}),
        (["code=200", "code=404"], {"code": "200"}),
        (["respond-async, wait=10"], {"respond-async": "", "wait": "10"}),
        (["=, ;;, code=200"], {"code": "200"}),
        (["example=Größe, code=200"], {"code": "200"}),
        ([""], {}),
        ([",,"], {}),
    ],
)
def test_preferences_are_parsed(values: list[str], found: dict[str, str]) -> None:
    assert parse_prefer(values) == found


def test_preferences_of_the_mock_are_read() -> None:
    assert read_preferences(["code=404, example=x, dynamic=TRUE"]) == Preferences(
        code=404, example="x", dynamic=True
    )
    assert not read_preferences(["wait=1", "dynamic=false"])


@pytest.mark.parametrize("value", ["code", "code=99", "code=600", "code=2XX", "dynamic=1"])
def test_a_value_that_cannot_be_is_told(value: str) -> None:
    with pytest.raises(PreferError):
        read_preferences([value])


@pytest.mark.parametrize(
    ("preferences", "text"),
    [
        (Preferences(code=404), "code=404"),
        (Preferences(example="a b", dynamic=True), 'example="a b", dynamic=true'),
        (Preferences(example='a"b'), r'example="a\"b"'),
    ],
)
def test_what_was_applied_is_said_in_the_same_grammar(preferences: Preferences, text: str) -> None:
    assert applied(preferences) == text
    assert read_preferences([text]) == preferences
