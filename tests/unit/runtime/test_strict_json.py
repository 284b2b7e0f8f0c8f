"""What is JSON, what is not, and where."""

from __future__ import annotations

import json
from typing import Any

import pytest

from accord.runtime.strict_json import MAX_DEPTH, JsonError, parse


@pytest.mark.parametrize(
    ("raw", "value"),
    [
        (b"1.0", 1.0),
        (b" [1e2, -0] \r\n", [100.0, 0]),
        (b"18446744073709551616", 2**64),
        (b'"\\ud83d\\ude00"', "\U0001f600"),
        (b'"\\u0000"', "\0"),
        (b'{"a:b":{"c":":"},"":null}', {"a:b": {"c": ":"}, "": None}),
        (b'{"\\u003a":1,"\\u003b":2}', {":": 1, ";": 2}),
        (b'{"a":{"x":1},"b":{"x":1}}', {"a": {"x": 1}, "b": {"x": 1}}),
        (b'["\\\\u003a"]', ["\\u003a"]),
        (b"[" * MAX_DEPTH + b"]" * MAX_DEPTH, None),
        (b"[" + b",".join([b"{}"] * 500) + b"]", [{}] * 500),
        (b'"\xe2\x80\xa8"', "\u2028"),
    ],
)
def test_json(raw: bytes, value: Any) -> None:
    assert parse(raw) == (value if value is not None else json.loads(raw))


@pytest.mark.parametrize(
    ("raw", "reason", "offset"),
    [
        (b"", "no value", 0),
        (b"  \n", "no value", 3),
        (b"{", "the text ends too early", 1),
        (b'{"a":1,}', "trailing comma in object", 7),
        (b"NaN", "invalid character", 0),
        (b"[-Infinity]", "invalid character", 2),
        (b"[1, 1e999]", "number out of range", 4),
        (b'{"a":-1e400}', "number out of range", 5),
        (b"[" + b"1" * 5000 + b"]", "number out of range", 1),
        (b'["\\ud800"]', "lone surrogate", 2),
        (b'"\\ud800"', "lone surrogate", 1),
        (b'["\\ud800\\ud800"]', "lone surrogate", None),
        (b'"\\udc00"', "lone surrogate", None),
        (b'["\xff"]', "invalid UTF-8", 2),
        (b'"\xed\xa0\x80"', "invalid UTF-8", 1),
        (b"\xef\xbb\xbf{}", "invalid character", 0),
        (b"01", "invalid number", 1),
        (b"{} x", "trailing characters", None),
        (b"'a'", "invalid character", 0),
        (b'{"a":1,"a":2}', "duplicate key", 7),
        (b'{"a":1,"\\u0061":2}', "duplicate key", 7),
        (b'{"b":[{"k":"x:y"},{"k":1,\n "k":2}]}', "duplicate key", 27),
        (b'{"a":"\\u003a","a":1}', "duplicate key", 14),
        (b'{"a":"\\u003a\\u003A","a":"::"}', "duplicate key", 20),
        (b"[" * (MAX_DEPTH + 1) + b"]" * (MAX_DEPTH + 1), "more than 200 levels", MAX_DEPTH),
        (b'{"a":' * 5000 + b"1" + b"}" * 5000, "more than 200 levels", 1000),
        (b"[" * 100_000, "more than 200 levels", MAX_DEPTH),
        (b'"a\nb"', "invalid character", 2),
    ],
)
def test_what_is_rejected(raw: bytes, reason: str, offset: int | None) -> None:
    with pytest.raises(JsonError) as caught:
        parse(raw)
    assert caught.value.reason == reason
    if offset is not None:
        assert caught.value.offset == offset


def test_places_are_lines_and_columns() -> None:
    with pytest.raises(JsonError, match=r"duplicate key at line 2, column 2 \(byte 11\)"):
        parse(b'{"key":1,\n"key":2}'.replace(b'\n"', b'\n "'))


def test_places_beyond_the_scanned_part_are_left_out() -> None:
    raw = b'{"x":"' + b"a" * 70_000 + b'","k":1,"k":2}'
    with pytest.raises(JsonError) as caught:
        parse(raw)
    assert (caught.value.reason, caught.value.offset, str(caught.value)) == (
        "duplicate key",
        None,
        "duplicate key",
    )
