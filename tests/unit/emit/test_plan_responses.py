"""Documented answers in the Python view: their bodies, media types, headers and statuses."""

from __future__ import annotations

from pathlib import Path

import pytest

from accord.runtime.declare import Events
from tests.unit.emit.operations import plan


@pytest.mark.parametrize(
    ("schema", "annotation", "json_data"),
    [
        ("{type: object, required: [data], properties: {data: {type: string}}}", "EventStream", False),
        (
            (
                "{type: object, properties: {data: {type: string, contentMediaType: application/json, "
                "contentSchema: {type: integer}}}}"
            ),
            "EventStream",
            True,
        ),
    ],
)
def test_event_streams(tmp_path: Path, schema: str, annotation: str, json_data: bool) -> None:
    planned = plan(
        tmp_path,
        f"""
        paths:
          /a:
            get:
              operationId: a
              responses:
                '200': {{description: ok, content: {{text/event-stream: {{schema: {schema}}}}}}}
        """,
    )
    operation = planned.operation("a")
    assert operation.unsupported == ()
    assert planned.returns("a").startswith(f"{annotation}[")
    (content,) = operation.responses[0].content
    assert content.events == Events(json_data=json_data)


@pytest.mark.parametrize(
    ("schema", "returns", "events", "codes"),
    [
        ("{type: string}", "EventStream[Event[str]]", Events(json_data=False, payload=True), []),
        (
            "{type: string, format: binary}",
            "EventStream[Event[str]]",
            Events(json_data=False, payload=True),
            [],
        ),
        (
            "{type: object, properties: {n: {type: integer}}}",
            "EventStream[Event[models.AOkData]]",
            Events(payload=True),
            ["unsupported-event-schema"],
        ),
        (
            "{type: object, properties: {data: {type: object, properties: {n: {type: integer}}}}}",
            "EventStream[models.AOkEvent]",
            Events(),
            [],
        ),
        (
            (
                "{oneOf: [{type: object, properties: {data: {type: string}}}, {type: object, properties: {data: "
                "{type: string, contentMediaType: application/json, contentSchema: {}}}}]}"
            ),
            None,
            Events(json_data=None),
            [],
        ),
    ],
)
def test_event_streams_however_they_are_described(
    tmp_path: Path, schema: str, returns: str | None, events: Events, codes: list[str]
) -> None:
    planned = plan(
        tmp_path,
        f"""
        paths:
          /a:
            get:
              operationId: a
              responses:
                '200': {{description: ok, content: {{text/event-stream: {{schema: {schema}}}}}}}
        """,
    )
    operation = planned.operation("a")
    assert operation.unsupported == ()
    assert operation.responses[0].content[0].events == events
    assert planned.codes == codes
    assert returns is None or planned.returns("a") == returns


def test_answers_without_a_body_by_status_or_method(tmp_path: Path) -> None:
    content = "content: {application/json: {schema: {type: string}}}"
    planned = plan(
        tmp_path,
        f"""
        paths:
          /a:
            head: {{operationId: headA, responses: {{'200': {{description: ok, {content}}}}}}}
            get: {{operationId: getA, responses: {{'304': {{description: same, {content}}}, '101': {{description: no}}}}}}
        """,
    )
    assert planned.returns("headA") == "None | responses.HeadAOk"
    (head,) = planned.operation("headA").responses
    assert [entry.guard for entry in head.content] == [None]
    assert [response.content for response in planned.operation("getA").responses] == [()]
    assert sorted(planned.codes) == ["unsupported-response-body", "unsupported-response-status"]


def test_interim_responses_alone_leave_the_final_one_open(tmp_path: Path) -> None:
    planned = plan(tmp_path, "paths: {/a: {get: {operationId: a, responses: {'102': {description: no}}}}}")
    assert not planned.operation("a").unsupported
    assert planned.returns("a") == "None"
    assert sorted(planned.codes) == ["operation-without-response", "unsupported-response-status"]


def test_an_operation_whose_only_response_cannot_be_given_is_not_served(tmp_path: Path) -> None:
    bad = "{description: no, content: {json: {schema: {type: string}}}}"
    planned = plan(tmp_path, f"paths: {{/a: {{get: {{operationId: a, responses: {{'404': {bad}}}}}}}}}")
    assert planned.operation("a").unsupported


@pytest.mark.parametrize(
    ("content", "returns", "codes"),
    [
        ("{text/csv: {}}", "str | ByteStream", []),
        ("{text/plain: {schema: {type: integer}}}", "int", []),
        ("{text/plain: {schema: {type: object}}}", "str | ByteStream", ["unsupported-response-schema"]),
        ("{application/xml: {}}", "str | ByteStream", []),
        ("{image/png: {schema: {type: string, format: binary}}}", "bytes | ByteStream", []),
        (
            "{application/yaml: {schema: {type: object}}}",
            "bytes | ByteStream",
            ["unsupported-response-schema"],
        ),
        ("{application/json; charset=utf-8: {schema: {type: integer}}}", "int", []),
        ("{text/json: {schema: {type: integer}}}", "int", []),
        ("{'*/*': {schema: {type: integer}}}", "int", []),
        ("{application/*+json: {schema: {type: integer}}}", "int", []),
        ("{'*/*': {schema: {type: string}}}", "responses.AOk", []),
        ("{'*/*': {}}", "responses.AOk", []),
        ("{image/*: {}}", "responses.AOk", []),
        ("{multipart/mixed: {}}", "responses.AOk", ["unsupported-response-multipart"]),
        (
            "{application/json: {schema: {type: integer}}, text/csv: {}}",
            "int | str | ByteStream | responses.AOk",
            [],
        ),
        ("{application/json: {schema: {type: string}}, text/csv: {}}", "responses.AOk", []),
        ("{application/json: {}, image/png: {}}", "responses.AOk", []),
        ("{application/json: {schema: {type: integer}}, text/a: {}, text/b: {}}", "responses.AOk", []),
        (
            "{application/json: {schema: {type: integer}}, a/x+json: {schema: {type: integer}}}",
            "int | responses.AOk",
            [],
        ),
        (
            "{application/json: {schema: {type: integer}}, a/x+json: {schema: {type: boolean}}}",
            "responses.AOk",
            [],
        ),
        ("{application/jsonl: {schema: {type: integer}}}", "ItemStream[int]", []),
        ("{application/jsonl: {schema: {type: array, items: {type: integer}}}}", "ItemStream[int]", []),
        (
            "{application/x-ndjson: {schema: {type: array, minItems: 1, items: {type: integer}}}}",
            "ItemStream[int]",
            ["unsupported-response-sequence"],
        ),
        ("{application/geo+json-seq: {schema: {type: integer}}}", "ItemStream[int]", []),
        (
            "{application/jsonl: {}, text/event-stream: {}}",
            "ItemStream[Any] | EventStream[Event[str]] | responses.AOk",
            [],
        ),
    ],
)
def test_the_body_of_a_response_by_its_media_types(
    tmp_path: Path, content: str, returns: str, codes: list[str]
) -> None:
    planned = plan(
        tmp_path,
        f"paths: {{/a: {{get: {{operationId: a, responses: {{'200': {{description: ok, content: {content}}}}}}}}}}}",
    )
    assert planned.operation("a").unsupported == ()
    assert planned.returns("a") == returns
    assert planned.codes == codes


def test_the_argument_for_the_media_type_gives_way_to_a_parameter(tmp_path: Path) -> None:
    planned = plan(
        tmp_path,
        """
        paths:
          /a:
            get:
              operationId: a
              parameters: [{name: mediaType, in: query, schema: {type: string}}]
              responses:
                '201': {description: ok, content: {application/json: {}}}
                2XX: {description: ok, content: {text/csv: {}}}
                '404': {description: none, content: {text/html: {}}}
        """,
    )
    assert planned.operation("a").media_type == "media_type_"
    assert planned.arguments("a")["media_type_"] == "Literal['application/json', 'text/csv']"


def test_headers_that_the_connection_or_the_body_decides(tmp_path: Path) -> None:
    headers = "Content-Length: {schema: {type: integer}}, Connection: {schema: {type: string}}"
    planned = plan(
        tmp_path,
        f"paths: {{/a: {{get: {{operationId: a, responses: {{'200': {{description: ok, headers: {{{headers}}}}}}}}}}}}}",
    )
    (response,) = planned.operation("a").responses
    assert [(header.name, header.attribute) for header in response.headers] == [("Content-Length", "")]
    assert response.headers_guard is None
    assert planned.codes == ["unsupported-response-header"]


def test_an_operation_that_documents_nothing_is_answered_without_content(tmp_path: Path) -> None:
    planned = plan(tmp_path, "paths: {/a: {get: {operationId: a}}}")
    operation = planned.operation("a")
    assert (operation.unsupported, operation.responses, planned.returns("a")) == ((), (), "None")
    assert planned.codes == ["operation-without-response"]
