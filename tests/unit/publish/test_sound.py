"""No published form rejects what the contract allows; where it reports no loss, it allows nothing more."""

from __future__ import annotations

import json
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest

from accord.publish import Loss
from tests.unit.publish.oracle import Reader, published

SUITE = Path(__file__).parents[4] / "shared" / "jsonschema" / "tests" / "draft2020-12"
# Schemas that lean on documents or identifiers of their own: a contract has neither.
OUTSIDE = (
    "$id",
    "$anchor",
    "$dynamicRef",
    "$dynamicAnchor",
    "$vocabulary",
    "http://",
    'https://json-schema.org/draft/2020-12/schema"',
)


def groups() -> Iterator[tuple[str, Any, list[Any]]]:
    for file in sorted(SUITE.glob("*.json")):
        for group in json.loads(file.read_text(encoding="utf-8")):
            schema = group["schema"]
            if isinstance(schema, dict):
                schema = {key: value for key, value in schema.items() if key != "$schema"}
            text = json.dumps(schema)
            if any(word in text for word in OUTSIDE) or '"#' in text:
                continue
            yield f"{file.stem}: {group['description']}", schema, group["tests"]


GROUPS = list(groups())


def codes(losses: tuple[Loss, ...]) -> set[str]:
    return {loss.code for loss in losses}


@pytest.mark.skipif(not GROUPS, reason="../shared/jsonschema is not there")
def test_the_official_suite(tmp_path: Path) -> None:
    reader = Reader(tmp_path)
    wrong: list[str] = []
    exact = 0
    for name, schema, tests in GROUPS:
        forms = published({"Probe": schema})
        for label, data, losses in (
            ("3.1", forms.modern, codes(forms.losses)),
            ("3.0", forms.legacy, codes((*forms.losses, *forms.legacy_losses))),
        ):
            validator = reader.validator(data, "Probe")
            exact += not losses
            for test in tests:
                accepted = validator.is_valid(test["data"])
                if accepted == test["valid"] or (accepted and losses) or (not accepted and "null" in losses):
                    continue
                wrong.append(f"{label} {name}: {test['description']} {data['components']['schemas']}")
    assert wrong == []
    assert len(GROUPS) > 250
    assert exact > 400


ROWS: dict[str, tuple[Any, list[Any], list[Any]]] = {
    "two types": (
        {"type": ["string", "integer"], "minLength": 2, "minimum": 3},
        ["ab", 3],
        ["a", 2, None, 1.5],
    ),
    "two types beside anyOf": (
        {"type": ["string", "null"], "anyOf": [{"minLength": 2}, {"type": "null"}]},
        ["ab", None],
        ["a", 1],
    ),
    "a nullable enum": ({"type": ["string", "null"], "enum": ["a", None]}, ["a", None], ["b", 1]),
    "a nullable enum without null": ({"type": ["string", "null"], "enum": ["a"]}, ["a"], ["b", None]),
    "a const of another type": ({"type": ["string", "integer"], "const": 3}, [3], ["3", 4]),
    "number and integer": ({"type": ["integer", "number"], "maximum": 3}, [3, 1.5], [4, "1"]),
    "both bounds, exclusive tighter": ({"minimum": 1, "exclusiveMinimum": 1}, [1.5], [1, 0]),
    "both bounds, inclusive tighter": ({"minimum": 2, "exclusiveMinimum": 1}, [2], [1.5]),
    "if": (
        {"if": {"type": "string"}, "then": {"minLength": 2}, "else": {"type": "integer"}},
        ["ab", 3],
        ["a", 1.5],
    ),
    "dependent schema for objects only": (
        {"dependentSchemas": {"a": {"required": ["b"], "type": "object"}}},
        [{"a": 1, "b": 1}, {}, 3, "x"],
        [{"a": 1}],
    ),
    "contains for arrays only": ({"contains": {"const": 1}}, [[1, 2], "x", {}], [[], [2]]),
    "closed tuple": (
        {"type": "array", "prefixItems": [{"type": "string"}], "items": False},
        [["a"], []],
        [["a", "b"]],
    ),
    "false": ({"properties": {"a": False}}, [{}, 3], [{"a": 1}]),
    "unevaluated without applicators": (
        {"type": "object", "properties": {"a": {}}, "unevaluatedProperties": False},
        [{"a": 1}],
        [{"b": 1}],
    ),
}


@pytest.mark.parametrize("row", ROWS.values(), ids=ROWS.keys())
def test_rows(row: tuple[Any, list[Any], list[Any]], tmp_path: Path) -> None:
    schema, accepted, rejected = row
    forms = published({"Probe": schema})
    for data in (forms.modern, forms.legacy):
        validator = Reader(tmp_path).validator(data, "Probe")
        assert [value for value in accepted if not validator.is_valid(value)] == []
        assert [value for value in rejected if validator.is_valid(value)] == []


LOSSY: dict[str, tuple[Any, set[str], list[Any]]] = {
    "an open tuple": ({"prefixItems": [{"type": "string"}]}, {"tuple"}, [["a"], ["a", 2]]),
    "not over something wider": (
        {"not": {"prefixItems": [{"type": "string"}], "items": False}},
        {"tuple", "not"},
        [[1], ["a", "b"]],
    ),
    "oneOf over something wider": (
        {
            "oneOf": [
                {"type": "object", "propertyNames": {"maxLength": 1}},
                {"type": "object", "required": ["long"]},
            ]
        },
        {"property-names", "one-of"},
        [{"long": 1}, {"a": 1}],
    ),
    "a condition over something wider": (
        {
            "if": {"type": "object", "patternProperties": {"^x": {"type": "string"}}},
            "then": {"required": ["x"]},
        },
        {"pattern-properties", "if"},
        [{"x": "a"}, {"x": 1, "y": 2}, 3],
    ),
    "patterns beside a closed object": (
        {"patternProperties": {"^x": {"type": "string"}}, "additionalProperties": False},
        {"pattern-properties"},
        [{"x": "a"}, {}],
    ),
    "counted matches": (
        {"contains": {"const": 1}, "maxContains": 2, "minContains": 2},
        {"contains"},
        [[1, 1]],
    ),
    "unevaluated beside a reference to a tuple": (
        {
            "allOf": [{"$ref": "#/components/schemas/Tuple"}],
            "unevaluatedItems": False,
        },
        {"tuple", "unevaluated"},
        [["a"]],
    ),
    "unevaluated beside allOf": (
        {"allOf": [{"properties": {"a": {}}}], "unevaluatedProperties": False},
        {"unevaluated"},
        [{"a": 1}],
    ),
}


@pytest.mark.parametrize("row", LOSSY.values(), ids=LOSSY.keys())
def test_losses_are_told_and_only_widen(row: tuple[Any, set[str], list[Any]], tmp_path: Path) -> None:
    schema, expected, accepted = row
    more = {"Tuple": {"prefixItems": [{"type": "string"}]}} if "$ref" in json.dumps(schema) else {}
    forms = published({"Probe": schema, **more})
    assert codes((*forms.losses, *forms.legacy_losses)) == expected
    for data in (forms.modern, forms.legacy):
        validator = Reader(tmp_path).validator(data, "Probe")
        assert [value for value in accepted if not validator.is_valid(value)] == []
