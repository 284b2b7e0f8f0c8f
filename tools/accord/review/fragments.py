"""The parts of two source files that a change is about, side by side."""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import dataclass
from difflib import SequenceMatcher
from typing import Final, Literal, TypeAlias

from accord.diagnostics import Span
from accord.diff import Change, Place
from accord.review.model import Comparison

Kind: TypeAlias = Literal["same", "changed", "gap"]

_MAX_BLOCK: Final = 400
"""Lines of one block that are compared."""
_CONTEXT: Final = 3
_MAX_ROWS: Final = 48
_MAX_LINE: Final = 240
_NAMING: Final = frozenset(
    {"properties", "patternProperties", "$defs", "schemas", "paths", "headers", "responses"}
)
_KEY: Final = re.compile(r'\s*(?:- )?["\']?([^"\':#]+)["\']?\s*:')


@dataclass(frozen=True, slots=True, kw_only=True)
class Cell:
    """A line of one file. ``focus`` marks the line that the change stands on."""

    number: int
    text: str
    focus: bool


@dataclass(frozen=True, slots=True, kw_only=True)
class Row:
    """Two lines that belong together; one is ``None`` where the other side has more. A gap has neither."""

    kind: Kind
    old: Cell | None
    new: Cell | None


@dataclass(frozen=True, slots=True, kw_only=True)
class Fragment:
    """What is shown of both files. A file is ``""`` where the change has no place in that side."""

    old_file: str
    new_file: str
    rows: tuple[Row, ...]


class Fragments:
    """Cuts fragments out of the texts of one comparison, whose lines are split once."""

    def __init__(self, comparison: Comparison) -> None:
        self._texts: Mapping[str, str] = comparison.texts
        self._lines: dict[str, list[str]] = {}

    def of(self, change: Change) -> Fragment | None:
        """The fragment of *change*, ``None`` where neither side has a place in a file."""
        old, new = self._block(change.old), self._block(change.new)
        if old is None and new is None:
            return None
        if old is not None and new is not None:
            old, new = _aligned(old, new), _aligned(new, old)
        rows = _rows(old, new)
        return Fragment(
            old_file=old.file if old else "", new_file=new.file if new else "", rows=_cut(rows, _wanted(rows))
        )

    def _block(self, place: Place | None) -> _Block | None:
        span = place.span if place is not None else None
        if span is None or span.file not in self._texts:
            return None
        lines = self._lines.get(span.file)
        if lines is None:
            lines = self._lines[span.file] = self._texts[span.file].splitlines()
        return _Block.at(lines, span) if span.line <= len(lines) else None


@dataclass(frozen=True, slots=True, kw_only=True)
class _Block:
    """Lines ``start`` to ``end`` (from 0, without the last) of a file, around line ``focus``."""

    file: str
    lines: list[str]
    start: int
    end: int
    focus: int

    @classmethod
    def at(cls, lines: list[str], span: Span) -> _Block:
        start = _opening(lines, span.line - 1)
        return cls(file=span.file, lines=lines, start=start, end=_end(lines, start), focus=start)

    def key(self) -> str:
        """What the block is called in its file."""
        return _key(self.lines[self.start])

    def within(self, name: str) -> _Block | None:
        """The block around this one that is called *name*."""
        line, indent = self.start, _indent(self.lines[self.start])
        last = max(0, line - _MAX_BLOCK)  # farther away it would not be shown as a whole
        while line > last and indent > 0:
            line -= 1
            text = self.lines[line]
            if not text.strip() or _indent(text) >= indent:
                continue
            indent = _indent(text)
            if _key(text) == name:
                return _Block(
                    file=self.file, lines=self.lines, start=line, end=_end(self.lines, line), focus=self.focus
                )
        return None

    def cell(self, line: int) -> Cell:
        text = self.lines[line]
        cut = text if len(text) <= _MAX_LINE else text[:_MAX_LINE] + " ..."
        return Cell(number=line + 1, text=cut, focus=line == self.focus)

    def dedented(self) -> list[str]:
        """The lines without the indentation of the first and without blanks at their ends."""
        indent = _indent(self.lines[self.start])
        return [line[min(indent, _indent(line)) :].rstrip() for line in self.lines[self.start : self.end]]


def _opening(lines: list[str], line: int) -> int:
    """The line that opens what starts at *line*: the place of a mapping is its first key, below the key that names it.

    Below ``properties`` and in a list a first line names what is meant itself.
    """
    text = lines[line]
    above = line - 1
    while above > 0 and not lines[above].strip():
        above -= 1
    if above < 0 or text.lstrip().startswith("- ") or _indent(lines[above]) >= _indent(text):
        return line
    return line if _key(lines[above]) in _NAMING else above


def _aligned(block: _Block, other: _Block) -> _Block:
    """The block around *block* that has the name of *other*, where its own name is another."""
    if block.key() == other.key():
        return block
    return block.within(other.key()) or block


def _end(lines: list[str], start: int) -> int:
    indent = _indent(lines[start])
    end = start + 1
    last = min(len(lines), start + _MAX_BLOCK)
    while end < last and (not lines[end].strip() or _indent(lines[end]) > indent):
        end += 1
    if end < last and _indent(lines[end]) == indent and lines[end].strip()[:1] in {"}", "]"}:
        return end + 1
    while end > start + 1 and not lines[end - 1].strip():
        end -= 1
    return end


def _indent(line: str) -> int:
    return len(line) - len(line.lstrip())


def _key(line: str) -> str:
    match = _KEY.match(line)
    return match[1].strip() if match else line.strip()


def _rows(old: _Block | None, new: _Block | None) -> list[Row]:
    if old is None or new is None:
        block = old or new
        assert block is not None
        cells = [block.cell(line) for line in range(block.start, block.end)]
        return [Row(kind="changed", old=c if old else None, new=c if new else None) for c in cells]
    rows: list[Row] = []
    # Without indentation: a schema that moved deeper into a file is not a changed one.
    matcher = SequenceMatcher(None, old.dedented(), new.dedented(), autojunk=False)
    for tag, a, b, c, d in matcher.get_opcodes():
        rows += (
            Row(
                kind="same" if tag == "equal" else "changed",
                old=old.cell(old.start + a + number) if a + number < b else None,
                new=new.cell(new.start + c + number) if c + number < d else None,
            )
            for number in range(max(b - a, d - c))
        )
    return rows


def _wanted(rows: list[Row]) -> list[bool]:
    """Which rows are shown: the first, those that changed or are in focus, and what is around them."""
    wanted = [False] * len(rows)
    for number, row in enumerate(rows):
        focus = any(cell is not None and cell.focus for cell in (row.old, row.new))
        if row.kind == "changed" or focus or number == 0:
            for near in range(max(0, number - _CONTEXT), min(len(rows), number + _CONTEXT + 1)):
                wanted[near] = True
    shown = [number for number, is_wanted in enumerate(wanted) if is_wanted]
    if len(shown) > _MAX_ROWS:
        middle = next(
            (n for n in shown if any(c is not None and c.focus for c in (rows[n].old, rows[n].new))), 0
        )
        first = max(0, min(shown.index(middle) - _MAX_ROWS // 3, len(shown) - _MAX_ROWS))
        kept = set(shown[first : first + _MAX_ROWS])
        return [number in kept for number in range(len(rows))]
    return wanted


def _cut(rows: list[Row], wanted: list[bool]) -> tuple[Row, ...]:
    cut: list[Row] = []
    for row, is_wanted in zip(rows, wanted, strict=True):
        if is_wanted:
            cut.append(row)
        elif not cut or cut[-1].kind != "gap":
            cut.append(Row(kind="gap", old=None, new=None))
    return tuple(cut)
