"""How deep the flattest value of a schema is: which branch of a recursive schema comes to an end."""

from __future__ import annotations

import math
from collections.abc import Mapping
from functools import cached_property
from typing import assert_never

from accord.contract.schema import Assertions, BooleanSchema, NamedSchema, Ref, Schema


class Heights:
    """Heights of the flattest values: 0 for a scalar, ``inf`` where no finite value exists."""

    def __init__(self, schemas: Mapping[str, NamedSchema]) -> None:
        self._schemas = schemas

    def of(self, schema: Schema) -> float:
        """The height of *schema*; alike schemas that reach less deep are smaller."""
        return _height(schema, self._names)

    @cached_property
    def _names(self) -> dict[str, float]:
        known = dict.fromkeys(self._schemas, math.inf)
        changed = True
        while changed:
            changed = False
            for name, named in self._schemas.items():
                height = _height(named.schema, known)
                if height < known[name]:
                    known[name] = height
                    changed = True
        return known


def _height(schema: Schema, names: Mapping[str, float]) -> float:
    match schema:
        case BooleanSchema(value=value):
            return 0 if value else math.inf
        case Ref(target=target):
            return names.get(target, 0)
        case Assertions():
            if schema.enum is not None:
                return 0
            heights = [_own(schema, names), *(_height(part, names) for part in schema.all_of)]
            choices = (choice for choice in (schema.one_of, schema.any_of) if choice)
            heights += [min(_height(branch, names) for branch in choice) for choice in choices]
            return max(heights)
        case _:
            assert_never(schema)


def _own(schema: Assertions, names: Mapping[str, float]) -> float:
    """The height that the keywords of *schema* itself ask for, under the flattest of its types."""
    is_container = schema.object.required or schema.array.min_items
    types = schema.types or (("object", "array") if is_container else ("string",))
    by_type = [
        _object(schema, names) if kind == "object" else _array(schema, names) if kind == "array" else 0
        for kind in types
    ]
    return min(by_type, default=0)


def _object(schema: Assertions, names: Mapping[str, float]) -> float:
    declared = {prop.name: prop.schema for prop in schema.object.properties}
    needed = [declared[name] for name in schema.object.required if name in declared]
    return 1 + max((_height(part, names) for part in needed), default=0) if needed else 0


def _array(schema: Assertions, names: Mapping[str, float]) -> float:
    array = schema.array
    if not array.min_items:
        return 0
    needed: list[Schema] = list(array.prefix_items[: array.min_items])
    if array.items is not None and array.min_items > len(array.prefix_items):
        needed.append(array.items)
    return 1 + max((_height(part, names) for part in needed), default=0)
