"""The official schemas of OpenAPI, arranged so that each fault gives one error at its own place.

Two spellings of those schemas make errors cascade; both are rewritten without a change of meaning:

* 3.0 says ``oneOf: [Reference, X]``: both branches would report. It becomes a choice by the presence of ``$ref``; so
  do the alternatives by ``type`` and ``in``. For that the schema moves from draft 4 to draft 2020-12.
* 3.1 and 3.2 say ``unevaluatedProperties: false``: one faulty field makes every field around it unevaluated. Where all
  fields are listed beside it, it becomes ``additionalProperties: false``.

The schemas of 3.1 and 3.2 leave Schema objects open (``$dynamicRef: "#meta"``): the meta-schema of draft 2020-12 and
OpenAPI's own keywords are put there. One place is narrower than the specification and is widened: values of a link's
``parameters`` are anything, not strings only.
"""

from __future__ import annotations

import json
from collections.abc import Mapping
from functools import cache
from importlib.resources import files
from types import MappingProxyType
from typing import cast

from jsonschema_rs import Validator

from accord.contract.model import SpecVersion
from accord.contract.schema import JsonValue
from accord.source.grammar import REFERABLE, Kind
from accord.validators import make_validator

_RESOURCE = "resources/schemas/v{version}/schema.json"

_DEFINITIONS_30: Mapping[Kind, str] = MappingProxyType(
    {kind: kind.title().replace("-", "") for kind in REFERABLE - {"media-type"}}
)
_DEFINITIONS_31: Mapping[Kind, str] = MappingProxyType(
    {kind: "callbacks" if kind == "callback" else kind for kind in REFERABLE}
)

_OPENAPI_KEYWORDS: dict[str, JsonValue] = {
    "discriminator": {
        "type": "object",
        "properties": {
            "propertyName": {"type": "string"},
            "mapping": {"type": "object", "additionalProperties": {"type": "string"}},
            "defaultMapping": {"type": "string"},
        },
        "required": ["propertyName"],
        "patternProperties": {"^x-": True},
        "additionalProperties": False,
    },
    "xml": {
        "type": "object",
        "properties": {
            "nodeType": {"enum": ["element", "attribute", "text", "cdata", "none"]},
            "name": {"type": "string"},
            "namespace": {"type": "string"},
            "prefix": {"type": "string"},
            "attribute": {"type": "boolean"},
            "wrapped": {"type": "boolean"},
        },
        "patternProperties": {"^x-": True},
        "additionalProperties": False,
    },
    "externalDocs": {"$ref": "#/$defs/external-documentation"},
}


@cache
def validator(version: SpecVersion) -> Validator:
    """Checks whole documents of *version*."""
    return _compile(official_schema(version))


@cache
def validator_of(version: SpecVersion, kind: Kind) -> Validator | None:
    """Checks one object of *kind* that stands alone (the target of a reference); ``None`` for kinds without a schema."""
    schema = dict(official_schema(version))
    holder, names = ("definitions", _DEFINITIONS_30) if version == "3.0" else ("$defs", _DEFINITIONS_31)
    name = names.get(kind)
    if name is None:
        return None
    keep = {key: schema[key] for key in ("$id", "$schema", holder) if key in schema}
    return _compile({**keep, "$ref": f"#/{holder}/{name}"})


@cache
def fields_of(version: SpecVersion) -> Mapping[str, frozenset[str]]:
    """Names of all fields by definition of the official schema, for "did you mean"."""
    schema = official_schema(version)
    definitions = schema["definitions" if version == "3.0" else "$defs"]
    assert isinstance(definitions, dict)
    found = {name: frozenset(_names(definition)) for name, definition in definitions.items()}
    found[""] = frozenset(cast("dict[str, JsonValue]", schema["properties"]))
    return MappingProxyType(found)


@cache
def official_schema(version: SpecVersion) -> dict[str, JsonValue]:
    """The schema of *version* in the arrangement described above."""
    text = files("openapi_spec_validator").joinpath(_RESOURCE.format(version=version)).read_text("utf-8")
    schema = cast("dict[str, JsonValue]", json.loads(text))
    arranged = _arrange_30(schema) if version == "3.0" else _arrange_31(schema)
    assert isinstance(arranged, dict)
    if version == "3.0":
        arranged["$id"] = arranged.pop("id")
        arranged["$schema"] = "https://json-schema.org/draft/2020-12/schema"
    else:
        definitions = arranged["$defs"]
        assert isinstance(definitions, dict)
        # Looked up by name and asserted: a newer version of the package must not change the arrangement in
        # silence.
        link = definitions["link"]
        assert isinstance(link, dict)
        fields = link["properties"]
        assert isinstance(fields, dict)
        # The specification takes any value here (Link Object); its schema has strings only.
        fields["parameters"] = {"type": "object"}
        definitions["schema"] = {
            "$dynamicAnchor": "meta",
            "type": ["object", "boolean"],
            "$ref": "https://json-schema.org/draft/2020-12/schema",
            "properties": _OPENAPI_KEYWORDS,
        }
    return arranged


def _compile(schema: dict[str, JsonValue]) -> Validator:
    """A validator of an official schema."""
    # Formats stay unasserted: a server URL with variables is no URI reference, and rules name the others better.
    return make_validator(schema, formats=False)


def _arrange_30(value: JsonValue) -> JsonValue:
    """*value* of the schema of 3.0, in the arrangement described above."""
    match value:
        case list():
            return [_arrange_30(item) for item in value]
        case dict():
            arranged = {key: _arrange_30(item) for key, item in value.items()}
            # Draft 4, in which the schema of 3.0 is written, has a boolean beside the bound.
            if arranged.get("exclusiveMinimum") is True:
                arranged["exclusiveMinimum"] = arranged.pop("minimum")
            choice = arranged.get("oneOf")
            if isinstance(choice, list):
                rewritten = _choice_30(choice)
                if rewritten:
                    del arranged["oneOf"]
                    arranged = {**arranged, **rewritten}
            return arranged
        case _:
            return value


def _choice_30(choice: list[JsonValue]) -> dict[str, JsonValue]:
    """A ``oneOf`` as conditions on the field that decides it; empty where none does."""
    reference: JsonValue = {"$ref": "#/definitions/Reference"}
    if reference in choice:
        boolean: JsonValue = {"type": "boolean"}
        other = next(branch for branch in choice if branch not in (reference, boolean))
        has_ref: JsonValue = {"type": "object", "required": ["$ref"]}
        by_ref: dict[str, JsonValue] = {"if": has_ref, "then": reference, "else": other}
        return {"if": boolean, "else": by_ref} if boolean in choice else by_ref
    if all(isinstance(branch, dict) and branch.get("$ref") in _SCHEMES_30 for branch in choice):
        return _by_value("type", [(_SCHEMES_30[cast("dict[str, str]", b)["$ref"]], b) for b in choice])
    locations = [_location_30(branch) for branch in choice]
    if all(locations):
        return _by_value("in", list(zip(locations, choice, strict=True)))
    return {}


_SCHEMES_30: Mapping[str, str] = MappingProxyType(
    {
        "#/definitions/APIKeySecurityScheme": "apiKey",
        "#/definitions/HTTPSecurityScheme": "http",
        "#/definitions/OAuth2SecurityScheme": "oauth2",
        "#/definitions/OpenIdConnectSecurityScheme": "openIdConnect",
    }
)


def _location_30(branch: JsonValue) -> str:
    """The value of ``in`` that a branch of 3.0's ``ParameterLocation`` is for."""
    match branch:
        case {"properties": {"in": {"enum": [str(location)]}}}:
            return location
        case _:
            return ""


def _by_value(field: str, branches: list[tuple[str, JsonValue]]) -> dict[str, JsonValue]:
    """A choice among *branches* by the value of *field*."""
    # `if` and `then` report the errors of the one branch that applies; a `oneOf` reports those of all.
    conditions: list[JsonValue] = [
        {"if": {"properties": {field: {"const": value}}, "required": [field]}, "then": branch}
        for value, branch in branches
    ]
    values: list[JsonValue] = [value for value, _ in branches]
    return {"required": [field], "properties": {field: {"enum": values}}, "allOf": conditions}


def _arrange_31(value: JsonValue) -> JsonValue:
    """*value* of the schema of 3.1 or 3.2, in the arrangement described above."""
    match value:
        case list():
            return [_arrange_31(item) for item in value]
        case dict():
            arranged = {key: _arrange_31(item) for key, item in value.items()}
            plain = not ({"allOf", "if", "dependentSchemas"} & arranged.keys())
            extensions = arranged.get("$ref") == "#/$defs/specification-extensions"
            if plain and extensions and arranged.get("unevaluatedProperties") is False:
                del arranged["unevaluatedProperties"], arranged["$ref"]
                patterns = arranged.get("patternProperties", {})
                assert isinstance(patterns, dict)
                arranged["patternProperties"] = {**patterns, "^x-": True}
                arranged["additionalProperties"] = False
            return arranged
        case _:
            return value


def _names(value: JsonValue) -> set[str]:
    """Every name under any ``properties`` of one definition, its conditions included."""
    found: set[str] = set()
    match value:
        case list():
            for item in value:
                found |= _names(item)
        case dict():
            properties = value.get("properties")
            if isinstance(properties, dict):
                found |= properties.keys()
            for key, item in value.items():
                if key != "properties":
                    found |= _names(item)
            if value.get("$ref") == "#/$defs/examples":
                found |= {"example", "examples"}
        case _:
            pass
    return found
