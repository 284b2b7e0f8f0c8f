"""How deep the flattest value of a schema is: which branch of a recursive schema comes to an end."""

from __future__ import annotations

import math
from collections.abc import Mapping, Sequence
from typing import assert_never

from accord.contract.schema import Assertions, BooleanSchema, NamedSchema, Ref, Schema


class Heights:
    """Heights of the flattest values: 0 for a scalar, ``inf`` where no finite value exists."""

    def __init__(self, schemas: Mapping[str, NamedSchema]) -> None:
        self._schemas = schemas
        self._of_names: dict[str, float] | None = None

    def of(self, schema: Schema) -> float:
        """The height of *schema*; alike schemas that reach less deep are smaller."""
        names = self._names()
        return _height(schema, names)

    def _names(self) -> dict[str, float]:
        if self._of_names is None:
            known = dict.fromkeys(self._schemas, math.inf)
            changed = True
            while changed:
                changed = False
                for name, named in self._schemas.items():
                    height = _height(named.schema, known)
                    if height < known[name]:
                        known[name] = height
                        changed = True
            self._of_names = known
        return self._of_names


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
            heights += [_least(choice, names) for choice in (schema.one_of, schema.any_of) if choice]
            return max(heights)
        case _:
            assert_never(schema)


def _own(schema: Assertions, names: Mapping[str, float]) -> float:
    """The height that the keywords of *schema* itself ask for, under the flattest of its types."""
    types = schema.types or ("object", "array") if _is_container(schema) else schema.types or ("string",)
    by_type = [
        _object(schema, names) if kind == "object" else _array(schema, names) if kind == "array" else 0
        for kind in types
    ]
    return min(by_type, default=0)


def _is_container(schema: Assertions) -> bool:
    return bool(schema.object.required or schema.array.min_items)


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


def _least(choice: Sequence[Schema], names: Mapping[str, float]) -> float:
    return min(_height(schema, names) for schema in choice)
