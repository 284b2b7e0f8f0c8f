"""What fuzzing begins with: contracts put together from small parts, and slices of real ones."""

from __future__ import annotations

import copy
import json
import random
from functools import cache
from pathlib import Path
from typing import Any

import yaml

CORPUS = Path(__file__).parents[3] / "shared" / "corpus" / "specs"
LARGEST = {".json": 1_200_000, ".yaml": 60_000}
"""Bytes of the largest real contract that is read, by how it is written."""

REF = "#/components/schemas/"
SCHEMAS: tuple[Any, ...] = (
    {"type": "string", "minLength": 1, "maxLength": 5, "pattern": "^[a-z]+$"},
    {"type": "string", "format": "date-time", "default": "2024-01-01T00:00:00Z"},
    {"type": "integer", "format": "int64", "minimum": 0, "exclusiveMaximum": 10},
    {"type": ["number", "null"], "multipleOf": 0.5},
    {"type": "boolean", "const": True},
    {"enum": ["a", "A", 1, None, 1.0, [1], {"a": 1}]},
    {"type": "array", "items": {"$ref": REF + "A"}, "uniqueItems": True, "maxItems": 3},
    {
        "type": "array",
        "prefixItems": [{"type": "string"}, True],
        "items": False,
        "contains": {"type": "string"},
    },
    {"type": "object", "properties": {"a": {"$ref": REF + "B"}, "class": {}}, "required": ["a"]},
    {"type": "object", "additionalProperties": {"$ref": REF + "A"}, "minProperties": 1},
    {"type": "object", "patternProperties": {"^x-": {"type": "integer"}}, "unevaluatedProperties": False},
    {"oneOf": [{"$ref": REF + "A"}, {"$ref": REF + "B"}], "discriminator": {"propertyName": "kind"}},
    {"anyOf": [{"type": "string"}, {"type": "object", "properties": {"b": {"type": "null"}}}]},
    {"allOf": [{"$ref": REF + "A"}, {"properties": {"z": {"readOnly": True, "type": "string"}}}]},
    {"if": {"required": ["a"]}, "then": {"minProperties": 2}, "else": {"not": {"required": ["b"]}}},
    {"$id": "https://example.org/tree", "$dynamicAnchor": "node", "items": {"$dynamicRef": "#node"}},
    {"$defs": {"x": {"$anchor": "here", "type": "integer"}}, "properties": {"a": {"$ref": "#here"}}},
    {"$ref": REF + "A", "description": "beside", "deprecated": True},
    {"type": "object", "nullable": True, "properties": {"w": {"type": "string", "writeOnly": True}}},
    {
        "dependentRequired": {"a": ["b"]},
        "dependentSchemas": {"a": {"minProperties": 2}},
        "propertyNames": {"maxLength": 3},
    },
    {"type": "string", "format": "binary", "contentMediaType": "image/png", "contentEncoding": "base64"},
    {},
    True,
    False,
)
PARAMETERS: tuple[Any, ...] = (
    {"name": "q", "in": "query", "schema": {"type": "string"}},
    {
        "name": "ids",
        "in": "query",
        "style": "pipeDelimited",
        "explode": False,
        "schema": {"type": "array", "items": {"type": "integer"}},
    },
    {
        "name": "filter",
        "in": "query",
        "style": "deepObject",
        "schema": {"type": "object", "properties": {"a": {"type": "string"}}},
    },
    {"name": "X-Trace", "in": "header", "required": True, "schema": {"type": "string", "format": "uuid"}},
    {"name": "sid", "in": "cookie", "schema": {"type": "integer"}, "example": 5},
    {"name": "j", "in": "query", "content": {"application/json": {"schema": {"$ref": REF + "A"}}}},
)
MEDIA: tuple[str, ...] = (
    "application/json",
    "application/problem+json",
    "application/x-www-form-urlencoded",
    "multipart/form-data",
    "text/plain; charset=utf-8",
    "text/event-stream",
    "application/jsonl",
    "application/octet-stream",
    "application/*",
    "*/*",
)


def grown(rng: random.Random) -> dict[str, Any]:
    """A contract of one to three operations put together from the parts above."""

    def schema() -> Any:
        return copy.deepcopy(rng.choice([*SCHEMAS, {"$ref": REF + "A"}, {"$ref": REF + "B"}]))

    def content() -> dict[str, Any]:
        return {media: {"schema": schema()} for media in rng.sample(MEDIA, rng.randint(0, 2))}

    def operation(name: str) -> dict[str, Any]:
        made: dict[str, Any] = {
            "operationId": name,
            "tags": ["things"],
            "parameters": copy.deepcopy(rng.sample(PARAMETERS, rng.randint(0, 3))),
            "responses": {
                rng.choice(["200", "2XX", "201"]): {
                    "description": "d",
                    "content": content(),
                    "headers": {"X-H": {"schema": schema()}} if rng.random() < 0.3 else {},
                    "links": {"next": {"operationId": name}} if rng.random() < 0.2 else {},
                },
                "default": {"$ref": "#/components/responses/Problem"},
            },
            "security": rng.choice([[], [{}], [{"key": []}], [{"login": ["read"]}, {"key": []}]]),
        }
        if rng.random() < 0.6:
            made["requestBody"] = {
                "required": rng.random() < 0.5,
                "content": content() or {"application/json": {}},
            }
        if rng.random() < 0.1:
            made["callbacks"] = {
                "done": {"{$request.body#/url}": {"post": {"responses": {"200": {"description": "d"}}}}}
            }
        return made

    key = {
        "name": "id",
        "in": "path",
        "required": True,
        "schema": {"type": rng.choice(["string", "integer"])},
    }
    paths: dict[str, Any] = {
        "/things/{id}": {"parameters": [key], rng.choice(["get", "put", "delete"]): operation("oneThing")}
    }
    if rng.random() < 0.6:
        paths["/things"] = {"get": operation("listThings"), "post": operation("addThing")}
    made: dict[str, Any] = {
        "openapi": rng.choice(["3.0.3", "3.1.0", "3.1.1", "3.2.0"]),
        "info": {"title": "T", "version": "1"},
        "servers": [{"url": "https://h/{v}", "variables": {"v": {"default": "v1"}}}],
        "tags": [{"name": "things", "description": "Things."}],
        "paths": paths,
        "components": {
            "schemas": {"A": schema(), "B": schema(), "a": schema()},
            "responses": {
                "Problem": {"description": "p", "content": {"application/problem+json": {"schema": schema()}}}
            },
            "securitySchemes": {
                "key": {"type": "apiKey", "in": "header", "name": "K"},
                "login": {
                    "type": "oauth2",
                    "flows": {"password": {"tokenUrl": "/t", "scopes": {"read": ""}}},
                },
            },
        },
    }
    if rng.random() < 0.2:
        made["webhooks"] = {"thingMade": {"post": operation("thingMade")}}
    return made


def real_files() -> list[Path]:
    """The real contracts that are small enough; none where the corpus is absent."""
    if not CORPUS.is_dir():
        return []
    files = (path for path in sorted(CORPUS.iterdir()) if path.is_file())
    return [path for path in files if path.stat().st_size <= LARGEST.get(path.suffix, 0)]


@cache
def _read(path: Path) -> Any:
    text = path.read_text(encoding="utf-8")
    return json.loads(text) if path.suffix == ".json" else yaml.load(text, yaml.CSafeLoader)


def slice_of(path: Path, rng: random.Random) -> dict[str, Any]:
    """One or two paths of a real contract with the components that they need, at most some thirty."""
    whole = _read(path)
    paths = {key: item for key, item in (whole.get("paths") or {}).items() if isinstance(item, dict)}
    chosen = rng.sample(sorted(paths), min(len(paths), rng.randint(1, 2)))
    made = {key: value for key, value in whole.items() if key not in {"paths", "components"}}
    made["paths"] = {key: paths[key] for key in chosen}
    made["components"] = {}
    schemes = (whole.get("components") or {}).get("securitySchemes")
    if schemes:
        made["components"]["securitySchemes"] = schemes
    waiting, left = sorted(_references(made["paths"])), 30
    while waiting and left:
        kind, name = waiting.pop()
        part = ((whole.get("components") or {}).get(kind) or {}).get(name)
        if part is not None and name not in made["components"].setdefault(kind, {}):
            made["components"][kind][name] = part
            left -= 1
            waiting.extend(sorted(_references(part)))
    # Plain copies: dates of YAML become text, parts that are shared become apart.
    return json.loads(json.dumps(made, default=str))  # type: ignore[no-any-return]


def _references(value: Any) -> set[tuple[str, str]]:
    found: set[tuple[str, str]] = set()
    waiting = [value]
    while waiting:
        result = waiting.pop()
        if isinstance(result, dict):
            ref = result.get("$ref")
            if isinstance(ref, str) and ref.startswith("#/components/") and ref.count("/") == 3:
                _, _, kind, name = ref.split("/")
                found.add((kind, name.replace("~1", "/").replace("~0", "~")))
            waiting.extend(result.values())
        elif isinstance(result, list):
            waiting.extend(result)
    return found
