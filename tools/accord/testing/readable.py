"""The contract as Schemathesis can read it: what Accord understands, and Schemathesis takes for a mistake."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Final

from accord.contract.schema import JsonValue

_DATA: Final = frozenset({"example", "examples", "default", "const", "enum", "value", "dataValue"})
"""Keywords whose value is data of the contract's author: in there `type` is only a name."""


def readable(document: Mapping[str, JsonValue]) -> dict[str, JsonValue]:
    """A copy of *document* in which the type ``null`` is written as the string that it is.

    In YAML ``type: [string, null]`` names no type but the value null. Accord reads what is meant; Schemathesis would leave
    every operation out that has such a schema.
    """
    return {key: _member(key, value) for key, value in document.items()}


def _member(key: str, value: JsonValue) -> JsonValue:
    if key in _DATA and not _is_schemas(value):
        return value
    if key == "type" and isinstance(value, list):
        return ["null" if one is None else one for one in value]
    return _copy(value)


def _is_schemas(value: JsonValue) -> bool:
    """Whether a member under the name of a keyword is a property of that name instead: a schema."""
    return isinstance(value, dict) and ("type" in value or "$ref" in value)


def _copy(value: JsonValue) -> JsonValue:
    match value:
        case dict():
            return {key: _member(key, one) for key, one in value.items()}
        case list():
            return [_copy(one) for one in value]
        case _:
            return value
