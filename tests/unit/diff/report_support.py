"""Reviews out of plain objects."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

from accord import api
from accord.config import load_config
from accord.review.model import Review
from tests.unit.diff.support import TODAY, document


def review(
    old: Any, new: Any, folder: Path, **options: Any
) -> Review:  # Any: OpenAPI documents; options of the API
    """The review of two documents, each a file in a folder of its own."""
    for name, content in (("old", old), ("new", new)):
        place = folder / name / "openapi.json"
        place.parent.mkdir(parents=True, exist_ok=True)
        place.write_text(json.dumps(content, indent=2), encoding="utf-8")
    arguments = api.DiffArguments(old=str(folder / "old"), new=str(folder / "new"), today=TODAY, **options)
    return api.diff(load_config(folder), arguments)


HOSTILE = '</script><script>window.ran = 1</script><img src=x onerror="window.ran = 1">{{script}}'
"""Text that must stay text."""


def shop(maximum: int = 100, note: str = "", **properties: Any) -> dict[str, Any]:
    """A document with two operations and a shared schema."""
    item = {
        "type": "object",
        "description": note,
        "required": ["name"],
        "properties": {"name": {"type": "string"}, **properties},
    }
    ref = {"$ref": "#/components/schemas/Item"}
    content = {"application/json": {"schema": ref}}
    limit = {"name": "limit", "in": "query", "schema": {"type": "integer", "maximum": maximum}}
    return document(
        {
            "/items": {
                "get": {
                    "parameters": [limit],
                    "responses": {"200": {"description": note, "content": content}},
                },
                "post": {
                    "requestBody": {"required": True, "content": content},
                    "responses": {"204": {"description": ""}},
                },
            }
        },
        components={"schemas": {"Item": item}},
    )
