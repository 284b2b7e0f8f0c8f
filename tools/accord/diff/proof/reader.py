"""Merges the schemas of one contract, as one of the two parties of a message sees them, into nodes.

A *sender* never emits what belongs to the other direction (readOnly in a request, writeOnly in a response), nor what
it does not declare; a *receiver* neither demands nor judges the former, and allows what its schemas leave open.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping
from dataclasses import replace
from functools import partial
from typing import Final, Literal, TypeAlias

from accord.contract.json_schema import excused_names
from accord.contract.schema import (
    Assertions,
    JsonValue,
    NamedSchema,
    ObjectAssertions,
    Schema,
    SchemaType,
)
from accord.contract.schemas.normal import (
    ALL_TYPES,
    ANYTHING,
    NOWHERE,
    NormalForm,
    allows_anything,
    bare,
    normal_form,
    sole_branches,
)
from accord.contract.schemas.numbers import is_multiple
from accord.contract.schemas.references import resolve
from accord.contract.schemas.values import json_key, type_of
from accord.diff.model import Direction
from accord.diff.proof.merge import Merger, Needs, merge_strings
from accord.diff.proof.node import NEVER, Group, Intersection, IntersectionKey, Node, Objects
from accord.diff.tables import kept

Role: TypeAlias = Literal["sender", "receiver"]

_FINITE_RANGE: Final = 32
"""So many integers are tried one by one instead of by their bounds."""


class SchemaReader:
    """Nodes of the schemas of one contract, from the view of a sender or receiver of requests or responses."""

    def __init__(self, schemas: Mapping[str, NamedSchema], direction: Direction, role: Role) -> None:
        self.schemas = schemas
        self.direction: Direction = direction
        self.role: Role = role
        self._nodes: dict[IntersectionKey, tuple[Intersection, Node]] = {}
        self._normal_forms: dict[IntersectionKey, tuple[Intersection, NormalForm]] = {}
        self._made: dict[object, tuple[object, Schema]] = {}
        self._merger = Merger(schemas, is_sender=role == "sender")

    def node(self, intersection: Intersection) -> Node:
        """The merged node of *intersection*."""
        return kept(self._nodes, intersection.key, lambda: (intersection, self._merge(intersection)))[1]

    def parts(self, intersection: Intersection) -> tuple[Assertions, ...] | None:
        """The schemas of *intersection* without references and ``allOf`` in front; ``None`` where nothing fits."""
        normal = self._normal(intersection)
        return None if normal.impossible else normal.parts

    def resolve(self, schema: Schema) -> Schema:
        """What *schema* refers to, through chains of references."""
        found = resolve(schema, self.schemas)
        return ANYTHING if found is None else found

    def made(self, key: object, keep: object, make: Callable[[], Schema]) -> Schema:
        """A schema made once for *key*, so that identities stay stable; *keep* stays alive with it."""
        return kept(self._made, key, lambda: (keep, make()))[1]

    def demanding(self, name: str) -> Schema:
        """The schema that only demands the property *name*."""
        return self.made(
            ("required", name),
            None,
            lambda: Assertions(object=ObjectAssertions(required=(name,)), span=NOWHERE),
        )

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

    def _normal(self, intersection: Intersection) -> NormalForm:
        make = partial(normal_form, intersection.schemas, self.schemas, further=self._certain)
        return kept(self._normal_forms, intersection.key, lambda: (intersection, make()))[1]

    def _certain(self, schema: Assertions) -> list[Schema]:
        """What applies beside *schema* for certain."""
        twice = self.excluded_twice(schema)
        return [*sole_branches(schema), *(() if twice is None else (twice,))]

    def excluded_twice(self, schema: Assertions) -> Schema | None:
        """The schema under two ``not``, which is as good as none."""
        inner = None if schema.not_ is None else self.resolve(schema.not_)
        if not isinstance(inner, Assertions) or inner.not_ is None:
            return None
        return inner.not_ if allows_anything(replace(inner, not_=None)) else None

    def _excluded_types(self, negations: Iterable[Schema]) -> frozenset[str]:
        """The types that are excluded as a whole."""
        out: set[str] = set()
        for schema in negations:
            parts = self.parts(Intersection((schema,))) or ()
            restricting = [p for p in parts if not allows_anything(replace(p, all_of=()))]
            types = restricting[0].types if len(restricting) == 1 else None
            if types is not None and allows_anything(replace(restricting[0], all_of=(), types=None)):
                out.update(types, {"integer"} if "number" in types else ())
        return frozenset(out)

    def _dependents(self, parts: Iterable[Assertions]) -> tuple[Needs, list[tuple[str, Schema]]]:
        """``dependentSchemas``; those that only demand properties, as ``dependentRequired`` would say it, come first."""
        needs: list[tuple[str, tuple[str, ...]]] = []
        others: list[tuple[str, Schema]] = []
        for name, schema in (entry for part in parts for entry in part.object.dependent_schemas):
            inner = self.resolve(schema)
            demanded = inner.object.required if isinstance(inner, Assertions) else ()
            if _is_object_of(inner, ObjectAssertions(required=demanded)):
                needs.append((name, demanded))
            else:
                others.append((name, schema))
        return needs, others

    def _merge(self, intersection: Intersection) -> Node:
        normal = self._normal(intersection)
        if normal.impossible:
            return Node(types=frozenset())
        parts = normal.parts
        excluded = [p.not_ for p in parts if p.not_ is not None and self.excluded_twice(p) is None]
        negations = (*excluded, *intersection.nots)
        needs, dependents = self._dependents(parts)
        bounds = normal.bounds
        types = _types(normal) - self._excluded_types(negations)
        if any(is_multiple(multiple, 1) for multiple in bounds.multiples):
            types -= {"number"}
        excused = (
            excused_names(parts, self.schemas, self.direction) if "object" in types else frozenset[str]()
        )
        objects = self._merger.objects(normal, excused, needs, self._absent(negations))
        node = Node(
            types=types,
            numbers=bounds if "number" in types else bounds.of_integers(),
            strings=merge_strings(normal),
            arrays=self._merger.arrays(normal),
            objects=self._excluding(objects, intersection.nots),
            groups=self._groups(parts),
            negations=negations,
            conditionals=tuple(p.conditional for p in parts if p.conditional is not None),
            dependents=tuple(dependents),
            unevaluated=tuple(p for p in parts if has_unevaluated(p)),
            parts=parts,
        )
        node = replace(node, types=_possible(node))
        return replace(node, enum=_finite(node, normal.enum))

    def _groups(self, parts: tuple[Assertions, ...]) -> tuple[Group, ...]:
        out: list[Group] = []
        for part in parts:
            if len(part.any_of) > 1:
                distinct = {id(self.resolve(branch)): branch for branch in part.any_of}
                out.append(Group("anyOf", tuple(distinct.values()), part))
            if len(part.one_of) > 1:
                out.append(Group("oneOf", part.one_of, part))
        return tuple(out)

    def _absent(self, negations: tuple[Schema, ...]) -> list[str]:
        """Names that may not occur, because a schema that only demands one of them is excluded."""
        out: list[str] = []
        for schema in map(self.resolve, negations):
            demanded = schema.object.required if isinstance(schema, Assertions) else ()
            if len(demanded) == 1 and _is_object_of(schema, ObjectAssertions(required=demanded)):
                out += demanded
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
            own = properties.get(only.name)
            if own is None or own == NEVER or only.name in objects.excused:
                continue
            if demanded in {(), (only.name,)} and _is_object_of(
                schema, ObjectAssertions(properties=(only,), required=demanded)
            ):
                properties[only.name] = replace(own, nots=(*own.nots, only.schema))
                if not demanded:
                    required[only.name] = None
        return replace(objects, properties=properties, required=tuple(required))


def has_unevaluated(part: Assertions) -> bool:
    """Whether *part* speaks of what nothing else evaluates."""
    return part.object.unevaluated_properties is not None or part.array.unevaluated_items is not None


def _is_object_of(schema: Schema, expected: ObjectAssertions) -> bool:
    """Whether *schema* asserts *expected* of objects and nothing else."""
    if not isinstance(schema, Assertions) or schema.types not in {None, ("object",)}:
        return False
    return bare(replace(schema, types=None)) == Assertions(object=expected, span=NOWHERE)


def _types(normal: NormalForm) -> frozenset[str]:
    types = ALL_TYPES if normal.types is None else normal.types
    return frozenset(types) | ({"integer"} if "number" in types else frozenset[str]())


def _possible(node: Node) -> frozenset[str]:
    """The types that contradictory bounds leave."""
    strings, arrays, objects = node.strings, node.arrays, node.objects
    excluded: set[str] = set()
    if node.numbers.empty:
        excluded |= {"number", "integer"}
    if strings.most is not None and strings.least > strings.most:
        excluded.add("string")
    if arrays.most is not None and arrays.least > arrays.most:
        excluded.add("array")
    if objects.most is not None and max(objects.least, len(objects.required)) > objects.most:
        excluded.add("object")
    if any(objects.properties.get(name) == NEVER for name in objects.required):
        excluded.add("object")
    return node.types - excluded


def _finite(node: Node, enum: Iterable[JsonValue] | None) -> tuple[JsonValue, ...] | None:
    """All values of *node*: what its *enum* leaves, else few integers, booleans and null."""
    if enum is not None:
        values = {json_key(value): value for value in enum}.values()
        return tuple(value for value in values if type_of(value) in node.types and _kept(node, value))
    if node.types - {"null", "boolean", "integer"}:
        return None
    numbers = node.numbers
    out: list[JsonValue] = []
    if "integer" in node.types:
        low, high = numbers.low, numbers.high
        if low is None or high is None or high - low > _FINITE_RANGE:
            return None
        out.extend(n for n in range(int(low), int(high) + 1) if numbers.allow(n))
    if "boolean" in node.types:
        out.extend((True, False))
    if "null" in node.types:
        out.append(None)
    return tuple(out)


def _kept(node: Node, value: JsonValue) -> bool:
    """Whether a listed value keeps to bounds and lengths beside the list."""
    match value:
        case bool() | None:
            return True
        case int() | float():
            return node.numbers.allow(value)
        case str():
            strings = node.strings
            return strings.least <= len(value) and (strings.most is None or len(value) <= strings.most)
        case _:
            return True
