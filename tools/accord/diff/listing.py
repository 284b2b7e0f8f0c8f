"""What is written differently in two schemas, place by place, whatever it means.

Both sides are merged first (``reader.py``), so that references, the order of keys and ``allOf`` make no difference.
Pairs of schemas are known by identity: a shared schema is listed once, however many operations use it.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, field

from accord.contract.schema import Assertions, Ref, Schema
from accord.contract.schemas.normal import Containing
from accord.diff.keywords import Delta, array_deltas, count_deltas, number_deltas, string_deltas, type_deltas
from accord.diff.node import ANY, NEVER, Conj, ConjKey, Group, Node, item_of
from accord.diff.notes import Note, annotation_notes
from accord.diff.plain import Step
from accord.diff.reader import SchemaReader
from accord.diff.renames import renamed_properties
from accord.diff.same import Sameness
from accord.source.pointer import join


@dataclass(frozen=True, slots=True)
class Home:
    """Where a schema stands: the named schema (or ``""``) and the JSON pointer in it."""

    schema: str = ""
    pointer: str = ""

    def to(self, *segments: str | int) -> Home:
        """Further inside."""
        return Home(self.schema, join(self.pointer, *segments))


@dataclass(frozen=True, slots=True)
class Branch:
    """From a schema to one of the alternatives of it: the same value, seen as ``old`` and ``new``."""

    keyword: str
    old: Conj
    new: Conj


@dataclass(slots=True, eq=False)
class Listed:
    """Two schemas of one place with what differs in them; ``edges`` lead to what is inside."""

    old: Conj
    new: Conj
    old_home: Home
    new_home: Home
    deltas: list[Delta] = field(default_factory=list[Delta])
    notes: list[Note] = field(default_factory=list[Note])
    edges: list[tuple[Step | Branch, Listed]] = field(default_factory=list["tuple[Step | Branch, Listed]"])


class Lister:
    """Lists differences between the schemas of two readers."""

    def __init__(self, old: SchemaReader, new: SchemaReader, strict: Sameness) -> None:
        self.old = old
        self.new = new
        self._strict = strict
        self._known: dict[tuple[ConjKey, ConjKey], Listed] = {}

    def listed(self, old: Conj, new: Conj, old_home: Home, new_home: Home) -> Listed:
        """The pair of *old* and *new*, with everything inside."""
        key = (old.key, new.key)
        known = self._known.get(key)
        if known is not None:
            return known
        pair = self._known[key] = Listed(
            old, new, self._home(self.old, old, old_home), self._home(self.new, new, new_home)
        )
        if not self._strict.conjs(old, new):
            self._compare(pair)
        return pair

    def alike(self, old: Conj, new: Conj) -> bool:
        """Whether both are written alike, annotations included."""
        return self._strict.conjs(old, new)

    def _home(self, reader: SchemaReader, conj: Conj, home: Home) -> Home:
        """A place of its own for what a reference names."""
        if len(conj.schemas) == 1:
            schema = conj.schemas[0]
            if isinstance(schema, Ref) and schema.target in reader.schemas:
                return Home(schema.target)
        return home

    def _compare(self, pair: Listed) -> None:
        o, n = self.old.node(pair.old), self.new.node(pair.new)
        pair.notes += annotation_notes(o.parts, n.parts)
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
            # What the types beside alternatives are is told by the alternatives.
            pair.deltas = [delta for delta in pair.deltas if delta.keyword not in {"type", "nullable"}]
        pair.deltas += self._others(o, n)

    def _inner(self, pair: Listed, step: Step | Branch, sides: tuple[Conj, Conj], *path: str | int) -> None:
        if sides[0] == sides[1] == ANY:
            return
        inner = self.listed(sides[0], sides[1], pair.old_home.to(*path), pair.new_home.to(*path))
        if inner.deltas or inner.notes or inner.edges or inner is pair or self._unfinished(inner):
            pair.edges.append((step, inner))

    def _unfinished(self, inner: Listed) -> bool:
        """A pair met inside of itself may yet find something."""
        return not self._strict.conjs(inner.old, inner.new)

    def _items(self, pair: Listed, o: Node, n: Node) -> None:
        prefix = max(len(o.arrays.prefix), len(n.arrays.prefix))
        for index in range(prefix):
            sides = (item_of(o, index), item_of(n, index))
            self._inner(pair, Step("item", index=index), sides, "prefixItems", index)
        if not _is_told_apart(o, n, o.arrays.items, n.arrays.items):
            self._inner(pair, Step("item", index=prefix), (o.arrays.items, n.arrays.items), "items")

    def _objects(self, pair: Listed, o: Node, n: Node) -> None:
        a, b = o.objects, n.objects
        both_marked = a.marked & b.marked
        for name in dict.fromkeys((*sorted(a.marked - b.marked), *sorted(b.marked - a.marked))):
            action = "removed" if name in a.marked else "added"
            if name in a.properties and name in b.properties:
                pair.deltas.append(Delta("direction", name, action))
        renamed = renamed_properties(self, a, b)
        for old_name, new_name in renamed.items():
            pair.deltas.append(
                Delta("properties", f"{old_name} -> {new_name}", "renamed", names=(old_name, new_name))
            )
        one_sided = {*renamed, *renamed.values()}
        apart = {*a.properties} ^ {*b.properties}
        for name in dict.fromkeys((*a.properties, *b.properties)):
            if name in both_marked or name in one_sided:
                continue
            if name in a.properties and name in b.properties:
                if name not in a.marked | b.marked:
                    sides = (a.properties[name], b.properties[name])
                    self._inner(pair, Step("property", name), sides, "properties", name)
            else:
                action = "added" if name in b.properties else "removed"
                pair.deltas.append(Delta("properties", name, action))
        pair.deltas += self._required(a.required, b.required, one_sided | apart, both_marked)
        pair.deltas += count_deltas(o, n)
        self._open(pair, o, n)

    def _required(
        self, old: tuple[str, ...], new: tuple[str, ...], skipped: set[str], marked: frozenset[str]
    ) -> Iterator[Delta]:
        for name in dict.fromkeys((*old, *new)):
            if name not in skipped and name not in marked and (name in old) != (name in new):
                yield Delta("required", name, "added" if name in new else "removed")

    def _open(self, pair: Listed, o: Node, n: Node) -> None:
        """Names that are not declared."""
        a, b = o.objects, n.objects
        closed = [side.additional == NEVER for side in (a, b)]
        if _is_told_apart(o, n, a.additional, b.additional):
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

    def _groups(self, pair: Listed, o: Node, n: Node) -> None:
        rest = list(n.groups)
        for group in o.groups:
            partner = next((other for other in rest if other.kind == group.kind), None)
            if partner is None:
                pair.deltas.append(Delta(group.kind, "", "removed"))
                continue
            rest.remove(partner)
            self._branches(pair, group, partner)
        pair.deltas += [Delta(group.kind, "", "added") for group in rest]

    def _branches(self, pair: Listed, old: Group, new: Group) -> None:
        free = list(enumerate(new.branches))
        left: list[tuple[int, Schema]] = []
        for index, branch in enumerate(old.branches):
            match = next((entry for entry in free if self._strict.schemas(branch, entry[1])), None)
            if match is None:
                left.append((index, branch))
            else:
                free.remove(match)
        for index, branch in left:
            match = self._partner(index, branch, free)
            if match is None:
                pair.deltas.append(Delta(old.kind, _name(branch, index), "removed"))
                continue
            free.remove(match)
            sides = (Conj((branch,)), Conj((match[1],)))
            self._inner(pair, Branch(old.kind, *sides), sides, old.kind, index)
        pair.deltas += [Delta(new.kind, _name(branch, index), "added") for index, branch in free]

    def _partner(
        self, index: int, branch: Schema, free: list[tuple[int, Schema]]
    ) -> tuple[int, Schema] | None:
        """The branch that this one became: of the same name, or inline at the same place."""
        if isinstance(branch, Ref):
            return next((e for e in free if isinstance(e[1], Ref) and e[1].target == branch.target), None)
        kinds = self.old.node(Conj((branch,))).types
        inline = [e for e in free if not isinstance(e[1], Ref)]
        alike = [e for e in inline if self.new.node(Conj((e[1],))).types & kinds]
        return next((e for e in alike if e[0] == index), alike[0] if alike else None)

    def _others(self, o: Node, n: Node) -> Iterator[Delta]:
        """Keywords whose inside is not looked at: they are the same or they are not."""
        strict = self._strict
        inside = [[c.schema for c in node.arrays.contains] for node in (o, n)]
        for keyword, old, new in (
            ("not", o.negations, n.negations),
            ("contains", tuple(inside[0]), tuple(inside[1])),
            ("propertyNames", o.objects.names, n.objects.names),
        ):
            if not strict.conjs(Conj(old), Conj(new)):
                yield Delta(keyword, "", _action(old, new))
        for keyword, old_parts, new_parts in (
            ("if", _conditional(o), _conditional(n)),
            ("unevaluatedProperties", o.unevaluated, n.unevaluated),
        ):
            if len(old_parts) != len(new_parts) or not all(map(strict.schemas, old_parts, new_parts)):
                yield Delta(keyword, "", _action(old_parts, new_parts))
        before, after = (sorted(node.dependents, key=lambda entry: entry[0]) for node in (o, n))
        if [name for name, _ in before] != [name for name, _ in after] or not all(
            strict.schemas(mine, other) for (_, mine), (_, other) in zip(before, after, strict=True)
        ):
            yield Delta("dependentSchemas", "", _action(o.dependents, n.dependents))
        a, b = o.arrays.contains, n.arrays.contains
        x, y = (", ".join(map(_bounds, side)) for side in (a, b))
        if a and b and x != y:
            yield Delta("contains", "", "changed", x, y)
        if dict(o.objects.needs) != dict(n.objects.needs):
            yield Delta("dependentRequired", "", _action(o.objects.needs, n.objects.needs))


def _bounds(one: Containing) -> str:
    return f"at least {one.least}" + ("" if one.most is None else f", at most {one.most}")


def _is_told_apart(o: Node, n: Node, old: Conj, new: Conj) -> bool:
    """Whether two sides differ by what is left unevaluated, which a sender takes for its own and a receiver does not."""
    return bool(o.unevaluated or n.unevaluated) and (old == ANY) != (new == ANY)


def _conditional(node: Node) -> tuple[Assertions, ...]:
    return tuple(part for part in node.parts if part.conditional is not None)


def _action(old: tuple[object, ...], new: tuple[object, ...]) -> str:
    if bool(old) == bool(new):
        return "changed"
    return "added" if new else "removed"


def _name(branch: Schema, index: int) -> str:
    return branch.target if isinstance(branch, Ref) else f"#{index + 1}"
