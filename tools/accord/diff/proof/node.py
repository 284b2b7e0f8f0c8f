"""What the comparison knows of one place in a message: every schema that applies there, merged into one node."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Final, Literal, TypeAlias

from accord.contract.schema import Assertions, Conditional, JsonValue, Schema
from accord.contract.schemas.normal import ALL_TYPES, ANYTHING, NOTHING, Containing
from accord.contract.schemas.numbers import Bounds
from accord.contract.schemas.validation import matches


@dataclass(frozen=True, slots=True)
class Intersection:
    """Schemas that all apply to the same instance, and ``nots``, none of which may.

    The schemas are compared by identity: the reader keeps them alive.
    """

    schemas: tuple[Schema, ...]
    nots: tuple[Schema, ...] = ()
    splits: int = field(default=1, compare=False)
    """How many cases the reader has made of it so far."""

    @property
    def key(self) -> IntersectionKey:
        """What makes two of them the same."""
        return tuple(sorted(map(id, self.schemas))), tuple(sorted(map(id, self.nots)))


IntersectionKey: TypeAlias = tuple[tuple[int, ...], tuple[int, ...]]
ANY: Final = Intersection((ANYTHING,))
NEVER: Final = Intersection((NOTHING,))


@dataclass(frozen=True, slots=True, kw_only=True)
class Strings:
    """Assertions of strings; only formats that restrict are in ``formats``. ``patterns`` are taken apart where that
    says the same, ``written`` are those of the contract."""

    least: int = 0
    most: int | None = None
    patterns: tuple[str, ...] = ()
    formats: tuple[str, ...] = ()
    written: tuple[str, ...] = field(default=(), compare=False)


@dataclass(frozen=True, slots=True, kw_only=True)
class Arrays:
    """Assertions of arrays; ``items`` applies behind ``prefix``."""

    least: int = 0
    most: int | None = None
    unique: bool = False
    prefix: tuple[Intersection, ...] = ()
    items: Intersection = ANY
    contains: tuple[Containing, ...] = ()


@dataclass(frozen=True, slots=True, kw_only=True)
class Objects:
    """Assertions of objects.

    ``additional`` holds for names that are neither in ``properties`` nor match a pattern. ``closed``: a sender emits no
    such name. ``excused`` are the properties that belong to the other direction, ``conditional`` those that only branches
    declare. ``approximate``: several schemas have patterns of their own, so that ``patterns`` is only roughly right.
    """

    properties: Mapping[str, Intersection] = field(default_factory=dict[str, Intersection])
    required: tuple[str, ...] = ()
    patterns: tuple[tuple[str, Intersection], ...] = ()
    additional: Intersection = ANY
    closed: bool = False
    names: tuple[Schema, ...] = ()
    least: int = 0
    most: int | None = None
    needs: tuple[tuple[str, tuple[str, ...]], ...] = ()
    excused: frozenset[str] = frozenset()
    conditional: frozenset[str] = frozenset()
    approximate: bool = False


@dataclass(frozen=True, slots=True)
class Group:
    """One ``anyOf`` or ``oneOf`` of the schema *owner*."""

    kind: Literal["anyOf", "oneOf"]
    branches: tuple[Schema, ...]
    owner: Assertions


@dataclass(frozen=True, slots=True, kw_only=True)
class Node:
    """The merged assertions. ``enum`` lists all values that are possible, where they are finite.

    ``number`` among ``types`` means the numbers that are no integers; a JSON Schema ``number`` is both. Where it is not
    among them, the bounds of ``numbers`` are closed integers.
    """

    types: frozenset[str] = frozenset(ALL_TYPES)
    enum: tuple[JsonValue, ...] | None = None
    numbers: Bounds = field(default_factory=Bounds)
    strings: Strings = field(default_factory=Strings)
    arrays: Arrays = field(default_factory=Arrays)
    objects: Objects = field(default_factory=Objects)
    groups: tuple[Group, ...] = ()
    negations: tuple[Schema, ...] = ()
    conditionals: tuple[Conditional, ...] = ()
    dependents: tuple[tuple[str, Schema], ...] = ()
    unevaluated: tuple[Assertions, ...] = ()
    """Schemas with ``unevaluatedProperties`` or ``unevaluatedItems``."""
    parts: tuple[Assertions, ...] = ()

    @property
    def never(self) -> bool:
        """Whether it is plain that nothing fits."""
        return not self.types or self.enum == ()

    @property
    def combines(self) -> bool:
        """Whether it has more than plain assertions."""
        return bool(self.groups or self.negations or self.conditionals or self.dependents or self.unevaluated)


def child_of(node: Node, name: str) -> Intersection:
    """What applies to the property *name*."""
    objects = node.objects
    known = objects.properties.get(name)
    if known is not None:
        return known
    found = [intersection for pattern, intersection in objects.patterns if matches(pattern, name)]
    if not found:
        return objects.additional
    out = found[0]
    for other in found[1:]:
        out = both(out, other)
    return out


def item_of(node: Node, index: int) -> Intersection:
    """What applies to the item at *index*."""
    arrays = node.arrays
    return arrays.prefix[index] if index < len(arrays.prefix) else arrays.items


def both(first: Intersection, second: Intersection) -> Intersection:
    """What fits both."""
    if first == ANY:
        return second
    if second == ANY:
        return first
    return Intersection((*first.schemas, *second.schemas), (*first.nots, *second.nots))
