"""Which object of OpenAPI stands where: the one table by which the linter walks a document.

Only fields that hold objects are listed. What fields an object may have at all is the business of the official
schemas (:mod:`accord.lint.structure`).
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from types import MappingProxyType
from typing import Literal, TypeAlias

from accord.contract.model import SpecVersion

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
]
Shape: TypeAlias = Literal["one", "list", "map"]

TITLES: Mapping[Kind, str] = MappingProxyType(
    {
        "openapi": "the OpenAPI object",
        "info": "the Info object",
        "contact": "the Contact object",
        "license": "the License object",
        "external-docs": "an External Documentation object",
        "server": "a Server object",
        "server-variable": "a Server Variable object",
        "tag": "a Tag object",
        "components": "the Components object",
        "paths": "the Paths object",
        "path-item": "a Path Item object",
        "operation": "an Operation object",
        "parameter": "a Parameter object",
        "request-body": "a Request Body object",
        "media-type": "a Media Type object",
        "encoding": "an Encoding object",
        "responses": "a Responses object",
        "response": "a Response object",
        "header": "a Header object",
        "example": "an Example object",
        "link": "a Link object",
        "callback": "a Callback object",
        "schema": "a Schema object",
        "discriminator": "a Discriminator object",
        "xml": "an XML object",
        "security-scheme": "a Security Scheme object",
        "oauth-flows": "an OAuth Flows object",
        "oauth-flow": "an OAuth Flow object",
        "security-requirement": "a Security Requirement object",
    }
)
"""How findings name an object, with its article."""


@dataclass(frozen=True, slots=True)
class Child:
    """What one field holds: an object, a list of them, or a mapping of names to them."""

    kind: Kind
    shape: Shape = "one"


METHODS = ("get", "put", "post", "delete", "options", "head", "patch", "trace", "query")
"""Fields of a path item that hold operations (``query`` since 3.2)."""

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
)

_SCHEMA_FIELDS: Mapping[str, Child] = {
    **{name: Child("schema", "list") for name in _SCHEMA_LISTS},
    **{name: Child("schema", "map") for name in _SCHEMA_MAPS},
    **{name: Child("schema") for name in _SCHEMA_SINGLE},
    "discriminator": Child("discriminator"),
    "xml": Child("xml"),
    "externalDocs": Child("external-docs"),
}

FIELDS: Mapping[Kind, Mapping[str, Child]] = MappingProxyType(
    {
        "openapi": {
            "info": Child("info"),
            "servers": Child("server", "list"),
            "tags": Child("tag", "list"),
            "security": Child("security-requirement", "list"),
            "externalDocs": Child("external-docs"),
            "paths": Child("paths"),
            "webhooks": Child("path-item", "map"),
            "components": Child("components"),
        },
        "info": {"contact": Child("contact"), "license": Child("license")},
        "server": {"variables": Child("server-variable", "map")},
        "tag": {"externalDocs": Child("external-docs")},
        "components": {
            "schemas": Child("schema", "map"),
            "responses": Child("response", "map"),
            "parameters": Child("parameter", "map"),
            "examples": Child("example", "map"),
            "requestBodies": Child("request-body", "map"),
            "headers": Child("header", "map"),
            "securitySchemes": Child("security-scheme", "map"),
            "links": Child("link", "map"),
            "callbacks": Child("callback", "map"),
            "pathItems": Child("path-item", "map"),
            "mediaTypes": Child("media-type", "map"),
        },
        "path-item": {
            "servers": Child("server", "list"),
            "parameters": Child("parameter", "list"),
            "additionalOperations": Child("operation", "map"),
            **{method: Child("operation") for method in METHODS},
        },
        "operation": {
            "externalDocs": Child("external-docs"),
            "parameters": Child("parameter", "list"),
            "requestBody": Child("request-body"),
            "responses": Child("responses"),
            "callbacks": Child("callback", "map"),
            "security": Child("security-requirement", "list"),
            "servers": Child("server", "list"),
        },
        "parameter": {
            "schema": Child("schema"),
            "content": Child("media-type", "map"),
            "examples": Child("example", "map"),
        },
        "header": {
            "schema": Child("schema"),
            "content": Child("media-type", "map"),
            "examples": Child("example", "map"),
        },
        "request-body": {"content": Child("media-type", "map")},
        "media-type": {
            "schema": Child("schema"),
            "itemSchema": Child("schema"),
            "examples": Child("example", "map"),
            "encoding": Child("encoding", "map"),
            "prefixEncoding": Child("encoding", "list"),
            "itemEncoding": Child("encoding"),
        },
        "encoding": {
            "headers": Child("header", "map"),
            "encoding": Child("encoding", "map"),
            "prefixEncoding": Child("encoding", "list"),
            "itemEncoding": Child("encoding"),
        },
        "response": {
            "headers": Child("header", "map"),
            "content": Child("media-type", "map"),
            "links": Child("link", "map"),
        },
        "link": {"server": Child("server")},
        "schema": _SCHEMA_FIELDS,
        "security-scheme": {"flows": Child("oauth-flows")},
        "oauth-flows": {
            name: Child("oauth-flow")
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

SCHEMA_KEYWORDS_30: frozenset[str] = frozenset(
    """title multipleOf maximum exclusiveMaximum minimum exclusiveMinimum maxLength minLength pattern maxItems minItems
    uniqueItems maxProperties minProperties required enum type not allOf oneOf anyOf items properties
    additionalProperties description format default nullable discriminator readOnly writeOnly example externalDocs
    deprecated xml $ref""".split()
)
SCHEMA_KEYWORDS_31: frozenset[str] = (SCHEMA_KEYWORDS_30 - {"nullable"}) | frozenset(
    """$id $schema $anchor $dynamicRef $dynamicAnchor $vocabulary $comment $defs definitions dependencies prefixItems
    contains minContains maxContains patternProperties propertyNames dependentRequired dependentSchemas if then else
    unevaluatedItems unevaluatedProperties const examples contentEncoding contentMediaType contentSchema
    $recursiveRef $recursiveAnchor""".split()
)


def schema_keywords(version: SpecVersion) -> frozenset[str]:
    """Keywords that mean something in a Schema object of *version*."""
    return SCHEMA_KEYWORDS_30 if version == "3.0" else SCHEMA_KEYWORDS_31


def child_of(kind: Kind, field: str) -> Child | None:
    """What *field* of an object of *kind* holds, ``None`` where it holds no object."""
    if kind in MAPS:
        return None if field.startswith("x-") else Child(MAPS[kind])
    return FIELDS.get(kind, {}).get(field)
