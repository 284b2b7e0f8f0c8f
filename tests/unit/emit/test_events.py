"""Models of server-sent events: the payload in ``data`` has the type of its ``contentSchema``."""

from __future__ import annotations

from pathlib import Path

import pytest

from tests.unit.emit.operations import generate_all, write_spec

SPEC = """
    paths:
      /ticks:
        get:
          operationId: ticks
          tags: [Ticks]
          responses:
            '200':
              description: ok
              content: {{text/event-stream: {{schema: {{$ref: '#/components/schemas/Tick'}}}}}}
    components:
      schemas:
        Tick:
          type: object
          required: [data]
          properties:
            event: {{const: tick}}
            data: {{type: string, {content}}}
        Payload: {{type: object, properties: {{n: {{type: integer}}}}}}
    """


@pytest.mark.parametrize(
    ("content", "line"),
    [
        (
            "contentMediaType: application/json, contentSchema: {$ref: '#/components/schemas/Payload'}",
            "    data: Payload\n",
        ),
        ("contentMediaType: application/json, contentSchema: {type: integer}", "    data: int\n"),
        ("contentMediaType: application/json", "    data: str\n"),
        ("contentMediaType: text/csv, contentSchema: {type: integer}", "    data: str\n"),
    ],
)
def test_the_payload_has_its_own_type(tmp_path: Path, content: str, line: str) -> None:
    write_spec(tmp_path, {"v1/openapi.yaml": SPEC.format(content=content)})
    assert line in generate_all(tmp_path).tree["v1/models/tick.py"]
