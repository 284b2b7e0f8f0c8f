"""The rearranged official schemas accept and reject what the schemas as shipped do."""

from __future__ import annotations

import copy
import json
import random
from importlib.resources import files
from typing import Any

import pytest
import yaml
from jsonschema_rs import Draft4Validator, Draft202012Validator

from accord.contract.model import SpecVersion
from accord.lint import structure_schema
from tests.unit.lint.scenarios import scenarios

JUNK: tuple[Any, ...] = (
    None,
    True,
    0,
    "x",
    [],
    {},
    ["x"],
    {"x": 1},
    {"$ref": "#/x"},
    {"type": "http"},
    {"in": "path"},
)


def _shipped(version: SpecVersion) -> Draft4Validator | Draft202012Validator:
    path = structure_schema._RESOURCE.format(version=version)
    schema = json.loads(files("openapi_spec_validator").joinpath(path).read_text("utf-8"))
    kind = Draft4Validator if version == "3.0" else Draft202012Validator
    return kind(schema, validate_formats=False)


def _arranged(version: SpecVersion) -> Draft202012Validator:
    if version == "3.0":
        return Draft202012Validator(structure_schema.official_schema(version), validate_formats=False)
    path = structure_schema._RESOURCE.format(version=version)
    schema = json.loads(files("openapi_spec_validator").joinpath(path).read_text("utf-8"))
    arranged = structure_schema._arrange_31(schema)
    assert isinstance(arranged, dict)
    return Draft202012Validator(arranged, validate_formats=False)


def _documents(version: SpecVersion, amount: int) -> list[Any]:
    seeds = [yaml.safe_load(scenario.text) for scenario in scenarios()]
    picked = random.Random(7)
    found = [{**seed, "openapi": f"{version}.0"} for seed in seeds if isinstance(seed, dict)]
    return [*found, *(_mutated(picked.choice(found), picked) for _ in range(amount))]


def _mutated(document: Any, picked: random.Random) -> Any:  # Any: arbitrary YAML data
    document = copy.deepcopy(document)
    for _ in range(picked.randint(1, 3)):
        node = document
        while isinstance(node, dict | list) and node:
            key = picked.choice(list(node)) if isinstance(node, dict) else picked.randrange(len(node))
            if not isinstance(node[key], dict | list) or picked.random() < 0.25:
                node[key] = copy.deepcopy(picked.choice(JUNK))
                break
            node = node[key]
    return document


@pytest.mark.parametrize("version", ["3.0", "3.1", "3.2"])
def test_the_arrangement_means_the_same(version: SpecVersion) -> None:
    shipped, arranged = _shipped(version), _arranged(version)
    verdicts = set()
    for document in _documents(version, 1500):
        data = json.loads(json.dumps(document, default=str))
        verdict = shipped.is_valid(data)
        verdicts.add(verdict)
        assert arranged.is_valid(data) == verdict, json.dumps(data)
    assert verdicts == {True, False}


def test_schema_objects_are_checked_since_3_1() -> None:
    for version in ("3.1", "3.2"):
        document = {"openapi": f"{version}.0", "info": {"title": "T", "version": "1"}, "paths": {}}
        inner = {"type": "object", "properties": {"a": {"minLength": "1"}}}
        broken = {**document, "components": {"schemas": {"A": inner}}}
        assert structure_schema.validator(version).is_valid(document)
        assert not structure_schema.validator(version).is_valid(broken)
