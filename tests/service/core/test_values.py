"""Cursors, entity tags and prices."""

import re
from pathlib import Path

import pytest
import yaml
from hypothesis import given
from hypothesis import strategies as st

from impl.core.cursors import decode_cursor, encode_cursor
from impl.core.etags import etag_of, is_known, matches
from impl.core.money import format_amount, parse_amount, to_cents

_SCHEMAS = Path(__file__).parents[3] / "spec/common/schemas/items.yaml"
_PATTERN = yaml.safe_load(_SCHEMAS.read_text(encoding="utf-8"))["Cursor"]["pattern"].strip("^$")


@given(st.integers(0, 2**63 - 1))
def test_a_cursor_gives_back_what_it_was_made_of(after: int) -> None:
    cursor = encode_cursor(after)
    assert re.fullmatch(_PATTERN, cursor)
    assert decode_cursor(cursor) == after


@given(st.from_regex(re.compile(_PATTERN, re.ASCII), fullmatch=True))
def test_every_cursor_that_the_contract_lets_through_is_a_row(cursor: str) -> None:
    assert 0 <= decode_cursor(cursor) < 2**63
    assert encode_cursor(decode_cursor(cursor)) == cursor


def test_entity_tags_differ_by_object_and_version() -> None:
    tags = {
        etag_of(kind, number, version)
        for kind in ("item", "user")
        for number in (1, 11)
        for version in (1, 11)
    }
    assert len(tags) == 8


TAG = '"5f2b9c1d7e3a4b60"'


@pytest.mark.parametrize(
    ("header", "change", "known"),
    [
        (TAG, True, True),
        ("*", True, True),
        (" * ", True, True),
        (f"W/{TAG}", False, True),
        (f'"a", {TAG}', True, True),
        (f'"a,{TAG[1:]}', False, False),
        (f'"a,b",\t{TAG} ', True, True),
        (f'W/"a",W/{TAG}', False, True),
        (TAG.strip('"'), False, False),
        (f"{TAG} {TAG}", False, False),
        (f"{TAG},,", False, False),
        ("", False, False),
        ('"', False, False),
        ("\x00\xff", False, False),
        (f"w/{TAG}", False, False),
        ('"' * 1000, False, False),
    ],
)
def test_conditional_headers(header: str, change: bool, known: bool) -> None:
    assert matches(TAG, header) is change
    assert is_known(TAG, header) is known


@given(st.text(max_size=1000))
def test_odd_conditional_headers_match_nothing_and_raise_nothing(header: str) -> None:
    star = header.strip() == "*"
    assert matches(TAG, header) is star
    assert is_known(TAG, header) is star


@given(st.integers(1, 999_999_999_999))
def test_exact_amounts_survive_the_binary_price(cents: int) -> None:
    text = f"{cents // 100}.{cents % 100:02}"
    assert format_amount(parse_amount(text)) == text
    assert to_cents(parse_amount(text)) == cents


@pytest.mark.parametrize(
    ("amount", "text"),
    [
        (12.5, "12.50"),
        (1.005, "1.01"),
        (2.675, "2.68"),
        (0.004, "0.01"),
        (5e-324, "0.01"),
        (1e-7, "0.01"),
        (9999999999.99, "9999999999.99"),
        (1e9, "1000000000.00"),
        (3, "3.00"),
    ],
)
def test_finer_amounts_are_rounded_to_the_cent(amount: float, text: str) -> None:
    assert format_amount(amount) == text
