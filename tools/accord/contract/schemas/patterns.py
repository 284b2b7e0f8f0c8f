r"""Regular expressions of ECMA-262 (``pattern`` in JSON Schema) as trees: what a construct means is decided here, once.

:func:`parse_pattern` reads a pattern as the engine of the validators does, and as ECMA-262 says where that engine
rejects it. So ``\d`` and ``\w`` are ASCII, and ``.`` is every character but the line feed.
"""

from __future__ import annotations

import re
from dataclasses import dataclass
from typing import Final, Literal, TypeAlias

Ranges: TypeAlias = tuple[tuple[int, int], ...]
"""Code points, both ends included, in the order in which they are written."""
Place: TypeAlias = Literal["start", "end", "word border", "no word border"]

_LAST: Final = 0x10FFFF
_SURROGATES: Final = (0xD800, 0xDFFF)
_DIGITS: Final[Ranges] = ((0x30, 0x39),)
_UPPER: Final[Ranges] = ((0x41, 0x5A),)
_LOWER: Final[Ranges] = ((0x61, 0x7A),)
_WORD: Final[Ranges] = (*_LOWER, *_DIGITS, *_UPPER, (0x5F, 0x5F))
_SPACES: Final[Ranges] = (
    (0x20, 0x20),
    (0x09, 0x0D),
    (0xA0, 0xA0),
    (0x1680, 0x1680),
    (0x2000, 0x200A),
    (0x2028, 0x2029),
    (0x202F, 0x202F),
    (0x205F, 0x205F),
    (0x3000, 0x3000),
    (0xFEFF, 0xFEFF),
)
_PROPERTIES: Final[dict[str, Ranges]] = {
    name: ranges
    for names, ranges in (
        ("l letter", (*_LOWER, *_UPPER, (0xC0, 0xD6))),
        ("alphabetic script=latin", (*_LOWER, *_UPPER)),
        ("lu uppercase_letter uppercase", _UPPER),
        ("ll lowercase_letter lowercase", _LOWER),
        ("n nd number digit", _DIGITS),
        ("p punctuation", ((0x21, 0x23), (0x2C, 0x2F), (0x3A, 0x3B))),
        ("s symbol", ((0x2B, 0x2B), (0x3C, 0x3E), (0x7C, 0x7C))),
        ("z zs", ((0x20, 0x20),)),
        ("script=cyrillic", ((0x430, 0x44F),)),
        ("script=greek", ((0x3B1, 0x3C9),)),
        ("script=han", ((0x4E00, 0x4EFF),)),
    )
    for name in names.split()
}
"""Common characters of properties of Unicode: far from all of them."""
_CONTROLS: Final = {"n": 0x0A, "r": 0x0D, "t": 0x09, "v": 0x0B, "f": 0x0C, "0": 0x00}
_PLACES: Final[dict[str, Place]] = {"b": "word border", "B": "no word border", "A": "start", "z": "end"}
r"""Escapes that take no character. ``\A`` and ``\z`` are not of ECMA-262, but the engine reads them."""
_QUANTIFIERS: Final[dict[str, tuple[int, int | None]]] = {"*": (0, None), "+": (1, None), "?": (0, 1)}
_BRACES: Final = re.compile(r"\{([0-9]{1,9})(,?)([0-9]{0,9})\}")
_HEXADECIMAL: Final = re.compile(r"[0-9A-Fa-f]+")
_LOW_SURROGATE: Final = re.compile(r"\\u([Dd][C-Fc-f][0-9A-Fa-f]{2})")
_LOOKS: Final = {"?=": (True, False), "?!": (True, True), "?<=": (False, False), "?<!": (False, True)}
_DEEPEST: Final = 100


class PatternError(ValueError):
    """A pattern that has no tree; *position* is how far it could be read."""

    def __init__(self, pattern: str, position: int, reason: str) -> None:
        super().__init__(f"{pattern!r} at {position}: {reason}")
        self.position = position
        self.reason = reason


@dataclass(frozen=True, slots=True)
class CharacterSet:
    """One character of a set. It is not exact where it names a property of Unicode: *ranges* then stands for it."""

    ranges: Ranges
    is_exact: bool = True


@dataclass(frozen=True, slots=True)
class Concatenation:
    """One part after the other; without parts it is the empty text."""

    parts: tuple[Expression, ...]


@dataclass(frozen=True, slots=True)
class Alternation:
    """One of several options."""

    options: tuple[Expression, ...]


@dataclass(frozen=True, slots=True)
class Repetition:
    """A part several times; ``most`` is ``None`` where there is no limit. Greedy and lazy ones match the same texts."""

    part: Expression
    least: int
    most: int | None


@dataclass(frozen=True, slots=True)
class Group:
    """A capturing group; the name is empty where it has none."""

    part: Expression
    number: int
    name: str = ""


@dataclass(frozen=True, slots=True)
class BackReference:
    """What a group has matched, once more; the group by its number or name."""

    group: int | str


@dataclass(frozen=True, slots=True)
class Anchor:
    """A place in the text. Lines do not count: the start and the end are those of the text."""

    place: Place


@dataclass(frozen=True, slots=True)
class LookAround:
    """What must (not) stand ahead or behind; *span* is where it stands in the pattern, with its parentheses."""

    part: Expression
    is_ahead: bool
    is_negated: bool
    span: tuple[int, int]


Expression: TypeAlias = (
    CharacterSet | Concatenation | Alternation | Repetition | Group | BackReference | Anchor | LookAround
)


def parse_pattern(pattern: str) -> Expression:
    """The tree of a pattern.

    Raises:
        PatternError: it has no tree.
    """
    return _Parser(pattern).parse()


def complement(ranges: Ranges) -> Ranges:
    """Every character that is not in *ranges*, sorted; surrogates are no characters."""
    found: list[tuple[int, int]] = []
    start = 0
    for low, high in sorted((*ranges, _SURROGATES)):
        if low > start:
            found.append((start, low - 1))
        start = max(start, high + 1)
    if start <= _LAST:
        found.append((start, _LAST))
    return tuple(found)


class _Parser:
    def __init__(self, pattern: str) -> None:
        self._text = pattern
        self._at = 0
        self._groups = 0
        self._depth = 0

    def parse(self) -> Expression:
        tree = self._alternation()
        if self._at < len(self._text):
            raise self._error("the parenthesis closes nothing")
        return tree

    def _error(self, reason: str) -> PatternError:
        return PatternError(self._text, self._at, reason)

    def _peek(self, text: str) -> bool:
        return self._text.startswith(text, self._at)

    def _take(self, text: str) -> bool:
        if self._peek(text):
            self._at += len(text)
            return True
        return False

    def _next(self) -> str:
        if self._at >= len(self._text):
            raise self._error("the pattern ends too early")
        self._at += 1
        return self._text[self._at - 1]

    def _until(self, end: str) -> str:
        stop = self._text.find(end, self._at)
        if stop < 0:
            raise self._error(f"{end!r} is missing")
        text = self._text[self._at : stop]
        self._at = stop + len(end)
        return text

    def _alternation(self) -> Expression:
        options = [self._concatenation()]
        while self._take("|"):
            options.append(self._concatenation())
        return options[0] if len(options) == 1 else Alternation(tuple(options))

    def _concatenation(self) -> Expression:
        parts: list[Expression] = []
        while self._at < len(self._text) and not self._peek("|") and not self._peek(")"):
            parts.append(self._repeated(self._atom()))
        return parts[0] if len(parts) == 1 else Concatenation(tuple(parts))

    def _repeated(self, part: Expression) -> Expression:
        bounds = self._bounds()
        if bounds is None:
            return part
        least, most = bounds
        if most is not None and most < least:
            raise self._error("the bounds of a quantifier run backwards")
        self._take("?")
        return part if bounds == (1, 1) else Repetition(part, least, most)

    def _bounds(self) -> tuple[int, int | None] | None:
        """The bounds of a quantifier; ``None`` where there is none (a brace may stand for itself)."""
        braces = _BRACES.match(self._text, self._at)
        if braces is None:
            return next((bounds for sign, bounds in _QUANTIFIERS.items() if self._take(sign)), None)
        self._at = braces.end()
        least, comma, most = braces.groups()
        return int(least), int(most or least) if most or not comma else None

    def _atom(self) -> Expression:
        if self._bounds() is not None:
            raise self._error("the quantifier has nothing to repeat")
        match char := self._next():
            case "^":
                return Anchor("start")
            case "$":
                return Anchor("end")
            case ".":
                return CharacterSet(complement(((0x0A, 0x0A),)))
            case "(":
                return self._group()
            case "[":
                return self._class()
            case "\\":
                return self._escaped()
            case _:
                return CharacterSet(((ord(char), ord(char)),))

    def _group(self) -> Expression:
        start = self._at - 1
        if self._take("?:"):
            return self._closed()
        for sign, (is_ahead, is_negated) in _LOOKS.items():
            if self._take(sign):
                part = self._closed()
                return LookAround(part, is_ahead, is_negated, (start, self._at))
        name = ""
        if self._take("?<") or self._take("?P<"):
            name = self._until(">")
        elif self._peek("?"):
            raise self._error("the group is not of ECMA-262")
        self._groups += 1
        number = self._groups
        return Group(self._closed(), number, name)

    def _closed(self) -> Expression:
        """What stands in parentheses, behind the first."""
        self._depth += 1
        if self._depth > _DEEPEST:
            raise self._error("groups stand too deep in each other")
        part = self._alternation()
        if not self._take(")"):
            raise self._error("')' is missing")
        self._depth -= 1
        return part

    def _escaped(self) -> Expression:
        char = self._next()
        if char in _PLACES:
            return Anchor(_PLACES[char])
        if char in "<>":
            raise self._error("the engine reads this escape as a border of a word, ECMA-262 does not")
        if char in "123456789":
            while self._at < len(self._text) and self._text[self._at] in "0123456789":
                char += self._next()
            return BackReference(int(char))
        if char == "k" and self._take("<"):
            return BackReference(self._until(">"))
        return self._escaped_set(char)

    def _escaped_set(self, char: str) -> CharacterSet:
        """What an escape stands for, in a class and outside of one."""
        sets = {"d": _DIGITS, "w": _WORD, "s": _SPACES}
        if (ranges := sets.get(char.lower())) is not None:
            return CharacterSet(ranges if char.islower() else complement(ranges))
        if char in "pP":
            name = self._until("}") if self._take("{") else self._next()
            known = name.lower().replace("general_category=", "").replace("gc=", "").replace("sc=", "script=")
            if known not in _PROPERTIES:
                raise self._error(f"the property {name} is not known")
            ranges = _PROPERTIES[known]
            return CharacterSet(ranges if char == "p" else complement(ranges), is_exact=False)
        code = self._code(char)
        return CharacterSet(((code, code),))

    def _code(self, char: str) -> int:
        if char in _CONTROLS:
            return _CONTROLS[char]
        if char == "c":
            return ord(self._next()) % 32
        if char == "x":
            return self._hexadecimal(self._text[self._at : self._at + 2], 2)
        if char == "u":
            if self._take("{"):
                return self._hexadecimal(self._until("}"), 0)
            code = self._hexadecimal(self._text[self._at : self._at + 4], 4)
            low = _LOW_SURROGATE.match(self._text, self._at)
            if low is None or not 0xD800 <= code < 0xDC00:
                return code
            self._at = low.end()
            return 0x10000 + (code - 0xD800) * 0x400 + int(low[1], 16) - 0xDC00
        if char.isalnum():
            raise self._error("the escape is not of ECMA-262")
        return ord(char)

    def _hexadecimal(self, digits: str, count: int) -> int:
        """A code point out of *digits*, which stand here (*count* of them) or have been taken (0)."""
        if len(digits) < count or not _HEXADECIMAL.fullmatch(digits) or int(digits, 16) > _LAST:
            raise self._error(f"{digits!r} is no code point in hexadecimal")
        self._at += count
        return int(digits, 16)

    def _class(self) -> CharacterSet:
        is_negated = self._take("^")
        if self._peek("]") and "]" in self._text[self._at + 1 :]:
            raise self._error("ECMA-262 ends the class here, the engine does not")
        ranges: list[tuple[int, int]] = []
        is_exact = True
        while not self._take("]"):
            member = self._member()
            if _is_single(member) and self._peek("-") and not self._peek("-]"):
                self._at += 1
                last = self._member()
                if not _is_single(last) or last.ranges < member.ranges:
                    raise self._error("the range has no end, or runs backwards")
                member = CharacterSet(((member.ranges[0][0], last.ranges[0][1]),))
            ranges.extend(member.ranges)
            is_exact = is_exact and member.is_exact
        return CharacterSet(complement(tuple(ranges)) if is_negated else tuple(ranges), is_exact)

    def _member(self) -> CharacterSet:
        char = self._next()
        if char == "\\":
            char = self._next()
            return CharacterSet(((8, 8),)) if char == "b" else self._escaped_set(char)
        return CharacterSet(((ord(char), ord(char)),))


def _is_single(characters: CharacterSet) -> bool:
    return characters.is_exact and len(characters.ranges) == 1 and len(set(characters.ranges[0])) == 1
