"""How the assertions of several schemas on one instance become one: the tightest bounds, all patterns, all children."""

from __future__ import annotations

import math
import re
from collections.abc import Iterable, Mapping
from dataclasses import replace
from typing import TYPE_CHECKING, Final

from accord.contract.schema import NO_ANNOTATIONS, Assertions, Schema
from accord.contract.schemas.formats import ASSERTED_FORMATS, FORMAT_BOUNDS
from accord.contract.schemas.walk import in_place
from accord.diff.language import conjuncts
from accord.diff.node import (
    ANY,
    ANYTHING,
    NEVER,
    NOTHING,
    NOWHERE,
    Arrays,
    Conj,
    Containing,
    Number,
    Numbers,
    Objects,
    Strings,
)
from accord.diff.numbers import common_multiple

if TYPE_CHECKING:
    from accord.diff.reader import Reader

_EMPTY: Final = Assertions(span=NOWHERE)
_SAYING_NOTHING: Final = frozenset({"", ".*", "^.*", "^"})


def matches(pattern: str, text: str) -> bool:
    """Whether *text* has *pattern* in it, as far as Python's engine agrees with ECMA's."""
    try:
        return re.search(pattern, text) is not None
    except re.error:
        return False


def merge_numbers(parts: tuple[Assertions, ...]) -> Numbers:
    """The tightest bounds."""
    low = _Bound()
    high = _Bound()
    multiples: list[Number] = []
    for part in parts:
        number = part.number
        bounds = FORMAT_BOUNDS.get(part.format or "", (None, None))
        for value, is_open in ((number.minimum, False), (number.exclusive_minimum, True), (bounds[0], False)):
            low.take(value, is_open=is_open, up=True)
        for value, is_open in ((number.maximum, False), (number.exclusive_maximum, True), (bounds[1], False)):
            high.take(value, is_open=is_open, up=False)
        if number.multiple_of is not None and number.multiple_of not in multiples:
            multiples.append(number.multiple_of)
    return Numbers(
        low=low.value,
        low_open=low.is_open,
        high=high.value,
        high_open=high.is_open,
        multiples=tuple(sorted(multiples)),
    )


class _Bound:
    def __init__(self) -> None:
        self.value: Number | None = None
        self.is_open = False

    def take(self, value: Number | None, *, is_open: bool, up: bool) -> None:
        if value is None:
            return
        if self.value is None or (value > self.value if up else value < self.value):
            self.value, self.is_open = value, is_open
        elif value == self.value:
            self.is_open = self.is_open or is_open


def tighten_integers(numbers: Numbers) -> Numbers:
    """Bounds of integers as closed integers: above 0 is from 1; a multiple of 1 says nothing, of 5 it is from 5."""
    low, high = numbers.low, numbers.high
    if low is not None and math.isfinite(low):
        low = math.floor(low) + 1 if numbers.low_open else math.ceil(low)
    if high is not None and math.isfinite(high):
        high = math.ceil(high) - 1 if numbers.high_open else math.floor(high)
    multiples = tuple(m for m in numbers.multiples if m != 1)
    step = math.lcm(1, common_multiple(multiples).numerator or 1)
    if low is not None and math.isfinite(low):
        low = -(-low // step) * step
    if high is not None and math.isfinite(high):
        high = high // step * step
    return Numbers(low=low, high=high, multiples=multiples)


def merge_strings(parts: tuple[Assertions, ...]) -> Strings:
    """The tightest lengths, every pattern and every format that restricts."""
    least = max((part.string.min_length or 0 for part in parts), default=0)
    written = dict.fromkeys(
        p.string.pattern for p in parts if p.string.pattern not in {None, *_SAYING_NOTHING}
    )
    patterns = dict.fromkeys(one for pattern in written for one in conjuncts(pattern or ""))
    formats = dict.fromkeys(f for part in parts if (f := part.format) is not None and f in ASSERTED_FORMATS)
    return Strings(
        least=least,
        most=_least(part.string.max_length for part in parts),
        patterns=tuple(p for p in patterns if p not in _SAYING_NOTHING),
        formats=tuple(formats),
        written=tuple(p for p in written if p is not None),
    )


def merge_arrays(parts: tuple[Assertions, ...], reader: Reader) -> Arrays:
    """Bounds, and for each place the schemas of all parts."""
    length = max((len(part.array.prefix_items) for part in parts), default=0)
    prefix: list[Conj] = []
    for index in range(length):
        own: list[Schema] = []
        for part in parts:
            array = part.array
            if index < len(array.prefix_items):
                own.append(array.prefix_items[index])
            elif array.items is not None:
                own.append(array.items)
        prefix.append(conj_of(own, reader))
    contains = [
        Containing(
            schema=a.contains, least=1 if a.min_contains is None else a.min_contains, most=a.max_contains
        )
        for a in (part.array for part in parts)
        if a.contains is not None
    ]
    return Arrays(
        least=max((part.array.min_items or 0 for part in parts), default=0),
        most=_least(part.array.max_items for part in parts),
        unique=any(part.array.unique_items for part in parts),
        prefix=tuple(prefix),
        items=conj_of(_items(parts, is_sender=reader.role == "sender"), reader),
        contains=tuple(c for c in contains if c.least > 0 or c.most is not None),
    )


def _items(parts: tuple[Assertions, ...], *, is_sender: bool) -> list[Schema]:
    """What applies behind the prefixes. What is left unevaluated counts as with :func:`_additional`."""
    own = [part.array.items for part in parts if part.array.items is not None]
    is_plain = not own and not any(_branches(p) or p.array.contains is not None for p in parts)
    if is_sender and is_plain:
        own = [p.array.unevaluated_items for p in parts if p.array.unevaluated_items is not None]
    return own


def merge_objects(parts: tuple[Assertions, ...], marked: frozenset[str], reader: Reader) -> Objects:
    """For each property the schemas of all parts that have a say on it."""
    names = dict.fromkeys(p.name for part in parts for p in part.object.properties)
    properties = {name: _property(name, parts, marked, reader) for name in names}
    with_patterns = [part for part in parts if part.object.pattern_properties]
    patterns: dict[str, list[Schema]] = {}
    for part in with_patterns:
        for pattern, schema in part.object.pattern_properties:
            patterns.setdefault(pattern, []).append(schema)
    for own in patterns.values():
        own.extend(
            p.object.additional_properties
            for p in parts
            if p.object.additional_properties is not None and p not in with_patterns
        )
    required = dict.fromkeys(name for part in parts for name in part.object.required if name not in marked)
    opened = any(_opens(part) for part in parts)
    branched = _branched(parts, names, reader)
    return Objects(
        properties=properties,
        required=tuple(required),
        patterns=tuple((pattern, conj_of(own, reader)) for pattern, own in patterns.items()),
        additional=conj_of(_additional(parts, is_sender=reader.role == "sender"), reader),
        closed=reader.role == "sender" and not opened and bool(names or patterns or branched),
        branched=branched,
        names=tuple(p.object.property_names for p in parts if p.object.property_names is not None),
        least=max((part.object.min_properties or 0 for part in parts), default=0),
        most=_least(part.object.max_properties for part in parts),
        needs=tuple(
            (name, tuple(n for n in needed if n not in marked))
            for part in parts
            for name, needed in part.object.dependent_required
        ),
        marked=marked,
        blurred=len(with_patterns) > 1 or len(patterns) > 1,
    )


def with_needs(objects: Objects, needs: list[tuple[str, tuple[str, ...]]], marked: frozenset[str]) -> Objects:
    """*objects* where further properties demand others."""
    if not needs:
        return objects
    told = ((name, tuple(n for n in needed if n not in marked)) for name, needed in needs)
    return replace(objects, needs=(*objects.needs, *told))


def without_names(objects: Objects, names: list[str]) -> Objects:
    """*objects* where no property of *names* may occur."""
    if not names:
        return objects
    return replace(objects, properties={**objects.properties, **dict.fromkeys(names, NEVER)})


def _property(name: str, parts: tuple[Assertions, ...], marked: frozenset[str], reader: Reader) -> Conj:
    if name in marked:
        return Conj((NOTHING,)) if reader.role == "sender" else ANY
    own: list[Schema] = []
    for part in parts:
        obj = part.object
        declared = [p.schema for p in obj.properties if p.name == name]
        declared += [schema for pattern, schema in obj.pattern_properties if matches(pattern, name)]
        if not declared and obj.additional_properties is not None:
            declared = [obj.additional_properties]
        own.extend(declared)
    return conj_of(own, reader)


def _additional(parts: tuple[Assertions, ...], *, is_sender: bool) -> list[Schema]:
    """Of a sender, what is left unevaluated counts where nothing else may evaluate it; of a receiver it is judged apart."""
    own = [p.object.additional_properties for p in parts if p.object.additional_properties is not None]
    if is_sender and not own and not any(_branches(p) for p in parts):
        own = [p.object.unevaluated_properties for p in parts if p.object.unevaluated_properties is not None]
    return own


def _branches(part: Assertions) -> bool:
    groups = len(part.any_of) > 1 or len(part.one_of) > 1
    return groups or part.conditional is not None or bool(part.object.dependent_schemas)


def _branched(parts: tuple[Assertions, ...], names: Mapping[str, None], reader: Reader) -> frozenset[str]:
    """Names that only branches declare: whether they may occur depends on the branch."""
    if not any(_branches(part) for part in parts):
        return frozenset()
    found = {
        p.name for part in parts for inner in in_place(part, reader.schemas) for p in inner.object.properties
    }
    return frozenset(found - set(names))


def _opens(part: Assertions) -> bool:
    """Whether *part* describes further properties."""
    obj = part.object
    declared = (obj.additional_properties, obj.unevaluated_properties)
    return any(s is not None and not _is_false(s) and not _is_free(s) for s in declared)


def _is_false(schema: Schema) -> bool:
    return schema == NOTHING


def _is_free(schema: Schema) -> bool:
    """Whether *schema* names nothing: that any property may come declares none."""
    if isinstance(schema, Assertions):
        return replace(schema, annotations=NO_ANNOTATIONS) == _EMPTY
    return schema == ANYTHING


def conj_of(schemas: list[Schema], reader: Reader) -> Conj:
    """*schemas* without repetitions and without those that allow everything."""
    distinct = {id(reader.resolve(schema)): schema for schema in schemas}
    kept = [s for s in distinct.values() if s != ANYTHING]
    return Conj(tuple(kept)) if kept else ANY


def _least(values: Iterable[int | None]) -> int | None:
    return min((value for value in values if value is not None), default=None)
