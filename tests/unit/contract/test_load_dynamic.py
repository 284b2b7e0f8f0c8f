"""``$dynamicRef`` becomes plain references that mean the same."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import jsonschema_rs
import pytest

from accord.bundle import bundle
from accord.contract.json_schema import definition_ref, definitions_document
from accord.contract.load import Loaded, load_api
from accord.contract.schema import Ref
from accord.source.document import read_document

SUITE = Path(__file__).parents[4] / "shared" / "jsonschema" / "tests" / "draft2020-12"


def load(folder: Path, schemas: dict[str, Any], **files: Any) -> Loaded:  # Any: JSON
    document = {
        "openapi": "3.1.0",
        "info": {"title": "T", "version": "1"},
        "paths": {},
        "components": {"schemas": schemas},
    }
    for name, text in {"openapi": document, **files}.items():
        path = folder / "v1" / f"{name}.json"
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_text(json.dumps(text), encoding="utf-8")
    return load_api(read_document(folder / "v1" / "openapi.json", root=folder), name="v1")


def accepts(loaded: Loaded, name: str, value: object) -> bool:
    document = {**definitions_document(loaded.api.schemas), "$ref": definition_ref(name)}
    return jsonschema_rs.Draft202012Validator(document).is_valid(value)


LIST = {
    "$id": "list",
    "type": "array",
    "items": {"$dynamicRef": "#T"},
    "$defs": {"any": {"$dynamicAnchor": "T"}},
}
STRINGS = {"$id": "strings", "$ref": "list", "$defs": {"own": {"$dynamicAnchor": "T", "type": "string"}}}
NUMBERS = {"$id": "numbers", "$ref": "list", "$defs": {"own": {"$dynamicAnchor": "T", "type": "number"}}}


def test_each_schema_that_extends_a_generic_one_has_its_own_items(tmp_path: Path) -> None:
    loaded = load(tmp_path, {"List": LIST, "Strings": STRINGS, "Numbers": NUMBERS})
    assert loaded.diagnostics == ()
    assert [accepts(loaded, name, ["a"]) for name in ("List", "Strings", "Numbers")] == [True, True, False]
    assert [accepts(loaded, name, [1]) for name in ("List", "Strings", "Numbers")] == [True, False, True]
    copies = {name for name in loaded.api.schemas if "." in name and name.endswith(".List")}
    assert copies == {"Strings.List", "Numbers.List"}
    assert not any(loaded.api.schemas[name].component for name in copies)


def test_a_schema_that_extends_a_generic_one_may_stand_in_a_body(tmp_path: Path) -> None:
    body = {"content": {"application/json": {"schema": STRINGS}}}
    document = {
        "openapi": "3.1.0",
        "info": {"title": "T", "version": "1"},
        "paths": {"/a": {"post": {"operationId": "a", "requestBody": body, "responses": {}}}},
        "components": {"schemas": {"List": LIST}},
    }
    path = tmp_path / "openapi.json"
    path.write_text(json.dumps(document), encoding="utf-8")
    loaded = load_api(read_document(path, root=tmp_path), name="v1")
    declared = loaded.api.operations[0].body
    assert declared is not None
    schema = declared.content[0].schema
    assert isinstance(schema, Ref)
    assert accepts(loaded, schema.target, ["a"])
    assert not accepts(loaded, schema.target, [1])


@pytest.mark.parametrize("with_id", [True, False])
def test_a_recursive_schema_is_extended_at_every_level(tmp_path: Path, with_id: bool) -> None:
    """Without an ``$id`` both anchors stand in one resource, where JSON Schema does not say which one is meant."""
    tree = {
        "$dynamicAnchor": "node",
        "type": "object",
        "properties": {"data": True, "children": {"type": "array", "items": {"$dynamicRef": "#node"}}},
    }
    strict = {
        "$dynamicAnchor": "node",
        "$ref": "tree" if with_id else "#/components/schemas/Tree",
        "unevaluatedProperties": False,
    }
    if with_id:
        tree, strict = {"$id": "tree", **tree}, {"$id": "strict", **strict}
    loaded = load(tmp_path, {"Tree": tree, "Strict": strict})
    assert loaded.diagnostics == ()
    typo = {"children": [{"daat": 1}]}
    assert accepts(loaded, "Tree", typo)
    assert not accepts(loaded, "Strict", typo)
    assert accepts(loaded, "Strict", {"children": [{"data": 1, "children": []}]})


def test_the_outermost_schema_decides_through_several_files(tmp_path: Path) -> None:
    middle = {"$ref": "list.json", "$defs": {"own": {"$dynamicAnchor": "T", "type": "number"}}}
    outer = {"$ref": "middle.json", "$defs": {"own": {"$dynamicAnchor": "T", "type": "string"}}}
    files = {
        "list": {key: value for key, value in LIST.items() if key != "$id"},
        "middle": middle,
        "outer": outer,
    }
    loaded = load(tmp_path, {"Middle": {"$ref": "middle.json"}, "Outer": {"$ref": "outer.json"}}, **files)
    assert loaded.diagnostics == ()
    assert (accepts(loaded, "Middle", [1]), accepts(loaded, "Middle", ["a"])) == (True, False)
    assert (accepts(loaded, "Outer", [1]), accepts(loaded, "Outer", ["a"])) == (False, True)


def test_the_bundle_means_the_same(tmp_path: Path) -> None:
    strings = {key: value for key, value in STRINGS.items() if key != "$id"} | {"$ref": "list.json"}
    files = {"list": {key: value for key, value in LIST.items() if key != "$id"}, "strings": strings}
    loaded = load(tmp_path, {"Strings": {"$ref": "strings.json"}}, **files)
    document = read_document(tmp_path / "v1" / "openapi.json", root=tmp_path)
    bundled = bundle(document, load_api(document, name="v1")).to_json()
    path = tmp_path / "bundled" / "openapi.json"
    path.parent.mkdir()
    path.write_text(bundled, encoding="utf-8")
    again = load_api(read_document(path, root=tmp_path), name="v1")
    assert [(accepts(item, "Strings", ["a"]), accepts(item, "Strings", [1])) for item in (loaded, again)] == [
        (True, False),
        (True, False),
    ]


def test_faults_of_a_schema_are_faults_of_its_copies(tmp_path: Path) -> None:
    broken = {**LIST, "minItems": "two"}
    loaded = load(tmp_path, {"List": broken, "Strings": STRINGS})
    assert [diagnostic.code for diagnostic in loaded.diagnostics] == ["structure-type"]
    assert not accepts(loaded, "Strings", [1])


def groups() -> list[dict[str, Any]]:
    path = SUITE / "dynamicRef.json"
    if not path.is_file():
        return []
    found: list[dict[str, Any]] = json.loads(path.read_text(encoding="utf-8"))
    return [data for data in found if "http://localhost" not in json.dumps(data["schema"])]


@pytest.mark.skipif(not SUITE.is_dir(), reason="JSON-Schema-Test-Suite is not beside the project")
@pytest.mark.parametrize("group", groups(), ids=lambda group: group["description"][:70])
def test_the_official_suite(tmp_path: Path, group: dict[str, Any]) -> None:
    schema = {key: value for key, value in group["schema"].items() if key != "$schema"}
    if "$id" not in schema:  # its own root stands deeper inside of a contract
        schema = json.loads(json.dumps(schema).replace('"#/$defs', '"#/components/schemas/X/$defs'))
    loaded = load(tmp_path, {"X": schema})
    seen = {test["description"]: accepts(loaded, "X", test["data"]) for test in group["tests"]}
    assert seen == {test["description"]: test["valid"] for test in group["tests"]}
