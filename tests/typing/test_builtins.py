"""Tags, operations, parameters and security schemes that are called like what Python has built in."""

from __future__ import annotations

import os
import subprocess
import sys
from pathlib import Path

import pytest

from accord.emit.scaffold import ScaffoldOptions, scaffold
from accord.emit.tree import write_tree
from tests.unit.emit.operations import generate_all, write_spec

pytestmark = pytest.mark.slow

TOOLS = Path(__file__).parents[2] / "tools"
NAMES = (
    *("list", "dict", "type", "str", "int", "float", "bool", "bytes", "object", "tuple", "set", "dt", "None"),
    *("id", "print", "property", "super", "any", "override", "final", "self", "protocols", "responses"),
)
ITEMS = "{type: array, items: {$ref: '#/components/schemas/Item'}}"
DATES = "{type: array, items: {type: string, format: date}}"
OPERATIONS = """\
  /%(name)s/one:
    get:
      operationId: %(name)s
      tags: [Things]
      parameters: [{name: %(name)s, in: query, schema: %(dates)s}]
      responses: {'200': {description: ok, content: {application/json: {schema: %(items)s}}}}
  /%(name)s/other:
    get:
      operationId: get_%(name)s
      tags: ["%(name)s"]
      security: [{"%(name)s": []}]
      parameters: [{name: q, in: query, schema: %(dates)s}]
      responses:
        '200':
          description: ok
          headers: {"%(name)s": {schema: %(dates)s}}
          content: {application/json: {schema: {type: object, additionalProperties: %(items)s}}}
"""


def contract() -> str:
    operations = "".join(OPERATIONS % {"name": name, "items": ITEMS, "dates": DATES} for name in NAMES)
    schemes = "".join(f"    '{name}': {{type: apiKey, in: header, name: X-{name}}}\n" for name in NAMES)
    properties = ", ".join(f"'{name}': {DATES}" for name in NAMES)
    return (
        f"openapi: 3.1.0\ninfo: {{title: T, version: '1'}}\npaths:\n{operations}components:\n"
        f"  schemas: {{Item: {{type: object, properties: {{{properties}}}}}}}\n  securitySchemes:\n{schemes}"
    )


def run(folder: Path, *command: str) -> str:
    environment = {**os.environ, "MYPYPATH": str(TOOLS)}
    done = subprocess.run(
        [sys.executable, *command], cwd=folder, env=environment, capture_output=True, text=True, check=False
    )
    return done.stdout + done.stderr


def test_generated_and_scaffolded_code_passes_mypy_and_starts(tmp_path: Path) -> None:
    write_spec(tmp_path / "spec", {"v1/openapi.yaml": contract()})
    result = generate_all(tmp_path / "spec")
    assert result.diagnostics == ()
    write_tree(result.tree, tmp_path / "generated")
    options = ScaffoldOptions(folder=tmp_path / "impl", package="impl", generated="generated")
    write_tree(scaffold(result, options).tree, tmp_path / "impl")
    mypy = ("-m", "mypy", "--strict", "--config-file=", "--cache-dir=/dev/null", "--no-error-summary")
    assert run(tmp_path, *mypy, "impl", "generated") == ""
    assert run(tmp_path, "-c", "import impl.app") == ""
