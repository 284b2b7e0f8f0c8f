"""Plain JSON data: that of a node, and a document as data with its objects changed."""

from __future__ import annotations

import math
from collections.abc import Callable
from typing import TypeAlias

from accord.source.grammar import Kind, field_type
from accord.source.node import MappingNode, Node, ScalarNode

JsonValue: TypeAlias = "str | int | float | bool | None | list[JsonValue] | dict[str, JsonValue]"
"""The same type as ``accord.contract.schema.JsonValue``, which stands above this package."""


def to_data(node: Node) -> JsonValue:
    """Lists, dictionaries in document order, and scalars.

    A number that JSON cannot hold (infinite, not a number) was reported by the reader and becomes its text.
    """
    if isinstance(node, ScalarNode):
        value = node.value
        return node.raw if isinstance(value, float) and not math.isfinite(value) else value
    # Loops, not comprehensions: those would double the depth of the stack.
    if isinstance(node, MappingNode):
        mapping: dict[str, JsonValue] = {}
        for key, entry in node.entries.items():
            mapping[key] = to_data(entry.value)
        return mapping
    items: list[JsonValue] = []
    for item in node.items:
        items.append(to_data(item))  # noqa: PERF401
    return items


def map_objects(
    value: JsonValue,
    change: Callable[[dict[str, JsonValue], Kind], dict[str, JsonValue]],
    kind: Kind = "openapi",
) -> JsonValue:
    """A copy of *value*, an object of *kind* or a list of such, with *change* made to each OpenAPI object in it.

    An object is changed before those inside of it. Data (examples, defaults, extensions) stays the same object.
    """
    if isinstance(value, list):
        return [map_objects(item, change, kind) for item in value]
    if not isinstance(value, dict) or kind == "data":
        return value
    result: dict[str, JsonValue] = {}
    for key, member in change(value, kind).items():
        where = field_type(kind, key)
        if where.shape == "map" and isinstance(member, dict):
            result[key] = {name: map_objects(item, change, where.kind) for name, item in member.items()}
        elif where.kind == "data":
            result[key] = member
        else:
            result[key] = map_objects(member, change, where.kind)
    return result
