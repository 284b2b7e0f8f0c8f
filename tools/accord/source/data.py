"""Plain JSON data of a node."""

from __future__ import annotations

import math
from typing import TypeAlias

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
