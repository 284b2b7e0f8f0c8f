"""Makes values that a sender may send and a receiver is likely to refuse.

Values on both sides of each bound, properties left out and added, members of enumerations, strings that a pattern does
not match: what the receiver demands says where to look. Nothing here has to be right. The sender's judge filters the
candidates, and ``finder.py`` asks the receiver's.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from contextlib import suppress
from itertools import islice
from typing import Final

from accord.contract.schema import JsonValue
from accord.contract.schemas.normal import Containing
from accord.contract.schemas.numbers import Number
from accord.contract.schemas.samples.numbers import edge_numbers
from accord.contract.schemas.values import json_key
from accord.diff.proof.decide import Decider
from accord.diff.proof.inclusion import sends_further
from accord.diff.proof.node import NEVER, Intersection, Node, child_of, item_of
from accord.diff.proof.texts import contrasting
from accord.diff.witness.sample import NoValueError, Sampler

_DEPTH: Final = 2
_INNER: Final = 6
_MOST_TARGETS: Final = 12
_MOST_COUNTED: Final = 100
_UNUSUAL_NAMES: Final = ("a", "A", "x-1", "", "0", "a b", "_", "zz")


class Counterexamples:
    """Makes candidates against what one decider could not prove."""

    def __init__(self, decider: Decider) -> None:
        self._decider = decider
        self.sampler = Sampler(decider.sender, decider.sender_judge)
        self._receiver_sampler = Sampler(decider.receiver, decider.receiver_judge)

    def values(self, sender: Intersection, receiver: Intersection, depth: int = 0) -> Iterator[JsonValue]:
        """Different candidates, each of which the sender may send, the most promising first."""
        seen: set[object] = set()
        for value in self._candidates(sender, receiver, depth):
            key = json_key(value)
            if key in seen:
                continue
            seen.add(key)
            if self._decider.sender_judge.accepts(sender, value):
                yield value

    def _candidates(self, sender: Intersection, receiver: Intersection, depth: int) -> Iterator[JsonValue]:
        targets = self._targets(receiver)
        for excluded in self._decider.receiver.node(receiver).negations:
            yield from self._receiver_sampler.fitting(Intersection((excluded,)), tries=3)
        for target in targets:
            yield from target.enum or ()
        yield from self._of_cases(sender, targets, depth)
        reader = self._decider.receiver
        for c in reader.node(receiver).conditionals:
            # Values that meet the condition and may miss what follows from it.
            if c.then is not None:
                met = Intersection((*sender.schemas, c.condition), sender.nots, sender.splits)
                yield from self._of_cases(met, [reader.node(Intersection((c.then,)))], depth)
        yield from self.sampler.fitting(sender, tries=6)

    def _of_cases(self, sender: Intersection, targets: list[Node], depth: int) -> Iterator[JsonValue]:
        for case in self.sampler.cases(sender, None):
            node = self._decider.sender.node(case)
            if node.never:
                continue
            if node.enum is not None:
                yield from node.enum
                continue
            for target in targets:
                yield from self._of_case(node, target, depth)

    def _targets(self, receiver: Intersection) -> list[Node]:
        """The receiver's node and those of the schemas in it, all of which say what a value may miss."""
        reader = self._decider.receiver
        node = reader.node(receiver)
        schemas = [branch for group in node.groups for branch in group.branches]
        schemas += [*node.negations, *(schema for _, schema in node.dependents)]
        for c in node.conditionals:
            schemas += [s for s in (c.condition, c.then, c.otherwise) if s is not None]
        return [node, *(reader.node(Intersection((schema,))) for schema in schemas[:_MOST_TARGETS])]

    def _of_case(self, s: Node, r: Node, depth: int) -> Iterator[JsonValue]:
        # Types that the receiver does not have come first, null last of its kind: it shows the least.
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
        for contained in r.arrays.contains:
            yield from self._containing(s, contained)
        if depth < _DEPTH:
            places = max(len(s.arrays.prefix), len(r.arrays.prefix)) + 1
            for index in range(places):
                yield from self._with_item(s, r, index, depth)

    def _containing(self, s: Node, wanted: Containing) -> Iterator[JsonValue]:
        """Arrays with more items that ``contains`` counts than it allows, equal ones and different ones."""
        if wanted.most is None or wanted.most >= _MOST_COUNTED:
            return
        counted = list(self._receiver_sampler.fitting(Intersection((wanted.schema,)), tries=wanted.most + 3))
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
        yield from self._object(s, {}, depth)
        names = [name for name, intersection in s.objects.properties.items() if intersection != NEVER]
        for everything in self._all(s, names, depth):
            yield everything
            for left_out in everything:
                if left_out not in s.objects.required:
                    yield {name: value for name, value in everything.items() if name != left_out}
        for name in names:
            yield from self._all(s, [name], depth)
        remembers = self._decider.sender_is_new
        if s.objects.patterns or any(
            sends_further(s.objects, wanted, remembers=remembers) for wanted in self._additional_wanted(r)
        ):
            yield from self._with_additional(s, r, depth)
        if depth < _DEPTH:
            for name in dict.fromkeys((*r.objects.properties, *names)):
                yield from self._with_property(s, r, name, depth)

    def _additional_wanted(self, r: Node) -> list[Intersection]:
        """What the receiver demands of properties that it does not declare."""
        unevaluated = [part.object.unevaluated_properties for part in r.unevaluated]
        return [
            r.objects.additional,
            *(Intersection((schema,)) for schema in unevaluated if schema is not None),
        ]

    def _with_property(self, s: Node, r: Node, name: str, depth: int) -> Iterator[JsonValue]:
        if s.objects.closed and name not in s.objects.properties and not s.objects.patterns:
            return
        for value in islice(self.values(child_of(s, name), child_of(r, name), depth + 1), _INNER):
            yield from self._object(s, {name: value}, depth)

    def _with_additional(self, s: Node, r: Node, depth: int) -> Iterator[JsonValue]:
        """Objects with properties that the sender does not declare."""
        # One property more than the receiver allows, where that is a number worth trying.
        most = r.objects.most if r.objects.most is not None and r.objects.most < 50 else 0
        for name in (*r.objects.properties, *r.objects.required, *self._names(s, r, depth), *_UNUSUAL_NAMES):
            yield from self._all(s, [name], depth)
        for wanted in self._additional_wanted(r):
            for value in islice(self.values(s.objects.additional, wanted, depth + 1), _INNER):
                yield from self._object(s, {"x-further": value}, depth)
        yield from self._all(s, [f"x{index}" for index in range(most + 1)], depth)

    def _names(self, s: Node, r: Node, depth: int) -> Iterator[str]:
        sent = Intersection((*s.objects.names, self._decider.sender.of_type("string")))
        for wanted in r.objects.names:
            found = islice(self.values(sent, Intersection((wanted,)), depth + 1), 2 * _INNER)
            yield from (name for name in found if isinstance(name, str))

    def _all(self, s: Node, names: list[str], depth: int) -> Iterator[dict[str, JsonValue]]:
        """The object that has those of *names* for which a value was found."""
        given: dict[str, JsonValue] = {}
        for name in names:
            with suppress(NoValueError):
                given[name] = self.sampler.make(child_of(s, name), None, depth + 1)
        return self._object(s, given, depth)

    def _object(self, s: Node, given: Mapping[str, JsonValue], depth: int) -> Iterator[dict[str, JsonValue]]:
        """The object with the properties *given*, unless none was found."""
        with suppress(NoValueError):
            yield self.sampler.object_of(s, None, depth, given)


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
        # Beyond 1e300 an int may be too large for a float, which then is a whole number anyway.
        whole = float(value).is_integer() if abs(value) < 1e300 else True
        number: Number = int(value) if is_integer and whole else value
        if (whole or not is_integer) and s.numbers.allow(number):
            yield number


def _sizes(s: Node, r: Node) -> list[int]:
    wanted = {s.arrays.least, s.arrays.least + 1, 1, 2}
    if r.arrays.most is not None:
        wanted.add(r.arrays.most + 1)
    if r.arrays.least:
        wanted.add(r.arrays.least - 1)
    wanted.update((contained.most or 0) + 1 for contained in r.arrays.contains)
    most = min(500, s.arrays.most if s.arrays.most is not None else 500)
    return sorted(size for size in wanted if s.arrays.least <= size <= most)
