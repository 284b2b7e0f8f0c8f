"""What a receiver's plain assertions demand that a sender's do not promise, type by type."""

from __future__ import annotations

import re
from collections.abc import Collection, Iterable, Iterator
from dataclasses import dataclass
from fractions import Fraction
from typing import Literal

from accord.contract.schema import JsonValue
from accord.contract.schemas.formats import FORMATS
from accord.contract.schemas.numbers import Bounds, common_multiple
from accord.diff.node import ANY, NEVER, Arrays, Conj, Node, Objects, Strings, both, child_of, item_of
from accord.diff.texts import lengths, never_lacks


@dataclass(frozen=True, slots=True)
class Gap:
    """An obligation that could not be proved: its keyword, and the property or value in question."""

    keyword: str
    member: str = ""


@dataclass(frozen=True, slots=True)
class Step:
    """From a value to one inside of it: a property (``name``), an item (``index``), or any additional property."""

    kind: Literal["property", "item", "additional"]
    name: str = ""
    index: int = 0


@dataclass(frozen=True, slots=True)
class Inner:
    """A value inside, and what both sides say of it."""

    step: Step
    sender: Conj
    receiver: Conj


def numbers(sender: Node, receiver: Node) -> Iterator[Gap]:
    """Bounds and multiples."""
    s, r = sender.numbers, receiver.numbers
    if r.low is not None and not _low_kept(s, r):
        yield Gap("minimum")
    if r.high is not None and not _high_kept(s, r):
        yield Gap("maximum")
    own = common_multiple((*s.multiples, *((1,) if "number" not in sender.types else ())))
    for multiple in r.multiples:
        if not own or (own / Fraction(str(multiple))).denominator != 1:
            yield Gap("multipleOf")


def _low_kept(s: Bounds, r: Bounds) -> bool:
    assert r.low is not None
    if s.low is None or s.low < r.low:
        return False
    return s.low > r.low or not r.low_open or s.low_open


def _high_kept(s: Bounds, r: Bounds) -> bool:
    assert r.high is not None
    if s.high is None or s.high > r.high:
        return False
    return s.high < r.high or not r.high_open or s.high_open


def strings(sender: Node, receiver: Node) -> Iterator[Gap]:
    """Lengths, patterns and formats."""
    s, r = sender.strings, receiver.strings
    least, most = lengths(s)
    if r.least > least and not _no_shorter(s, r.least):
        yield Gap("minLength")
    if r.most is not None and (most is None or most > r.most) and not _no_longer(s, r.most):
        yield Gap("maxLength")
    for pattern in r.patterns:
        if pattern not in s.patterns and not never_lacks(s, pattern):
            yield Gap("pattern", pattern)
    for name in r.formats:
        if not any(own == name or name in FORMATS[own].wider for own in s.formats):
            yield Gap("format", name)


def listed(sender: Node, values: Collection[JsonValue]) -> bool:
    """Whether it is certain that only *values* are sent, by the patterns of a text."""
    if not sender.types or sender.types - {"string", "null"} or not sender.strings.patterns:
        return False
    if "null" in sender.types and None not in values:
        return False
    texts = "|".join(re.sub(r"[^A-Za-z0-9_ ]", _code_point, v) for v in values if isinstance(v, str))
    return "string" not in sender.types or never_lacks(sender.strings, f"^(?:{texts})$")


def _code_point(match: re.Match[str]) -> str:
    char = match[0]
    return f"\\u{ord(char):04x}" if ord(char) <= 0xFFFF else char


def _no_shorter(s: Strings, least: int) -> bool:
    return bool(s.patterns) and least < 1_000 and never_lacks(s, rf"^[\s\S]{{{least},}}$")


def _no_longer(s: Strings, most: int) -> bool:
    return bool(s.patterns) and most < 1_000 and never_lacks(s, rf"^[\s\S]{{0,{most}}}$")


def arrays(sender: Node, receiver: Node) -> Iterator[Gap | Inner]:
    """Sizes, uniqueness and the items by place; ``contains`` is judged apart."""
    s, r = sender.arrays, receiver.arrays
    most = longest(s)
    if r.least > _contained(s):
        yield Gap("minItems")
    if r.most is not None and (most is None or most > r.most):
        yield Gap("maxItems")
    if r.unique and not s.unique and (most is None or most > 1):
        yield Gap("uniqueItems")
    places = max(len(s.prefix), len(r.prefix))
    for index in range(places):
        if s.most is None or index < s.most:
            yield Inner(Step("item", index=index), item_of(sender, index), item_of(receiver, index))
    if s.most is None or s.most > places:
        yield Inner(Step("item", index=places), s.items, r.items)


def longest(s: Arrays) -> int | None:
    """The most items that there can be: none stands where nothing fits."""
    places = (*s.prefix, s.items)
    full = next((index for index, place in enumerate(places) if place == NEVER), None)
    if full is None or s.most is None:
        return s.most if full is None else full
    return min(full, s.most)


def _contained(s: Arrays) -> int:
    return max(s.least, *(c.least for c in s.contains), 0) if s.contains else s.least


def objects(sender: Node, receiver: Node, *, remembers: bool = False) -> Iterator[Gap | Inner]:
    """Required properties, counts, and every property that may occur; *remembers*: see :func:`sends_further`."""
    s, r = sender.objects, receiver.objects
    promised = _promised(s, s.required)
    for name in r.required:
        if name not in promised:
            yield Gap("required", name)
    for name, needed in r.needs:
        if may_occur(s, name):
            with_it = _promised(s, (*s.required, name))
            if any(other not in with_it for other in needed):
                yield Gap("dependentRequired", name)
    if max(s.least, len(promised)) < r.least:
        yield Gap("minProperties")
    if r.most is not None and _count(s) > r.most:
        yield Gap("maxProperties")
    yield from _properties(sender, receiver)
    yield from _others(s, r, remembers=remembers)


def _promised(s: Objects, names: Iterable[str]) -> set[str]:
    """All properties that are there where *names* are."""
    found = set(names)
    for _ in s.needs:
        for trigger, needed in s.needs:
            if trigger in found:
                found.update(needed)
    return found


def may_occur(s: Objects, name: str) -> bool:
    """Whether a sender may emit the property *name*."""
    own = s.properties.get(name)
    if own is not None:
        return own != NEVER
    return not s.closed or name in s.branched or bool(s.patterns)


def sends_further(s: Objects, wanted: Conj, *, remembers: bool) -> bool:
    """Whether a sender may emit names that nothing declares.

    With *remembers* the receiver has the older version: further properties that it describes are still sent where the
    newer one says nothing of them.
    """
    return not s.closed or (remembers and s.additional == ANY and wanted not in (ANY, NEVER))


def _count(s: Objects) -> float:
    most = float("inf") if s.most is None else float(s.most)
    if s.closed and not s.patterns and not s.branched:
        most = min(most, sum(c != NEVER for c in s.properties.values()))
    return most


def _properties(sender: Node, receiver: Node) -> Iterator[Inner]:
    s, r = sender.objects, receiver.objects
    for name, own in s.properties.items():
        wanted = child_of(receiver, name)
        if own != NEVER and wanted != ANY:
            yield Inner(Step("property", name), own, wanted)
    for name in r.properties:
        if name not in s.properties and may_occur(s, name):
            wanted = r.properties[name]
            own = ANY if name in s.branched else child_of(sender, name)
            if wanted != ANY:
                yield Inner(Step("property", name), own, wanted)


def _others(s: Objects, r: Objects, *, remembers: bool) -> Iterator[Inner]:
    """Names that only patterns or ``additionalProperties`` speak of."""
    anything = [s.additional] if sends_further(s, r.additional, remembers=remembers) else []
    for name in s.branched:
        if name not in r.properties and r.additional != ANY:
            yield Inner(Step("property", name), ANY, r.additional)
    for pattern, own in s.patterns:
        same = [wanted for other, wanted in r.patterns if other == pattern]
        if same and not r.blurred and not s.blurred:
            yield Inner(Step("additional", pattern), own, same[0])
            continue
        wanted = r.additional
        for _, other in r.patterns:
            wanted = both(wanted, other)
        if wanted != ANY:
            yield Inner(Step("additional", pattern), own, wanted)
    for own in anything:
        if r.additional != ANY:
            yield Inner(Step("additional"), own, r.additional)
        known = {pattern for pattern, _ in s.patterns}
        for pattern, wanted in r.patterns:
            if pattern not in known:
                yield Inner(Step("additional", pattern), own, wanted)
