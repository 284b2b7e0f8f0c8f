"""``format: binary`` where only text can stand: in a URL, in headers."""

from __future__ import annotations

import importlib
import sys
from pathlib import Path

import pytest
from starlette.testclient import TestClient

from accord.emit.tree import write_tree
from tests.unit.emit.operations import generate_all, write_spec

SPEC = """
openapi: 3.0.3
info: {title: "", version: "1"}
paths:
  /keys/{key}:
    get:
      operationId: readKey
      tags: [all]
      parameters:
        - {name: key, in: path, required: true, schema: {type: string, format: binary}}
        - {name: parts, in: query, schema: {type: array, items: {type: string, format: binary}}}
        - {name: X-Key, in: header, schema: {type: string, format: binary, maxLength: 3}}
      responses:
        '204': {description: d, headers: {X-Key: {schema: {type: string, format: binary}}}}
"""
IMPLEMENTATION = """
from typing import final

from accord.runtime import create_app
from binary_text_case.generated import v1
from binary_text_case.generated.v1 import responses

SEEN = []


@final
class All:
    async def read_key(self, **given):
        SEEN.append(given)
        return responses.ReadKeyNoContent(x_key=given["key"])


app = create_app(title="")
v1.install(app, all=All)
"""


def test_it_is_text_there(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    write_spec(tmp_path / "spec", {"v1/openapi.yaml": SPEC})
    result = generate_all(tmp_path / "spec")
    assert result.diagnostics == ()
    write_tree(result.tree, tmp_path / "binary_text_case" / "generated")
    (tmp_path / "binary_text_case" / "service.py").write_text(IMPLEMENTATION)
    monkeypatch.syspath_prepend(tmp_path)
    module = importlib.import_module("binary_text_case.service")
    client = TestClient(module.app)
    response = client.get("/keys/a%2Fb?parts=x&parts=y", headers={"X-Key": "abc"})
    assert response.status_code == 204, response.text
    assert module.SEEN == [{"key": b"a/b", "parts": [b"x", b"y"], "x_key": b"abc"}]
    assert response.headers["X-Key"] == "a/b"
    assert client.get("/keys/a", headers={"X-Key": "abcd"}).status_code == 422
    for name in [name for name in sys.modules if name.partition(".")[0] == "binary_text_case"]:
        del sys.modules[name]
