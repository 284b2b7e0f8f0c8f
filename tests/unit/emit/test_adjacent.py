"""Variables of a path with nothing between them are told apart by the texts that the contract gives."""

from __future__ import annotations

import importlib
import sys
from pathlib import Path

import pytest
from starlette.testclient import TestClient

from accord.emit.tree import write_tree
from tests.unit.emit.operations import generate_all, plan, write_spec

OK = "responses: {'204': {description: d}}"
PARAMETER = "{name: %s, in: path, required: true, schema: {type: string%s}}"
EXTENSION = PARAMETER % ("extension", ", enum: ['.json', '.json.gz', '+x']")
SPEC = f"""
paths:
  /reports/{{id}}{{extension}}:
    get: {{operationId: one, tags: [all], parameters: [{PARAMETER % ("id", "")}, {EXTENSION}], {OK}}}
  /reports/{{id}}:
    get: {{operationId: two, tags: [all], parameters: [{PARAMETER % ("id", "")}], {OK}}}
"""
IMPLEMENTATION = """
from typing import final

from accord.runtime import create_app
from adjacent_case.generated import v1

SEEN = []


@final
class All:
    async def one(self, *, id, extension):
        SEEN.append((id, extension))

    async def two(self, *, id):
        SEEN.append((id,))


app = create_app()
v1.install(app, all=All)
"""


@pytest.mark.parametrize(
    ("path", "seen"),
    [
        ("a.json", ("a", ".json")),
        ("a.json.json", ("a.json", ".json")),
        ("a.json.gz", ("a", ".json.gz")),
        ("a+x", ("a", "+x")),
        ("a%2Fb.json", ("a/b", ".json")),
        (".json", (".json",)),
        ("a.xml", ("a.xml",)),
    ],
)
def test_the_texts_of_one_end_the_other(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, path: str, seen: tuple[str, ...]
) -> None:
    write_spec(tmp_path / "spec", {"v1/openapi.yaml": SPEC})
    result = generate_all(tmp_path / "spec")
    assert result.diagnostics == ()
    write_tree(result.tree, tmp_path / "adjacent_case" / "generated")
    (tmp_path / "adjacent_case" / "service.py").write_text(IMPLEMENTATION)
    monkeypatch.syspath_prepend(tmp_path)
    module = importlib.import_module("adjacent_case.service")
    assert TestClient(module.app).get(f"/reports/{path}").status_code == 204
    assert [seen] == module.SEEN
    for name in [name for name in sys.modules if name.partition(".")[0] == "adjacent_case"]:
        del sys.modules[name]


@pytest.mark.parametrize(
    ("first", "second"), [("", ""), ("", ", enum: ['']"), ("", ", enum: ['a/b']"), (", enum: [a, 1]", "")]
)
def test_without_such_texts_it_is_told(tmp_path: Path, first: str, second: str) -> None:
    parameters = f"[{PARAMETER % ('a', first)}, {PARAMETER % ('b', second)}]"
    planned = plan(
        tmp_path, f"paths: {{'/x/{{a}}{{b}}': {{get: {{operationId: x, parameters: {parameters}, {OK}}}}}}}"
    )
    assert planned.operation("x").unsupported
    assert "unsupported-path-template" in planned.codes
