"""Extensions of Accord's own: they are for the toolchain, so published forms of a contract leave them out."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Final

from accord.contract.schema import JsonValue

INTERNAL: Final = "x-accord-"
"""How the names of these extensions start."""

_DATA: Final = frozenset({"const", "dataValue", "default", "enum", "example", "value"})
_MAPS: Final = frozenset(
    {
        "$defs", "callbacks", "definitions", "dependentRequired", "dependentSchemas", "encoding", "examples", "headers", "links",
        "mapping", "mediaTypes", "parameters", "pathItems", "patternProperties", "properties", "requestBodies",
        "schemas", "scopes", "securitySchemes", "variables", "webhooks",
    }
)  # fmt: skip
"""Keywords whose keys are names of the contract, which may look like anything."""


def without_internal(document: Mapping[str, JsonValue]) -> dict[str, JsonValue]:
    """*document* (an OpenAPI object) without these extensions, in its own order; data in it is left alone."""
    return {key: _strip(value, key) for key, value in document.items() if not key.startswith(INTERNAL)}


def _strip(value: JsonValue, key: str) -> JsonValue:
    if key in _DATA:
        return value
    if isinstance(value, list):
        return value if key == "examples" else [_strip(item, "") for item in value]
    if not isinstance(value, dict):
        return value
    if key in _MAPS:
        return {name: _strip(item, "") for name, item in value.items()}
    return {name: _strip(item, name) for name, item in value.items() if not name.startswith(INTERNAL)}
