"""Values that fit a schema as its sender sees it: declared properties only, smallest first, or at random."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from random import Random
from typing import Final

from accord.contract.schema import JsonValue, Unset, annotations_of
from accord.contract.schemas.samples.numbers import edge_numbers
from accord.contract.schemas.values import json_key
from accord.diff.proof.cases import split
from accord.diff.proof.judge import Judge
from accord.diff.proof.node import NEVER, Intersection, Node, both, child_of, item_of
from accord.diff.proof.reader import SchemaReader
from accord.diff.proof.texts import fitting

_DEPTH: Final = 12
_WIDTH: Final = 12
_TRIES: Final = 16


class NoValueError(Exception):
    """No value was found; there may be one nevertheless."""


class Sampler:
    """Makes values of a reader's schemas. What it makes is checked by the judge before anybody relies on it."""

    def __init__(self, reader: SchemaReader, judge: Judge) -> None:
        self.reader = reader
        self.judge = judge
        self._busy: set[object] = set()
        self._smallest: dict[object, tuple[Intersection, JsonValue | NoValueError]] = {}

    def smallest(self, intersection: Intersection) -> JsonValue:
        """A small value that fits.

        Raises:
            NoValueError: none was found.
        """
        key = intersection.key
        known = self._smallest.get(key)
        if known is None:
            if key in self._busy:
                raise NoValueError  # a value inside of itself is not the smallest
            self._busy.add(key)
            value: JsonValue | NoValueError = NoValueError()
            for value in self.fitting(intersection):  # noqa: B007 - the first one
                break
            self._busy.discard(key)
            if isinstance(value, NoValueError) and self._busy:
                raise value
            known = self._smallest[key] = (intersection, value)
        if isinstance(known[1], NoValueError):
            raise known[1]
        return known[1]

    def fitting(
        self, intersection: Intersection, *, seed: int | None = None, tries: int = 24
    ) -> Iterator[JsonValue]:
        """Different values that fit, the judge agrees: small ones, or with *seed* any."""
        seen: set[object] = set()
        for number in range(tries):
            source = Random(f"{seed}:{number}") if seed is not None or number else None  # noqa: S311 - samples
            for case in self.cases(intersection, source):
                try:
                    value = self.make(case, source, 0)
                except NoValueError:
                    continue
                key = json_key(value)
                if key not in seen:
                    seen.add(key)
                    if self.judge.accepts(intersection, value):
                        yield value

    def cases(self, intersection: Intersection, source: Random | None, most: int = 16) -> list[Intersection]:
        """Some of the cases that *intersection* consists of, each without alternatives."""
        done: list[Intersection] = []
        waiting = [intersection]
        while waiting and len(done) < most:
            part = waiting.pop(0)
            parts = split(self.reader, part)
            if parts is None:
                done.append(part)
            else:
                several = list(parts)
                if source is not None:
                    source.shuffle(several)
                waiting[:0] = several[:_WIDTH]
        return done

    def make(
        self,
        intersection: Intersection,
        source: Random | None = None,
        depth: int = 0,
        given: Mapping[str, JsonValue] | None = None,
    ) -> JsonValue:
        """A value of *intersection*; an object has the properties of *given*.

        Raises:
            NoValueError: none was found.
        """
        if depth > _DEPTH:
            raise NoValueError
        if given is None and source is None and depth:
            return self.smallest(intersection)
        part = self._one_case(intersection, source)
        node = self.reader.node(part)
        if node.never:
            raise NoValueError
        if given is not None:
            return self.object_of(node, source, depth, given)
        if node.enum is not None:
            return node.enum[0] if source is None else source.choice(node.enum)
        return self._of_type(self._type(node, source), node, source, depth)

    def _one_case(self, intersection: Intersection, source: Random | None) -> Intersection:
        for _ in range(_DEPTH):
            parts = split(self.reader, intersection)
            if parts is None:
                return intersection
            possible = [part for part in parts if not self.reader.node(part).never]
            if not possible:
                raise NoValueError
            intersection = possible[0] if source is None else source.choice(possible)
        return intersection

    def _type(self, node: Node, source: Random | None) -> str:
        order = ["string", "integer", "boolean", "object", "array", "number", "null"]
        if "object" in node.types and (node.objects.properties or node.objects.required):
            order.insert(0, "object")
        types = [name for name in dict.fromkeys(order) if name in node.types]
        return types[0] if source is None else source.choice(types)

    def _of_type(self, name: str, node: Node, source: Random | None, depth: int) -> JsonValue:
        match name:
            case "null":
                return None
            case "boolean":
                return source is None or source.random() < 0.5
            case "integer" | "number":
                return _pick(list(edge_numbers(node.numbers, integer=name == "integer")), source)
            case "string":
                return _pick([*examples(node), *fitting(node.strings)], source)
            case "array":
                return self._array(node, source, depth)
            case _:
                return self.object_of(node, source, depth, {})

    def _array(self, node: Node, source: Random | None, depth: int) -> JsonValue:
        arrays = node.arrays
        length = arrays.least + (0 if source is None else source.randrange(3))
        length = max(length, *(c.least for c in arrays.contains), 0) if arrays.contains else length
        if arrays.most is not None:
            length = min(length, arrays.most)
        if length > 2_000:
            raise NoValueError
        wanted = [Intersection((c.schema,)) for c in arrays.contains for _ in range(c.least)]
        out: list[JsonValue] = []
        for index in range(length):
            intersection = item_of(node, index)
            if index >= len(arrays.prefix) and index - len(arrays.prefix) < len(wanted):
                intersection = both(intersection, wanted[index - len(arrays.prefix)])
            out.append(self._item(intersection, source, depth, out if arrays.unique else []))
        return out

    def _item(
        self, intersection: Intersection, source: Random | None, depth: int, taken: list[JsonValue]
    ) -> JsonValue:
        value = self.make(intersection, source, depth + 1)
        seen = {json_key(other) for other in taken}
        if json_key(value) not in seen:
            return value
        # Fewer tries the deeper it is, and none far inside: lists of lists would never end.
        for number in range(_TRIES >> 2 * depth):
            other = self.make(intersection, Random(f"{len(taken)}:{number}"), depth + 1)  # noqa: S311 - samples
            if json_key(other) not in seen:
                return other
        raise NoValueError

    def object_of(
        self, node: Node, source: Random | None, depth: int, given: Mapping[str, JsonValue]
    ) -> dict[str, JsonValue]:
        """An object of *node* with the properties of *given*.

        Raises:
            NoValueError: none was found.
        """
        objects = node.objects
        names = dict.fromkeys(objects.required)
        possible = [name for name, intersection in objects.properties.items() if intersection != NEVER]
        if source is not None and depth < 4:
            names.update(dict.fromkeys(name for name in possible if source.random() < 0.5))
        for trigger, needed in objects.needs:
            if trigger in names or trigger in given:
                names.update(dict.fromkeys(needed))
        spare = (name for name in possible if name not in names)
        while len({**names, **given}) < objects.least:
            names[next(spare, f"x{len(names)}")] = None
        further = (name for name in names if name not in given)
        return {**{name: self.make(child_of(node, name), source, depth + 1) for name in further}, **given}


def examples(node: Node) -> Iterator[str]:
    """Texts that the contract itself gives as examples."""
    for part in node.parts:
        annotations = annotations_of(part)
        values = list(annotations.examples)
        if not isinstance(annotations.default, Unset):
            values.append(annotations.default)
        yield from (value for value in values if isinstance(value, str))


def _pick(values: list[JsonValue], source: Random | None) -> JsonValue:
    if not values:
        raise NoValueError
    return values[0] if source is None else source.choice(values)
