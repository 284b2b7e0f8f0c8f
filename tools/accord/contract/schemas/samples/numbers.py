"""Numbers within bounds that are multiples of something, exactly: in fractions, not in floating point."""

from __future__ import annotations

import math
from collections.abc import Iterator
from fractions import Fraction
from random import Random
from typing import Final

from accord.contract.schemas.numbers import Bounds, Number, common_multiple, exact
from accord.contract.schemas.values import type_of

_USUAL: Final = 100
"""How far a number without a bound on a side goes beyond the other, or beyond zero."""


def draw_numbers(random: Random, bounds: Bounds, *, integer: bool) -> Iterator[Number]:
    """Numbers within *bounds*, without end; none where there is none."""
    step = common_multiple((*bounds.multiples, 1) if integer else bounds.multiples)
    if not step:
        yield from _fractional(random, bounds)
        return
    least, most = _edges(bounds)
    low = None if least is None else math.ceil(least / step)
    high = None if most is None else math.floor(most / step)
    if low is not None and bounds.low_open and low * step == least:
        low += 1
    if high is not None and bounds.high_open and high * step == most:
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


def edge_numbers(bounds: Bounds, *, integer: bool) -> Iterator[Number]:
    """Numbers within *bounds*, with repetitions: 0 and 1 where they are, and those at the edges."""
    step: Number = math.prod(bounds.multiples) if bounds.multiples else 1
    low, high = bounds.low, bounds.high
    out: list[Number] = [0, 1, 2, 7, step, 100, -1, 1_234_567_890_123]
    if low is not None:
        base = math.ceil(low / step) * step
        out += [low, base, base + step]
    if high is not None:
        base = math.floor(high / step) * step
        out += [high, base, base - step]
    if low is not None and high is not None:
        out.append((low + high) / 2)
    if not integer:
        halves = [*([] if low is None else [low + 0.5]), *([] if high is None else [high - 0.5])]
        out = [1.5, 0.5, 2.25, *halves, *out]
    for value in out:
        if (type_of(value) == "integer" or not integer) and bounds.allow(value):
            yield value


def _edges(bounds: Bounds) -> tuple[Fraction | None, Fraction | None]:
    low, high = bounds.low, bounds.high
    return None if low is None else exact(low), None if high is None else exact(high)


def _fractional(random: Random, bounds: Bounds) -> Iterator[Number]:
    low, high = _edges(bounds)
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


def _plain(number: Fraction) -> Number:
    if number.denominator == 1:
        return number.numerator
    return float(number)
