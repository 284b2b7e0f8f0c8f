"""JSON-Schema-Test-Suite, draft 2020-12: conversion loses nothing, and types read and write what it allows."""

from __future__ import annotations

import json
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import jsonschema_rs
import pytest
from pydantic import TypeAdapter, ValidationError

from accord.contract.json_schema import definition_ref, definitions_document
from accord.contract.load import load_api
from accord.contract.model import Api
from accord.emit.python.pytype import MODELS_IMPORT
from accord.emit.python.types import SchemaTypes
from accord.source.document import read_document
from tests.unit.emit.schemas import imported, ref

SUITE = Path(__file__).parents[4] / "shared" / "jsonschema" / "tests" / "draft2020-12"
OUT_OF_SCOPE = ("$id", "$anchor", "$dynamicRef", "$dynamicAnchor", "$vocabulary")
"""Keywords that name schemas: they belong to the reader, and need the remote schemas of the suite."""

pytestmark = pytest.mark.skipif(not SUITE.is_dir(), reason="JSON-Schema-Test-Suite is not beside the project")


def keywords(schema: object) -> Iterator[str]:
    match schema:
        case dict():
            yield from schema
            for value in schema.values():
                yield from keywords(value)
        case list():
            for value in schema:
                yield from keywords(value)
        case _:
            pass


def moved(schema: object) -> Any:  # Any: JSON
    """*schema* with its references to itself as they have to be inside of a contract."""
    match schema:
        case dict():
            out: dict[str, object] = {}
            for key, value in schema.items():
                if key == "$ref" and isinstance(value, str) and value.startswith("#"):
                    out[key] = "#/components/schemas/X" + value[1:]
                elif key in {"enum", "const"}:
                    out[key] = value
                elif key != "$schema":
                    out[key] = moved(value)
            return out
        case list():
            return [moved(value) for value in schema]
        case _:
            return schema


def groups() -> Iterator[tuple[str, dict[str, Any]]]:
    for path in sorted(SUITE.glob("*.json")):
        for group in json.loads(path.read_text(encoding="utf-8")):
            found = set(keywords(group["schema"]))
            if not found & set(OUT_OF_SCOPE) and "http" not in json.dumps(moved(group["schema"])):
                yield f"{path.stem}: {group['description']}", group


def contract(folder: Path, schema: object) -> Api:
    document = {
        "openapi": "3.1.0",
        "info": {"title": "T", "version": "1"},
        "paths": {},
        "components": {"schemas": {"X": moved(schema)}},
    }
    path = folder / "v1" / "openapi.json"
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_text(json.dumps(document), encoding="utf-8")
    return load_api(read_document(path, root=folder), name="v1").api


@pytest.mark.slow
def test_conversion_is_lossless(tmp_path: Path) -> None:
    wrong: list[str] = []
    total = 0
    for name, group in groups():
        api = contract(tmp_path, group["schema"])
        document = {**definitions_document(api.schemas), "$ref": definition_ref("X")}
        validator = jsonschema_rs.Draft202012Validator(document, validate_formats=False)
        for case in group["tests"]:
            total += 1
            if validator.is_valid(case["data"]) is not case["valid"]:
                wrong.append(f"{name}: {case['description']}")

    assert wrong == []
    assert total > 1100


@pytest.mark.slow
def test_types_take_what_is_valid_and_give_it_back_valid(tmp_path: Path) -> None:
    wrong: list[str] = []
    total = 0
    for number, (name, group) in enumerate(groups()):
        api = contract(tmp_path / str(number), group["schema"])
        types = SchemaTypes(api)
        annotation = types.annotation(ref("X"), view="response", name="N")
        with imported(tmp_path / str(number), types) as models:
            names: dict[str, Any] = {"models": models}
            exec("\n".join(annotation.imports - {MODELS_IMPORT}), names)
            adapter = TypeAdapter[Any](eval(annotation.expr, names))
            document = {**definitions_document(api.schemas), "$ref": definition_ref("X")}
            validator = jsonschema_rs.Draft202012Validator(document, validate_formats=False)
            for case in group["tests"]:
                if not validator.is_valid(case["data"]):
                    continue
                total += 1
                try:
                    value = adapter.validate_python(case["data"], by_alias=True, by_name=False)
                    sent = adapter.dump_python(value, mode="json", by_alias=True)
                    if not validator.is_valid(sent):
                        wrong.append(f"{name}: {case['description']}: {case['data']} came out as {sent}")
                except ValidationError as error:
                    wrong.append(
                        f"{name}: {case['description']}: {json.dumps(group['schema'])}: {error.errors()[0]['msg']}"
                    )

    assert wrong == []
    assert total > 500
