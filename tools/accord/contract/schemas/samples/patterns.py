"""Texts that match a pattern, drawn from its tree.

What a text cannot be drawn from (what looks around, borders of words) is left to chance: who asks checks the text and
asks again.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field
from random import Random
from typing import Final, assert_never

from accord.contract.schemas.patterns import (
    Alternation,
    Anchor,
    BackReference,
    CharacterSet,
    Concatenation,
    Expression,
    Group,
    LookAround,
    Ranges,
    Repetition,
    complement,
)

_PREFERRED: Final[Sequence[Ranges]] = (
    ((0x61, 0x7A), (0x30, 0x39), (0x41, 0x5A)),
    ((0x21, 0x7E),),
    ((0x20, 0x20),),
    ((0xC0, 0x17F),),
    complement(()),
)
"""Where characters are taken from first: a sample should be easy to read."""
_MOST_REPEATS: Final = 2_000


def draw_match(tree: Expression, random: Random, spread: int) -> str:
    """A text drawn from a tree; each repetition goes at most *spread* beyond its least."""
    return _Drawing(random, spread).draw(tree)


@dataclass(slots=True)
class _Drawing:
    random: Random
    spread: int
    groups: dict[int | str, str] = field(default_factory=dict[int | str, str])

    def draw(self, tree: Expression) -> str:
        match tree:
            case CharacterSet(ranges=ranges):
                return _draw_char(ranges, self.random)
            case Concatenation(parts=parts):
                return "".join([self.draw(part) for part in parts])
            case Alternation(options=options):
                return self.draw(self.random.choice(options))
            case Repetition(part=part, least=least, most=most):
                top = least + self.spread if most is None else min(most, least + self.spread)
                count = self.random.randint(least, min(top, least + _MOST_REPEATS))
                return "".join([self.draw(part) for _ in range(count)])
            case Group(part=part, number=number, name=name):
                self.groups[number] = self.groups[name] = text = self.draw(part)
                return text
            case BackReference(group=group):
                return self.groups.get(group, "")
            case Anchor() | LookAround():
                return ""
            case _:
                assert_never(tree)


def _draw_char(ranges: Ranges, random: Random) -> str:
    """A character of *ranges*; the empty text where they hold none, which no text can match."""
    for preferred in _PREFERRED:
        common = [(max(a, c), min(b, d)) for a, b in ranges for c, d in preferred if max(a, c) <= min(b, d)]
        if common:
            return _pick(common, random)
    return ""


def _pick(ranges: Sequence[tuple[int, int]], random: Random) -> str:
    index = random.randrange(sum(high - low + 1 for low, high in ranges))
    for low, high in ranges:
        if index <= high - low:
            return chr(low + index)
        index -= high - low + 1
    raise AssertionError("the index lies within the ranges")
