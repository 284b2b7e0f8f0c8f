"""Arrays: leading items, the others, what has to be contained, and items that differ."""

from __future__ import annotations

import json
from typing import TYPE_CHECKING, Final

from accord.contract.schema import BooleanSchema, JsonValue, Schema
from accord.contract.schemas.samples.manner import Miss
from accord.contract.schemas.samples.merged import Merged

if TYPE_CHECKING:
    from accord.contract.schemas.samples.drawing import Drawing

_USUAL: Final = 2
"""Items of an array that may have any number of them."""
_UNIQUE_TRIES: Final = 20


def draw_array(drawing: Drawing, merged: Merged, depth: int) -> JsonValue:
    """An array.

    Raises:
        Miss: not enough items were found.
    """
    least, most = merged.item_count
    contained = [
        part.array.contains
        for part in merged.parts
        if part.array.contains is not None
        for _ in range(1 if part.array.min_contains is None else part.array.min_contains)
    ]
    count = _count(drawing, merged, depth, max(least, len(contained)))
    if most is not None:
        count = min(count, most)
    unique = any(part.array.unique_items for part in merged.parts)
    items: list[JsonValue] = []
    seen: set[str] = set()
    for index in range(count):
        schemas = _item_schemas(merged, index)
        if index < len(contained):
            schemas = [*schemas, contained[index]]
        try:
            items.append(_item(drawing, schemas, depth, seen if unique else None))
        except Miss:
            if index < max(least, len(contained)):
                raise
            break
    return items


def _count(drawing: Drawing, merged: Merged, depth: int, least: int) -> int:
    if drawing.is_deep(depth) or not drawing.wants_optional():
        return least
    leading = max((len(part.array.prefix_items) for part in merged.parts), default=0)
    closed = any(
        isinstance(part.array.items, BooleanSchema) and not part.array.items.value for part in merged.parts
    )
    described = any(part.array.items is not None for part in merged.parts)
    usual = leading if closed or leading or not described else _USUAL
    return max(least, usual)


def _item_schemas(merged: Merged, index: int) -> list[Schema]:
    out: list[Schema] = []
    for part in merged.parts:
        array = part.array
        if index < len(array.prefix_items):
            out.append(array.prefix_items[index])
        elif array.items is not None:
            out.append(array.items)
    if not out:
        out += [p.array.unevaluated_items for p in merged.parts if p.array.unevaluated_items is not None]
    return out


def _item(drawing: Drawing, schemas: list[Schema], depth: int, seen: set[str] | None) -> JsonValue:
    for attempt in range(_UNIQUE_TRIES):
        with drawing.without_examples(attempt > 1):
            value = drawing.value(schemas, depth + 1)
        if seen is None:
            return value
        key = canonical(value)
        if key not in seen:
            seen.add(key)
            return value
    raise Miss("not enough different items were found")


def canonical(value: JsonValue) -> str:
    """A text that is the same for equal values: 1 and 1.0 are equal in JSON Schema, and the order of members is none."""
    return json.dumps(_plain(value), sort_keys=True)


def _plain(value: JsonValue) -> JsonValue:
    match value:
        case bool():
            return value
        case float() if value.is_integer():
            return int(value)
        case list():
            return [_plain(item) for item in value]
        case dict():
            return {name: _plain(item) for name, item in value.items()}
        case _:
            return value
