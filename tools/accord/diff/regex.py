r"""ECMA-262 patterns as trees of the regular constructs; what is not regular (look-around, back references) is refused.

Character classes are those of JSON Schema's engines: ``\d`` and ``\w`` are ASCII.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from typing import Final, Literal, TypeAlias

Ranges: TypeAlias = tuple[tuple[int, int], ...]
"""Code points as sorted, disjoint, inclusive ranges."""

LAST: Final = 0x10FFFF
_SURROGATES: Final = ((0xD800, 0xDFFF),)
_DIGITS: Final[Ranges] = ((0x30, 0x39),)
_WORD: Final[Ranges] = ((0x30, 0x39), (0x41, 0x5A), (0x5F, 0x5F), (0x61, 0x7A))
_SPACE: Final[Ranges] = (
    (0x09, 0x0D),
    (0x20, 0x20),
    (0xA0, 0xA0),
    (0x1680, 0x1680),
    (0x2000, 0x200A),
    (0x2028, 0x2029),
    (0x202F, 0x202F),
    (0x205F, 0x205F),
    (0x3000, 0x3000),
    (0xFEFF, 0xFEFF),
)
_LINE_ENDS: Final[Ranges] = ((0x0A, 0x0A), (0x0D, 0x0D), (0x2028, 0x2029))
_CONTROLS: Final = {"t": "\t", "n": "\n", "r": "\r", "f": "\f", "v": "\v", "0": "\0"}


class IrregularError(Exception):
    """The pattern has something that no finite automaton can hold, or that this reader does not know."""


@dataclass(frozen=True, slots=True)
class Chars:
    """One character out of *ranges*."""

    ranges: Ranges


@dataclass(frozen=True, slots=True)
class Sequence:
    """One after the other; empty: the empty text."""

    parts: tuple[Tree, ...]


@dataclass(frozen=True, slots=True)
class Choice:
    """One of several."""

    options: tuple[Tree, ...]


@dataclass(frozen=True, slots=True)
class Repeat:
    """*least* to *most* times (``None``: without end)."""

    part: Tree
    least: int
    most: int | None


@dataclass(frozen=True, slots=True)
class Anchor:
    """``^`` or ``$``."""

    at: Literal["start", "end"]


Tree: TypeAlias = Chars | Sequence | Choice | Repeat | Anchor


def conjuncts(pattern: str) -> tuple[str, ...]:
    """*pattern* as patterns that all have to occur: what is looked ahead for at the start is a pattern of its own."""
    if not pattern.startswith("^(?="):
        return (pattern,)
    out: list[str] = []
    rest = pattern[1:]
    while rest.startswith("(?="):
        end = _closing(rest)
        if end is None:
            return (pattern,)
        out.append(f"^(?:{rest[3:end]})")
        rest = rest[end + 1 :]
    # An alternative beside the first would not be bound to what was looked for.
    return (pattern,) if _has_alternatives(rest) or rest[:1] in {"*", "+", "?", "{"} else (*out, f"^{rest}")


def _closing(text: str) -> int | None:
    """The place of the parenthesis that closes the one at the start."""
    return next((place for place, char, depth in _tokens(text) if char == ")" and depth == 0), None)


def _has_alternatives(text: str) -> bool:
    return any(char == "|" and depth == 0 for _, char, depth in _tokens(text))


def _tokens(text: str) -> Iterator[tuple[int, str, int]]:
    """The characters that group, with their places and how deep they leave or find the text."""
    depth, place, is_class = 0, 0, False
    while place < len(text):
        char = text[place]
        if char == "\\":
            place += 2
            continue
        if is_class:
            is_class = char != "]"
        elif char == "[":
            is_class = True
        else:
            depth += (char == "(") - (char == ")")
            yield place, char, depth
        place += 1


def parse(pattern: str) -> Tree:
    """The tree of *pattern*.

    Raises:
        IrregularError: it is not regular, or not a pattern.
    """
    reader = _Reader(pattern)
    tree = reader.choice()
    if reader.position != len(pattern):
        raise IrregularError(pattern)
    return tree


def inverted(ranges: Ranges) -> Ranges:
    """Every character that is not in *ranges*; surrogates are no characters."""
    out: list[tuple[int, int]] = []
    low = 0
    for first, last in merged((*ranges, *_SURROGATES)):
        if low < first:
            out.append((low, first - 1))
        low = last + 1
    if low <= LAST:
        out.append((low, LAST))
    return tuple(out)


def merged(ranges: tuple[tuple[int, int], ...]) -> Ranges:
    """*ranges* sorted, with those that touch made one."""
    out: list[tuple[int, int]] = []
    for first, last in sorted(ranges):
        if out and first <= out[-1][1] + 1:
            out[-1] = (out[-1][0], max(out[-1][1], last))
        else:
            out.append((first, last))
    return tuple(out)


class _Reader:
    def __init__(self, text: str) -> None:
        self.text = text
        self.position = 0
        self.depth = 0

    def peek(self) -> str:
        return self.text[self.position : self.position + 1]

    def take(self) -> str:
        char = self.peek()
        if not char:
            raise IrregularError(self.text)
        self.position += 1
        return char

    def eat(self, text: str) -> bool:
        if self.text.startswith(text, self.position):
            self.position += len(text)
            return True
        return False

    def choice(self) -> Tree:
        options = [self.sequence()]
        while self.eat("|"):
            options.append(self.sequence())
        return options[0] if len(options) == 1 else Choice(tuple(options))

    def sequence(self) -> Tree:
        parts: list[Tree] = []
        while self.peek() not in {"", "|", ")"}:
            parts.append(self.quantified())
        return parts[0] if len(parts) == 1 else Sequence(tuple(parts))

    def quantified(self) -> Tree:
        part = self.atom()
        bounds = self.bounds()
        if bounds is None:
            return part
        if isinstance(part, Anchor):
            raise IrregularError(self.text)
        if self.peek() in {"?", "+"} and not self.eat("?"):
            raise IrregularError(self.text)
        return Repeat(part, *bounds)

    def bounds(self) -> tuple[int, int | None] | None:
        if self.eat("*"):
            return 0, None
        if self.eat("+"):
            return 1, None
        if self.eat("?"):
            return 0, 1
        if self.peek() != "{":
            return None
        close = self.text.find("}", self.position)
        inner = self.text[self.position + 1 : close] if close > 0 else ""
        low, comma, high = inner.partition(",")
        if not low.isdecimal() or (high and not high.isdecimal()):
            raise IrregularError(self.text)
        self.position = close + 1
        most = int(low) if not comma else int(high) if high else None
        return int(low), most

    def atom(self) -> Tree:
        char = self.take()
        if char == "(":
            return self.group()
        if char == "[":
            return Chars(self.char_class())
        if char == ".":
            return Chars(inverted(_LINE_ENDS))
        if char == "^":
            return Anchor("start")
        if char == "$":
            return Anchor("end")
        if char == "\\":
            return Chars(self.escape(in_class=False))
        if char in "*+?{}":
            raise IrregularError(self.text)
        return Chars(((ord(char), ord(char)),))

    def group(self) -> Tree:
        self.depth += 1
        if self.depth > 100:
            raise IrregularError(self.text)
        if self.eat("?") and not self.eat(":"):
            if not self.eat("<") or self.peek() in {"=", "!"}:
                raise IrregularError(self.text)
            while self.take() != ">":
                pass
        tree = self.choice()
        if not self.eat(")"):
            raise IrregularError(self.text)
        self.depth -= 1
        return tree

    def escape(self, *, in_class: bool) -> Ranges:
        char = self.take()
        classes = {"d": _DIGITS, "w": _WORD, "s": _SPACE}
        if char in classes:
            return classes[char]
        if char.lower() in classes:
            return inverted(classes[char.lower()])
        if char in _CONTROLS:
            code = ord(_CONTROLS[char])
        elif char == "b" and in_class:
            code = 8
        elif char == "x":
            code = self.hexadecimal(2)
        elif char == "u":
            code = self.unicode()
        elif char == "c":
            code = ord(self.take().upper()) & 0x1F
        elif char.isalnum():
            # \b, \B, \p{...}, \1, \k<...>: assertions, properties and back references.
            raise IrregularError(self.text)
        else:
            code = ord(char)
        return ((code, code),)

    def hexadecimal(self, digits: int) -> int:
        text = self.text[self.position : self.position + digits]
        if len(text) < digits or any(c not in "0123456789abcdefABCDEF" for c in text):
            raise IrregularError(self.text)
        self.position += digits
        return int(text, 16)

    def unicode(self) -> int:
        if not self.eat("{"):
            return self.hexadecimal(4)
        close = self.text.find("}", self.position)
        code = self.hexadecimal(close - self.position) if close > self.position else LAST + 1
        self.position += 1
        if code > LAST:
            raise IrregularError(self.text)
        return code

    def char_class(self) -> Ranges:
        negated = self.eat("^")
        found: list[tuple[int, int]] = []
        while not self.eat("]"):
            low = self.member()
            single = len(low) == 1 and low[0][0] == low[0][1]
            following = self.text[self.position + 1 : self.position + 2]
            if single and self.peek() == "-" and following not in {"]", ""}:
                self.take()
                high = self.member()
                if len(high) != 1 or high[0][0] != high[0][1] or high[0][0] < low[0][0]:
                    raise IrregularError(self.text)
                found.append((low[0][0], high[0][0]))
            else:
                found.extend(low)
        ranges = merged(tuple(found))
        return inverted(ranges) if negated else ranges

    def member(self) -> Ranges:
        char = self.take()
        if char == "\\":
            return self.escape(in_class=True)
        if char == "[" or (char == "&" and self.peek() == "&"):
            # Engines of Rust read these as nested sets and intersections.
            raise IrregularError(self.text)
        return ((ord(char), ord(char)),)
