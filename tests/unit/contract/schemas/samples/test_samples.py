"""Samples satisfy their schema by a validator that had no part in drawing them, and repeat for the same seed."""

from __future__ import annotations

import json
import subprocess
import sys
from pathlib import Path
from random import Random
from typing import Any

import jsonschema_rs
import pytest

from accord.contract.load import load_api
from accord.contract.model import Api
from accord.contract.schemas.patterns import PatternError, parse_pattern
from accord.contract.schemas.samples import NoSampleError, Sampler
from accord.contract.schemas.samples.patterns import draw_match
from accord.source.document import read_document

ROOT = Path(__file__).resolve().parents[5]
CORPUS = ROOT.parent / "shared" / "corpus" / "specs"


def api_of(folder: Path, schemas: dict[str, Any]) -> Api:
    file = folder / "openapi.json"
    data = {
        "openapi": "3.1.0",
        "info": {"title": "t", "version": "1"},
        "paths": {},
        "components": {"schemas": schemas},
    }
    file.write_text(json.dumps(data))
    return load_api(read_document(file), name="t").api


def samples(folder: Path, schema: Any, count: int = 12, **others: Any) -> list[Any]:
    api = api_of(folder, {"X": schema, **others})
    sampler = Sampler(api.schemas)
    target = api.schemas["X"].schema
    return [
        sampler.sample(target, seed=str(seed), dynamic=dynamic)
        for seed in range(count)
        for dynamic in (False, True)
    ]


SCHEMAS: dict[str, Any] = {
    "integer in bounds": {"type": "integer", "minimum": 7, "exclusiveMaximum": 9},
    "below zero": {"type": "number", "maximum": -3.5},
    "multiple": {"type": "number", "multipleOf": 0.01, "minimum": 0.1, "maximum": 0.2},
    "two multiples": {"allOf": [{"type": "integer", "multipleOf": 4}, {"multipleOf": 6}, {"minimum": 30}]},
    "narrow": {"type": "number", "exclusiveMinimum": 1, "exclusiveMaximum": 1.0001},
    "int32": {"type": "integer", "format": "int32", "minimum": 2147483640},
    "length": {"type": "string", "minLength": 70, "maxLength": 72},
    "one character": {"type": "string", "minLength": 1, "maxLength": 1},
    "empty": {"type": "string", "maxLength": 0},
    "pattern and length": {
        "type": "string",
        "pattern": "^[a-z][a-z0-9-]+$",
        "minLength": 40,
        "maxLength": 44,
    },
    "two patterns": {"allOf": [{"pattern": "^[a-f0-9]+$"}, {"type": "string", "pattern": "^.{6}$"}]},
    "look ahead": {"type": "string", "pattern": "^(?!api)[a-z]{3}$"},
    "words": {"type": "string", "pattern": "^(red|green|blue)(-(light|dark))?$"},
    "unanchored": {"type": "string", "pattern": "[0-9]{4}", "minLength": 4},
    "unicode": {"type": "string", "pattern": r"^\p{Lu}\p{L}*$"},
    "unique": {"type": "array", "items": {"enum": [1, 1.0, 2, 3]}, "uniqueItems": True, "minItems": 3},
    "contains": {
        "type": "array",
        "items": {"type": "integer"},
        "contains": {"minimum": 5, "maximum": 5},
        "minContains": 2,
    },
    "tuple": {
        "type": "array",
        "prefixItems": [{"type": "string"}, {"type": "integer"}],
        "items": False,
        "minItems": 2,
    },
    "unevaluated items": {
        "allOf": [{"prefixItems": [{"const": 1}]}],
        "type": "array",
        "unevaluatedItems": False,
        "minItems": 1,
    },
    "all of": {
        "allOf": [
            {"type": "object", "required": ["a"], "properties": {"a": {"type": "integer", "minimum": 3}}},
            {"properties": {"a": {"maximum": 4}, "b": {"type": "string"}}, "required": ["b"]},
        ]
    },
    "closed with an optional foreigner": {
        "allOf": [
            {"type": "object", "properties": {"a": {"type": "integer"}, "b": {"type": "integer"}}},
            {"properties": {"a": True}, "additionalProperties": False},
        ]
    },
    "exactly one": {
        "oneOf": [
            {"type": "object", "properties": {"a": {"type": "string"}}, "required": ["a"]},
            {
                "type": "object",
                "properties": {"a": {"type": "string"}, "b": {"type": "integer"}},
                "required": ["a"],
            },
        ]
    },
    "exactly one number": {
        "oneOf": [{"type": "integer", "multipleOf": 3}, {"type": "integer", "multipleOf": 2}]
    },
    "any of": {"anyOf": [{"type": "null"}, {"type": "string", "format": "uuid"}]},
    "not": {"type": "integer", "minimum": 1, "maximum": 3, "not": {"const": 2}},
    "if": {
        "type": "object",
        "required": ["kind"],
        "properties": {"kind": {"enum": ["a", "b"]}, "x": {}},
        "if": {"properties": {"kind": {"const": "a"}}},
        "then": {"required": ["x"], "properties": {"x": {"type": "integer"}}},
        "else": {"properties": {"x": False}},
    },
    "dependent": {
        "type": "object",
        "properties": {"card": {"type": "string"}, "address": {"type": "string"}, "vat": {}},
        "dependentRequired": {"card": ["address"]},
        "dependentSchemas": {"vat": {"required": ["country"], "properties": {"country": {"const": "KR"}}}},
    },
    "unevaluated": {
        "type": "object",
        "anyOf": [
            {"properties": {"a": {"const": 1}}, "required": ["a"]},
            {"properties": {"b": {"const": 2}}},
        ],
        "unevaluatedProperties": False,
    },
    "names": {
        "type": "object",
        "propertyNames": {"pattern": "^[a-z]{3}_[0-9]$"},
        "additionalProperties": {"type": "integer"},
        "minProperties": 3,
    },
    "pattern properties": {
        "type": "object",
        "patternProperties": {"^x-": {"type": "boolean"}},
        "additionalProperties": False,
        "minProperties": 2,
    },
    "few properties": {
        "type": "object",
        "properties": {"a": {}, "b": {}, "c": {}},
        "required": ["c"],
        "maxProperties": 1,
    },
    "map": {"type": "object", "additionalProperties": {"type": "array", "items": {"type": "string"}}},
    "types": {"type": ["string", "null", "integer"], "minimum": 5, "minLength": 3},
    "enum of objects": {"enum": [{"a": 1}, {"a": 2}], "not": {"const": {"a": 1}}},
    "anything": {},
    "const": {"const": {"deep": [1, None]}},
    "recursive": {
        "type": "object",
        "required": ["v"],
        "properties": {"v": {"type": "integer"}, "next": {"$ref": "#/components/schemas/X"}},
    },
    "recursive union": {
        "oneOf": [
            {"type": "integer"},
            {"type": "array", "items": {"$ref": "#/components/schemas/X"}, "minItems": 1},
        ]
    },
    "references": {"$ref": "#/components/schemas/Y"},
}
OTHERS: dict[str, Any] = {
    "Y": {"type": "object", "required": ["z"], "properties": {"z": {"$ref": "#/components/schemas/Z"}}},
    "Z": {"type": "string", "format": "date-time"},
}


def check(schema: Any, value: Any, others: dict[str, Any]) -> None:
    document = {"components": {"schemas": {"X": schema, **others}}, "$ref": "#/components/schemas/X"}
    jsonschema_rs.Draft202012Validator(document, validate_formats=True).validate(value)


@pytest.mark.parametrize("name", SCHEMAS)
def test_samples_are_valid(tmp_path: Path, name: str) -> None:
    for value in samples(tmp_path, SCHEMAS[name], **OTHERS):
        check(SCHEMAS[name], value, OTHERS)


def test_the_same_seed_gives_the_same_value_in_another_process(tmp_path: Path) -> None:
    program = (
        "import sys; from pathlib import Path; from tests.unit.contract.schemas.samples.test_samples import *;"
        "print([samples(Path(sys.argv[1]), SCHEMAS[n], 3, **OTHERS) for n in SCHEMAS])"
    )
    runs = [
        subprocess.run(
            [sys.executable, "-c", program, str(tmp_path)],
            capture_output=True,
            text=True,
            check=True,
            cwd=ROOT,
            env={"PYTHONHASHSEED": seed, "PYTHONPATH": f"{ROOT / 'tools'}:{ROOT}"},
        ).stdout
        for seed in ("1", "2")
    ]
    assert runs[0] == runs[1]
    assert len(runs[0]) > 1000


def test_different_seeds_give_different_values(tmp_path: Path) -> None:
    assert len(set(samples(tmp_path, {"type": "string", "format": "uuid"}))) > 10


def test_examples_come_first_unless_they_are_wrong_or_not_wanted(tmp_path: Path) -> None:
    schema = {
        "type": "object",
        "required": ["name", "age", "size"],
        "properties": {
            "name": {"type": "string", "examples": ["Ada"]},
            "age": {"type": "integer", "examples": ["not a number", 36]},
            "size": {"type": "integer", "default": 5},
        },
    }
    first, dynamic = samples(tmp_path, schema, 1)
    assert first == {"name": "Ada", "age": 36, "size": 5}
    assert dynamic["name"] != "Ada"


def test_a_view_hides_what_it_does_not_show(tmp_path: Path) -> None:
    schema = {
        "type": "object",
        "required": ["id", "password", "name"],
        "properties": {
            "id": {"type": "integer", "readOnly": True},
            "password": {"type": "string", "writeOnly": True},
            "name": {"type": "string"},
        },
    }
    api = api_of(tmp_path, {"X": schema})
    target = api.schemas["X"].schema
    assert set(Sampler(api.schemas).sample(target, seed="1")) == {"id", "name"}  # type: ignore[arg-type]
    request = Sampler(api.schemas, view="request").sample(target, seed="1")
    assert set(request) == {"password", "name"}  # type: ignore[arg-type]


def test_a_discriminator_names_the_branch(tmp_path: Path) -> None:
    pet = {"type": "object", "required": ["kind"], "properties": {"kind": {"type": "string"}}}
    union = {
        "oneOf": [{"$ref": "#/components/schemas/Cat"}, {"$ref": "#/components/schemas/Dog"}],
        "discriminator": {"propertyName": "kind", "mapping": {"meow": "#/components/schemas/Cat"}},
    }
    cat = {"allOf": [pet, {"required": ["claws"], "properties": {"claws": {"type": "integer"}}}]}
    dog = {
        "allOf": [pet, {"required": ["bone"], "properties": {"bone": {"type": "integer"}, "claws": False}}]
    }
    for value in samples(tmp_path, union, Cat=cat, Dog=dog):
        assert value["kind"] == ("meow" if "claws" in value else "Dog")


@pytest.mark.parametrize(
    ("schema", "reason"),
    [
        (False, "no value satisfies"),
        (
            {"type": "object", "required": ["x"], "properties": {"x": {"$ref": "#/components/schemas/X"}}},
            "finite",
        ),
        ({"allOf": [{"type": "string"}, {"type": "integer"}]}, "types exclude each other"),
        ({"type": "integer", "minimum": 5, "maximum": 4}, "no number lies within the bounds"),
        ({"oneOf": [{"type": "string"}, {"type": "string"}]}, "more than one"),
        ({"type": "string", "pattern": "^a+$", "enum": ["b"]}, "does not match"),
        (
            {"type": "array", "items": {"const": 1}, "uniqueItems": True, "minItems": 2},
            "not enough different",
        ),
    ],
)
def test_what_has_no_sample_says_why(tmp_path: Path, schema: Any, reason: str) -> None:
    with pytest.raises(NoSampleError, match=reason):
        samples(tmp_path, schema, 1)


@pytest.mark.parametrize("pattern", ["(", "[a", "a)", "[z-a]", r"\p{Klingon}", "(?<n", r"\u12"])
def test_a_pattern_that_cannot_be_read_is_told(pattern: str) -> None:
    with pytest.raises(PatternError):
        parse_pattern(pattern)


@pytest.mark.parametrize(
    "pattern",
    [
        r"^(?<y>\d{4})-\1$",
        r"^\x41\u{1F600}\cA\t$",
        r"^[^\W\d_]+$",
        r"^[\]\-a]{3}$",
        "^a{2,}b{0,3}?$",
    ],
)
def test_strings_match_the_pattern_that_they_are_drawn_from(pattern: str) -> None:
    tree = parse_pattern(pattern)
    validator = jsonschema_rs.Draft202012Validator({"pattern": pattern})
    assert all(validator.is_valid(draw_match(tree, Random(seed), seed)) for seed in range(8))


def test_what_only_javascript_reads_is_read_as_it_does() -> None:
    assert draw_match(parse_pattern("x{,2}"), Random(1), 3) == "x{,2}"
    first, second = draw_match(parse_pattern(r"(?<y>\d{4})-\k<y>"), Random(1), 0).split("-")
    assert first == second


@pytest.mark.parametrize(
    "name",
    [
        "oai-v3.0-petstore.yaml",
        "rm31-train-travel.yaml",
        "spotify.yaml",
        "heyapi-full31.yaml",
        "ag-vimeo.json",
    ],
)
def test_every_response_of_real_contracts_has_samples(name: str) -> None:
    if not CORPUS.is_dir():
        pytest.skip("the corpus of real contracts, ../shared/corpus, is not on this machine")
    api = load_api(read_document(CORPUS / name), name="x").api
    sampler = Sampler(api.schemas)
    contents = [c for o in api.operations for r in o.responses for c in r.content if c.schema is not None]
    assert contents
    for number, content in enumerate(contents):
        assert content.schema is not None
        sampler.sample(content.schema, seed=str(number))
