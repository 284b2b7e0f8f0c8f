"""Failures of Schemathesis: which of them hold."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import jsonschema_rs
import pytest
from schemathesis.core.failures import AcceptedNegativeData, Failure
from schemathesis.openapi.checks import (
    AuthScenario,
    IgnoredAuth,
    JsonSchemaError,
    RejectedPositiveData,
    UndefinedStatusCode,
)

from accord.testing.checks import Rules
from accord.testing.credentials import Credentials
from accord.testing.exchange import Response
from accord.testing.failures import Assessment, assess
from accord.testing.options import StaticCredential
from accord.testing.redaction import Secrets
from tests.unit.testing.support import contract, exchange

FLOWS = {"clientCredentials": {"tokenUrl": "/token", "scopes": {}}}
SCHEMES = {
    "key": {"type": "apiKey", "in": "header", "name": "X-Key"},
    "login": {"type": "oauth2", "flows": FLOWS},
}
TOKEN = (("Authorization", "Bearer t"),)


@pytest.mark.parametrize(
    ("security", "headers", "holds"),
    [
        ([{"login": []}, {"key": []}], TOKEN, False),
        ([{"login": []}, {"key": []}], (("Authorization", "Bearer made-up"),), True),
        ([{"login": [], "key": []}, {"key": []}], TOKEN, True),
        ([{"login": []}, {"key": []}], (), True),
        ([{"key": []}], TOKEN, True),
        ([{"key": []}], (("X-Key", "k"),), True),
    ],
)
def test_a_response_to_genuine_credentials_of_an_alternative_proves_nothing(
    tmp_path: Path, security: list[Any], headers: tuple[tuple[str, str], ...], holds: bool
) -> None:
    operation = {"security": security, "responses": {"204": {"description": "done"}}}
    document = {
        "openapi": "3.1.0",
        "info": {"title": "t", "version": "1"},
        "paths": {"/things": {"get": operation}},
        "components": {"securitySchemes": SCHEMES},
    }
    loaded = contract(tmp_path, document)
    failure = IgnoredAuth(operation="GET /things", message="answered 204", scenario=AuthScenario.NO_AUTH)
    sent = exchange(loaded, "GET /things", Response(status=204), headers=headers)
    credentials = Credentials(loaded.api, "http://h", {"login": StaticCredential(value="t")}, Secrets())
    credentials.fetch_all()
    found = assess(Rules(contract=loaded), credentials, failure, sent)
    assert found.breach.code == "auth-ignored"
    assert (found.excuse == "") is holds


DOCUMENT: dict[str, Any] = {
    "openapi": "3.1.0",
    "info": {"title": "t", "version": "1"},
    "paths": {
        "/tokens": {
            "post": {
                "requestBody": {
                    "content": {"application/x-www-form-urlencoded": {"schema": {"type": "object"}}}
                },
                "responses": {"200": {"description": "x"}, "400": {"description": "x"}},
            }
        },
        "/things": {
            "get": {
                "parameters": [
                    {"name": "X-Tag", "in": "header", "required": True, "schema": {"pattern": '^"a+"$'}}
                ],
                "responses": {"200": {"description": "x"}},
            }
        },
    },
    "components": {
        "securitySchemes": {
            "login": {"type": "oauth2", "flows": {"password": {"tokenUrl": "/api/v1/tokens", "scopes": {}}}}
        }
    },
}
PROBLEM = Response(
    status=422,
    headers=(("content-type", "application/problem+json"),),
    body=b'{"type": "about:blank", "title": "Invalid", "detail": "the cursor is unknown", "status": 422}',
)


def assessed(
    folder: Path, failure: Failure, operation: str, response: Response, **request: Any
) -> Assessment:
    loaded = contract(folder, DOCUMENT)
    credentials = Credentials(loaded.api, "http://h", {}, Secrets())
    return assess(
        Rules(contract=loaded), credentials, failure, exchange(loaded, operation, response, **request)
    )


@pytest.mark.parametrize(
    ("tag", "rejected_holds", "accepted_holds"),
    [('"aa"', True, False), ('"""', False, True), ("aa", False, True)],
)
def test_labels_of_requests_count_only_where_their_bytes_bear_them_out(
    tmp_path: Path, tag: str, rejected_holds: bool, accepted_holds: bool
) -> None:
    """A header pattern with quotes is the classic: what is sent is not what was generated."""
    rejected = RejectedPositiveData(
        operation="GET /things", message="", status_code=422, allowed_statuses=["2xx"]
    )
    found = assessed(tmp_path, rejected, "GET /things", PROBLEM, headers=(("X-Tag", tag),))
    assert (found.excuse == "") is rejected_holds
    assert found.breach.code == "valid-request-rejected"
    assert found.breach.message == "answered 422 to a valid request: Invalid; the cursor is unknown"
    accepted = AcceptedNegativeData(
        operation="GET /things", message="", status_code=200, expected_statuses=["4xx"]
    )
    found = assessed(tmp_path, accepted, "GET /things", Response(status=200), headers=(("X-Tag", tag),))
    assert (found.excuse == "") is accepted_holds
    if accepted_holds:
        assert found.breach.clause == "/paths/~1things/get/parameters/0"


def test_a_token_operation_may_reject_credentials_that_do_not_exist(tmp_path: Path) -> None:
    failure = RejectedPositiveData(
        operation="POST /tokens", message="", status_code=400, allowed_statuses=["2xx"]
    )
    form = {"headers": (("Content-Type", "application/x-www-form-urlencoded"),), "body": b"username=a"}
    for status, holds in ((400, False), (415, True)):
        found = assessed(tmp_path, failure, "POST /tokens", Response(status=status), **form)
        assert (found.excuse == "") is holds


def test_undocumented_rejections_and_bytes_that_uvicorn_rejects(tmp_path: Path) -> None:
    failure = UndefinedStatusCode(
        operation="GET /things",
        message="",
        status_code=422,
        defined_status_codes=["200"],
        allowed_status_codes=[200],
    )
    assert assessed(tmp_path, failure, "GET /things", PROBLEM).excuse
    plain = Response(status=422, headers=(("content-type", "application/json"),), body=b'{"detail": []}')
    assert not assessed(tmp_path, failure, "GET /things", plain).excuse
    rejected = Response(status=400, body=b"Invalid HTTP request received.")
    assert assessed(tmp_path, failure, "GET /things", rejected).excuse


@pytest.mark.parametrize(
    ("media_type", "holds"),
    [
        ({"schema": {"type": "string", "format": "binary"}}, False),
        ({"schema": {"type": "object", "required": ["id"]}}, True),
        ({"schema": {}}, True),
    ],
)
def test_a_schema_for_the_text_of_a_stream_is_not_that_of_its_events(
    tmp_path: Path, media_type: dict[str, Any], holds: bool
) -> None:
    responses = {"200": {"description": "x", "content": {"text/event-stream": media_type}}}
    document = {
        "openapi": "3.0.3",
        "info": {"title": "t", "version": "1"},
        "paths": {"/events": {"get": {"responses": responses}}},
    }
    loaded = contract(tmp_path, document)
    response = Response(status=200, headers=(("content-type", "text/event-stream"),), body=b"data: 1\n\n")
    schema = {"type": "string"}
    (error,) = jsonschema_rs.validator_for(schema).iter_errors({"data": "1"})
    failure = JsonSchemaError(operation="GET /events", exc=error, root_schema=schema)
    rules = Rules(contract=loaded)
    credentials = Credentials(loaded.api, "http://h", {}, Secrets())
    found = assess(rules, credentials, failure, exchange(loaded, "GET /events", response))
    assert found.breach.code == "response-body-invalid"
    assert (found.excuse == "") is holds
