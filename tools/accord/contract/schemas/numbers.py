"""Bounds and multiples of numbers, computed exactly: on decimal digits, not in floating point."""

from __future__ import annotations

import math
from collections.abc import Iterable
from dataclasses import dataclass
from fractions import Fraction
from typing import TypeAlias

Number: TypeAlias = int | float


@dataclass(frozen=True, slots=True, kw_only=True)
class Bounds:
    """Where a number has to lie; ``None`` for no bound. ``low_open`` excludes ``low`` itself.

    It is a multiple of each of ``multiples``, which are sorted and differ.
    """

    low: Number | None = None
    low_open: bool = False
    high: Number | None = None
    high_open: bool = False
    multiples: tuple[Number, ...] = ()

    @property
    def empty(self) -> bool:
        """Whether nothing lies between the bounds; multiples are not looked at."""
        if self.low is None or self.high is None:
            return False
        return self.low > self.high or (self.low == self.high and (self.low_open or self.high_open))

    def allow(self, value: Number) -> bool:
        """Whether *value* keeps to bounds and multiples."""
        low, high = self.low, self.high
        if low is not None and (value < low or (self.low_open and value == low)):
            return False
        if high is not None and (value > high or (self.high_open and value == high)):
            return False
        return all(is_multiple(value, m) for m in self.multiples)

    def whole(self) -> Bounds:
        """The same integers by closed bounds that are integers: above 0 is from 1."""
        low, high = self.low, self.high
        if low is not None:
            low = math.floor(low) + 1 if self.low_open else math.ceil(low)
        if high is not None:
            high = math.ceil(high) - 1 if self.high_open else math.floor(high)
        return Bounds(low=low, high=high, multiples=self.multiples)

    def of_integers(self) -> Bounds:
        """As :meth:`whole`, with bounds that are multiples too; that an integer is a multiple of 1 is left out."""
        multiples = tuple(m for m in self.multiples if m != 1)
        step = common_multiple(multiples).numerator or 1
        whole = self.whole()
        low = None if whole.low is None else -(-whole.low // step) * step
        high = None if whole.high is None else whole.high // step * step
        return Bounds(low=low, high=high, multiples=multiples)


def exact(number: Number) -> Fraction:
    """A number of a document as it is written: ``0.1`` is a tenth."""
    return Fraction(number) if isinstance(number, int) else Fraction(repr(number))


def is_multiple(value: Number, of: Number) -> bool:
    """Whether *value* is a whole multiple of *of*."""
    return of != 0 and (exact(value) / exact(of)).denominator == 1


def common_multiple(multiples: Iterable[Number]) -> Fraction:
    """The smallest number of which all multiples of all of *multiples* are multiples; 0 of none."""
    steps = [exact(m) for m in multiples if m > 0]
    if not steps:
        return Fraction(0)
    return Fraction(math.lcm(*(s.numerator for s in steps)), math.gcd(*(s.denominator for s in steps)))
