"""Bounds of numbers are exact: compared with what the keywords say of each number by itself."""

from __future__ import annotations

from fractions import Fraction
from itertools import islice, product
from random import Random
from typing import Final

import pytest

from accord.contract.schema import NumberAssertions
from accord.contract.schemas.normal import bounds_of, meet_numbers
from accord.contract.schemas.numbers import Bounds, Number, common_multiple, exact, is_multiple
from accord.contract.schemas.samples.numbers import draw_numbers, edge_numbers

EDGES: Final[tuple[Number | None, ...]] = (None, -2, -0.5, 0, 1, 1.5, 4)
ALL: Final = [
    NumberAssertions(minimum=low, exclusive_minimum=above, maximum=high, exclusive_maximum=below)
    for low, above, high, below in product(EDGES, EDGES, EDGES, EDGES)
]
NUMBERS: Final[list[Number]] = [n / 4 for n in range(-16, 24)]
INTEGERS: Final = range(-5, 8)


def kept(number: NumberAssertions, value: Number) -> bool:
    return (
        (number.minimum is None or value >= number.minimum)
        and (number.exclusive_minimum is None or value > number.exclusive_minimum)
        and (number.maximum is None or value <= number.maximum)
        and (number.exclusive_maximum is None or value < number.exclusive_maximum)
    )


def test_bounds_allow_what_the_keywords_allow() -> None:
    for number in ALL:
        bounds = bounds_of(number)
        allowed = [value for value in NUMBERS if kept(number, value)]
        assert [value for value in NUMBERS if bounds.allow(value)] == allowed, number
        assert not (bounds.empty and allowed), number


def test_whole_bounds_allow_the_same_integers() -> None:
    for number in ALL:
        bounds = bounds_of(number)
        whole = bounds.whole()
        assert (whole.low_open, whole.high_open) == (False, False)
        assert [n for n in INTEGERS if whole.allow(n)] == [n for n in INTEGERS if bounds.allow(n)], number


@pytest.mark.parametrize("multiples", [(1,), (2,), (2, 3), (0.5,), (1.5,), (1, 1.5)])
def test_bounds_of_integers_are_multiples(multiples: tuple[Number, ...]) -> None:
    for number in ALL[::7]:
        bounds = bounds_of(number, multiples)
        tight = bounds.of_integers()
        assert [n for n in INTEGERS if tight.allow(n)] == [n for n in INTEGERS if bounds.allow(n)], number
        assert all(edge is None or tight.empty or tight.allow(edge) for edge in (tight.low, tight.high)), (
            number
        )


def test_bounds_that_meet_allow_what_both_allow() -> None:
    for first, second in zip(ALL[::5], ALL[3::5], strict=False):
        both = bounds_of(meet_numbers(first, second))
        for value in NUMBERS:
            assert both.allow(value) == (kept(first, value) and kept(second, value)), (first, second, value)


def test_numbers_are_read_as_they_are_written() -> None:
    assert exact(0.1) == Fraction(1, 10)
    assert is_multiple(0.3, 0.1)
    assert is_multiple(1e22, 10)
    assert not is_multiple(0.35, 0.1)
    assert not is_multiple(1, 0)


@pytest.mark.parametrize(
    ("multiples", "expected"),
    [
        ((), 0),
        ((4,), 4),
        ((4, 6), 12),
        ((0.2, 0.3), Fraction(6, 10)),
        ((0.5, 2), 2),
        ((1.5, 1), 3),
        ((0, 3), 3),
    ],
)
def test_common_multiples(multiples: tuple[Number, ...], expected: Fraction) -> None:
    assert common_multiple(multiples) == expected


@pytest.mark.parametrize("integer", [True, False])
@pytest.mark.parametrize("multiples", [(), (3,), (0.5,)])
def test_drawn_numbers_and_those_at_the_edges_are_within(
    multiples: tuple[Number, ...], integer: bool
) -> None:
    for number in ALL[::11]:
        bounds = bounds_of(number, multiples)
        drawn = [*islice(draw_numbers(Random(1), bounds, integer=integer), 8)]
        edges = [*edge_numbers(bounds, integer=integer)]
        for value in (*drawn, *edges):
            assert bounds.allow(value), (bounds, value)
            assert not integer or float(value).is_integer(), (bounds, value)
        for edge in (bounds.low, bounds.high):
            if edge is not None and bounds.allow(edge) and (not integer or float(edge).is_integer()):
                assert edge in edges, bounds


def test_nothing_is_drawn_where_nothing_is_between() -> None:
    for bounds in (
        Bounds(low=2, high=1),
        Bounds(low=1, high=1, low_open=True),
        Bounds(low=1, high=2, multiples=(5,)),
    ):
        assert [*islice(draw_numbers(Random(1), bounds, integer=True), 1)] == []
        assert [*edge_numbers(bounds, integer=True)] == []
