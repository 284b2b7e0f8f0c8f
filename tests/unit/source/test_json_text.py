"""Strict JSON with places."""

from __future__ import annotations

import json
import time

import pytest
from hypothesis import given
from hypothesis import strategies as st

from accord.source.data import to_data
from accord.source.json_text import parse_json
from accord.source.limits import DEFAULT_LIMITS, Budget
from accord.source.node import MappingNode, SourceFile
from accord.source.parsed import Parsed

VALUES = st.recursive(
    st.none()
    | st.booleans()
    | st.integers()
    | st.floats(allow_nan=False, allow_infinity=False)
    | st.text(st.characters(codec="utf-8")),
    lambda inner: (
        st.lists(inner, max_size=4)
        | st.dictionaries(st.text(st.characters(codec="utf-8"), max_size=4), inner, max_size=4)
    ),
    max_leaves=20,
)


def parse(text: str) -> Parsed:
    return parse_json(SourceFile(display="a.json", origin="a.json", text=text), Budget(DEFAULT_LIMITS))


@given(VALUES, st.sampled_from([None, 1, "\t"]), st.booleans())
def test_reads_what_the_standard_library_writes(
    data: object, indent: str | int | None, ascii_only: bool
) -> None:
    parsed = parse(json.dumps(data, indent=indent, ensure_ascii=ascii_only))
    assert parsed.diagnostics == ()
    assert parsed.root is not None
    assert repr(to_data(parsed.root)) == repr(data)


def test_places_with_tabs_windows_line_ends_and_emoji() -> None:
    root = parse('{\r\n\t"a" : [1,\r\n\t\t{"\U0001f600": "\\n", "b": 2}]\r\n}').root
    assert isinstance(root, MappingNode)
    assert (root.line, root.column) == (1, 1)
    entry = root.entries["a"]
    assert (entry.line, entry.column, entry.value.line, entry.value.column) == (2, 2, 2, 8)
    inner = entry.value.items[1]  # type: ignore[union-attr]
    assert isinstance(inner, MappingNode)
    assert (inner.entries["b"].line, inner.entries["b"].column) == (3, 15)


@pytest.mark.parametrize(
    ("text", "line", "column"),
    [
        ("", 1, 1),
        ('{"a":1,}', 1, 8),
        ('{"a":1\n "b":2}', 2, 2),
        ('{"a" 1}', 1, 2),
        ("{a:1}", 1, 2),
        ("{'a':1}", 1, 2),
        ('{"a":', 1, 6),
        ('{"a":[1,2', 1, 6),
        ('{"a":{"b":1}', 1, 1),
        ('{"a":[1,2}', 1, 10),
        ('{\n"a":"x\ny"}', 2, 5),
        ('{"a":"x\ty"}', 1, 6),
        ('{"a":"\\q"}', 1, 6),
        ('{"a":01}', 1, 7),
        ('{"a":NaN}', 1, 6),
        ('{"a":1} x', 1, 9),
        ("// c\n{}", 1, 1),
        ("[1,,2]", 1, 4),
        ("[1]]", 1, 4),
        ('{"a":1\u00a0}', 1, 7),
        ("\ufeff{}", 1, 1),
    ],
)
def test_what_is_no_json_is_one_finding(text: str, line: int, column: int) -> None:
    parsed = parse(text)
    assert parsed.root is None
    assert [(d.code, d.span.line, d.span.column) for d in parsed.diagnostics] == [
        ("json-syntax", line, column)
    ]


def test_surrogates_pair_up_and_halves_are_reported() -> None:
    parsed = parse('{"a": "\\ud83d\\ude00", "b": "x\\ud83d", "\\udc00": 1}')
    assert parsed.root is not None
    assert to_data(parsed.root) == {"a": "\U0001f600", "b": "x\ufffd", "\ufffd": 1}
    assert [(d.code, d.span.column) for d in parsed.diagnostics] == [
        ("string-surrogate", 28),
        ("string-surrogate", 39),
    ]


def test_duplicate_keys_compare_after_escapes() -> None:
    assert [(d.code, d.span.column) for d in parse('{"a\\u0062":1,"ab":2}').diagnostics] == [
        ("yaml-duplicate-key", 14)
    ]


def test_numbers_beyond_their_limits() -> None:
    parsed = parse('{"a": 18446744073709551617, "b": 1e400, "c": ' + "1" * 5000 + "}")
    assert isinstance(parsed.root, MappingNode)
    assert to_data(parsed.root)["a"] == 2**64 + 1  # type: ignore[index, call-overload]
    assert [d.code for d in parsed.diagnostics] == ["number-not-finite", "number-too-long"]


def test_a_deep_text_is_rejected_without_recursion() -> None:
    assert [d.code for d in parse('{"a":' * 5000 + "1" + "}" * 5000).diagnostics] == ["limit-depth"]


def test_hostile_strings_take_linear_time() -> None:
    started = time.process_time()
    for text in ('{"' + "a" * 1_000_000, '{"a":"' + "\\" * 1_000_001, '"' + '\\"' * 500_000):
        assert parse(text).root is None
    assert time.process_time() - started < 5
