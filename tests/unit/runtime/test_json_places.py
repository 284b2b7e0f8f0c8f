"""Where a text stops to be strict JSON, and what stays out of the quick ways through a text."""

from __future__ import annotations

import pytest

from accord.runtime.strict_json import MAX_DEPTH, SCAN_LIMIT, JsonError, parse


def rejection(raw: bytes) -> JsonError:
    with pytest.raises(JsonError) as caught:
        parse(raw)
    return caught.value


@pytest.mark.parametrize(
    ("raw", "place"),
    [
        (b"x", "line 1, column 1 (byte 0)"),
        (b"\nx", "line 2, column 1 (byte 1)"),
        (b"\n\n  x\n\n", "line 3, column 3 (byte 4)"),
        (b"[1,\n2,\n 3 4]\n", "line 3, column 4 (byte 10)"),
    ],
)
def test_lines_and_columns_are_counted_up_to_the_fault(raw: bytes, place: str) -> None:
    assert str(rejection(raw)).endswith(f" at {place}")


@pytest.mark.parametrize(
    ("raw", "offset"),
    [
        (b'{"a":1,"b":2,"a":3}', 13),
        (b'{"a":{"b":1},"b":2,"a":3}', 19),
        (b'{"a":[1],"b":2,"b":3}', 15),
        (b'{"a":["b","b"],"b":1,"a":2}', 21),
        (b'{"a":"b","b":"a","b":1}', 17),
        (b'[{"a":1},{"b":1},{"a":1,"b":2,"b":3}]', 30),
    ],
)
def test_the_second_of_two_equal_keys_of_one_object_is_shown(raw: bytes, offset: int) -> None:
    error = rejection(raw)

    assert (error.reason, error.offset) == ("duplicate key", offset)


@pytest.mark.parametrize(
    "raw",
    [
        # As many colons are read as would be written, because the value that is kept has escaped ones.
        rb'{"a":1,"a":"\u003a"}',
        rb'{"a":1,"a":["\u003A"]}',
        rb'{"\u003a":1,"\u003A":2}',
        rb'[{"a":1,"a":2},"\u003a"]',
    ],
)
def test_escaped_colons_hide_no_duplicate_key(raw: bytes) -> None:
    assert rejection(raw).reason == "duplicate key"


@pytest.mark.parametrize(
    ("before", "after"),
    [
        (b'{"a":' * (MAX_DEPTH + 1) + b"1", b"}" * (MAX_DEPTH + 1)),
        (b'{"a":' * MAX_DEPTH + b"{}", b"}" * MAX_DEPTH),
        (b'{"a":' * MAX_DEPTH + b"[]", b"}" * MAX_DEPTH),
        (b"[" * MAX_DEPTH + b"{}", b"]" * MAX_DEPTH),
        (b'[{"a":' * (MAX_DEPTH // 2) + b"[]", b"}]" * (MAX_DEPTH // 2)),
    ],
)
def test_one_level_too_many_is_rejected_of_whatever_the_levels_are(before: bytes, after: bytes) -> None:
    error = rejection(before + after)

    assert error.reason == f"more than {MAX_DEPTH} levels"
    assert error.offset is not None
    assert before[error.offset : error.offset + 1] in {b"[", b"{"}
    assert not before[error.offset + 1 :].strip(b'{}[]"a:1')


@pytest.mark.parametrize(
    ("before", "after"),
    [
        (b'{"a":' * (MAX_DEPTH - 1) + b"{}", b"}" * (MAX_DEPTH - 1)),
        (b"[" * (MAX_DEPTH - 1) + b"{}", b"]" * (MAX_DEPTH - 1)),
        (b'[{"a":' * (MAX_DEPTH // 2) + b"1", b"}]" * (MAX_DEPTH // 2)),
    ],
)
def test_as_many_levels_as_may_be_are_read(before: bytes, after: bytes) -> None:
    assert parse(before + after)


@pytest.mark.parametrize("sibling", [b"[]", b"[[]]", b"{}", b'{"a":{}}'])
def test_levels_that_have_ended_do_not_count(sibling: bytes) -> None:
    before = b"[" + (sibling + b",") * (MAX_DEPTH + 3)

    error = rejection(before + b"[" * MAX_DEPTH + b"]" * (MAX_DEPTH + 1))

    assert (error.reason, error.offset) == (f"more than {MAX_DEPTH} levels", len(before) + MAX_DEPTH - 1)
    assert len(parse(before + b"[]]")) == MAX_DEPTH + 4


@pytest.mark.parametrize("escape", [rb"\ud83d", rb"\uD83D", rb"\uDBFF", rb"\uda00", rb"\uDB00"])
def test_half_a_character_is_rejected_in_either_case(escape: bytes) -> None:
    error = rejection(b'["' + escape + b'"]')

    assert (error.reason, error.offset) == ("lone surrogate", 2)


def test_half_a_character_at_the_very_end_is_found_behind_whole_ones() -> None:
    error = rejection(rb'"\uD83D\uDE00\n\\\uDBFF"')

    assert (error.reason, error.offset) == ("lone surrogate", 17)


def test_the_longest_integer_is_read_and_one_digit_more_is_shown() -> None:
    longest = b"9" * 4300
    assert parse(b"[" + longest + b"]") == [int(longest)]

    error = rejection(b'["1",' + longest + b"9]")

    assert (error.reason, error.offset) == ("number out of range", 5)


def test_a_number_out_of_range_is_shown_behind_words_and_texts() -> None:
    error = rejection(b'[true,"1e999",1e308,-1e309]')

    assert (error.reason, error.offset) == ("number out of range", 20)


def test_what_lies_behind_the_scanned_part_has_no_place() -> None:
    padding = b" " * SCAN_LIMIT

    assert rejection(b"[" + padding + b"1e999]").offset is None
    assert rejection(b'{"a":1,' + padding + b'"a":2}').offset is None


@pytest.mark.parametrize(("opening", "closing"), [(b"[", b"]"), (b'{"a":', b"}")])
def test_levels_are_counted_from_where_a_sibling_has_ended(opening: bytes, closing: bytes) -> None:
    outer = 50
    before = b"[" * outer + b"[[]],"
    inner = MAX_DEPTH - outer + 1

    error = rejection(before + opening * inner + b"1" + closing * inner + b"]" * outer)

    assert error.reason == f"more than {MAX_DEPTH} levels"
    assert error.offset == len(before) + len(opening) * (inner - 1)


@pytest.mark.parametrize(
    ("raw", "offset"),
    [
        (b"[" + b"9" * 400 + b", 1e999]", 403),
        (b"[" + b"9" * 4300 + b", -1e999]", 4303),
        (b"[1, " + b"9" * 4301 + b"]", 4),
        (b"[1, -" + b"9" * 4300 + b"]", 4),
    ],
)
def test_a_number_out_of_range_is_shown_and_not_a_long_one_before_it(raw: bytes, offset: int) -> None:
    assert rejection(raw).offset == offset


@pytest.mark.parametrize("raw", [b"9" * 4300, b"-" + b"9" * 4299])
def test_long_integers_are_read(raw: bytes) -> None:
    assert parse(raw) == int(raw)
