"""Single exchanges against the contract: each rule fires on a fault and is silent beside it."""

from __future__ import annotations

import json
from dataclasses import replace
from typing import Any

import pytest

from accord.testing.checks import Rules, check_exchange
from accord.testing.exchange import Response
from tests.unit.testing.support import contract, exchange

HEADERS = {
    "X-Count": {"required": True, "schema": {"type": "integer"}},
    "X-Tags": {"schema": {"type": "array", "items": {"type": "string"}, "maxItems": 2}},
    "X-Meta": {"content": {"application/json": {"schema": {"type": "object"}}}},
    "Content-Type": {"required": True, "schema": {"const": "never looked at"}},
}
PROBLEM = {"description": "p", "content": {"application/problem+json": {"schema": {"type": "object"}}}}
THING = {
    "allOf": [
        {"type": "object", "required": ["id"], "properties": {"id": {"type": "integer"}}},
        {"$ref": "#/components/schemas/Secretive"},
    ]
}
DOCUMENT: dict[str, Any] = {
    "openapi": "3.1.0",
    "info": {"title": "t", "version": "1"},
    "paths": {
        "/things": {
            "get": {
                "responses": {
                    "200": {
                        "description": "x",
                        "headers": HEADERS,
                        "content": {
                            "application/json": {"schema": {"$ref": "#/components/schemas/Thing"}},
                            "text/*": {},
                        },
                    },
                    "204": {"description": "nothing"},
                    "4XX": PROBLEM,
                    "500": {"description": "documented, and wrong all the same"},
                    "503": {"description": "busy"},
                }
            },
            "post": {"responses": {"202": {"description": "later"}}},
        },
        "/any": {"get": {"responses": {"default": {"description": "x"}}}},
    },
    "components": {
        "schemas": {
            "Thing": THING,
            "Secretive": {"type": "object", "properties": {"pin": {"type": "string", "writeOnly": True}}},
        }
    },
}
OK = (("x-count", "3"), ("content-type", "application/json; charset=utf-8"))
JSON = ("content-type", "application/json")
PROBLEM_JSON = ("content-type", "application/problem+json")


@pytest.fixture(scope="module")
def rules(tmp_path_factory: pytest.TempPathFactory) -> Rules:
    return Rules(contract=contract(tmp_path_factory.mktemp("checks"), DOCUMENT))


def reported(
    rules: Rules, response: Response, operation: str = "GET /things", **request: Any
) -> list[tuple[str, str]]:
    sent = exchange(rules.contract, operation, response, **request)
    return [(breach.code, breach.clause) for breach in check_exchange(rules, sent)]


def problem(status: int, said: int | None = None, **more: Any) -> bytes:
    return json.dumps({"type": "about:blank", "title": "t", "status": said or status, **more}).encode()


def test_a_right_response_is_right(rules: Rules) -> None:
    assert reported(rules, Response(status=200, headers=OK, body=b'{"id": 1}')) == []
    assert (
        reported(
            rules, Response(status=200, headers=(("x-count", "3"), ("content-type", "text/csv")), body=b"a")
        )
        == []
    )
    assert reported(rules, Response(status=204)) == []
    assert reported(rules, Response(status=404, headers=(PROBLEM_JSON,), body=problem(404))) == []


@pytest.mark.parametrize(
    ("response", "code", "clause"),
    [
        (
            Response(status=200, headers=OK, body=b'{"id": "1"}'),
            "response-body-invalid",
            "/components/schemas/Thing/allOf/0/properties/id/type",
        ),
        (
            Response(status=200, headers=OK, body=b'{"id": 1, "pin": "0000"}'),
            "response-write-only",
            "/components/schemas/Secretive/properties/pin",
        ),
        (
            Response(status=200, headers=OK, body=b'{"id": 1,}'),
            "response-body-malformed",
            "/paths/~1things/get/responses/200/content/application~1json",
        ),
        (
            Response(status=200, headers=OK, body=b'{"id": NaN}'),
            "response-body-malformed",
            "/paths/~1things/get/responses/200/content/application~1json",
        ),
        (
            Response(status=200, headers=(("x-count", "3"), ("content-type", "image/png")), body=b"x"),
            "response-media-type",
            "/paths/~1things/get/responses/200/content",
        ),
        (
            Response(status=200, headers=(("x-count", "3"),), body=b"x"),
            "response-media-type",
            "/paths/~1things/get/responses/200/content",
        ),
        (
            Response(status=200, headers=(JSON,), body=b'{"id": 1}'),
            "response-header-missing",
            "/paths/~1things/get/responses/200/headers/X-Count",
        ),
        (
            Response(status=200, headers=(JSON, ("x-count", "3.5")), body=b'{"id": 1}'),
            "response-header-invalid",
            "/paths/~1things/get/responses/200/headers/X-Count",
        ),
        (
            Response(status=200, headers=(*OK, ("x-tags", "a,b"), ("x-tags", "c")), body=b'{"id": 1}'),
            "response-header-invalid",
            "/paths/~1things/get/responses/200/headers/X-Tags",
        ),
        (
            Response(status=200, headers=(*OK, ("x-meta", "[]")), body=b'{"id": 1}'),
            "response-header-invalid",
            "/paths/~1things/get/responses/200/headers/X-Meta",
        ),
        (Response(status=204, body=b"x"), "response-body-unexpected", "/paths/~1things/get/responses/204"),
        (Response(status=201), "response-status-undocumented", "/paths/~1things/get/responses"),
        (Response(status=500), "server-error", "/paths/~1things/get/responses"),
        (Response(status=502), "server-error", "/paths/~1things/get/responses"),
        (Response(status=501), "operation-not-implemented", "/paths/~1things/get"),
        (
            Response(status=404, headers=(PROBLEM_JSON,), body=problem(404, 400)),
            "problem-status",
            "/paths/~1things/get/responses/4XX",
        ),
        (
            Response(status=404, headers=(JSON,), body=problem(404)),
            "problem-media-type",
            "/paths/~1things/get/responses/4XX",
        ),
    ],
)
def test_a_wrong_response_is_named(rules: Rules, response: Response, code: str, clause: str) -> None:
    assert reported(rules, response) == [(code, clause)]


def test_a_501_is_told_once_where_only_a_range_or_default_documents_it(rules: Rules) -> None:
    response = Response(status=501, headers=(PROBLEM_JSON,), body=problem(501))
    assert reported(rules, response, "GET /any") == [("operation-not-implemented", "/paths/~1any/get")]


def test_headers_of_several_lines_are_one_list(rules: Rules) -> None:
    response = Response(
        status=200, headers=(*OK, ("x-tags", "a"), ("x-tags", "b"), ("x-meta", "{}")), body=b'{"id": 1}'
    )
    assert reported(rules, response) == []


def test_every_broken_keyword_is_told_once(rules: Rules) -> None:
    response = Response(status=200, headers=OK, body=b'{"pin": "1"}')
    assert sorted(reported(rules, response)) == [
        ("response-body-invalid", "/components/schemas/Thing/allOf/0/required"),
        ("response-write-only", "/components/schemas/Secretive/properties/pin"),
    ]


def test_a_response_without_documented_content_has_no_body(rules: Rules) -> None:
    assert reported(rules, Response(status=202), "POST /things") == []
    assert reported(rules, Response(status=202, headers=(JSON,), body=b"{}"), "POST /things") == [
        ("response-body-unexpected", "/paths/~1things/post/responses/202")
    ]


@pytest.mark.parametrize("status", [400, 401, 403, 404, 406, 413, 415, 422, 429, 503])
def test_undocumented_rejections_need_the_form_of_a_problem(rules: Rules, status: int) -> None:
    right = Response(status=status, headers=(PROBLEM_JSON,), body=problem(status))
    assert reported(rules, right, "POST /things") == []
    for wrong in (
        replace(right, body=problem(status, 499)),
        replace(right, body=b"[]"),
        replace(right, headers=(("content-type", "text/plain"),)),
    ):
        codes = {code for code, _ in reported(rules, wrong, "POST /things")}
        assert codes & {"response-status-undocumented", "server-error"}
    strict = replace(rules, rejections="documented")
    codes = {code for code, _ in reported(strict, right, "POST /things")}
    assert codes & {"response-status-undocumented", "server-error"}


def test_a_conflict_is_no_rejection(rules: Rules) -> None:
    response = Response(status=409, headers=(PROBLEM_JSON,), body=problem(409))
    assert reported(rules, response, "POST /things") == [
        ("response-status-undocumented", "/paths/~1things/post/responses")
    ]


def test_what_uvicorn_rejects_itself_never_reached_the_application(rules: Rules) -> None:
    response = Response(
        status=400, headers=(("content-type", "text/plain"),), body=b"Invalid HTTP request received."
    )
    assert reported(rules, response, "POST /things") == []


def test_documented_server_errors(rules: Rules) -> None:
    assert reported(rules, Response(status=503)) == []
    assert ("server-error", "/paths/~1any/get/responses") in reported(rules, Response(status=503), "GET /any")
    assert reported(rules, Response(status=299), "GET /any") == []


def test_a_405_lists_the_declared_methods(rules: Rules) -> None:
    rejected = Response(status=405, headers=(PROBLEM_JSON, ("allow", "GET, HEAD, POST")), body=problem(405))
    assert reported(rules, rejected, method="PUT") == []
    assert reported(rules, replace(rejected, headers=(PROBLEM_JSON,)), method="PUT") == [
        ("allow-missing", "/paths/~1things")
    ]
    partial = replace(rejected, headers=(PROBLEM_JSON, ("allow", "GET")))
    assert reported(rules, partial, method="PUT") == [("allow-incomplete", "/paths/~1things")]
    assert reported(rules, rejected) == [("method-rejected", "/paths/~1things/get")]


def test_a_304_answers_a_condition(rules: Rules) -> None:
    document = json.loads(json.dumps(DOCUMENT))
    assert document["paths"]["/any"]
    assert ("not-modified-wrong", "/paths/~1any/get/responses/default") in reported(
        rules, Response(status=304), "GET /any"
    )
    assert reported(rules, Response(status=304), "GET /any", headers=(("If-None-Match", '"1"'),)) == []


def test_a_slow_response_counts_only_where_a_limit_is_set(rules: Rules) -> None:
    slow = Response(status=204, seconds=2.5)
    assert reported(rules, slow) == []
    limited = replace(rules, slow_after=2.0)
    assert reported(limited, slow) == [("response-slow", "/paths/~1things/get")]
    assert reported(limited, replace(slow, cut_short=True)) == []
