"""What a receiver's assertions demand and a sender's do not promise, type by type.

Each function gives the obligations that it cannot prove, and the values inside whose schemas have to be compared as
well. Combinations of schemas (``anyOf``, ``not``, ``if``, ...) are left to ``decide.py``.
"""

from __future__ import annotations

import re
from collections.abc import Collection, Iterable, Iterator
from dataclasses import dataclass
from fractions import Fraction

from accord.contract.schema import Assertions, BooleanSchema, JsonValue, Schema
from accord.contract.schemas.formats import FORMATS
from accord.contract.schemas.normal import normal_form, sole_branches
from accord.contract.schemas.numbers import Bounds, common_multiple
from accord.contract.schemas.validation import matches
from accord.diff.proof.node import (
    ANY,
    NEVER,
    Arrays,
    Group,
    Intersection,
    Node,
    Objects,
    Strings,
    both,
    child_of,
    item_of,
)
from accord.diff.proof.path import Step
from accord.diff.proof.reader import SchemaReader
from accord.diff.proof.texts import lengths, never_lacks


@dataclass(frozen=True, slots=True)
class Obligation:
    """Something that the receiver demands and that was not proved: its keyword, and the property or value."""

    keyword: str
    member: str = ""


@dataclass(frozen=True, slots=True)
class Inner:
    """A value inside, and what both sides say about it."""

    step: Step
    sender: Intersection
    receiver: Intersection


def numbers(sender: Node, receiver: Node) -> Iterator[Obligation]:
    """Bounds and multiples of numbers."""
    s, r = sender.numbers, receiver.numbers
    if r.low is not None and not _low_kept(s, r):
        yield Obligation("minimum")
    if r.high is not None and not _high_kept(s, r):
        yield Obligation("maximum")
    # Every integer is a multiple of 1. Fractions, because 0.3 is no multiple of 0.1 among floats.
    sent = common_multiple((*s.multiples, *((1,) if "number" not in sender.types else ())))
    for multiple in r.multiples:
        if not sent or (sent / Fraction(str(multiple))).denominator != 1:
            yield Obligation("multipleOf")


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


def strings(sender: Node, receiver: Node) -> Iterator[Obligation]:
    """Lengths, patterns and formats of strings. A pattern may promise a length, and a format too."""
    s, r = sender.strings, receiver.strings
    least, most = lengths(s)
    if r.least > least and not _no_shorter(s, r.least):
        yield Obligation("minLength")
    if r.most is not None and (most is None or most > r.most) and not _no_longer(s, r.most):
        yield Obligation("maxLength")
    for pattern in r.patterns:
        if pattern not in s.patterns and not never_lacks(s, pattern):
            yield Obligation("pattern", pattern)
    for name in r.formats:
        if not any(sent == name or name in FORMATS[sent].wider for sent in s.formats):
            yield Obligation("format", name)


def sends_only(sender: Node, values: Collection[JsonValue]) -> bool:
    """Whether the patterns of a string make certain that only *values* are sent: ``^(a|b)$`` against an enumeration."""
    if not sender.types or sender.types - {"string", "null"} or not sender.strings.patterns:
        return False
    if "null" in sender.types and None not in values:
        return False
    texts = "|".join(re.sub(r"[^A-Za-z0-9_ ]", _code_point, v) for v in values if isinstance(v, str))
    return "string" not in sender.types or never_lacks(sender.strings, f"^(?:{texts})$")


def _code_point(match: re.Match[str]) -> str:
    # Not re.escape: its spelling is Python's, and the pattern is read as ECMA-262.
    char = match[0]
    return f"\\u{ord(char):04x}" if ord(char) <= 0xFFFF else char


# A length is asked as a pattern, whose automaton has a state for each character: beyond 1,000 it is not tried.
def _no_shorter(s: Strings, least: int) -> bool:
    return bool(s.patterns) and least < 1_000 and never_lacks(s, rf"^[\s\S]{{{least},}}$")


def _no_longer(s: Strings, most: int) -> bool:
    return bool(s.patterns) and most < 1_000 and never_lacks(s, rf"^[\s\S]{{0,{most}}}$")


def arrays(sender: Node, receiver: Node) -> Iterator[Obligation | Inner]:
    """Sizes, uniqueness and the items by index. ``contains`` is left to ``decide.py``."""
    s, r = sender.arrays, receiver.arrays
    most = longest(s)
    if r.least > _contained(s):
        yield Obligation("minItems")
    if r.most is not None and (most is None or most > r.most):
        yield Obligation("maxItems")
    if r.unique and not s.unique and (most is None or most > 1):
        yield Obligation("uniqueItems")
    places = max(len(s.prefix), len(r.prefix))
    for index in range(places):
        if s.most is None or index < s.most:
            yield Inner(Step("item", index=index), item_of(sender, index), item_of(receiver, index))
    if s.most is None or s.most > places:
        yield Inner(Step("item", index=places), s.items, r.items)


def longest(s: Arrays) -> int | None:
    """The most items that there can be: an index whose schema is ``false`` ends the array."""
    places = (*s.prefix, s.items)
    full = next((index for index, place in enumerate(places) if place == NEVER), None)
    if full is None or s.most is None:
        return s.most if full is None else full
    return min(full, s.most)


def _contained(s: Arrays) -> int:
    """The least number of items, as far as ``contains`` promises some."""
    return max(s.least, *(c.least for c in s.contains), 0) if s.contains else s.least


def objects(sender: Node, receiver: Node, *, remembers: bool = False) -> Iterator[Obligation | Inner]:
    """Required properties, counts, and every property that may occur. For *remembers* see :func:`sends_further`."""
    s, r = sender.objects, receiver.objects
    promised = _promised(s, s.required)
    for name in r.required:
        if name not in promised:
            yield Obligation("required", name)
    for name, needed in r.needs:
        if may_occur(s, name):
            present = _promised(s, (*s.required, name))
            if not present.issuperset(needed):
                yield Obligation("dependentRequired", name)
    if max(s.least, len(promised)) < r.least:
        yield Obligation("minProperties")
    if r.most is not None and _count(s) > r.most:
        yield Obligation("maxProperties")
    yield from _properties(sender, receiver)
    yield from _undeclared(s, r, remembers=remembers)


def _promised(s: Objects, names: Iterable[str]) -> set[str]:
    """All properties that are present where *names* are, by ``dependentRequired``."""
    found = set(names)
    # Each round follows the chain by one more step; a chain cannot be longer than the list.
    for _ in s.needs:
        for trigger, needed in s.needs:
            if trigger in found:
                found.update(needed)
    return found


def may_occur(s: Objects, name: str) -> bool:
    """Whether a sender may send the property *name*."""
    declared = s.properties.get(name)
    if declared is not None:
        return declared != NEVER
    return not s.closed or name in s.conditional or bool(s.patterns)


def sends_further(s: Objects, wanted: Intersection, *, remembers: bool) -> bool:
    """Whether a sender may send properties that nothing declares, where the receiver demands *wanted* of them.

    With *remembers* the receiver has the older version. What that said about additional properties is still sent
    where the newer version says nothing about them.
    """
    return not s.closed or (remembers and s.additional == ANY and wanted not in (ANY, NEVER))


def _count(s: Objects) -> float:
    """The largest number of properties that may be sent."""
    most = float("inf") if s.most is None else float(s.most)
    if s.closed and not s.patterns and not s.conditional:
        most = min(most, sum(c != NEVER for c in s.properties.values()))
    return most


def _properties(sender: Node, receiver: Node) -> Iterator[Inner]:
    s, r = sender.objects, receiver.objects
    for name, sent in s.properties.items():
        wanted = child_of(receiver, name)
        if sent != NEVER and wanted != ANY:
            yield Inner(Step("property", name), sent, wanted)
    for name in r.properties:
        if name not in s.properties and may_occur(s, name):
            wanted = r.properties[name]
            # What a branch declares is known only once the sender is taken apart into its cases.
            sent = ANY if name in s.conditional else child_of(sender, name)
            if wanted != ANY:
                yield Inner(Step("property", name), sent, wanted)


def _undeclared(s: Objects, r: Objects, *, remembers: bool) -> Iterator[Inner]:
    """Properties that only ``patternProperties`` or ``additionalProperties`` describe."""
    for name in s.conditional:
        if name not in r.properties and r.additional != ANY:
            yield Inner(Step("property", name), ANY, r.additional)
    for pattern, sent in s.patterns:
        equal = [wanted for written, wanted in r.patterns if written == pattern]
        if equal and not r.approximate and not s.approximate:
            yield Inner(Step("additional", pattern), sent, equal[0])
            continue
        # A name of this pattern may match any pattern of the receiver: it has to fit all of their schemas.
        wanted = r.additional
        for _, schema in r.patterns:
            wanted = both(wanted, schema)
        if wanted != ANY:
            yield Inner(Step("additional", pattern), sent, wanted)
    if sends_further(s, r.additional, remembers=remembers):
        if r.additional != ANY:
            yield Inner(Step("additional"), s.additional, r.additional)
        known = {pattern for pattern, _ in s.patterns}
        for pattern, wanted in r.patterns:
            if pattern not in known:
                yield Inner(Step("additional", pattern), s.additional, wanted)


def unevaluated(
    reader: SchemaReader,
    part: Assertions,
    sender: Node,
    met: Iterable[tuple[Group, Schema]] = (),
    *,
    remembers: bool = False,
) -> Iterator[Obligation | Inner]:
    """What *part* demands of the properties and items of *sender* that it leaves unevaluated.

    A schema evaluates for certain what stands in itself, in its references and in its ``allOf``. What branches evaluate
    counts only where a branch holds for certain; *met* are those of the receiver. The answer errs towards an
    obligation that is not proved. For *remembers* see :func:`sends_further`.
    """
    certain = list(_certain(reader, part))
    for group, branch in met:
        if any(schema is group.owner for schema in certain):
            certain += _certain(reader, branch)
    wanted = part.object.unevaluated_properties
    if wanted is not None and "object" in sender.types and not _allows_all(wanted):
        yield from _unevaluated_properties(certain, wanted, sender, remembers=remembers)
    items = part.array.unevaluated_items
    if items is not None and "array" in sender.types and not _allows_all(items):
        covered = max((len(schema.array.prefix_items) for schema in certain), default=0)
        is_complete = any(schema.array.items is not None for schema in certain)
        most = sender.arrays.most
        if not is_complete and (most is None or most > covered):
            yield Inner(Step("item", index=covered), sender.arrays.items, Intersection((items,)))
            for index in range(covered, len(sender.arrays.prefix)):
                yield Inner(Step("item", index=index), sender.arrays.prefix[index], Intersection((items,)))


def _unevaluated_properties(
    certain: list[Assertions], wanted: Schema, sender: Node, *, remembers: bool
) -> Iterator[Obligation | Inner]:
    if any(schema.object.additional_properties is not None for schema in certain):
        return
    names = {p.name for schema in certain for p in schema.object.properties}
    patterns = [pattern for schema in certain for pattern, _ in schema.object.pattern_properties]
    objects = sender.objects
    for name, sent in objects.properties.items():
        if sent != NEVER and name not in names and not any(matches(p, name) for p in patterns):
            yield Inner(Step("property", name), sent, Intersection((wanted,)))
    for name in objects.conditional - names:
        if not any(matches(p, name) for p in patterns):
            yield Inner(Step("property", name), child_of(sender, name), Intersection((wanted,)))
    for pattern, sent in objects.patterns:
        if pattern not in patterns:
            yield Inner(Step("additional", pattern), sent, Intersection((wanted,)))
    if sends_further(objects, Intersection((wanted,)), remembers=remembers):
        yield Inner(Step("additional"), objects.additional, Intersection((wanted,)))


def _certain(reader: SchemaReader, schema: Schema) -> tuple[Assertions, ...]:
    """The schemas that apply wherever *schema* does."""
    return normal_form((schema,), reader.schemas, further=sole_branches).parts


def _allows_all(schema: Schema) -> bool:
    return isinstance(schema, BooleanSchema) and schema.value
