"""JSON values: their types, and when two of them are equal."""

from __future__ import annotations

from accord.contract.schema import JsonValue, SchemaType


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


def type_of(value: JsonValue) -> SchemaType:
    """The narrowest type of *value*: a number without a fraction is an ``integer``."""
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


def types_of(value: JsonValue) -> frozenset[SchemaType]:
    """All types of *value*: an integer is a ``number`` too."""
    own = type_of(value)
    return frozenset({own, "number"} if own == "integer" else {own})
