"""Merges the schemas of one contract, as one of the two parties of a message sees them, into nodes.

A *sender* never emits what belongs to the other direction (readOnly in a request, writeOnly in a response), nor what
it does not declare; a *receiver* neither demands nor judges the former, and allows what its schemas leave open.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping
from dataclasses import replace
from typing import Final, Literal, TypeAlias

from accord.contract.json_schema import is_read_only, is_write_only
from accord.contract.schema import (
    NO_ANNOTATIONS,
    Assertions,
    BooleanSchema,
    JsonValue,
    NamedSchema,
    ObjectAssertions,
    Ref,
    Schema,
    SchemaType,
)
from accord.contract.schemas.references import resolve
from accord.contract.schemas.walk import in_place
from accord.diff.merge import (
    merge_arrays,
    merge_numbers,
    merge_objects,
    merge_strings,
    tighten_integers,
    with_needs,
    without_names,
)
from accord.diff.model import Direction
from accord.diff.node import (
    ALL_TYPES,
    ANYTHING,
    NEVER,
    NOTHING,
    NOWHERE,
    Conj,
    ConjKey,
    Group,
    Node,
    Objects,
    json_key,
    type_of,
)
from accord.diff.numbers import is_multiple, within

Role: TypeAlias = Literal["sender", "receiver"]

Needed: TypeAlias = tuple[str, tuple[str, ...]]
"""A property, and those that it demands beside it."""

_EMPTY: Final = Assertions(span=NOWHERE)
FINITE_RANGE: Final = 32
"""So many integers are tried one by one instead of by their bounds."""


class Reader:
    """Nodes of the schemas of one contract, from the view of a sender or receiver of requests or responses."""

    def __init__(self, schemas: Mapping[str, NamedSchema], direction: Direction, role: Role) -> None:
        self.schemas = schemas
        self.direction: Direction = direction
        self.role: Role = role
        self._nodes: dict[ConjKey, tuple[Conj, Node]] = {}
        self._flat: dict[ConjKey, tuple[Conj, tuple[Assertions, ...] | None]] = {}
        self._made: dict[object, tuple[object, Schema]] = {}

    def node(self, conj: Conj) -> Node:
        """The merged node of *conj*."""
        key = conj.key
        known = self._nodes.get(key)
        if known is None:
            known = self._nodes[key] = (conj, self._merge(conj))
        return known[1]

    def parts(self, conj: Conj) -> tuple[Assertions, ...] | None:
        """The schemas of *conj* without references and ``allOf`` in front; ``None`` where nothing fits."""
        key = conj.key
        known = self._flat.get(key)
        if known is None:
            known = self._flat[key] = (conj, self._flatten(conj))
        return known[1]

    def resolve(self, schema: Schema) -> Schema:
        """What *schema* refers to, through chains of references."""
        found = resolve(schema, self.schemas)
        return ANYTHING if found is None else found

    def marked(self, parts: Iterable[Assertions]) -> frozenset[str]:
        """Names of properties that belong to the other direction."""
        mark = is_read_only if self.direction == "request" else is_write_only
        found: set[str] = set()
        for part in parts:
            for inner in in_place(part, self.schemas):
                found |= {p.name for p in inner.object.properties if mark(p.schema, self.schemas)}
        return frozenset(found)

    def made(self, key: object, keep: object, make: Callable[[], Schema]) -> Schema:
        """A schema made once for *key*, so that identities stay stable; *keep* stays alive with it."""
        known = self._made.get(key)
        if known is None:
            known = self._made[key] = (keep, make())
        return known[1]

    def demanding(self, name: str) -> Schema:
        """The schema that only demands the property *name*."""
        return self.made(("required", (name,)), None, lambda: _demanding((name,)))

    def of_type(self, name: str) -> Schema:
        """The schema of one type of ``Node.types``; ``number`` keeps integers in, which does no harm to a case."""
        kind: SchemaType = name  # type: ignore[assignment] # a name out of ALL_TYPES
        return self.made(("type", name), None, lambda: Assertions(types=(kind,), span=NOWHERE))

    def without(self, group: Group) -> Schema:
        """The owner of *group* without it."""

        def make() -> Schema:
            if group.kind == "anyOf":
                return replace(group.owner, any_of=())
            return replace(group.owner, one_of=())

        return self.made((group.kind, id(group.owner)), group.owner, make)

    def _flatten(self, conj: Conj) -> tuple[Assertions, ...] | None:
        found: dict[int, Assertions] = {}
        seen: set[str] = set()
        waiting = list(conj.schemas)
        while waiting:
            schema = waiting.pop(0)
            if isinstance(schema, Ref):
                if schema.target not in seen and schema.target in self.schemas:
                    seen.add(schema.target)
                    waiting.insert(0, self.schemas[schema.target].schema)
                continue
            if isinstance(schema, BooleanSchema):
                if not schema.value:
                    return None
                continue
            single = [g[0] for g in (schema.any_of, schema.one_of) if len(g) == 1]
            twice = self.excluded_twice(schema)
            waiting[:0] = [*schema.all_of, *single, *([] if twice is None else [twice])]
            if id(schema) not in found:
                found[id(schema)] = schema
        return tuple(found.values())

    def excluded_twice(self, schema: Assertions) -> Schema | None:
        """The schema under two ``not``, which is as good as none."""
        inner = None if schema.not_ is None else self.resolve(schema.not_)
        if not isinstance(inner, Assertions) or inner.not_ is None:
            return None
        is_alone = replace(inner, not_=None, annotations=NO_ANNOTATIONS) == _EMPTY
        return inner.not_ if is_alone else None

    def _negations(self, parts: Iterable[Assertions], conj: Conj) -> tuple[Schema, ...]:
        own = [p.not_ for p in parts if p.not_ is not None and self.excluded_twice(p) is None]
        return (*own, *conj.nots)

    def _excluded_types(self, negations: Iterable[Schema]) -> frozenset[str]:
        """The types that are excluded as a whole."""
        out: set[str] = set()
        for schema in negations:
            parts = self.parts(Conj((schema,))) or ()
            bare = (replace(part, annotations=NO_ANNOTATIONS, all_of=()) for part in parts)
            told = [part for part in bare if part != _EMPTY]
            types = told[0].types if len(told) == 1 else None
            if types is not None and replace(told[0], types=None) == _EMPTY:
                out.update(types, {"integer"} if "number" in types else ())
        return frozenset(out)

    def _dependents(self, parts: Iterable[Assertions]) -> tuple[list[Needed], list[tuple[str, Schema]]]:
        """``dependentSchemas``; those that only demand properties, as ``dependentRequired`` would say it, come first."""
        needs: list[Needed] = []
        others: list[tuple[str, Schema]] = []
        for name, schema in (entry for part in parts for entry in part.object.dependent_schemas):
            inner = self.resolve(schema)
            names = inner.object.required if isinstance(inner, Assertions) else ()
            if isinstance(inner, Assertions) and inner.types in {None, ("object",)}:
                if replace(inner, types=None, annotations=NO_ANNOTATIONS) == _demanding(names):
                    needs.append((name, names))
                    continue
            others.append((name, schema))
        return needs, others

    def _merge(self, conj: Conj) -> Node:
        parts = self.parts(conj)
        if parts is None:
            return Node(types=frozenset())
        negations = self._negations(parts, conj)
        needs, dependents = self._dependents(parts)
        numbers = merge_numbers(parts)
        types = _types(parts) - self._excluded_types(negations)
        if any(is_multiple(multiple, 1) for multiple in numbers.multiples):
            types -= {"number"}
        if "number" not in types:
            numbers = tighten_integers(numbers)
        marked = self.marked(parts) if "object" in types else frozenset[str]()
        objects = with_needs(merge_objects(parts, marked, self), needs, marked)
        node = Node(
            types=types,
            numbers=numbers,
            strings=merge_strings(parts),
            arrays=merge_arrays(parts, self),
            objects=self._excluding(without_names(objects, self._absent(negations)), conj.nots),
            groups=self._groups(parts),
            negations=negations,
            conditionals=tuple(p.conditional for p in parts if p.conditional is not None),
            dependents=tuple(dependents),
            unevaluated=tuple(p for p in parts if has_unevaluated(p)),
            parts=parts,
        )
        node = replace(node, types=_possible(node))
        return replace(node, enum=_finite(node, parts))

    def _groups(self, parts: tuple[Assertions, ...]) -> tuple[Group, ...]:
        out: list[Group] = []
        for part in parts:
            if len(part.any_of) > 1:
                out.append(Group("anyOf", self._distinct(part.any_of), part))
            if len(part.one_of) > 1:
                out.append(Group("oneOf", part.one_of, part))
        return tuple(out)

    def _absent(self, negations: tuple[Schema, ...]) -> list[str]:
        """Names that may not occur, because a schema that only demands one of them is excluded."""
        out: list[str] = []
        for schema in map(self.resolve, negations):
            if isinstance(schema, Assertions) and len(schema.object.required) == 1:
                plain = self.demanding(schema.object.required[0])
                if replace(schema, types=None, annotations=NO_ANNOTATIONS) == plain:
                    out.append(schema.object.required[0])
        return out

    def _excluding(self, objects: Objects, nots: Iterable[Schema]) -> Objects:
        """*objects* where what excludes one value of one property stands at that property."""
        properties = dict(objects.properties)
        required = dict.fromkeys(objects.required)
        for schema in map(self.resolve, nots):
            if not isinstance(schema, Assertions) or len(schema.object.properties) != 1:
                continue
            only = schema.object.properties[0]
            demanded = schema.object.required
            plain = Assertions(object=ObjectAssertions(properties=(only,), required=demanded), span=NOWHERE)
            own = properties.get(only.name)
            is_one = replace(schema, types=None, annotations=NO_ANNOTATIONS) == plain
            if (
                own is None
                or own == NEVER
                or only.name in objects.marked
                or demanded not in {(), (only.name,)}
            ):
                continue
            if is_one and schema.types in {None, ("object",)}:
                properties[only.name] = replace(own, nots=(*own.nots, only.schema))
                if not demanded:
                    required[only.name] = None
        return replace(objects, properties=properties, required=tuple(required))

    def _distinct(self, branches: tuple[Schema, ...]) -> tuple[Schema, ...]:
        return tuple({id(self.resolve(branch)): branch for branch in branches}.values())


def _kept(node: Node, value: JsonValue) -> bool:
    """Whether a listed value keeps to bounds and lengths beside the list."""
    match value:
        case bool() | None:
            return True
        case int() | float():
            return within(node.numbers, value)
        case str():
            strings = node.strings
            return strings.least <= len(value) and (strings.most is None or len(value) <= strings.most)
        case _:
            return True


def _demanding(names: tuple[str, ...]) -> Assertions:
    return Assertions(object=ObjectAssertions(required=names), span=NOWHERE)


def has_unevaluated(part: Assertions) -> bool:
    """Whether *part* speaks of what nothing else evaluates."""
    return part.object.unevaluated_properties is not None or part.array.unevaluated_items is not None


def _types(parts: tuple[Assertions, ...]) -> frozenset[str]:
    types = set(ALL_TYPES)
    for part in parts:
        if part.types is not None:
            own = set(part.types)
            if "number" in own:
                own.add("integer")
            types &= own
    return frozenset(types)


def _possible(node: Node) -> frozenset[str]:
    """The types that contradictory bounds leave."""
    types = set(node.types)
    numbers, strings, arrays, objects = node.numbers, node.strings, node.arrays, node.objects
    low, high = numbers.low, numbers.high
    if low is not None and high is not None:
        is_point_open = low == high and (numbers.low_open or numbers.high_open)
        if low > high or is_point_open:
            types -= {"number", "integer"}
    if strings.most is not None and strings.least > strings.most:
        types.discard("string")
    if arrays.most is not None and arrays.least > arrays.most:
        types.discard("array")
    if objects.most is not None and max(objects.least, len(objects.required)) > objects.most:
        types.discard("object")
    if any(objects.properties.get(name) == Conj((NOTHING,)) for name in objects.required):
        types.discard("object")
    return frozenset(types)


def _finite(node: Node, parts: tuple[Assertions, ...]) -> tuple[JsonValue, ...] | None:
    values: dict[object, JsonValue] | None = None
    for part in parts:
        if part.enum is not None:
            own = {json_key(value): value for value in part.enum}
            values = own if values is None else {k: v for k, v in values.items() if k in own}
    if values is not None:
        return tuple(
            value for value in values.values() if type_of(value) in node.types and _kept(node, value)
        )
    numbers = node.numbers
    out: list[JsonValue] = []
    if "integer" in node.types:
        low, high = numbers.low, numbers.high
        if low is None or high is None or high - low > FINITE_RANGE:
            return None
        out.extend(n for n in range(int(low), int(high) + 1) if within(numbers, n))
    if node.types - {"null", "boolean", "integer"}:
        return None
    if "boolean" in node.types:
        out.extend((True, False))
    if "null" in node.types:
        out.append(None)
    return tuple(out)
