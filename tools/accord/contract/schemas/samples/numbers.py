"""Numbers within bounds that are multiples of something, exactly: in fractions, not in floating point."""

from __future__ import annotations

import math
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from fractions import Fraction
from random import Random
from typing import Final

_USUAL: Final = 100
"""How far a number without a bound on a side goes beyond the other, or beyond zero."""
_FLOAT_INTEGERS: Final = 2**53


@dataclass(frozen=True, slots=True, kw_only=True)
class Bounds:
    """Where a number has to lie; ``None`` for no bound. ``multiples`` are all the numbers that it is a multiple of."""

    low: Fraction | None = None
    high: Fraction | None = None
    low_open: bool = False
    high_open: bool = False
    multiples: tuple[Fraction, ...] = ()


def exact(number: float) -> Fraction:
    """A number of a document as it is written: ``0.1`` is a tenth."""
    return Fraction(number) if isinstance(number, int) else Fraction(repr(number))


def draw_numbers(random: Random, bounds: Bounds, *, integer: bool) -> Iterator[int | float]:
    """Numbers within *bounds*, without end; none where there is none."""
    step = _step(bounds.multiples, integer=integer)
    if step is None:
        yield from _fractional(random, bounds)
        return
    low = None if bounds.low is None else math.ceil(bounds.low / step)
    high = None if bounds.high is None else math.floor(bounds.high / step)
    if low is not None and bounds.low_open and low * step == bounds.low:
        low += 1
    if high is not None and bounds.high_open and high * step == bounds.high:
        high -= 1
    usual = max(1, int(_USUAL / step)) if step < _USUAL else _USUAL
    if low is None and high is None:
        low, high = 1, usual
    elif high is None:
        assert low is not None
        high = max(low, 1) + usual
        low = max(low, 1)
    elif low is None:
        low = 1 if high >= 1 else high - usual
    elif low < 1 <= high:
        low = 1
    if low > high:
        return
    high = min(high, low + usual)
    while True:
        yield _plain(random.randint(low, high) * step)


def _step(multiples: Sequence[Fraction], *, integer: bool) -> Fraction | None:
    """The least common multiple of all that a number has to be a multiple of."""
    steps = [m for m in multiples if m > 0] + ([Fraction(1)] if integer else [])
    if not steps:
        return None
    top = math.lcm(*(step.numerator for step in steps))
    bottom = math.gcd(*(step.denominator for step in steps))
    return Fraction(top, bottom)


def _fractional(random: Random, bounds: Bounds) -> Iterator[int | float]:
    low, high = bounds.low, bounds.high
    if low is None and high is None:
        low, high = Fraction(0), Fraction(_USUAL)
    elif high is None:
        assert low is not None
        high = max(low, Fraction(0)) + _USUAL
    elif low is None:
        low = min(high, Fraction(0)) - (0 if high > 0 else _USUAL)
    if low > high or (low == high and (bounds.low_open or bounds.high_open)):
        return
    width = high - low
    # As few decimals as the width allows: 12.5 reads better than 12.483920175.
    digits = 2 if width >= 1 else 2 + math.ceil(-math.log10(float(width))) if width else 0
    scale = 10**digits
    while True:
        number = low + Fraction(random.randint(0, 1000), 1000) * width
        rounded = Fraction(round(number * scale), scale)
        inside = low < rounded < high or (
            (rounded == low and not bounds.low_open) or (rounded == high and not bounds.high_open)
        )
        yield _plain(rounded if inside else low + width * Fraction(random.randint(1, 999), 1000))


def _plain(number: Fraction) -> int | float:
    if number.denominator == 1:
        return number.numerator
    return float(number)
