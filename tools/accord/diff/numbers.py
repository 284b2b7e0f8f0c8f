"""Numbers within bounds."""

from __future__ import annotations

import math
from collections.abc import Iterable, Iterator
from fractions import Fraction

from accord.diff.node import Number, Numbers, type_of


def numbers_in(numbers: Numbers, *, is_integer: bool) -> Iterator[Number]:
    """Numbers within bounds: 0 and 1 where they are, and those at the edges."""
    step: Number = math.prod(m for m in numbers.multiples) if numbers.multiples else 1
    low, high = numbers.low, numbers.high
    out: list[Number] = [0, 1, 2, 7, step, 100, -1, 1_234_567_890_123]
    if low is not None:
        base = math.ceil(low / step) * step
        out += [low, base, base + step]
    if high is not None:
        base = math.floor(high / step) * step
        out += [high, base, base - step]
    if low is not None and high is not None:
        out.append((low + high) / 2)
    if not is_integer:
        out = [
            1.5,
            0.5,
            2.25,
            *([low + 0.5] if low is not None else []),
            *([high - 0.5] if high is not None else []),
            *out,
        ]
    for value in out:
        if (type_of(value) == "integer" or not is_integer) and within(numbers, value):
            yield value


def within(numbers: Numbers, value: Number) -> bool:
    """Whether *value* keeps to bounds and multiples."""
    low, high = numbers.low, numbers.high
    if low is not None and (value < low or (numbers.low_open and value == low)):
        return False
    if high is not None and (value > high or (numbers.high_open and value == high)):
        return False
    return all(is_multiple(value, m) for m in numbers.multiples)


def common_multiple(multiples: Iterable[Number]) -> Fraction:
    """The smallest number of which all multiples of all of *multiples* are multiples; 0 of none."""
    out = Fraction(0)
    for one in (Fraction(str(m)) for m in multiples):
        if one and out:
            top = math.lcm(out.numerator * one.denominator, one.numerator * out.denominator)
            out = Fraction(top, out.denominator * one.denominator)
        else:
            out = out or one
    return out


def is_multiple(value: Number, of: Number) -> bool:
    """Whether *value* is a whole multiple of *of*, computed on decimal digits."""
    return of != 0 and (Fraction(str(value)) / Fraction(str(of))).denominator == 1
