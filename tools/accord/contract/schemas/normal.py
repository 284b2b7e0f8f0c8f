"""What applies to one value, put together: references resolved, ``allOf`` flattened, siblings joined.

:func:`normal_form` gives the assertions that hold together; the properties of :class:`NormalForm` say what they demand
as one: the narrowest bounds, every pattern, every schema of a property. The functions ``meet_*`` join two of a kind.

Three features read it, each with what only it has to know: the models know from which named schema a property comes,
the samples choose among the branches that are still open, and the comparison asks what a sender or receiver makes of it.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass, replace
from typing import Final, NamedTuple, TypeVar, assert_never

from accord.contract.schema import (
    NO_ANNOTATIONS,
    NO_ARRAY,
    NO_NUMBER,
    NO_OBJECT,
    NO_STRING,
    Assertions,
    BooleanSchema,
    JsonValue,
    NamedSchema,
    NumberAssertions,
    Ref,
    Schema,
    SchemaType,
)
from accord.contract.schemas.formats import FORMAT_BOUNDS
from accord.contract.schemas.numbers import Bounds, Number
from accord.contract.schemas.values import json_key
from accord.diagnostics import Span

NOWHERE: Final = Span("", 0, 0)
"""The place of schemas that stand in no document."""
ANYTHING: Final = BooleanSchema(value=True, span=NOWHERE)
NOTHING: Final = BooleanSchema(value=False, span=NOWHERE)
NO_ASSERTIONS: Final = Assertions(span=NOWHERE)
ALL_TYPES: Final[tuple[SchemaType, ...]] = (
    "object",
    "string",
    "integer",
    "number",
    "array",
    "boolean",
    "null",
)

_Amount = TypeVar("_Amount", int, float)
Matches = Callable[[str, str], bool]
"""Whether a pattern (first) matches a text."""


class Counts(NamedTuple):
    """How many there may be: characters, items, or properties."""

    least: int
    most: int | None


@dataclass(frozen=True, slots=True, kw_only=True)
class Containing:
    """``contains`` with its bounds."""

    schema: Schema
    least: int
    most: int | None


@dataclass(frozen=True, slots=True)
class NormalForm:
    """The assertions that hold together for one value, outer ones first.

    ``parts`` still have their ``one_of``, ``any_of``, ``not_`` and conditionals. ``impossible``: ``false`` is among them.
    """

    parts: tuple[Assertions, ...] = ()
    impossible: bool = False

    def joined(self, other: NormalForm) -> NormalForm:
        """What holds where *other* holds too."""
        known = set(map(id, self.parts))
        parts = (*self.parts, *(part for part in other.parts if id(part) not in known))
        return NormalForm(parts, self.impossible or other.impossible)

    @property
    def types(self) -> tuple[SchemaType, ...] | None:
        """Types that every part allows, in the order of the first part that names any; ``None`` where none does."""
        allowed: tuple[SchemaType, ...] | None = None
        for part in self.parts:
            allowed = meet_types(allowed, part.types)
        return allowed

    @property
    def likely_types(self) -> tuple[SchemaType, ...]:
        """``types``; where none is named, those whose keywords stand there first: ``properties`` speak of objects."""
        if self.types is not None:
            return self.types
        found: list[SchemaType] = []
        for part in self.parts:
            if part.object != NO_OBJECT:
                found.append("object")
            if part.array != NO_ARRAY:
                found.append("array")
            if part.string != NO_STRING or (part.format and part.format not in FORMAT_BOUNDS):
                found.append("string")
            if part.number != NO_NUMBER or part.format in FORMAT_BOUNDS:
                found.append("number")
        return tuple(dict.fromkeys([*found, *ALL_TYPES]))

    @property
    def enum(self) -> tuple[JsonValue, ...] | None:
        """Values that every ``enum`` lists, in the order of the first; ``None`` where there is none."""
        values: tuple[JsonValue, ...] | None = None
        for part in self.parts:
            values = meet_values(values, part.enum)
        return values

    @property
    def bounds(self) -> Bounds:
        """Bounds of numbers, those of formats such as ``int32`` included."""
        numbers = NO_NUMBER
        multiples: set[Number] = set()
        for part in self.parts:
            least, most = FORMAT_BOUNDS.get(part.format or "", (None, None))
            if least is not None:
                numbers = meet_numbers(numbers, NumberAssertions(minimum=least, maximum=most))
            numbers = meet_numbers(numbers, part.number)
            if part.number.multiple_of is not None:
                multiples.add(part.number.multiple_of)
        return bounds_of(numbers, multiples)

    @property
    def formats(self) -> list[str]:
        """Formats of all parts."""
        return [part.format for part in self.parts if part.format is not None]

    @property
    def patterns(self) -> list[str]:
        """Patterns of all parts."""
        return [part.string.pattern for part in self.parts if part.string.pattern is not None]

    @property
    def length(self) -> Counts:
        """How many characters."""
        return _counts((part.string.min_length, part.string.max_length) for part in self.parts)

    @property
    def item_count(self) -> Counts:
        """How many items."""
        return _counts((part.array.min_items, part.array.max_items) for part in self.parts)

    @property
    def property_count(self) -> Counts:
        """How many properties."""
        return _counts((part.object.min_properties, part.object.max_properties) for part in self.parts)

    @property
    def unique_items(self) -> bool:
        """Whether items have to differ."""
        return any(part.array.unique_items for part in self.parts)

    @property
    def prefix_length(self) -> int:
        """How many items have a place of their own."""
        return max((len(part.array.prefix_items) for part in self.parts), default=0)

    def item_schemas(self, index: int) -> list[Schema]:
        """What applies to the item at *index*, apart from ``unevaluatedItems``."""
        found: list[Schema] = []
        for part in self.parts:
            array = part.array
            if index < len(array.prefix_items):
                found.append(array.prefix_items[index])
            elif array.items is not None:
                found.append(array.items)
        return found

    @property
    def contains(self) -> list[Containing]:
        """Every ``contains``."""
        return [
            Containing(
                schema=a.contains, least=1 if a.min_contains is None else a.min_contains, most=a.max_contains
            )
            for a in (part.array for part in self.parts)
            if a.contains is not None
        ]

    @property
    def unevaluated_items(self) -> list[Schema]:
        """Every ``unevaluatedItems``."""
        return _given(part.array.unevaluated_items for part in self.parts)

    @property
    def required(self) -> list[str]:
        """Names that some part requires."""
        return list(dict.fromkeys(name for part in self.parts for name in part.object.required))

    @property
    def declared(self) -> list[str]:
        """Names of ``properties``, in the order of the document."""
        return list(dict.fromkeys(p.name for part in self.parts for p in part.object.properties))

    def property_schemas(self, name: str, matches: Matches) -> list[Schema]:
        """What applies to the property *name*, apart from ``unevaluatedProperties``."""
        found: list[Schema] = []
        for part in self.parts:
            own = [p.schema for p in part.object.properties if p.name == name]
            own += [s for pattern, s in part.object.pattern_properties if matches(pattern, name)]
            if not own and part.object.additional_properties is not None:
                own = [part.object.additional_properties]
            found += own
        return found

    @property
    def pattern_properties(self) -> dict[str, list[Schema]]:
        """What applies to a property whose name has a pattern and that nothing else speaks of, by pattern."""
        found: dict[str, list[Schema]] = {}
        for part in self.parts:
            for pattern, schema in part.object.pattern_properties:
                found.setdefault(pattern, []).append(schema)
        without = [
            part.object.additional_properties for part in self.parts if not part.object.pattern_properties
        ]
        return {pattern: [*schemas, *_given(without)] for pattern, schemas in found.items()}

    @property
    def additional(self) -> list[Schema]:
        """What applies to a property that no part speaks of, apart from ``unevaluatedProperties``."""
        return _given(part.object.additional_properties for part in self.parts)

    @property
    def unevaluated_properties(self) -> list[Schema]:
        """Every ``unevaluatedProperties``."""
        return _given(part.object.unevaluated_properties for part in self.parts)

    @property
    def property_names(self) -> list[Schema]:
        """Every ``propertyNames``."""
        return _given(part.object.property_names for part in self.parts)


def normal_form(
    schemas: Sequence[Schema],
    named: Mapping[str, NamedSchema],
    *,
    further: Callable[[Assertions], Sequence[Schema]] = lambda _: (),
) -> NormalForm:
    """Everything that applies to a value of all *schemas*; a reference met again inside of itself adds nothing.

    *further* gives what else follows from a part for certain: a choice of one branch, for example.
    """
    parts: dict[int, Assertions] = {}
    targets: set[str] = set()
    impossible = False
    waiting = [*reversed(schemas)]
    while waiting:
        schema = waiting.pop()
        match schema:
            case BooleanSchema(value=value):
                impossible = impossible or not value
            case Ref(target=target):
                if target in named and target not in targets:
                    targets.add(target)
                    waiting.append(named[target].schema)
            case Assertions():
                if id(schema) not in parts:
                    parts[id(schema)] = schema
                    waiting += reversed((*schema.all_of, *further(schema)))
            case _:
                assert_never(schema)
    return NormalForm(tuple(parts.values()), impossible)


def sole_branches(schema: Assertions) -> list[Schema]:
    """The branches of *schema* that are no choice, since each stands alone in its ``anyOf`` or ``oneOf``."""
    return [branches[0] for branches in (schema.any_of, schema.one_of) if len(branches) == 1]


def bare(schema: Assertions) -> Assertions:
    """*schema* without what restricts nothing."""
    return replace(schema, annotations=NO_ANNOTATIONS, discriminator=None)


def allows_anything(schema: Schema) -> bool:
    """Whether *schema* itself restricts nothing; a reference is not looked through."""
    if isinstance(schema, Assertions):
        return bare(schema) == NO_ASSERTIONS
    return schema == ANYTHING


def meet_types(
    first: tuple[SchemaType, ...] | None, second: tuple[SchemaType, ...] | None
) -> tuple[SchemaType, ...] | None:
    """Types that both allow, in the order of *first*: of ``number`` and ``integer`` integers are left."""
    if first is None or second is None:
        return second if first is None else first
    out: dict[SchemaType, None] = {}
    for kind in first:
        if kind in second or (kind == "integer" and "number" in second):
            out[kind] = None
        elif kind == "number" and "integer" in second:
            out["integer"] = None
    return tuple(out)


def meet_values(
    first: tuple[JsonValue, ...] | None, second: tuple[JsonValue, ...] | None
) -> tuple[JsonValue, ...] | None:
    """Values that both list, in the order of *first*."""
    if first is None or second is None:
        return second if first is None else first
    keys = set(map(json_key, second))
    return tuple(value for value in first if json_key(value) in keys)


def meet_numbers(first: NumberAssertions, second: NumberAssertions) -> NumberAssertions:
    """The narrowest bounds of both, keyword by keyword; of two ``multipleOf`` the first, since no keyword says both."""
    if NO_NUMBER in {first, second}:
        return second if first == NO_NUMBER else first
    return NumberAssertions(
        minimum=largest(first.minimum, second.minimum),
        maximum=smallest(first.maximum, second.maximum),
        exclusive_minimum=largest(first.exclusive_minimum, second.exclusive_minimum),
        exclusive_maximum=smallest(first.exclusive_maximum, second.exclusive_maximum),
        multiple_of=first.multiple_of if second.multiple_of is None else second.multiple_of,
    )


def bounds_of(numbers: NumberAssertions, multiples: Iterable[Number] = ()) -> Bounds:
    """The bounds of *numbers*, exclusive and inclusive ones put together."""
    low, above = numbers.minimum, numbers.exclusive_minimum
    high, below = numbers.maximum, numbers.exclusive_maximum
    return Bounds(
        low=largest(low, above),
        low_open=above is not None and (low is None or above >= low),
        high=smallest(high, below),
        high_open=below is not None and (high is None or below <= high),
        multiples=tuple(sorted(multiples)),
    )


def largest(*bounds: _Amount | None) -> _Amount | None:
    """The lower bound that remains of several."""
    return max((bound for bound in bounds if bound is not None), default=None)


def smallest(*bounds: _Amount | None) -> _Amount | None:
    """The upper bound that remains of several."""
    return min((bound for bound in bounds if bound is not None), default=None)


def _counts(bounds: Iterable[tuple[int | None, int | None]]) -> Counts:
    each = list(bounds)
    return Counts(largest(*(least for least, _ in each)) or 0, smallest(*(most for _, most in each)))


def _given(schemas: Iterable[Schema | None]) -> list[Schema]:
    return [schema for schema in schemas if schema is not None]
