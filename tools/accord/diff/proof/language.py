"""Sets of texts: what several patterns and lengths allow together, and a text that one set has and another lacks.

A pattern is an automaton that may stand in several states at once. Products are walked breadth first, so that the text
found is a shortest one; where that takes too many steps the answer is that nobody knows.
"""

from __future__ import annotations

from collections import deque
from collections.abc import Iterable
from dataclasses import dataclass, field
from functools import lru_cache
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
    PatternError,
    Ranges,
    Repetition,
    complement,
    parse_pattern,
)

_MOST_STATES: Final = 2_000
_MOST_STEPS: Final = 4_000
_ANYTHING: Final = Repetition(CharacterSet(complement(())), 0, None)
_FRIENDLY: Final = "aA0-_ .@/:bzZ19"


class UnknownError(Exception):
    """The question takes too long or has a pattern that is not regular."""


@dataclass(slots=True)
class Automaton:
    """States are numbers. ``free`` moves take no character; ``start`` moves hold at the start of a text only, ``end``
    moves at its end only."""

    first: int = 0
    last: int = 0
    moves: list[list[tuple[Ranges, int]]] = field(default_factory=list[list[tuple[Ranges, int]]])
    free: list[list[int]] = field(default_factory=list[list[int]])
    start: list[list[int]] = field(default_factory=list[list[int]])
    end: list[list[int]] = field(default_factory=list[list[int]])

    def state(self) -> int:
        """A new state."""
        if len(self.moves) >= _MOST_STATES:
            raise UnknownError
        self.moves.append([])
        self.free.append([])
        self.start.append([])
        self.end.append([])
        return len(self.moves) - 1

    def build(self, tree: Expression, source: int) -> int:
        """Add *tree* behind *source*; returns the state behind it.

        Raises:
            UnknownError: it is not regular, too large, or not known exactly.
        """
        match tree:
            case CharacterSet(ranges=ranges, is_exact=True):
                target = self.state()
                # Twice the complement: ranges that touch become one, and the alphabet stays small.
                self.moves[source].append((complement(complement(ranges)), target))
            case Concatenation(parts=parts):
                target = source
                for part in parts:
                    target = self.build(part, target)
            case Alternation(options=options):
                target = self.state()
                for option in options:
                    entry = self.state()
                    self.free[source].append(entry)
                    self.free[self.build(option, entry)].append(target)
            case Group(part=part):
                target = self.build(part, source)
            case Anchor(place="start" | "end" as place):
                target = self.state()
                (self.start if place == "start" else self.end)[source].append(target)
            case Repetition():
                target = self._repeat(tree, source)
            case CharacterSet() | Anchor() | BackReference() | LookAround():
                raise UnknownError
            case _:
                assert_never(tree)
        return target

    def _repeat(self, tree: Repetition, source: int) -> int:
        for _ in range(tree.least):
            source = self.build(tree.part, source)
        target = self.state()
        if tree.most is None:
            entry = self.state()
            self.free[source].append(entry)
            self.free[self.build(tree.part, entry)].append(entry)
            self.free[entry].append(target)
            return target
        self.free[source].append(target)
        for _ in range(tree.most - tree.least):
            entry = self.state()
            self.free[source].append(entry)
            source = self.build(tree.part, entry)
            self.free[source].append(target)
        return target

    def closed(
        self, states: Iterable[int], *, at_start: bool = False, at_end: bool = False
    ) -> frozenset[int]:
        """*states* with all that can be reached without a character."""
        found = set(states)
        waiting = list(found)
        while waiting:
            state = waiting.pop()
            onward = [*self.free[state]]
            if at_start:
                onward += self.start[state]
            if at_end:
                onward += self.end[state]
            for target in onward:
                if target not in found:
                    found.add(target)
                    waiting.append(target)
        return frozenset(found)

    def begin(self) -> frozenset[int]:
        """The states at the start of a text."""
        return self.closed((self.first,), at_start=True)

    def step(self, states: frozenset[int], char: int) -> frozenset[int]:
        """The states behind one more character."""
        found = {
            target
            for state in states
            for ranges, target in self.moves[state]
            if any(low <= char <= high for low, high in ranges)
        }
        return self.closed(found)

    def accepts(self, states: frozenset[int], *, at_start: bool = False) -> bool:
        """Whether a text may end in *states*."""
        return self.last in self.closed(states, at_start=at_start, at_end=True)


@lru_cache(maxsize=4096)
def automaton(pattern: str) -> Automaton:
    """The automaton of all texts in which *pattern* occurs (JSON Schema searches, it does not match whole texts).

    Raises:
        UnknownError: the pattern is not regular, or too large.
    """
    machine = Automaton()
    machine.first = machine.state()
    try:
        tree = Concatenation((_ANYTHING, parse_pattern(pattern), _ANYTHING))
        machine.last = machine.build(tree, machine.first)
    except (PatternError, RecursionError) as error:
        raise UnknownError from error
    return machine


def is_regular(pattern: str) -> bool:
    """Whether *pattern* has an automaton."""
    try:
        automaton(pattern)
    except UnknownError:
        return False
    return True


def conjuncts(pattern: str) -> tuple[str, ...]:
    """*pattern* as patterns that all have to occur: what is looked ahead for at the start is a pattern of its own."""
    try:
        tree = parse_pattern(pattern)
    except (PatternError, RecursionError):
        return (pattern,)
    spans: list[tuple[int, int]] = []
    if isinstance(tree, Concatenation) and tree.parts[:1] == (Anchor("start"),):
        for part in tree.parts[1:]:
            if not isinstance(part, LookAround) or not part.is_ahead or part.is_negated:
                break
            spans.append(part.span)
    if not spans:
        return (pattern,)
    ahead = (f"^(?:{pattern[start + len('(?=') : end - 1]})" for start, end in spans)
    return (*ahead, f"^{pattern[spans[-1][1] :]}")


@dataclass(frozen=True, slots=True, kw_only=True)
class Texts:
    """All texts that match every pattern and have a length within bounds (in code points)."""

    patterns: tuple[str, ...] = ()
    least: int = 0
    most: int | None = None


def find(texts: Texts, *, lacking: str | None = None, skip: int = 0) -> str | None:
    """A short text of *texts* (in which the pattern *lacking* does not occur); ``None`` where there is none.

    *skip* passes over that many, for variety.

    Raises:
        UnknownError: nobody knows.
    """
    needed = [automaton(pattern) for pattern in texts.patterns]
    barred = None if lacking is None else automaton(lacking)
    machines = [*needed, *([barred] if barred else [])]
    start = tuple(machine.begin() for machine in machines)
    seen = {(start, 0)}
    waiting = deque([(start, "")])
    steps = 0
    last: str | None = None
    while waiting:
        states, text = waiting.popleft()
        good = [m.accepts(s, at_start=not text) for m, s in zip(machines, states, strict=True)]
        if barred is not None:
            good[-1] = not good[-1]
        if all(good) and len(text) >= texts.least:
            if skip <= 0 and not text.endswith("\n"):
                return text
            # Engines differ about `$` before a last line feed: where there is another text it is the better one.
            last = text if last is None else last
            skip -= 1
        if texts.most is not None and len(text) >= texts.most:
            continue
        for char in _alphabet(machines, states):
            steps += 1
            if steps > _MOST_STEPS:
                if last is not None and last.endswith("\n"):
                    return last
                raise UnknownError
            after = tuple(m.step(s, ord(char)) for m, s in zip(machines, states, strict=True))
            mark = (after, min(len(text) + 1, texts.least + skip))
            dead = any(not s for s in after[: len(needed)])
            if not dead and mark not in seen:
                seen.add(mark)
                waiting.append((after, text + char))
    return last if last is not None and last.endswith("\n") else None


def _alphabet(machines: list[Automaton], states: tuple[frozenset[int], ...]) -> list[str]:
    """One friendly character of each set that *states* do not tell apart."""
    cuts = {0, 0xD800, 0xE000}
    for machine, group in zip(machines, states, strict=True):
        for state in group:
            for ranges, _ in machine.moves[state]:
                for low, high in ranges:
                    cuts.add(low)
                    cuts.add(high + 1)
    limits = sorted(cut for cut in cuts if cut <= 0x10FFFF)
    out: list[str] = []
    for low, high in zip(limits, [*limits[1:], 0x110000], strict=True):
        if low == 0xD800:
            continue
        out.append(next((c for c in _FRIENDLY if low <= ord(c) < high), chr(low)))
    return sorted(out, key=lambda c: (not c.isalnum(), not c.isprintable(), c))
