"""Strings that match a pattern of JSON Schema (ECMA-262), drawn from the pattern itself.

The pattern is parsed into a small tree, and a string is drawn from the tree. What a string cannot be drawn from
(assertions that look around, word borders) is left to chance: who asks checks the string and asks again.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field
from random import Random
from typing import Final, TypeAlias, assert_never

Ranges: TypeAlias = tuple[tuple[int, int], ...]
"""Code points, both ends included."""

_LAST: Final = 0x10FFFF
_DIGITS: Final[Ranges] = ((0x30, 0x39),)
_WORD: Final[Ranges] = ((0x61, 0x7A), (0x30, 0x39), (0x41, 0x5A), (0x5F, 0x5F))
_SPACES: Final[Ranges] = ((0x20, 0x20), (0x09, 0x0D), (0xA0, 0xA0))
_PREFERRED: Final[Sequence[Ranges]] = (
    ((0x61, 0x7A), (0x30, 0x39), (0x41, 0x5A)),
    ((0x21, 0x7E),),
    ((0x20, 0x20),),
    ((0xC0, 0x17F),),
)
"""Where characters are taken from first: a sample should be easy to read."""
_PROPERTIES: Final = {
    "l": ((0x61, 0x7A), (0x41, 0x5A), (0xC0, 0xD6)),
    "letter": ((0x61, 0x7A), (0x41, 0x5A), (0xC0, 0xD6)),
    "alphabetic": ((0x61, 0x7A), (0x41, 0x5A)),
    "script=latin": ((0x61, 0x7A), (0x41, 0x5A)),
    "lu": ((0x41, 0x5A),),
    "uppercase_letter": ((0x41, 0x5A),),
    "uppercase": ((0x41, 0x5A),),
    "ll": ((0x61, 0x7A),),
    "lowercase_letter": ((0x61, 0x7A),),
    "lowercase": ((0x61, 0x7A),),
    "n": _DIGITS,
    "nd": _DIGITS,
    "number": _DIGITS,
    "digit": _DIGITS,
    "p": ((0x21, 0x23), (0x2C, 0x2F), (0x3A, 0x3B)),
    "punctuation": ((0x21, 0x23), (0x2C, 0x2F), (0x3A, 0x3B)),
    "s": ((0x2B, 0x2B), (0x3C, 0x3E), (0x7C, 0x7C)),
    "symbol": ((0x2B, 0x2B), (0x3C, 0x3E), (0x7C, 0x7C)),
    "z": ((0x20, 0x20),),
    "zs": ((0x20, 0x20),),
    "script=cyrillic": ((0x430, 0x44F),),
    "script=greek": ((0x3B1, 0x3C9),),
    "script=han": ((0x4E00, 0x4EFF),),
}
_CONTROLS: Final = {"n": 0x0A, "r": 0x0D, "t": 0x09, "v": 0x0B, "f": 0x0C, "0": 0x00}
_MOST_REPEATS: Final = 2_000


class PatternError(ValueError):
    """A pattern from which no string can be drawn."""


@dataclass(frozen=True, slots=True)
class Chars:
    """One character of a set."""

    ranges: Ranges


@dataclass(frozen=True, slots=True)
class Run:
    """One node after the other."""

    parts: tuple[Node, ...]


@dataclass(frozen=True, slots=True)
class Choice:
    """One of several nodes."""

    options: tuple[Node, ...]


@dataclass(frozen=True, slots=True)
class Repeat:
    """A node several times; ``most`` is ``None`` where there is no limit."""

    part: Node
    least: int
    most: int | None


@dataclass(frozen=True, slots=True)
class Group:
    """A capturing group."""

    part: Node
    number: int


@dataclass(frozen=True, slots=True)
class Again:
    """What a group has matched, once more."""

    number: int


Node: TypeAlias = Chars | Run | Choice | Repeat | Group | Again

_NOTHING: Final = Run(())


def parse_pattern(pattern: str) -> Node:
    """The tree of a pattern.

    Raises:
        PatternError: it is not one, or uses what cannot be drawn from.
    """
    return _Parser(pattern).parse()


def draw_match(node: Node, random: Random, spread: int) -> str:
    """A string drawn from a tree; each repetition goes at most *spread* beyond its least."""
    return _Drawing(random, spread).draw(node)


@dataclass(slots=True)
class _Drawing:
    random: Random
    spread: int
    groups: dict[int, str] = field(default_factory=dict[int, str])

    def draw(self, node: Node) -> str:
        match node:
            case Chars(ranges=ranges):
                return _draw_char(ranges, self.random)
            case Run(parts=parts):
                return "".join([self.draw(part) for part in parts])
            case Choice(options=options):
                return self.draw(self.random.choice(options))
            case Repeat(part=part, least=least, most=most):
                top = least + self.spread if most is None else min(most, least + self.spread)
                count = self.random.randint(least, min(max(least, top), least + _MOST_REPEATS))
                return "".join([self.draw(part) for _ in range(count)])
            case Group(part=part, number=number):
                self.groups[number] = text = self.draw(part)
                return text
            case Again(number=number):
                return self.groups.get(number, "")
            case _:
                assert_never(node)


def _draw_char(ranges: Ranges, random: Random) -> str:
    for preferred in _PREFERRED:
        common = _intersect(ranges, preferred)
        if common:
            return _pick(common, random)
    usable = _intersect(ranges, ((0, 0xD7FF), (0xE000, _LAST)))
    if not usable:
        raise PatternError("a set of characters is empty")
    return _pick(usable, random)


def _pick(ranges: Ranges, random: Random) -> str:
    index = random.randrange(sum(high - low + 1 for low, high in ranges))
    for low, high in ranges:
        if index <= high - low:
            return chr(low + index)
        index -= high - low + 1
    raise AssertionError("the index lies within the ranges")


def _intersect(one: Ranges, other: Ranges) -> Ranges:
    return tuple((max(a, c), min(b, d)) for a, b in one for c, d in other if max(a, c) <= min(b, d))


def _complement(ranges: Ranges) -> Ranges:
    out: list[tuple[int, int]] = []
    start = 0
    for low, high in sorted(ranges):
        if low > start:
            out.append((start, low - 1))
        start = max(start, high + 1)
    if start <= _LAST:
        out.append((start, _LAST))
    return tuple(out)


class _Parser:
    def __init__(self, pattern: str) -> None:
        self._text = pattern
        self._at = 0
        self._groups = 0
        self._names: dict[str, int] = {}

    def parse(self) -> Node:
        node = self._choice()
        if self._at < len(self._text):
            raise PatternError(f"{self._text!r}: ')' at {self._at} closes nothing")
        return node

    def _peek(self, text: str) -> bool:
        return self._text.startswith(text, self._at)

    def _take(self, text: str) -> bool:
        if self._peek(text):
            self._at += len(text)
            return True
        return False

    def _next(self) -> str:
        if self._at >= len(self._text):
            raise PatternError(f"{self._text!r} ends too early")
        self._at += 1
        return self._text[self._at - 1]

    def _until(self, end: str) -> str:
        stop = self._text.find(end, self._at)
        if stop < 0:
            raise PatternError(f"{self._text!r}: {end!r} is missing")
        text = self._text[self._at : stop]
        self._at = stop + len(end)
        return text

    def _choice(self) -> Node:
        options = [self._sequence()]
        while self._take("|"):
            options.append(self._sequence())
        return options[0] if len(options) == 1 else Choice(tuple(options))

    def _sequence(self) -> Node:
        parts: list[Node] = []
        while self._at < len(self._text) and not self._peek("|") and not self._peek(")"):
            part = self._repeated(self._atom())
            if part != _NOTHING:
                parts.append(part)
        return parts[0] if len(parts) == 1 else Run(tuple(parts))

    def _repeated(self, part: Node) -> Node:
        least, most = self._quantifier()
        if (least, most) == (1, 1):
            return part
        self._take("?")  # a lazy quantifier matches the same strings
        return Repeat(part, least, most)

    def _quantifier(self) -> tuple[int, int | None]:
        for sign, bounds in (("*", (0, None)), ("+", (1, None)), ("?", (0, 1))):
            if self._take(sign):
                return bounds
        if not self._peek("{"):
            return 1, 1
        start = self._at
        self._at += 1
        low, comma, high = self._until("}").partition(",")
        if not low.isdigit() or (high and not high.isdigit()):
            self._at = start
            return 1, 1  # a brace that stands for itself
        return int(low), int(high) if high else None if comma else int(low)

    def _atom(self) -> Node:
        char = self._next()
        if char in "^$":
            return _NOTHING
        if char == ".":
            return Chars(_complement(((0x0A, 0x0A), (0x0D, 0x0D), (0x2028, 0x2029))))
        if char == "(":
            return self._group()
        if char == "[":
            return Chars(self._class())
        if char == "\\":
            return self._escaped()
        return Chars(((ord(char), ord(char)),))

    def _group(self) -> Node:
        if self._take("?:"):
            return self._closed(self._choice())
        for sign in ("?=", "?!", "?<=", "?<!"):
            if self._take(sign):
                self._closed(self._choice())
                return _NOTHING
        name = ""
        if self._take("?<") or self._take("?P<"):
            name = self._until(">")
        elif self._peek("?"):
            raise PatternError(f"{self._text!r}: a group that is not of ECMA-262")
        self._groups += 1
        number = self._groups
        if name:
            self._names[name] = number
        return Group(self._closed(self._choice()), number)

    def _closed(self, node: Node) -> Node:
        if not self._take(")"):
            raise PatternError(f"{self._text!r}: ')' is missing")
        return node

    def _escaped(self) -> Node:
        char = self._next()
        if char in "bB":
            return _NOTHING
        if char in "123456789":
            digits = char
            while self._at < len(self._text) and self._text[self._at].isdigit():
                digits += self._next()
            return Again(int(digits))
        if char == "k" and self._take("<"):
            return Again(self._names.get(self._until(">"), 0))
        return Chars(self._escape_set(char))

    def _escape_set(self, char: str) -> Ranges:
        """What an escape stands for, in a class and outside of one."""
        sets = {"d": _DIGITS, "w": _WORD, "s": _SPACES}
        if char.lower() in sets:
            return sets[char] if char.islower() else _complement(sets[char.lower()])
        if char in "pP" and self._take("{"):
            name = self._until("}").lower().replace("general_category=", "").replace("gc=", "")
            ranges = _PROPERTIES.get(name.replace("sc=", "script="))
            if ranges is None:
                raise PatternError(f"{self._text!r}: the property {name} is not known")
            return ranges if char == "p" else _complement(ranges)
        code = self._code(char)
        return ((code, code),)

    def _code(self, char: str) -> int:
        if char in _CONTROLS:
            return _CONTROLS[char]
        if char == "c":
            return ord(self._next()) % 32
        if char == "x":
            return self._hexadecimal(2)
        if char == "u":
            return self._hexadecimal_of(self._until("}")) if self._take("{") else self._hexadecimal(4)
        return ord(char)

    def _hexadecimal(self, count: int) -> int:
        return self._hexadecimal_of("".join(self._next() for _ in range(count)))

    def _hexadecimal_of(self, digits: str) -> int:
        try:
            return min(int(digits, 16), _LAST)
        except ValueError:
            raise PatternError(f"{self._text!r}: {digits!r} is no hexadecimal number") from None

    def _class(self) -> Ranges:
        negated = self._take("^")
        ranges: list[tuple[int, int]] = []
        while not self._take("]"):
            low = self._class_atom()
            if len(low) == 1 and low[0][0] == low[0][1] and self._peek("-") and not self._peek("-]"):
                self._at += 1
                high = self._class_atom()
                if len(high) != 1 or high[0][1] < low[0][0]:
                    raise PatternError(f"{self._text!r}: a range that runs backwards")
                low = ((low[0][0], high[0][1]),)
            ranges.extend(low)
        return _complement(tuple(ranges)) if negated else tuple(ranges)

    def _class_atom(self) -> Ranges:
        char = self._next()
        if char != "\\":
            return ((ord(char), ord(char)),)
        escape = self._next()
        return ((8, 8),) if escape == "b" else self._escape_set(escape)
