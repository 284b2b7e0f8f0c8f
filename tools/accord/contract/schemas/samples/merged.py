"""All that applies to one value, put together: references resolved, ``allOf`` flattened, siblings joined."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from typing import Final, assert_never

from accord.contract.schema import (
    NO_ARRAY,
    NO_NUMBER,
    NO_OBJECT,
    NO_STRING,
    Assertions,
    BooleanSchema,
    JsonValue,
    NamedSchema,
    Ref,
    Schema,
    SchemaType,
)
from accord.contract.schemas.formats import FORMAT_BOUNDS
from accord.contract.schemas.samples.numbers import Bounds, exact

ALL_TYPES: Final[tuple[SchemaType, ...]] = (
    "object",
    "string",
    "integer",
    "number",
    "array",
    "boolean",
    "null",
)


@dataclass(slots=True)
class Merged:
    """The assertions that hold together for one value, and the names of the schemas they came from.

    ``parts`` are the assertions themselves; each asks for one of its ``one_of`` and ``any_of`` still.
    """

    parts: list[Assertions] = field(default_factory=list[Assertions])
    names: frozenset[str] = frozenset()
    impossible: bool = False

    @property
    def types(self) -> tuple[SchemaType, ...]:
        """Types that every part allows, in the order of the first part that names any; numbers include integers."""
        allowed: list[SchemaType] | None = None
        for part in self.parts:
            if part.types is None:
                continue
            own: list[SchemaType] = list(part.types)
            allowed = own if allowed is None else [t for kind in allowed for t in _common(kind, own)]
        return tuple(dict.fromkeys(allowed)) if allowed is not None else self._spoken_of()

    def _spoken_of(self) -> tuple[SchemaType, ...]:
        """The types whose keywords stand there, where none is named: ``properties`` without ``type`` means objects."""
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
    def enum(self) -> list[JsonValue] | None:
        """Values of the first ``enum``; whether the others allow them is to be checked."""
        return next((list(part.enum) for part in self.parts if part.enum is not None), None)

    @property
    def formats(self) -> list[str]:
        """Formats of all parts."""
        return [part.format for part in self.parts if part.format is not None]

    @property
    def patterns(self) -> list[str]:
        """Patterns of all parts."""
        return [part.string.pattern for part in self.parts if part.string.pattern is not None]

    @property
    def length(self) -> tuple[int, int | None]:
        """Least and most characters."""
        return self._span([(p.string.min_length, p.string.max_length) for p in self.parts])

    @property
    def item_count(self) -> tuple[int, int | None]:
        """Least and most items."""
        return self._span([(p.array.min_items, p.array.max_items) for p in self.parts])

    @property
    def property_count(self) -> tuple[int, int | None]:
        """Least and most properties."""
        return self._span([(p.object.min_properties, p.object.max_properties) for p in self.parts])

    @staticmethod
    def _span(bounds: Iterable[tuple[int | None, int | None]]) -> tuple[int, int | None]:
        each = list(bounds)
        most = [high for _, high in each if high is not None]
        return max((low or 0 for low, _ in each), default=0), min(most) if most else None

    @property
    def bounds(self) -> Bounds:
        """Bounds of numbers."""
        lows: list[tuple[int | float, bool]] = []
        highs: list[tuple[int | float, bool]] = []
        multiples: list[int | float] = []
        for part in self.parts:
            number = part.number
            least, greatest = FORMAT_BOUNDS.get(part.format or "", (None, None))
            lows += [(n, False) for n in (number.minimum, least) if n is not None]
            highs += [(n, False) for n in (number.maximum, greatest) if n is not None]
            if number.exclusive_minimum is not None:
                lows.append((number.exclusive_minimum, True))
            if number.exclusive_maximum is not None:
                highs.append((number.exclusive_maximum, True))
            if number.multiple_of is not None:
                multiples.append(number.multiple_of)
        low = max(((exact(n), is_open) for n, is_open in lows), default=(None, False))
        high = min(((exact(n), not is_open) for n, is_open in highs), default=(None, True))
        return Bounds(
            low=low[0],
            low_open=low[1],
            high=high[0],
            high_open=not high[1],
            multiples=tuple(exact(m) for m in multiples),
        )

    @property
    def required(self) -> list[str]:
        """Names that some part requires."""
        return list(dict.fromkeys(name for part in self.parts for name in part.object.required))

    @property
    def declared(self) -> Mapping[str, list[Schema]]:
        """The schemas of each declared property, in the order of the document."""
        out: dict[str, list[Schema]] = {}
        for part in self.parts:
            for one in part.object.properties:
                out.setdefault(one.name, []).append(one.schema)
        return out


def _common(kind: SchemaType, others: list[SchemaType]) -> list[SchemaType]:
    if kind in others:
        return [kind]
    if kind == "number" and "integer" in others:
        return ["integer"]
    if kind == "integer" and "number" in others:
        return ["integer"]
    return []


def merge(schemas: Iterable[Schema], named: Mapping[str, NamedSchema]) -> Merged:
    """Everything that applies to a value of all *schemas*; choices are left to the reader."""
    merged = Merged()
    waiting = list(schemas)
    while waiting:
        schema = waiting.pop(0)
        match schema:
            case BooleanSchema(value=value):
                merged.impossible = merged.impossible or not value
            case Ref(target=target):
                if target in named and target not in merged.names:
                    merged.names |= {target}
                    waiting.insert(0, named[target].schema)
            case Assertions():
                if not any(schema is part for part in merged.parts):
                    merged.parts.append(schema)
                    waiting[:0] = schema.all_of
            case _:
                assert_never(schema)
    return merged
