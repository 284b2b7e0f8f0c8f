"""What Schemathesis is told about operations that cost it too much."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import pytest

from accord.testing.schemathesis_config import build_config
from tests.unit.testing.support import contract, shop_options

TREE: dict[str, Any] = {
    "type": "object",
    "properties": {"children": {"type": "array", "items": {"$ref": "#/components/schemas/Tree"}}},
}
LEAF: dict[str, Any] = {"type": "object", "properties": {"name": {"$ref": "#/components/schemas/Name"}}}


@pytest.mark.parametrize(
    ("parameter", "cases"),
    [
        ({"content": {"application/json": {"schema": {"$ref": "#/components/schemas/Tree"}}}}, 3),
        ({"content": {"application/json": {"schema": {"items": {"$ref": "#/components/schemas/Tree"}}}}}, 3),
        ({"content": {"application/json": {"schema": {"$ref": "#/components/schemas/Leaf"}}}}, None),
        ({"schema": {"$ref": "#/components/schemas/Name"}}, None),
    ],
)
def test_parameters_of_any_depth_get_few_random_cases(
    tmp_path: Path, parameter: dict[str, Any], cases: int | None
) -> None:
    operation = {
        "parameters": [{"name": "q", "in": "query", **parameter}],
        "responses": {"204": {"description": "done"}},
    }
    document = {
        "openapi": "3.1.0",
        "info": {"title": "t", "version": "1"},
        "paths": {"/things": {"get": operation}},
        "components": {"schemas": {"Tree": TREE, "Leaf": LEAF, "Name": {"type": "string"}}},
    }
    options = shop_options(max_examples=40)
    config = build_config(contract(tmp_path, document), options, base_url="http://h", seed=1)
    (reported,) = config.projects.default.operations.operations
    assert reported.generation.max_examples == cases
    assert config.projects.default.generation.max_examples == 40
