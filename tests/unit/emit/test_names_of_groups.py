"""Tags called like what generated and scaffolded code imports."""

from __future__ import annotations

import sys
from pathlib import Path

import pytest

from accord.emit.tree import write_tree
from tests.unit.emit.mirror import mirror, read_package
from tests.unit.emit.operations import generate_all, load, write_spec

TAGS = (
    *(
        "responses",
        "models",
        "protocols",
        "declare",
        "datetime",
        "uuid",
        "security",
        "errors",
        "settings",
        "version",
        "app",
    ),
    *(
        "Provider",
        "Version",
        "TypeVar",
        "annotations",
        "typing",
        "accord",
        "runtime",
        "webhooks",
        "routers",
        "self",
        "None",
    ),
)
HEAD = "openapi: 3.1.0\ninfo: {title: T, version: '1'}\npaths:\n"
OPERATION = """\
  /%d:
    post:
      tags: ["%s"]
      parameters:
        - {name: d, in: query, schema: {type: string, format: date-time}}
        - {name: u, in: query, schema: {type: string, format: uuid}}
      requestBody: {content: {application/json: {schema: {$ref: '#/components/schemas/S'}}}}
      responses:
        '200':
          description: d
          headers: {X: {schema: {type: string, format: date}}}
          content: {application/json: {schema: {$ref: '#/components/schemas/S'}}}
        '404': {description: n}
"""
TAIL = "components: {schemas: {S: {type: object, properties: {a: {type: string, format: date-time}}}}}\n"


def test_they_hide_nothing(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    operations = "".join(OPERATION % (index, tag) for index, tag in enumerate(TAGS))
    write_spec(tmp_path / "spec", {"v1/openapi.yaml": HEAD + operations + TAIL})
    result = generate_all(tmp_path / "spec")
    assert {diagnostic.code for diagnostic in result.diagnostics} <= {"name-clash"}
    write_tree(result.tree, tmp_path / "names_of_groups" / "generated")
    monkeypatch.syspath_prepend(tmp_path)
    package = read_package("names_of_groups.generated.v1")
    reflected = mirror(load(tmp_path / "spec"), package, result.diagnostics)
    assert (reflected.lost, reflected.invented) == ((), ())
    classes = [
        response.cls()
        for operation in package.operations
        for response in operation.responses
        if response.cls is not None
    ]
    assert len(classes) == 2 * len(TAGS)
    for name in [name for name in sys.modules if name.partition(".")[0] == "names_of_groups"]:
        del sys.modules[name]
