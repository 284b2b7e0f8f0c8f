"""Cursors, entity tags and prices."""

import base64
from collections.abc import Callable

import pytest
from hypothesis import given
from hypothesis import strategies as st

from impl.core.cursors import decode_cursor, encode_cursor
from impl.core.errors import InvalidCursor
from impl.core.etags import etag_of, is_known, matches
from impl.core.money import format_amount, parse_amount, to_cents


@given(st.integers(1, 2**63 - 1), st.text())
def test_a_cursor_gives_back_what_it_was_made_of(after: int, filters: str) -> None:
    cursor = encode_cursor(after, filters)
    assert decode_cursor(cursor, filters) == after
    assert cursor.isascii()
    assert len(cursor) <= 200
    with pytest.raises(InvalidCursor):
        decode_cursor(cursor, filters + "x")


@given(st.text() | st.text(alphabet="ABab01-_=", min_size=20, max_size=28))
def test_a_made_up_cursor_is_refused(cursor: str) -> None:
    with pytest.raises(InvalidCursor):
        decode_cursor(cursor, "filters")


@pytest.mark.parametrize(
    "change", [lambda c: c + "=", lambda c: c + "A", lambda c: c[:-1], lambda c: "/" + c[1:]]
)
def test_a_changed_cursor_is_refused(change: Callable[[str], str]) -> None:
    with pytest.raises(InvalidCursor):
        decode_cursor(change(encode_cursor(5, "f")), "f")


def test_a_cursor_has_one_spelling() -> None:
    cursor = encode_cursor(5, "f")
    last = "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789-_"
    twin = cursor[:-1] + last[last.index(cursor[-1]) ^ 1]
    assert base64.urlsafe_b64decode(twin + "=") == base64.urlsafe_b64decode(cursor + "=")
    with pytest.raises(InvalidCursor):
        decode_cursor(twin, "f")


@pytest.mark.parametrize("after", [0, -1])
def test_a_cursor_before_the_first_row_is_refused(after: int) -> None:
    with pytest.raises(InvalidCursor):
        decode_cursor(encode_cursor(after, "f"), "f")


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
