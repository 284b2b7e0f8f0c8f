"""Values that a sender may emit and a receiver may refuse: edges of bounds, what is left out, what is too much."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from itertools import islice
from typing import Final

from accord.contract.schema import JsonValue
from accord.contract.schemas.normal import Containing
from accord.contract.schemas.numbers import Number
from accord.contract.schemas.samples.numbers import edge_numbers
from accord.contract.schemas.values import json_key
from accord.diff.decide import Decider
from accord.diff.node import NEVER, Conj, Node, child_of, item_of
from accord.diff.plain import sends_further
from accord.diff.sample import NoValueError, Sampler
from accord.diff.texts import contrasting

_DEPTH: Final = 2
_INNER: Final = 6
_MOST_COUNTED: Final = 100
_ODD_NAMES: Final = ("a", "A", "x-1", "", "0", "a b", "_", "zz")


class Contrast:
    """Makes candidates for one decider's question."""

    def __init__(self, decider: Decider) -> None:
        self._decider = decider
        self.sampler = Sampler(decider.sender, decider.sender_judge)
        self._opposite = Sampler(decider.receiver, decider.receiver_judge)

    def values(self, sender: Conj, receiver: Conj, depth: int = 0) -> Iterator[JsonValue]:
        """Different candidates, the judge agrees that the sender may emit each."""
        seen: set[object] = set()
        for value in self._raw(sender, receiver, depth):
            key = json_key(value)
            if key in seen:
                continue
            seen.add(key)
            if self._decider.sender_judge.accepts(sender, value):
                yield value

    def _raw(self, sender: Conj, receiver: Conj, depth: int) -> Iterator[JsonValue]:
        targets = self._targets(receiver)
        for barred in self._decider.receiver.node(receiver).negations:
            yield from self._opposite.fitting(Conj((barred,)), tries=3)
        for target in targets:
            yield from target.enum or ()
        yield from self._of_cases(sender, targets, depth)
        reader = self._decider.receiver
        for c in reader.node(receiver).conditionals:
            # What meets the condition and not what follows from it.
            if c.then is not None:
                met = Conj((*sender.schemas, c.condition), sender.nots, sender.splits)
                yield from self._of_cases(met, [reader.node(Conj((c.then,)))], depth)
        yield from self.sampler.fitting(sender, tries=6)

    def _of_cases(self, sender: Conj, targets: list[Node], depth: int) -> Iterator[JsonValue]:
        for case in self.sampler.cases(sender, None):
            node = self._decider.sender.node(case)
            if node.never:
                continue
            if node.enum is not None:
                yield from node.enum
                continue
            for target in targets:
                yield from self._of_case(node, target, depth)

    def _targets(self, receiver: Conj) -> list[Node]:
        """The receiver, its branches, and what it excludes or depends on."""
        reader = self._decider.receiver
        node = reader.node(receiver)
        schemas = [branch for group in node.groups for branch in group.branches]
        schemas += [*node.negations, *(schema for _, schema in node.dependents)]
        for c in node.conditionals:
            schemas += [s for s in (c.condition, c.then, c.otherwise) if s is not None]
        return [node, *(reader.node(Conj((schema,))) for schema in schemas[:12])]

    def _of_case(self, s: Node, r: Node, depth: int) -> Iterator[JsonValue]:
        order = sorted(s.types, key=lambda name: (name in r.types, name == "null", name))
        for name in order:
            match name:
                case "null":
                    yield None
                case "boolean":
                    yield from (True, False)
                case "integer" | "number":
                    yield from _numbers(s, r, is_integer=name == "integer")
                case "string":
                    yield from contrasting(s.strings, r.strings)
                case "array":
                    yield from self._arrays(s, r, depth)
                case _:
                    yield from self._objects(s, r, depth)

    def _arrays(self, s: Node, r: Node, depth: int) -> Iterator[JsonValue]:
        for length in _sizes(s, r):
            items: list[JsonValue] = []
            try:
                for index in range(length):
                    items.append(self.sampler.make(item_of(s, index), None, depth + 1))  # noqa: PERF401 - may end
            except NoValueError:
                continue
            yield items
            if length == 1 and s.arrays.least <= 2:
                yield [*items, *items]
        for one in r.arrays.contains:
            yield from self._containing(s, one)
        if depth < _DEPTH:
            places = max(len(s.arrays.prefix), len(r.arrays.prefix)) + 1
            for index in range(places):
                yield from self._with_item(s, r, index, depth)

    def _containing(self, s: Node, wanted: Containing) -> Iterator[JsonValue]:
        """More of what is counted than there may be, equal and different ones."""
        if wanted.most is None or wanted.most >= _MOST_COUNTED:
            return
        counted = list(self._opposite.fitting(Conj((wanted.schema,)), tries=wanted.most + 3))
        if counted:
            yield counted[:1] * max(wanted.most + 1, s.arrays.least)
            yield counted

    def _with_item(self, s: Node, r: Node, index: int, depth: int) -> Iterator[JsonValue]:
        inner = self.values(item_of(s, index), item_of(r, index), depth + 1)
        found = list(islice(inner, _INNER))
        for value in found:
            try:
                front = [self.sampler.make(item_of(s, i), None, depth + 1) for i in range(index)]
                length = max(s.arrays.least, index + 1)
                back = [self.sampler.make(item_of(s, i), None, depth + 1) for i in range(index + 1, length)]
            except NoValueError:
                continue
            yield [*front, value, *back]
        if len(found) > 1 and index == 0:
            yield found

    def _objects(self, s: Node, r: Node, depth: int) -> Iterator[JsonValue]:
        smallest = self._object(s, {}, depth)
        if smallest is not None:
            yield smallest
        names = [name for name, conj in s.objects.properties.items() if conj != NEVER]
        everything = self._all(s, names, depth)
        if everything is not None:
            yield everything
            yield from _without_one(everything, s)
        for name in names:
            one = self._all(s, [name], depth)
            if one is not None:
                yield one
        if s.objects.patterns or self._sends_further(s, r):
            yield from self._further(s, r, depth)
        if depth < _DEPTH:
            for name in dict.fromkeys((*r.objects.properties, *names)):
                yield from self._with_property(s, r, name, depth)

    def _sends_further(self, s: Node, r: Node) -> bool:
        remembers = self._decider.swapped
        return any(sends_further(s.objects, one, remembers=remembers) for one in self._further_wanted(r))

    def _further_wanted(self, r: Node) -> list[Conj]:
        told = [part.object.unevaluated_properties for part in r.unevaluated]
        return [r.objects.additional, *(Conj((one,)) for one in told if one is not None)]

    def _with_property(self, s: Node, r: Node, name: str, depth: int) -> Iterator[JsonValue]:
        if s.objects.closed and name not in s.objects.properties and not s.objects.patterns:
            return
        for value in islice(self.values(child_of(s, name), child_of(r, name), depth + 1), _INNER):
            made = self._object(s, {name: value}, depth)
            if made is not None:
                yield made

    def _further(self, s: Node, r: Node, depth: int) -> Iterator[JsonValue]:
        """Objects with names that are declared nowhere."""
        most = r.objects.most if r.objects.most is not None and r.objects.most < 50 else 0
        for name in (*r.objects.properties, *r.objects.required, *self._names(s, r, depth), *_ODD_NAMES):
            made = self._all(s, [name], depth)
            if made is not None:
                yield made
        for wanted in self._further_wanted(r):
            for value in islice(self.values(s.objects.additional, wanted, depth + 1), _INNER):
                odd = self._object(s, {"x-further": value}, depth)
                if odd is not None:
                    yield odd
        many = self._all(s, [f"x{index}" for index in range(most + 1)], depth)
        if many is not None:
            yield many

    def _names(self, s: Node, r: Node, depth: int) -> Iterator[str]:
        own = Conj((*s.objects.names, self._decider.sender.of_type("string")))
        for wanted in r.objects.names:
            found = islice(self.values(own, Conj((wanted,)), depth + 1), 2 * _INNER)
            yield from (name for name in found if isinstance(name, str))

    def _all(self, s: Node, names: list[str], depth: int) -> dict[str, JsonValue] | None:
        given: dict[str, JsonValue] = {}
        for name in names:
            try:
                given[name] = self.sampler.make(child_of(s, name), None, depth + 1)
            except NoValueError:
                continue
        return self._object(s, given, depth)

    def _object(self, s: Node, given: Mapping[str, JsonValue], depth: int) -> dict[str, JsonValue] | None:
        try:
            made = self.sampler.object_of(s, None, depth, given)
        except NoValueError:
            return None
        return made


def _without_one(value: dict[str, JsonValue], s: Node) -> Iterator[JsonValue]:
    for name in value:
        if name not in s.objects.required:
            yield {key: inner for key, inner in value.items() if key != name}


def _numbers(s: Node, r: Node, *, is_integer: bool) -> Iterator[Number]:
    low, high = r.numbers.low, r.numbers.high
    out: list[Number] = []
    for edge in (low, high):
        if edge is not None:
            out += [edge, edge - 1, edge + 1]
            if not is_integer:
                out += [edge - 0.5, edge + 0.5]
    for multiple in r.numbers.multiples:
        out += [multiple + 1, multiple / 2, multiple * 1.5]
    out += list(edge_numbers(s.numbers, integer=is_integer))
    for value in out:
        whole = float(value).is_integer() if abs(value) < 1e300 else True
        one: Number = int(value) if is_integer and whole else value
        if (whole or not is_integer) and s.numbers.allow(one):
            yield one


def _sizes(s: Node, r: Node) -> list[int]:
    wanted = {s.arrays.least, s.arrays.least + 1, 1, 2}
    if r.arrays.most is not None:
        wanted.add(r.arrays.most + 1)
    if r.arrays.least:
        wanted.add(r.arrays.least - 1)
    for one in r.arrays.contains:
        wanted.add((one.most or 0) + 1)
    most = min(500, s.arrays.most if s.arrays.most is not None else 500)
    return sorted(size for size in wanted if s.arrays.least <= size <= most)
