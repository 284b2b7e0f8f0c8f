"""Whole trees: what a contract becomes on disk, and what stays the same."""

from __future__ import annotations

import ast
import hashlib
import json
import os
import subprocess
import sys
from pathlib import Path

import pytest

from accord.emit.python.generate import GenerateOptions, generate, package_names
from accord.emit.python.package import published
from accord.emit.tree import Tree, has_header
from tests.unit.emit.operations import generate_all, source, write_spec

SHARED = {
    "common/problem.yaml": """
        Problem: {type: object, required: [title], properties: {title: {type: string}}}
        """,
    "common/responses.yaml": """
        NotFound:
          description: There is none.
          content: {application/problem+json: {schema: {$ref: 'problem.yaml#/Problem'}}}
        Inline:
          description: Has a body of its own.
          content: {application/json: {schema: {type: object, properties: {n: {type: integer}}}}}
        """,
}
VERSION = """
    servers: [{{url: /api/{name}}}]
    x-accord-note: internal
    paths:
      /things/{{id}}:
        get:
          operationId: getThing
          tags: [Things]
          summary: Read a thing
          parameters: [{{name: id, in: path, required: true, schema: {{type: integer}}}}]
          responses:
            '200': {{description: ok, content: {{application/json: {{schema: {{$ref: '#/components/schemas/Thing'}}}}}}}}
            '{status}': {{$ref: '../common/responses.yaml#/NotFound'}}
            '409': {{$ref: '../common/responses.yaml#/Inline'}}
    components:
      schemas:
        Thing:
          type: object
          x-accord-hidden: true
          properties: {{x-accord-name: {{type: string}}, name: {{type: string, example: {{x-accord-kept: 1}}}}}}
    """


def two_versions(folder: Path) -> Tree:
    write_spec(
        folder,
        {
            **SHARED,
            "v1/openapi.yaml": VERSION.format(name="v1", status="404"),
            "v2/openapi.yaml": VERSION.format(name="v2", status="410"),
        },
    )
    return generate_all(folder, "v1", "v2").tree


def test_every_file_of_the_layout_is_there_and_names_its_source(tmp_path: Path) -> None:
    tree = two_versions(tmp_path)
    for name in ("v1", "v2"):
        for file in ("__init__", "protocols", "responses", "routers", "security", "models/__init__"):
            assert has_header(tree[f"{name}/{file}.py"]), file
            assert f"spec/{name}/" in tree[f"{name}/{file}.py"].splitlines()[0]
        for file in ("py.typed", "manifest.json", "openapi.json", "guard.json"):
            assert f"{name}/{file}" in tree
    assert "common/models/problem.py" in tree
    assert "spec/common/" in tree["common/responses.py"].splitlines()[0]
    for path, text in tree.items():
        if path.endswith(".py"):
            ast.parse(text)


def test_a_common_response_is_one_class_for_all_versions(tmp_path: Path) -> None:
    tree = two_versions(tmp_path)
    assert "class NotFound(ErrorResponse)" in tree["common/responses.py"]
    assert "class NotFound" not in tree["v1/responses.py"]
    assert "NotFound as NotFound" in tree["v1/responses.py"]
    assert "status: int\n" in tree["common/responses.py"], "404 in one version and 410 in the other"
    assert "class Inline(ErrorResponse)" in tree["v1/responses.py"], (
        "its inline object is a model of the version"
    )
    assert "Inline" not in tree["common/responses.py"]


def test_the_published_contract_has_no_internal_extensions_and_loses_nothing_else(tmp_path: Path) -> None:
    document = json.loads(two_versions(tmp_path)["v1/openapi.json"])
    assert "x-accord-note" not in document
    thing = document["components"]["schemas"]["Thing"]
    assert "x-accord-hidden" not in thing
    assert list(thing["properties"]) == ["x-accord-name", "name"]
    assert thing["properties"]["name"]["example"] == {"x-accord-kept": 1}


def test_half_of_a_surrogate_pair_is_published_as_an_escape() -> None:
    text = published({"info": {"title": "a \ud800 b é"}})
    assert "\\ud800" in text
    assert "é" in text
    assert json.loads(text)["info"]["title"] == "a \ud800 b é"
    text.encode()


def test_the_manifest_lists_every_file_and_every_part_of_the_contract(tmp_path: Path) -> None:
    tree = two_versions(tmp_path)
    manifest = json.loads(tree["v1/manifest.json"])
    own = {path.removeprefix("v1/") for path in tree if path.startswith("v1/")} - {"manifest.json"}
    assert set(manifest["files"]) == own
    assert set(manifest["contract"]) == {"common/problem.yaml", "common/responses.yaml", "v1/openapi.yaml"}
    assert manifest["files"]["guard.json"] == hashlib.sha256(tree["v1/guard.json"].encode()).hexdigest()
    assert set(json.loads(tree["common/manifest.json"])["contract"]) == {
        "common/problem.yaml",
        "common/responses.yaml",
    }


def test_one_changed_description_touches_only_its_own_lines(tmp_path: Path) -> None:
    before = two_versions(tmp_path)
    path = tmp_path / "v1/openapi.yaml"
    path.write_text(path.read_text().replace("Read a thing", "Read one thing"))
    after = generate_all(tmp_path, "v1", "v2").tree
    assert set(before) == set(after)
    changed = {path for path in before if before[path] != after[path]}
    assert changed == {"v1/protocols.py", "v1/openapi.json", "v1/manifest.json"}
    old, new = before["v1/protocols.py"].splitlines(), after["v1/protocols.py"].splitlines()
    assert [(a.strip(), b.strip()) for a, b in zip(old, new, strict=True) if a != b] == [
        ("Read a thing", "Read one thing")
    ]


def test_the_same_bytes_under_any_hash_seed(tmp_path: Path) -> None:
    write_spec(tmp_path, {**SHARED, "v1/openapi.yaml": VERSION.format(name="v1", status="404")})
    script = (
        "import sys, hashlib, pathlib\n"
        "from tests.unit.emit.operations import generate_all\n"
        "tree = generate_all(pathlib.Path(sys.argv[1])).tree\n"
        "print(hashlib.sha256(repr(list(tree.items())).encode()).hexdigest())\n"
    )
    digests = {
        subprocess.run(
            [sys.executable, "-c", script, str(tmp_path)],
            env={**os.environ, "PYTHONHASHSEED": seed, "PYTHONPATH": os.pathsep.join(sys.path)},
            capture_output=True,
            check=True,
            text=True,
        ).stdout
        for seed in ("1", "2")
    }
    assert len(digests) == 1


def test_text_of_a_contract_never_becomes_code(tmp_path: Path) -> None:
    evil = '''a """ + open(r"x", "w").write("") or """ \\\\'''
    quoted = json.dumps(evil)
    write_spec(
        tmp_path,
        {
            "v1/openapi.yaml": f"""
            openapi: 3.1.1
            info: {{title: {quoted}, version: '1'}}
            tags: [{{name: {quoted}, description: {quoted}}}]
            servers: [{{url: "/a'b"}}]
            security: [{{{quoted}: []}}]
            paths:
              {quoted.replace("a ", "/a ", 1)}:
                get:
                  operationId: {quoted}
                  summary: {quoted}
                  description: {quoted}
                  tags: [{quoted}]
                  parameters:
                    - {{name: {quoted}, in: query, description: {quoted}, schema: {{type: string, enum: [{quoted}], default: {quoted}}}}}
                  requestBody:
                    description: {quoted}
                    content: {{application/json: {{schema: {{type: object, properties: {{{quoted}: {{}}}}}}}}}}
                  responses:
                    '201':
                      description: {quoted}
                      headers: {{{quoted}: {{required: true, description: {quoted}, schema: {{type: string}}}}}}
                      content: {{application/json: {{schema: {{$ref: '#/components/schemas/evil'}}}}}}
                    default: {{$ref: '#/components/responses/evil'}}
            components:
              schemas: {{evil: {{title: {quoted}, description: {quoted}, type: object}}}}
              responses: {{evil: {{description: {quoted}}}}}
              securitySchemes: {{{quoted}: {{type: apiKey, in: query, name: {quoted}, description: {quoted}}}}}
            """
        },
    )
    result = generate_all(tmp_path)
    (operation,) = result.versions[0].operations
    assert not operation.declared.unsupported, operation.declared.unsupported
    for path, text in result.tree.items():
        if path.endswith(".py"):
            names = {node.id for node in ast.walk(ast.parse(text)) if isinstance(node, ast.Name)}
            assert "open" not in names, path
    assert not (tmp_path / "x").exists()


@pytest.mark.parametrize(
    ("names", "packages"),
    [
        (["v1", "v2"], ("v1", "v2")),
        (["oai-v3.0-petstore", "2", "class", "common"], ("oai_v3_0_petstore", "api_2", "class_", "common2")),
        (["a-b", "a.b"], ("a_b", "a_b2")),
    ],
)
def test_packages_have_names_that_can_be_imported(names: list[str], packages: tuple[str, ...]) -> None:
    assert package_names(names) == packages


def test_formats_may_only_annotate(tmp_path: Path) -> None:
    write_spec(
        tmp_path,
        {
            "v1/openapi.yaml": """
            paths:
              /a:
                get:
                  operationId: a
                  parameters: [{name: day, in: query, schema: {type: string, format: date}}]
                  responses: {'204': {description: ok}}
            """
        },
    )
    strict = generate([source(tmp_path)]).tree["v1/guard.json"]
    lax = generate([source(tmp_path)], GenerateOptions(formats="annotate")).tree["v1/guard.json"]
    assert '"format": "date"' in strict
    assert "format" not in lax


def test_a_contract_without_operations_is_a_package_that_installs_nothing(tmp_path: Path) -> None:
    write_spec(tmp_path, {"v1/openapi.yaml": "paths: {}\n"})
    tree = generate_all(tmp_path).tree
    assert "def install(" in tree["v1/routers.py"]
    assert "security" not in tree["v1/routers.py"].replace(".security", "")
    assert "common/__init__.py" not in tree
