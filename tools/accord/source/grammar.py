"""Which object of OpenAPI stands where: the one table by which every walk over a document goes.

Only fields that hold objects are listed. What the tables do not name is data: references in there (in examples, enums,
extensions) are nobody's references. What fields an object may have at all is the business of the official schemas.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from types import MappingProxyType
from typing import Final, Literal, TypeAlias

Kind: TypeAlias = Literal[
    "openapi",
    "info",
    "contact",
    "license",
    "external-docs",
    "server",
    "server-variable",
    "tag",
    "components",
    "paths",
    "path-item",
    "operation",
    "parameter",
    "request-body",
    "media-type",
    "encoding",
    "responses",
    "response",
    "header",
    "example",
    "link",
    "callback",
    "schema",
    "discriminator",
    "xml",
    "security-scheme",
    "oauth-flows",
    "oauth-flow",
    "security-requirement",
    "data",
]
Shape: TypeAlias = Literal["one", "list", "map"]


@dataclass(frozen=True, slots=True)
class FieldType:
    """What one field holds: an object, a list of them, or a mapping of names to them."""

    kind: Kind
    shape: Shape = "one"


DATA: Final = FieldType("data")

METHODS = ("get", "put", "post", "delete", "options", "head", "patch", "trace", "query")
"""Fields of a path item that hold operations (``query`` since 3.2)."""

SECTION_KINDS: Final[Mapping[str, Kind]] = MappingProxyType(
    {
        "schemas": "schema",
        "responses": "response",
        "parameters": "parameter",
        "examples": "example",
        "requestBodies": "request-body",
        "headers": "header",
        "securitySchemes": "security-scheme",
        "links": "link",
        "callbacks": "callback",
        "pathItems": "path-item",
        "mediaTypes": "media-type",
    }
)
"""The sections of ``components`` and what they hold."""

_SCHEMA_LISTS = ("allOf", "anyOf", "oneOf", "prefixItems")
_SCHEMA_MAPS = ("properties", "patternProperties", "dependentSchemas", "$defs", "definitions")
_SCHEMA_SINGLE = """items not additionalProperties contains propertyNames if then else unevaluatedItems unevaluatedProperties
    contentSchema additionalItems""".split()

_SCHEMA_FIELDS: Mapping[str, FieldType] = {
    **{name: FieldType("schema", "list") for name in _SCHEMA_LISTS},
    **{name: FieldType("schema", "map") for name in _SCHEMA_MAPS},
    **{name: FieldType("schema") for name in _SCHEMA_SINGLE},
    "discriminator": FieldType("discriminator"),
    "xml": FieldType("xml"),
    "externalDocs": FieldType("external-docs"),
}

_VALUE_FIELDS: Mapping[str, FieldType] = {
    "schema": FieldType("schema"),
    "content": FieldType("media-type", "map"),
    "examples": FieldType("example", "map"),
}
_ENCODING_FIELDS: Mapping[str, FieldType] = {
    "encoding": FieldType("encoding", "map"),
    "prefixEncoding": FieldType("encoding", "list"),
    "itemEncoding": FieldType("encoding"),
}

FIELDS: Mapping[Kind, Mapping[str, FieldType]] = MappingProxyType(
    {
        "openapi": {
            "info": FieldType("info"),
            "servers": FieldType("server", "list"),
            "tags": FieldType("tag", "list"),
            "security": FieldType("security-requirement", "list"),
            "externalDocs": FieldType("external-docs"),
            "paths": FieldType("paths"),
            "webhooks": FieldType("path-item", "map"),
            "components": FieldType("components"),
        },
        "info": {"contact": FieldType("contact"), "license": FieldType("license")},
        "server": {"variables": FieldType("server-variable", "map")},
        "tag": {"externalDocs": FieldType("external-docs")},
        "components": {section: FieldType(kind, "map") for section, kind in SECTION_KINDS.items()},
        "path-item": {
            "servers": FieldType("server", "list"),
            "parameters": FieldType("parameter", "list"),
            "additionalOperations": FieldType("operation", "map"),
            **{method: FieldType("operation") for method in METHODS},
        },
        "operation": {
            "externalDocs": FieldType("external-docs"),
            "parameters": FieldType("parameter", "list"),
            "requestBody": FieldType("request-body"),
            "responses": FieldType("responses"),
            "callbacks": FieldType("callback", "map"),
            "security": FieldType("security-requirement", "list"),
            "servers": FieldType("server", "list"),
        },
        "parameter": _VALUE_FIELDS,
        "header": _VALUE_FIELDS,
        "request-body": {"content": FieldType("media-type", "map")},
        "media-type": {
            "schema": FieldType("schema"),
            "itemSchema": FieldType("schema"),
            "examples": FieldType("example", "map"),
            **_ENCODING_FIELDS,
        },
        "encoding": {"headers": FieldType("header", "map"), **_ENCODING_FIELDS},
        "response": {
            "headers": FieldType("header", "map"),
            "content": FieldType("media-type", "map"),
            "links": FieldType("link", "map"),
        },
        "link": {"server": FieldType("server")},
        "schema": _SCHEMA_FIELDS,
        "security-scheme": {"flows": FieldType("oauth-flows")},
        "oauth-flows": {
            name: FieldType("oauth-flow")
            for name in "implicit password clientCredentials authorizationCode deviceAuthorization".split()
        },
    }
)
"""Fields of each kind that hold objects."""

MAPS: Mapping[Kind, Kind] = MappingProxyType(
    {"paths": "path-item", "responses": "response", "callback": "path-item"}
)
"""Kinds whose every field (extensions aside) is an object of one other kind."""

REFERABLE: frozenset[Kind] = frozenset(SECTION_KINDS.values())
"""Kinds that a ``$ref`` may stand for."""


def field_type(kind: Kind, field: str) -> FieldType:
    """What *field* of an object of *kind* holds; :data:`DATA` where that is no object of OpenAPI."""
    if kind in MAPS:
        return DATA if field.startswith("x-") else FieldType(MAPS[kind])
    return FIELDS.get(kind, {}).get(field, DATA)
