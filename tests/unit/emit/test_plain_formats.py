"""``formats = "annotate"``: what a format would reject arrives as the text that it is."""

from __future__ import annotations

import importlib
import sys
from pathlib import Path
from typing import Any

import pytest
from fastapi.testclient import TestClient

from accord.config import TypeMapping
from accord.diagnostics import Span
from accord.emit.python.generate import GenerateOptions
from accord.emit.tree import write_tree
from accord.runtime import create_app
from tests.unit.emit.operations import generate_all, write_spec

SPEC = """
    paths:
      /days/{day}:
        post:
          operationId: day
          tags: [All]
          parameters:
            - {name: day, in: path, required: true, schema: {type: string, format: date}}
            - {name: at, in: query, schema: {type: array, items: {type: string, format: date-time}}}
          requestBody:
            required: true
            content: {application/json: {schema: {$ref: '#/components/schemas/Thing'}}}
          responses: {'200': {description: ok, content: {application/json: {schema: {$ref: '#/components/schemas/Thing'}}}}}
    components:
      schemas:
        Thing:
          type: object
          properties:
            id: {type: string, format: uuid}
            seen: {type: array, items: {type: string, format: date-time}}
            size: {type: integer, format: int32}
"""


class Days:
    seen: Any = None  # Any: what arrived

    async def day(self, **arguments: Any) -> Any:  # Any: see above
        Days.seen = arguments
        return arguments["body"]


@pytest.mark.parametrize(("formats", "status"), [("annotate", 200), ("assert", 422)])
def test_a_format_restricts_only_where_it_is_asserted(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, formats: Any, status: int
) -> None:
    write_spec(tmp_path / "spec", {"v1/openapi.yaml": SPEC})
    package = f"formats_{formats}"
    write_tree(
        generate_all(tmp_path / "spec", options=GenerateOptions(formats=formats)).tree, tmp_path / package
    )
    monkeypatch.setattr(sys, "path", [str(tmp_path), *sys.path])
    importlib.invalidate_caches()
    app = create_app()
    importlib.import_module(f"{package}.v1").install(app, all=Days)
    client = TestClient(app)
    body = {"id": "no uuid", "seen": ["yesterday", "2024-01-01T00:00:00Z"], "size": 1}
    response = client.post("/days/today?at=now", json=body)
    assert response.status_code == status
    if status == 200:
        assert response.json() == body
        assert (Days.seen["day"], Days.seen["at"]) == ("today", ["now"])
        assert client.post("/days/today", json={"size": 2**31}).status_code == 422
    for name in [name for name in sys.modules if name.split(".")[0] == package]:
        del sys.modules[name]


def test_a_mapped_format_keeps_its_type(tmp_path: Path) -> None:
    write_spec(tmp_path, {"v1/openapi.yaml": SPEC})
    mapping = TypeMapping(key="format:uuid", module="shop.ids", name="Key", span=Span("pyproject.toml", 1, 1))
    result = generate_all(tmp_path, options=GenerateOptions(formats="annotate", types=(mapping,)))
    thing = next(text for text in result.tree.values() if "class Thing" in text)
    assert "from shop.ids import Key" in thing
    assert "seen: list[str] | MISSING" in thing
