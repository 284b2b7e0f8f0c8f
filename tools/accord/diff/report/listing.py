"""What is written differently in two schemas, place by place, whether it breaks anybody or not.

Both sides are merged first (``reader.py``), so that references, the order of keys and ``allOf`` make no difference.
Pairs of schemas are known by identity: a shared schema is compared once, however many operations use it.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, field
from typing import Final

from accord.contract.schema import Assertions, Ref, Schema
from accord.contract.schemas.normal import Containing
from accord.diff.model import Direction, Side
from accord.diff.proof.equality import SchemaEquality
from accord.diff.proof.node import ANY, NEVER, Group, Intersection, IntersectionKey, Node, Objects, item_of
from accord.diff.proof.path import Branch, Step
from accord.diff.proof.reader import SchemaReader
from accord.diff.proof.transfer import Transfer
from accord.diff.report.deltas import (
    Delta,
    action_of,
    annotation_deltas,
    array_deltas,
    count_deltas,
    number_deltas,
    string_deltas,
    type_deltas,
)
from accord.diff.tables import kept
from accord.diff.witness.comparison import SchemaComparisons
from accord.diff.witness.values import Location

# Renames are looked for among so many pairs of a removed and an added property: beyond, an object was rewritten.
_MOST_RENAMES: Final = 64


@dataclass(slots=True, eq=False)
class SchemaDiff:
    """Two schemas of one place with what differs in them. ``edges`` lead to the differences inside."""

    old: Intersection
    new: Intersection
    old_location: Location
    new_location: Location
    deltas: list[Delta] = field(default_factory=list[Delta])
    annotations: list[Delta] = field(default_factory=list[Delta])
    edges: list[tuple[Step | Branch, SchemaDiff]] = field(
        default_factory=list["tuple[Step | Branch, SchemaDiff]"]
    )


class Listing:
    """The differences between the schemas of two readers, each found once."""

    def __init__(self, old: SchemaReader, new: SchemaReader, strict: SchemaEquality) -> None:
        self.old = old
        self.new = new
        self._strict = strict
        self._known: dict[tuple[IntersectionKey, IntersectionKey], SchemaDiff] = {}

    def diff(
        self, old: Intersection, new: Intersection, old_location: Location, new_location: Location
    ) -> SchemaDiff:
        """What differs between *old* and *new*, with everything inside.

        The result is kept before it is filled, so that recursive schemas end in a circle of edges.
        """
        key = (old.key, new.key)
        known = self._known.get(key)
        if known is not None:
            return known
        pair = self._known[key] = SchemaDiff(
            old, new, _located(self.old, old, old_location), _located(self.new, new, new_location)
        )
        if not self._strict.intersections(old, new):
            self._compare(pair)
        return pair

    def _compare(self, pair: SchemaDiff) -> None:
        o, n = self.old.node(pair.old), self.new.node(pair.new)
        pair.annotations += annotation_deltas(o.parts, n.parts)
        pair.deltas += type_deltas(o, n)
        if "string" in o.types & n.types:
            pair.deltas += string_deltas(o, n)
        if {"integer", "number"} & o.types & n.types:
            pair.deltas += number_deltas(o, n)
        if "array" in o.types & n.types:
            pair.deltas += array_deltas(o, n)
            self._items(pair, o, n)
        if "object" in o.types & n.types:
            self._objects(pair, o, n)
        before = len(pair.deltas)
        self._groups(pair, o, n)
        if len(pair.deltas) > before:
            # A schema has the types of its alternatives: a changed alternative already says that they differ.
            pair.deltas = [delta for delta in pair.deltas if delta.keyword not in {"type", "nullable"}]
        pair.deltas += self._opaque(o, n)

    def _inner(
        self,
        pair: SchemaDiff,
        step: Step | Branch,
        sides: tuple[Intersection, Intersection],
        *path: str | int,
    ) -> None:
        if sides[0] == sides[1] == ANY:
            return
        inner = self.diff(*sides, pair.old_location.inside(*path), pair.new_location.inside(*path))
        # A pair that is met inside of itself is not filled yet and may still turn out to differ.
        is_unfinished = not self._strict.intersections(inner.old, inner.new)
        if inner.deltas or inner.annotations or inner.edges or inner is pair or is_unfinished:
            pair.edges.append((step, inner))

    def _items(self, pair: SchemaDiff, o: Node, n: Node) -> None:
        prefix = max(len(o.arrays.prefix), len(n.arrays.prefix))
        for index in range(prefix):
            sides = (item_of(o, index), item_of(n, index))
            self._inner(pair, Step("item", index=index), sides, "prefixItems", index)
        if not _differ_by_unevaluated(o, n, o.arrays.items, n.arrays.items):
            self._inner(pair, Step("item", index=prefix), (o.arrays.items, n.arrays.items), "items")

    def _objects(self, pair: SchemaDiff, o: Node, n: Node) -> None:
        a, b = o.objects, n.objects
        for name in dict.fromkeys((*sorted(a.excused - b.excused), *sorted(b.excused - a.excused))):
            if name in a.properties and name in b.properties:
                pair.deltas.append(Delta("direction", name, "removed" if name in a.excused else "added"))
        renamed = self._renamed(a, b)
        for old_name, new_name in renamed.items():
            pair.deltas.append(
                Delta("properties", f"{old_name} -> {new_name}", "renamed", names=(old_name, new_name))
            )
        self._properties(pair, a, b, {*renamed, *renamed.values()})
        pair.deltas += _required(a, b)
        pair.deltas += count_deltas("Properties", a, b)
        self._undeclared(pair, o, n)

    def _properties(self, pair: SchemaDiff, a: Objects, b: Objects, renamed: set[str]) -> None:
        for name in dict.fromkeys((*a.properties, *b.properties)):
            if name in a.excused & b.excused or name in renamed:
                continue
            if name not in a.properties or name not in b.properties:
                action = "added" if name in b.properties else "removed"
                pair.deltas.append(Delta("properties", name, action))
            elif name not in a.excused | b.excused:
                sides = (a.properties[name], b.properties[name])
                self._inner(pair, Step("property", name), sides, "properties", name)

    def _renamed(self, a: Objects, b: Objects) -> dict[str, str]:
        """The new names of properties that were removed and added again with an equal schema.

        Schemas such as ``{type: string}`` say too little: of several candidates the name must be alike as well, and a
        single candidate with another name must be more than a scalar.
        """
        removed = [
            name
            for name, intersection in a.properties.items()
            if name not in b.properties and intersection != NEVER
        ]
        added = [
            name
            for name, intersection in b.properties.items()
            if name not in a.properties and intersection != ANY
        ]
        if not removed or not added or len(removed) * len(added) > _MOST_RENAMES:
            return {}
        out: dict[str, str] = {}
        for name in removed:
            equal = [
                candidate
                for candidate in added
                if candidate not in out.values()
                and (name in a.required) == (candidate in b.required)
                and self._strict.intersections(a.properties[name], b.properties[candidate])
            ]
            alike = [candidate for candidate in equal if _similar(name, candidate)]
            if len(alike) == 1:
                out[name] = alike[0]
            elif len(equal) == 1 and len(removed) == len(added) == 1 and not self._is_scalar(a, name):
                out[name] = equal[0]
        return out

    def _is_scalar(self, objects: Objects, name: str) -> bool:
        node = self.old.node(objects.properties[name])
        return not (node.types & {"array", "object"}) and node.enum is None

    def _undeclared(self, pair: SchemaDiff, o: Node, n: Node) -> None:
        """Properties that only ``additionalProperties`` and ``patternProperties`` describe."""
        a, b = o.objects, n.objects
        closed = [objects.additional == NEVER for objects in (a, b)]
        if _differ_by_unevaluated(o, n, a.additional, b.additional):
            pass
        elif closed[0] != closed[1]:
            pair.deltas.append(Delta("additionalProperties", "", "closed" if closed[1] else "opened"))
        else:
            self._inner(pair, Step("additional"), (a.additional, b.additional), "additionalProperties")
        old, new = dict(a.patterns), dict(b.patterns)
        for pattern in dict.fromkeys((*old, *new)):
            if pattern in old and pattern in new:
                sides = (old[pattern], new[pattern])
                self._inner(pair, Step("additional", pattern), sides, "patternProperties", pattern)
            else:
                action = "added" if pattern in new else "removed"
                pair.deltas.append(Delta("patternProperties", pattern, action))

    def _groups(self, pair: SchemaDiff, o: Node, n: Node) -> None:
        """The n-th ``anyOf`` of the old side is compared with the n-th of the new one, likewise ``oneOf``."""
        unpaired = list(n.groups)
        for group in o.groups:
            partner = next((candidate for candidate in unpaired if candidate.kind == group.kind), None)
            if partner is None:
                pair.deltas.append(Delta(group.kind, "", "removed"))
                continue
            unpaired.remove(partner)
            self._branches(pair, group, partner)
        pair.deltas += [Delta(group.kind, "", "added") for group in unpaired]

    def _branches(self, pair: SchemaDiff, old: Group, new: Group) -> None:
        # Equal branches are paired first: the order of alternatives means nothing.
        unpaired = list(enumerate(new.branches))
        changed: list[tuple[int, Schema]] = []
        for index, branch in enumerate(old.branches):
            match = next((entry for entry in unpaired if self._strict.schemas(branch, entry[1])), None)
            if match is None:
                changed.append((index, branch))
            else:
                unpaired.remove(match)
        for index, branch in changed:
            match = self._partner(index, branch, unpaired)
            if match is None:
                pair.deltas.append(Delta(old.kind, _name(branch, index), "removed"))
                continue
            unpaired.remove(match)
            sides = (Intersection((branch,)), Intersection((match[1],)))
            self._inner(pair, Branch(old.kind, *sides), sides, old.kind, index)
        pair.deltas += [Delta(new.kind, _name(branch, index), "added") for index, branch in unpaired]

    def _partner(
        self, index: int, branch: Schema, unpaired: list[tuple[int, Schema]]
    ) -> tuple[int, Schema] | None:
        """The branch that this one became: of the same name, or inline at the same place."""
        if isinstance(branch, Ref):
            return next((e for e in unpaired if isinstance(e[1], Ref) and e[1].target == branch.target), None)
        types = self.old.node(Intersection((branch,))).types
        inline = [e for e in unpaired if not isinstance(e[1], Ref)]
        alike = [e for e in inline if self.new.node(Intersection((e[1],))).types & types]
        return next((e for e in alike if e[0] == index), alike[0] if alike else None)

    def _opaque(self, o: Node, n: Node) -> Iterator[Delta]:
        """Keywords whose schemas are equal or not; what differs inside of them is not listed."""
        strict = self._strict
        inside = [[c.schema for c in node.arrays.contains] for node in (o, n)]
        for keyword, old, new in (
            ("not", o.negations, n.negations),
            ("contains", tuple(inside[0]), tuple(inside[1])),
            ("propertyNames", o.objects.names, n.objects.names),
        ):
            if not strict.intersections(Intersection(old), Intersection(new)):
                yield Delta(keyword, "", action_of(old, new))
        for keyword, old_parts, new_parts in (
            ("if", _conditional(o), _conditional(n)),
            ("unevaluatedProperties", o.unevaluated, n.unevaluated),
        ):
            if len(old_parts) != len(new_parts) or not all(map(strict.schemas, old_parts, new_parts)):
                yield Delta(keyword, "", action_of(old_parts, new_parts))
        before, after = (sorted(node.dependents, key=lambda entry: entry[0]) for node in (o, n))
        if [name for name, _ in before] != [name for name, _ in after] or not all(
            strict.schemas(x, y) for (_, x), (_, y) in zip(before, after, strict=True)
        ):
            yield Delta("dependentSchemas", "", action_of(o.dependents, n.dependents))
        a, b = o.arrays.contains, n.arrays.contains
        x, y = (", ".join(map(_bounds, side)) for side in (a, b))
        if a and b and x != y:
            yield Delta("contains", "", "changed", x, y)
        if dict(o.objects.needs) != dict(n.objects.needs):
            yield Delta("dependentRequired", "", action_of(o.objects.needs, n.objects.needs))


class Listings:
    """The listings of two contracts. Whether a value is written as text makes no difference to what is listed."""

    def __init__(self, comparisons: SchemaComparisons) -> None:
        self._comparisons = comparisons
        self._known: dict[tuple[Direction, Side], Listing] = {}

    def of(self, transfer: Transfer) -> Listing:
        """The listing for *transfer*."""
        comparison = self._comparisons.of(transfer)
        readers = (comparison.sender, comparison.receiver)
        old, new = readers if transfer.sender == "old" else readers[::-1]
        key = (transfer.direction, transfer.sender)
        return kept(self._known, key, lambda: Listing(old, new, self._comparisons.strict))


def _similar(first: str, second: str) -> bool:
    """Whether two names are spellings of one another (``userId``, ``user_id``), or one holds the other as a whole."""
    a, b = _letters(first), _letters(second)
    # Two letters are part of too many names.
    return a == b or (min(len(a), len(b)) >= 3 and (a in b or b in a))


def _letters(name: str) -> str:
    return "".join(c for c in name.lower() if c.isalnum())


def _located(reader: SchemaReader, intersection: Intersection, location: Location) -> Location:
    """A named schema is its own location, by whatever reference it was found."""
    if len(intersection.schemas) == 1:
        schema = intersection.schemas[0]
        if isinstance(schema, Ref) and schema.target in reader.schemas:
            return Location(schema.target)
    return location


def _required(a: Objects, b: Objects) -> Iterator[Delta]:
    """Properties of both sides that became required or optional."""
    # A property that was added, removed or renamed is listed as that.
    one_sided = {*a.properties} ^ {*b.properties}
    for name in dict.fromkeys((*a.required, *b.required)):
        if name not in one_sided and name not in a.excused & b.excused:
            if (name in a.required) != (name in b.required):
                yield Delta("required", name, "added" if name in b.required else "removed")


def _bounds(contained: Containing) -> str:
    most = "" if contained.most is None else f", at most {contained.most}"
    return f"at least {contained.least}{most}"


def _differ_by_unevaluated(o: Node, n: Node, old: Intersection, new: Intersection) -> bool:
    """Whether two sides differ only by ``unevaluated*``, which is listed as a keyword of its own.

    A sender's node takes ``unevaluatedProperties`` for ``additionalProperties``; a receiver's does not.
    """
    return bool(o.unevaluated or n.unevaluated) and (old == ANY) != (new == ANY)


def _conditional(node: Node) -> tuple[Assertions, ...]:
    return tuple(part for part in node.parts if part.conditional is not None)


def _name(branch: Schema, index: int) -> str:
    return branch.target if isinstance(branch, Ref) else f"#{index + 1}"
