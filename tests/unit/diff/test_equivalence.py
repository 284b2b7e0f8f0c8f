"""Other spellings of one contract are no change."""

from __future__ import annotations

import copy
from pathlib import Path
from random import Random
from typing import Any

import pytest

from tests.unit.diff.schemas import Schemas
from tests.unit.diff.support import body, compare, document, response

PET: dict[str, Any] = {
    "type": "object",
    "properties": {"name": {"type": "string", "maxLength": 9}, "age": {"type": "integer", "minimum": 0}},
    "required": ["name"],
}
REF = {"$ref": "#/components/schemas/Pet"}


@pytest.mark.parametrize(
    ("old", "new"),
    [
        (body(PET), body(REF, Pet=PET)),
        (body(REF, Pet=PET), body({"$ref": "#/components/schemas/Animal"}, Animal=PET)),
        (
            body({"allOf": [{"type": "object", "properties": {"name": PET["properties"]["name"]}, "required": ["name"]},
                            {"properties": {"age": PET["properties"]["age"]}}]}),
            body(PET),
        ),
        (body({"anyOf": [{"type": "string"}, {"type": "null"}]}), body({"type": ["string", "null"]})),
        (body({"oneOf": [{"type": "string"}, {"type": "integer"}]}), body({"type": ["integer", "string"]})),
        (body({"oneOf": [REF], "type": "object"}, Pet=PET), body(REF, Pet=PET)),
        (body({"type": "string", "enum": ["a"]}), body({"type": "string", "const": "a"})),
        (body({"type": "integer", "exclusiveMinimum": 0}), body({"type": "integer", "minimum": 1})),
        (body({"type": "string", "minLength": 0}), body({"type": "string"})),
        (body({"type": "array", "items": True}), body({"type": "array"})),
        (body({"type": "integer", "format": "int32"}), body({"type": "integer", "minimum": -(2**31), "maximum": 2**31 - 1})),
        (body({"type": "string", "minItems": 3}), body({"type": "string"})),
        (body({"anyOf": [REF, REF]}, Pet=PET), body(REF, Pet=PET)),
        (body({**PET, "required": ["name"], "additionalProperties": {}}), body({**PET, "additionalProperties": True})),
        (
            body({"type": "object", "properties": {"a": {}, "b": {}}, "dependentRequired": {"a": ["b"]}}),
            body({"type": "object", "properties": {"a": {}, "b": {}}, "if": {"required": ["a"]}, "then": {"required": ["b"]}}),
        ),
        (response({"enum": ["a", "b"]}), response({"enum": ["b", "a"]})),
    ],
)  # fmt: skip
def test_spellings(old: dict[str, Any], new: dict[str, Any], tmp_path: Path) -> None:
    assert [c.message for c in compare(old, new, tmp_path).changes] == []
    assert [c.message for c in compare(new, old, tmp_path).changes] == []


def test_3_0_and_3_1(tmp_path: Path) -> None:
    old = body({"type": "object", "properties": {
        "a": {"type": "string", "nullable": True, "example": "x"},
        "b": {"type": "integer", "minimum": 0, "exclusiveMinimum": True},
    }})  # fmt: skip
    old["openapi"] = "3.0.3"
    new = body({"type": "object", "properties": {
        "a": {"type": ["string", "null"], "examples": ["x"]},
        "b": {"type": "integer", "exclusiveMinimum": 0},
    }})  # fmt: skip
    assert compare(old, new, tmp_path).changes == ()


def test_shared_parts_written_in_place(tmp_path: Path) -> None:
    parameter = {"name": "limit", "in": "query", "schema": {"type": "integer"}}
    answer_ = {"description": "d", "content": {"application/json": {"schema": PET}}}
    inline = document({"/a": {"get": {"parameters": [parameter], "responses": {"200": answer_}}}})
    shared = document(
        {"/a": {
            "parameters": [{"$ref": "#/components/parameters/Limit"}],
            "get": {"responses": {"200": {"$ref": "#/components/responses/Ok"}}},
        }},
        components={"parameters": {"Limit": parameter}, "responses": {"Ok": answer_}},
    )  # fmt: skip
    assert compare(inline, shared, tmp_path).changes == ()


def test_names_of_path_parameters_and_security_schemes_are_no_matter_of_the_wire(tmp_path: Path) -> None:
    def of(name: str, scheme: str) -> dict[str, Any]:
        parameter = {"name": name, "in": "path", "required": True, "schema": {"type": "string"}}
        get: dict[str, Any] = {
            "parameters": [parameter],
            "responses": {"204": {"description": ""}},
            "security": [{scheme: []}],
        }
        schemes = {scheme: {"type": "apiKey", "in": "header", "name": "X-Key"}}
        return document({f"/a/{{{name}}}": {"get": get}}, components={"securitySchemes": schemes})

    report = compare(of("id", "key"), of("itemId", "token"), tmp_path)
    assert [c for c in report.changes if c.channel == "wire"] == []


class Rewriter:
    """Rewrites schemas without changing what they mean."""

    def __init__(self, source: Random) -> None:
        self.source = source
        self.named: dict[str, Any] = {}

    def schema(self, schema: Any) -> Any:
        return schema if isinstance(schema, bool) or "$ref" in schema else self.rewritten(schema)

    def rewritten(self, schema: dict[str, Any]) -> dict[str, Any]:
        out = {key: self.inside(key, value) for key, value in self.shuffled(schema).items()}
        roll = self.source.random()
        if roll < 0.2:
            return {"allOf": [out]}
        if roll < 0.3 and "unevaluatedProperties" not in out and "additionalProperties" not in out:
            return self.halves(out)
        if roll < 0.5:
            name = f"Shared{len(self.named)}"
            self.named[name] = out
            return {"$ref": f"#/components/schemas/{name}"}
        return out

    def halves(self, schema: dict[str, Any]) -> dict[str, Any]:
        """Keywords that do not look at each other, on two branches."""
        tied = {
            "if",
            "then",
            "else",
            "items",
            "prefixItems",
            "contains",
            "minContains",
            "maxContains",
            "unevaluatedItems",
        }
        free = [key for key in schema if key not in tied and self.source.random() < 0.5]
        return {"allOf": [{k: schema[k] for k in free}, {k: v for k, v in schema.items() if k not in free}]}

    def inside(self, keyword: str, value: Any) -> Any:
        if keyword in {"properties", "patternProperties", "dependentSchemas"}:
            return {name: self.schema(inner) for name, inner in self.shuffled(value).items()}
        if keyword in {"allOf", "anyOf", "oneOf"}:
            return self.list_of([self.schema(inner) for inner in value])
        if keyword == "prefixItems":
            return [self.schema(inner) for inner in value]
        if keyword in {"items", "contains", "not", "if", "then", "else", "propertyNames"}:
            return self.schema(value)
        if keyword in {"required", "enum"}:
            return self.list_of(value)
        return value

    def shuffled(self, mapping: dict[str, Any]) -> dict[str, Any]:
        return {key: mapping[key] for key in self.list_of(list(mapping))}

    def list_of(self, values: list[Any]) -> list[Any]:
        return self.source.sample(values, len(values))


@pytest.mark.parametrize("seed", range(150))
def test_random_rewrites_are_no_change(seed: int, tmp_path: Path) -> None:
    source = Random(seed)
    schemas = Schemas(source, ("R",))
    root, named = schemas.schema(), schemas.schema(2)
    rewriter = Rewriter(source)
    again = rewriter.schema(copy.deepcopy(root))
    make = body if seed % 2 else response
    old, new = make(root, R=named), make(again, R=named, **rewriter.named)
    assert [c.message for c in compare(old, new, tmp_path).changes] == [], (root, again)
