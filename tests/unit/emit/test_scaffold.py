"""Scaffolds: written once, answering 501, and never in the way of what a developer wrote."""

from __future__ import annotations

import ast
import importlib
import re
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path

import pytest
from fastapi import FastAPI
from fastapi.testclient import TestClient

from accord.emit.python.format import ruff_command
from accord.emit.python.generate import GenerateResult
from accord.emit.scaffold import Scaffold, ScaffoldOptions, scaffold
from accord.emit.tree import write_tree
from tests.unit.emit.operations import generate_all, write_spec

SPEC = """
    servers: [{url: /api}]
    components:
      securitySchemes:
        key: {type: apiKey, in: header, name: X-Key}
        login: {type: http, scheme: basic}
    paths:
      /things/{id}:
        get:
          operationId: getThing
          tags: [Things]
          parameters: [{name: id, in: path, required: true, schema: {type: integer}}]
          responses: {'200': {description: ok, content: {application/json: {schema: {type: string}}}}}
        delete:
          operationId: dropThing
          tags: [Things]
          security: [{key: [], login: []}]
          parameters: [{name: id, in: path, required: true, schema: {type: integer}}]
          responses: {'204': {description: gone}}
      /security:
        get:
          operationId: "list: 'all'"
          tags: [Security]
          responses:
            '200':
              description: ok
              content: {application/json: {schema: {type: array, items: {type: integer}}}}
      /picture:
        get:
          operationId: getPicture
          tags: [Things]
          responses: {'200': {description: ok, content: {image: {}}}}
    """


def prepare(folder: Path, name: str) -> tuple[GenerateResult, ScaffoldOptions]:
    """Generate ``SPEC`` into the package *name* below *folder*."""
    write_spec(folder / "spec", {"v1/openapi.yaml": SPEC})
    result = generate_all(folder / "spec")
    write_tree(result.tree, folder / name / "generated")
    options = ScaffoldOptions(
        folder=folder / name / "app", package=f"{name}.app", generated=f"{name}.generated"
    )
    return result, options


def run(result: GenerateResult, options: ScaffoldOptions) -> Scaffold:
    planned = scaffold(result, options)
    write_tree(planned.tree, options.folder)
    return planned


@pytest.fixture
def importable(tmp_path: Path) -> Iterator[Path]:
    sys.path.insert(0, str(tmp_path))
    known = set(sys.modules)
    yield tmp_path
    sys.path.remove(str(tmp_path))
    for name in set(sys.modules) - known:
        if name.startswith("scaffolded"):
            del sys.modules[name]


def test_a_scaffold_boots_and_answers_501_everywhere_naming_the_operation(importable: Path) -> None:
    run(*prepare(importable, "scaffolded_boot"))
    app = importlib.import_module("scaffolded_boot.app.app").app
    assert isinstance(app, FastAPI)
    client = TestClient(app)
    served = client.get("/api/openapi.json")
    assert served.content == (importable / "scaffolded_boot/generated/v1/openapi.json").read_bytes()
    login = {"X-Key": "k", "Authorization": "Basic dTpw"}
    for method, path, key, headers in [
        ("GET", "/api/things/1", "getThing", {}),
        ("DELETE", "/api/things/1", "dropThing", login),
        ("GET", "/api/security", "list: 'all'", {}),
        ("GET", "/api/picture", "getPicture", {}),
    ]:
        response = client.request(method, path, headers=headers)
        assert response.status_code == 501, path
        assert response.headers["content-type"] == "application/problem+json"
        assert key in response.json()["detail"]
    assert client.delete("/api/things/1").status_code == 401, "a scaffold lets nobody in"
    assert client.get("/api/things/x").status_code == 422


def test_modules_do_not_meet_and_signatures_are_those_of_the_protocol(tmp_path: Path) -> None:
    tree = run(*prepare(tmp_path, "app")).tree
    assert sorted(tree) == [
        "__init__.py",
        "app.py",
        "v1/__init__.py",
        "v1/principal.py",
        "v1/security.py",
        "v1/security_.py",
        "v1/things.py",
    ]
    assert "principal: tuple[Principal, Principal], id: int" in tree["v1/things.py"]
    assert "raise protocols.not_implemented(\"list: 'all'\")" in tree["v1/security_.py"]
    for text in tree.values():
        assert not text.startswith("# Generated"), "these files belong to the developer"
        ast.parse(text)


def test_a_stub_that_is_implemented_leaves_nothing_behind(tmp_path: Path) -> None:
    result, options = prepare(tmp_path, "app")
    run(result, options)
    things = options.folder / "v1/things.py"
    head, mark, methods = things.read_text().partition("\n    @override\n")
    things.write_text(head + mark + methods.partition(mark)[2])
    assert run(result, options).added == {"v1/things.py": ("get_thing",)}
    for file in options.folder.rglob("*.py"):
        implemented = re.sub(r"raise \w+\.not_implemented\(.*\)", "return self.done()", file.read_text())
        assert "not_implemented" not in implemented
        file.write_text(implemented)
    command = [*ruff_command(), "check", "--isolated", "--no-cache", "--select", "F,UP", str(options.folder)]
    done = subprocess.run(command, capture_output=True, text=True, check=False)
    assert done.returncode == 0, done.stdout


def test_nothing_that_exists_is_written_again(tmp_path: Path) -> None:
    result, options = prepare(tmp_path, "app")
    first = run(result, options)
    assert first.kept == ()
    text = "# mine\n" + (options.folder / "v1/things.py").read_text()
    (options.folder / "v1/things.py").write_text(text)
    (options.folder / "v1/principal.py").write_text("Principal = str\n")
    (options.folder / "v1/__init__.py").unlink()
    second = run(result, options)
    assert list(second.tree) == ["v1/__init__.py"]
    assert second.kept == (
        "__init__.py",
        "app.py",
        "v1/principal.py",
        "v1/security.py",
        "v1/security_.py",
        "v1/things.py",
    )
    assert second.diagnostics == ()
    assert (options.folder / "v1/things.py").read_text() == text


def test_missing_and_unknown_operations_of_an_existing_class_are_named(tmp_path: Path) -> None:
    result, options = prepare(tmp_path, "app")
    place = options.folder / "v1/own/stock.py"
    place.parent.mkdir(parents=True)
    place.write_text(
        "import typing_extensions as t\n"
        "from app.generated.v1.protocols import ThingsApi\n\n\n"
        "class Stock(ThingsApi['User']):\n"
        "    @t.override\n"
        "    async def get_thing(self, *, id): ...\n\n"
        "    @t.override\n"
        "    async def old_thing(self): ...\n\n"
        "    def helper(self): ...\n"
    )
    planned = run(result, options)
    assert "v1/things.py" not in planned.tree, "the class is elsewhere"
    assert "v1/own/stock.py" in planned.kept
    missing = planned.missing[0]
    assert (missing.code, missing.span.line) == ("operation-not-implemented", 5)
    assert missing.span.file.endswith("v1/own/stock.py")
    assert "dropThing" in missing.message
    assert "drop_thing" in planned.added["v1/own/stock.py"]
    assert "principal: tuple[User, User], id: int" in place.read_text()
    assert "    @t.override\n    async def drop_thing" in place.read_text()
    (unknown,) = planned.diagnostics
    assert (unknown.code, unknown.span.line) == ("operation-unknown", 10)
    assert "'old_thing'" in unknown.message


def test_a_file_without_the_class_stays_and_is_reported(tmp_path: Path) -> None:
    result, options = prepare(tmp_path, "app")
    place = options.folder / "v1/things.py"
    place.parent.mkdir(parents=True)
    place.write_text("def fine(): ...\n")
    planned = run(result, options)
    assert place.read_text() == "def fine(): ...\n"
    assert [(diagnostic.code, diagnostic.span.file) for diagnostic in planned.diagnostics] == [
        ("implementation-missing", place.as_posix())
    ]


def test_an_application_that_does_not_serve_a_new_version_is_told_how(tmp_path: Path) -> None:
    result, options = prepare(tmp_path, "app")
    options.folder.mkdir(parents=True)
    (options.folder / "app.py").write_text("app = None\n")
    (reported,) = run(result, options).diagnostics
    assert reported.code == "version-not-installed"
    assert reported.span.file.endswith("app/app.py")
    assert "v1.install(app, things=v1_things, security_=v1_security_, security=v1_security)" in reported.hint
