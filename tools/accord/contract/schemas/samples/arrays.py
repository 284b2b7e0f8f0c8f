"""Arrays: leading items, the others, what has to be contained, and items that differ."""

from __future__ import annotations

from typing import Final

from accord.contract.schema import BooleanSchema, JsonValue, Schema
from accord.contract.schemas.normal import NormalForm
from accord.contract.schemas.samples.options import Attempt, Miss
from accord.contract.schemas.values import json_key

_USUAL: Final = 2
"""Items of an array that may have any number of them."""
_UNIQUE_TRIES: Final = 20


def draw_array(drawing: Attempt, normal: NormalForm, depth: int) -> JsonValue:
    """An array.

    Raises:
        Miss: not enough items were found.
    """
    least, most = normal.item_count
    contained = [wanted.schema for wanted in normal.contains for _ in range(wanted.least)]
    least = max(least, len(contained))
    count = _count(drawing, normal, depth, least)
    if most is not None:
        count = min(count, most)
    items: list[JsonValue] = []
    seen: set[object] = set()
    for index in range(count):
        schemas = normal.item_schemas(index) or normal.unevaluated_items
        if index < len(contained):
            schemas = [*schemas, contained[index]]
        try:
            items.append(_item(drawing, schemas, depth, seen if normal.unique_items else None))
        except Miss:
            if index < least:
                raise
            break
    return items


def _count(drawing: Attempt, normal: NormalForm, depth: int, least: int) -> int:
    if drawing.is_deep(depth) or not drawing.wants_optional():
        return least
    leading = normal.prefix_length
    behind = [part.array.items for part in normal.parts if part.array.items is not None]
    closed = any(isinstance(schema, BooleanSchema) and not schema.value for schema in behind)
    usual = leading if closed or leading or not behind else _USUAL
    return max(least, usual)


def _item(drawing: Attempt, schemas: list[Schema], depth: int, seen: set[object] | None) -> JsonValue:
    for attempt in range(_UNIQUE_TRIES):
        with drawing.without_examples(attempt > 1):
            value = drawing.value(schemas, depth + 1)
        if seen is None:
            return value
        key = json_key(value)
        if key not in seen:
            seen.add(key)
            return value
    raise Miss("not enough different items were found")
