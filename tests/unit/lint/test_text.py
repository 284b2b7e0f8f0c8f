"""Sentences stay one line, whatever a contract says."""

from __future__ import annotations

import pytest

from accord.contract.schema import JsonValue
from accord.lint.text import MAX_SHOWN, close_matches, did_you_mean, json_type, listing, quoted


@pytest.mark.parametrize("name", ["a\nb", "\x1b[31mred", "x" * 500, "a\u2028b", "\u202egnp"])
def test_a_name_is_shown_on_one_line_and_short(name: str) -> None:
    shown = quoted(name)
    assert shown.isprintable()
    assert len(shown) <= MAX_SHOWN + 2


def test_a_long_list_is_cut() -> None:
    assert listing(["a"]) == "`a`"
    assert listing(["a", "b", "c"], "or") == "`a`, `b` or `c`"
    assert listing(map(str, range(20))).endswith("`6` and 13 more")


def test_misspellings_find_their_word_and_strangers_do_not() -> None:
    assert close_matches("maxlenght", ["maxLength", "minLength"])[0] == "maxLength"
    assert did_you_mean("qurey", ["query", "path"]) == "Did you mean `query`?"
    assert did_you_mean("banana", ["query", "path"]) == ""


def test_types_of_json() -> None:
    values: tuple[JsonValue, ...] = (None, True, 1, 1.5, "", [], {})
    assert [json_type(v) for v in values] == [
        "null",
        "boolean",
        "number",
        "number",
        "string",
        "array",
        "object",
    ]
