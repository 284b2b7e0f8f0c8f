"""What the comparison knows of one place in a message: every schema that applies there, merged into one node."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Final, Literal, TypeAlias

from accord.contract.schema import Assertions, BooleanSchema, Conditional, JsonValue, Schema
from accord.diagnostics import Span

Number: TypeAlias = int | float
ALL_TYPES: Final = frozenset({"null", "boolean", "integer", "number", "string", "array", "object"})
"""``number`` in a node means the numbers that are no integers; a JSON Schema ``number`` is both."""
NOWHERE: Final = Span("", 0, 0)
ANYTHING: Final = BooleanSchema(value=True, span=NOWHERE)
NOTHING: Final = BooleanSchema(value=False, span=NOWHERE)


@dataclass(frozen=True, slots=True)
class Conj:
    """Schemas that all apply to the same instance, and ``nots``, none of which may.

    The schemas are compared by identity: the reader keeps them alive.
    """

    schemas: tuple[Schema, ...]
    nots: tuple[Schema, ...] = ()
    splits: int = field(default=1, compare=False)
    """How many cases the reader has made of it so far."""

    @property
    def key(self) -> ConjKey:
        """What makes two of them the same."""
        return tuple(sorted(map(id, self.schemas))), tuple(sorted(map(id, self.nots)))


ConjKey: TypeAlias = tuple[tuple[int, ...], tuple[int, ...]]
ANY: Final = Conj((ANYTHING,))
NEVER: Final = Conj((NOTHING,))


@dataclass(frozen=True, slots=True, kw_only=True)
class Numbers:
    """Bounds of numbers. ``low_open`` excludes ``low`` itself. Of integers alone the bounds are closed integers."""

    low: Number | None = None
    low_open: bool = False
    high: Number | None = None
    high_open: bool = False
    multiples: tuple[Number, ...] = ()


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
class Containing:
    """``contains`` with its bounds."""

    schema: Schema
    least: int
    most: int | None


@dataclass(frozen=True, slots=True, kw_only=True)
class Arrays:
    """Assertions of arrays; ``items`` applies behind ``prefix``."""

    least: int = 0
    most: int | None = None
    unique: bool = False
    prefix: tuple[Conj, ...] = ()
    items: Conj = ANY
    contains: tuple[Containing, ...] = ()


@dataclass(frozen=True, slots=True, kw_only=True)
class Objects:
    """Assertions of objects.

    ``additional`` holds for names that are neither in ``properties`` nor match a pattern. ``closed``: a sender emits no
    such name. ``marked`` are the properties that belong to the other direction, ``branched`` those that only branches declare.
    ``blurred``: several schemas have
    patterns of their own, so that ``patterns`` is only roughly right.
    """

    properties: Mapping[str, Conj] = field(default_factory=dict[str, Conj])
    required: tuple[str, ...] = ()
    patterns: tuple[tuple[str, Conj], ...] = ()
    additional: Conj = ANY
    closed: bool = False
    names: tuple[Schema, ...] = ()
    least: int = 0
    most: int | None = None
    needs: tuple[tuple[str, tuple[str, ...]], ...] = ()
    marked: frozenset[str] = frozenset()
    branched: frozenset[str] = frozenset()
    blurred: bool = False


@dataclass(frozen=True, slots=True)
class Group:
    """One ``anyOf`` or ``oneOf`` of the schema *owner*."""

    kind: Literal["anyOf", "oneOf"]
    branches: tuple[Schema, ...]
    owner: Assertions


@dataclass(frozen=True, slots=True, kw_only=True)
class Node:
    """The merged assertions. ``enum`` lists all values that are possible, where they are finite."""

    types: frozenset[str] = ALL_TYPES
    enum: tuple[JsonValue, ...] | None = None
    numbers: Numbers = field(default_factory=Numbers)
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


def json_key(value: JsonValue) -> object:
    """A hashable that is equal exactly for equal JSON values: ``1`` equals ``1.0``, but not ``true``."""
    match value:
        case bool():
            return ("b", value)
        case list():
            return ("l", *map(json_key, value))
        case dict():
            return ("o", frozenset((k, json_key(v)) for k, v in value.items()))
        case _:
            return value


def type_of(value: JsonValue) -> str:
    """The type of *value* as in ``Node.types``."""
    match value:
        case None:
            return "null"
        case bool():
            return "boolean"
        case int():
            return "integer"
        case float():
            return "integer" if value.is_integer() else "number"
        case str():
            return "string"
        case list():
            return "array"
        case dict():
            return "object"
