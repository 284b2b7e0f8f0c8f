"""Which views differ, what their models are called, and how modules are grouped."""

from __future__ import annotations

from pathlib import Path

from accord.emit.python.modules import components, flattened
from accord.emit.python.types import SchemaTypes
from accord.emit.python.views import Views, plain_uses
from tests.unit.emit.schemas import load_schemas, ref

EVENTS = """
    Said:
      type: object
      required: [data]
      properties:
        event: {type: string}
        data:
          type: string
          contentMediaType: application/json
          contentSchema: {$ref: '#/components/schemas/Payload'}
    Payload: {type: object, required: [text], properties: {text: {type: string}, by: {type: string, writeOnly: true}}}
    """
STREAM = """
    paths:
      /said:
        get:
          responses:
            '200': {{description: ok, content: {{text/event-stream: {{schema: {{$ref: '#/components/schemas/Said'}}}}}}}}
            '409': {{description: no, content: {{application/json: {{schema: {{$ref: '#/components/schemas/{other}'}}}}}}}}
    """


def test_event_of_a_stream_carries_its_decoded_payload(tmp_path: Path) -> None:
    types = SchemaTypes(load_schemas(tmp_path, EVENTS, paths=STREAM.format(other="Payload")))

    event = types.annotation(ref("Said"), view="event", name="N")
    said = types.modules()["models/said.py"]

    assert event.expr == "models.Said"
    assert "data: Payload" in said


def test_event_is_told_from_the_text_that_something_else_uses(tmp_path: Path) -> None:
    types = SchemaTypes(load_schemas(tmp_path, EVENTS, paths=STREAM.format(other="Said")))

    event = types.annotation(ref("Said"), view="event", name="N")
    plain = types.annotation(ref("Said"), view="response", name="N")
    said = types.modules()["models/said.py"]

    assert (event.expr, plain.expr) == ("models.SaidEvent", "models.Said")
    assert "class SaidEvent(Model):" in said
    assert "data: str" in said


def test_views_differ_only_where_something_changes(tmp_path: Path) -> None:
    api = load_schemas(
        tmp_path,
        """
        Same: {type: object, properties: {id: {type: integer, readOnly: true}}}
        Id: {type: object, required: [id], properties: {id: {type: integer, readOnly: true}}}
        Secret: {type: object, properties: {s: {type: string, writeOnly: true}}}
        Holder: {type: array, items: {$ref: '#/components/schemas/Id'}}
        Merged: {allOf: [{$ref: '#/components/schemas/Same'}, {required: [id]}]}
        """,
    )
    views = Views(api.schemas, plain_uses=plain_uses([api]))

    assert [name for name in api.schemas if views.differs(name, "request")] == [
        "Id",
        "Secret",
        "Holder",
        "Merged",
    ]
    assert not any(views.differs(name, "event") for name in api.schemas)
    assert views.settle("Same", "request") == "response"


def test_circles_share_a_module_and_chains_have_an_end() -> None:
    needs = {"a": ["b"], "b": ["c"], "c": ["b", "d"], "d": [], "e": ["a", "e"]}
    groups = components(list(needs), needs)

    assert groups == (("a",), ("b", "c"), ("d",), ("e",))
    assert flattened(groups, needs, deepest=10) == groups
    assert flattened(groups, needs, deepest=2) == (("b", "c"), ("d",), ("a", "e"))
