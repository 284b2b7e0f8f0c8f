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
class Slot:
    """What one field holds: an object, a list of them, or a mapping of names to them."""

    kind: Kind
    shape: Shape = "one"


DATA: Final = Slot("data")

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
_SCHEMA_SINGLE = (
    "items",
    "not",
    "additionalProperties",
    "contains",
    "propertyNames",
    "if",
    "then",
    "else",
    "unevaluatedItems",
    "unevaluatedProperties",
    "contentSchema",
    "additionalItems",
)

_SCHEMA_FIELDS: Mapping[str, Slot] = {
    **{name: Slot("schema", "list") for name in _SCHEMA_LISTS},
    **{name: Slot("schema", "map") for name in _SCHEMA_MAPS},
    **{name: Slot("schema") for name in _SCHEMA_SINGLE},
    "discriminator": Slot("discriminator"),
    "xml": Slot("xml"),
    "externalDocs": Slot("external-docs"),
}

FIELDS: Mapping[Kind, Mapping[str, Slot]] = MappingProxyType(
    {
        "openapi": {
            "info": Slot("info"),
            "servers": Slot("server", "list"),
            "tags": Slot("tag", "list"),
            "security": Slot("security-requirement", "list"),
            "externalDocs": Slot("external-docs"),
            "paths": Slot("paths"),
            "webhooks": Slot("path-item", "map"),
            "components": Slot("components"),
        },
        "info": {"contact": Slot("contact"), "license": Slot("license")},
        "server": {"variables": Slot("server-variable", "map")},
        "tag": {"externalDocs": Slot("external-docs")},
        "components": {section: Slot(kind, "map") for section, kind in SECTION_KINDS.items()},
        "path-item": {
            "servers": Slot("server", "list"),
            "parameters": Slot("parameter", "list"),
            "additionalOperations": Slot("operation", "map"),
            **{method: Slot("operation") for method in METHODS},
        },
        "operation": {
            "externalDocs": Slot("external-docs"),
            "parameters": Slot("parameter", "list"),
            "requestBody": Slot("request-body"),
            "responses": Slot("responses"),
            "callbacks": Slot("callback", "map"),
            "security": Slot("security-requirement", "list"),
            "servers": Slot("server", "list"),
        },
        "parameter": {
            "schema": Slot("schema"),
            "content": Slot("media-type", "map"),
            "examples": Slot("example", "map"),
        },
        "header": {
            "schema": Slot("schema"),
            "content": Slot("media-type", "map"),
            "examples": Slot("example", "map"),
        },
        "request-body": {"content": Slot("media-type", "map")},
        "media-type": {
            "schema": Slot("schema"),
            "itemSchema": Slot("schema"),
            "examples": Slot("example", "map"),
            "encoding": Slot("encoding", "map"),
            "prefixEncoding": Slot("encoding", "list"),
            "itemEncoding": Slot("encoding"),
        },
        "encoding": {
            "headers": Slot("header", "map"),
            "encoding": Slot("encoding", "map"),
            "prefixEncoding": Slot("encoding", "list"),
            "itemEncoding": Slot("encoding"),
        },
        "response": {
            "headers": Slot("header", "map"),
            "content": Slot("media-type", "map"),
            "links": Slot("link", "map"),
        },
        "link": {"server": Slot("server")},
        "schema": _SCHEMA_FIELDS,
        "security-scheme": {"flows": Slot("oauth-flows")},
        "oauth-flows": {
            name: Slot("oauth-flow")
            for name in (
                "implicit",
                "password",
                "clientCredentials",
                "authorizationCode",
                "deviceAuthorization",
            )
        },
    }
)
"""Fields of each kind that hold objects."""

MAPS: Mapping[Kind, Kind] = MappingProxyType(
    {"paths": "path-item", "responses": "response", "callback": "path-item"}
)
"""Kinds whose every field (extensions aside) is an object of one other kind."""

REFERABLE: frozenset[Kind] = frozenset(
    {
        "path-item",
        "parameter",
        "request-body",
        "response",
        "header",
        "example",
        "link",
        "callback",
        "schema",
        "security-scheme",
        "media-type",
    }
)
"""Kinds that a ``$ref`` may stand for."""


def slot(kind: Kind, field: str) -> Slot:
    """What *field* of an object of *kind* holds; :data:`DATA` where that is no object of OpenAPI."""
    if kind in MAPS:
        return DATA if field.startswith("x-") else Slot(MAPS[kind])
    return FIELDS.get(kind, {}).get(field, DATA)
