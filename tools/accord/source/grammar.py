"""Where objects of which kind stand in an OpenAPI document.

What the tables do not name is data: references in there (in examples, enums, extensions) are nobody's references.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from types import MappingProxyType
from typing import Final, Literal, TypeAlias

Kind: TypeAlias = Literal[
    "openapi",
    "components",
    "pathItem",
    "operation",
    "parameter",
    "requestBody",
    "mediaType",
    "encoding",
    "response",
    "header",
    "example",
    "link",
    "callback",
    "securityScheme",
    "schema",
    "discriminator",
    "data",
]
Shape: TypeAlias = Literal["one", "list", "map"]


@dataclass(frozen=True, slots=True)
class Slot:
    """What a key holds: one object of a kind, a list of them, or a mapping of names to them."""

    kind: Kind
    shape: Shape = "one"


DATA: Final = Slot("data")

SECTION_KINDS: Final[Mapping[str, Kind]] = MappingProxyType(
    {
        "schemas": "schema",
        "responses": "response",
        "parameters": "parameter",
        "examples": "example",
        "requestBodies": "requestBody",
        "headers": "header",
        "securitySchemes": "securityScheme",
        "links": "link",
        "callbacks": "callback",
        "pathItems": "pathItem",
        "mediaTypes": "mediaType",
    }
)
"""The sections of ``components`` and what they hold. Objects of these kinds may be references."""

_METHODS: Final = ("get", "put", "post", "delete", "options", "head", "patch", "trace", "query")
_ONE_SCHEMA: Final = (
    *("items", "contains", "additionalProperties", "propertyNames", "not", "if", "then", "else"),
    *("unevaluatedItems", "unevaluatedProperties", "contentSchema", "additionalItems"),
)
_SCHEMA_LISTS: Final = ("allOf", "anyOf", "oneOf", "prefixItems")
_SCHEMA_MAPS: Final = ("properties", "patternProperties", "dependentSchemas", "$defs", "definitions")

_VALUE: Final[dict[str, Slot]] = {
    "schema": Slot("schema"),
    "content": Slot("mediaType", "map"),
    "examples": Slot("example", "map"),
}
_ENCODINGS: Final[dict[str, Slot]] = {
    "encoding": Slot("encoding", "map"),
    "prefixEncoding": Slot("encoding", "list"),
    "itemEncoding": Slot("encoding"),
}
_GRAMMAR: Final[Mapping[Kind, Mapping[str, Slot]]] = {
    "openapi": {
        "paths": Slot("pathItem", "map"),
        "webhooks": Slot("pathItem", "map"),
        "components": Slot("components"),
    },
    "components": {section: Slot(kind, "map") for section, kind in SECTION_KINDS.items()},
    "pathItem": {
        "parameters": Slot("parameter", "list"),
        **{method: Slot("operation") for method in _METHODS},
        "additionalOperations": Slot("operation", "map"),
    },
    "operation": {
        "parameters": Slot("parameter", "list"),
        "requestBody": Slot("requestBody"),
        "responses": Slot("response", "map"),
        "callbacks": Slot("callback", "map"),
    },
    "parameter": _VALUE,
    "header": _VALUE,
    "requestBody": {"content": Slot("mediaType", "map")},
    "mediaType": {
        "schema": Slot("schema"),
        "itemSchema": Slot("schema"),
        "examples": Slot("example", "map"),
        **_ENCODINGS,
    },
    "encoding": {"headers": Slot("header", "map"), **_ENCODINGS},
    "response": {
        "headers": Slot("header", "map"),
        "content": Slot("mediaType", "map"),
        "links": Slot("link", "map"),
    },
    "schema": {
        **{key: Slot("schema") for key in _ONE_SCHEMA},
        **{key: Slot("schema", "list") for key in _SCHEMA_LISTS},
        **{key: Slot("schema", "map") for key in _SCHEMA_MAPS},
        "discriminator": Slot("discriminator"),
    },
    "example": {},
    "link": {},
    "securityScheme": {},
    "discriminator": {},
    "data": {},
    "callback": {},
}


def slot(kind: Kind, key: str) -> Slot:
    """What stands under *key* in an object of this kind."""
    if kind == "callback":
        return DATA if key.startswith("x-") else Slot("pathItem")
    return _GRAMMAR[kind].get(key, DATA)
