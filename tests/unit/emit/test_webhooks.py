"""``webhooks.py``: what the service sends, declared with typed bodies and named readably."""

from __future__ import annotations

import importlib
import json
import sys
from collections.abc import Iterator
from pathlib import Path
from types import ModuleType

import jsonschema_rs
import pytest

from accord.diagnostics import Severity
from accord.emit.python.generate import GenerateResult
from accord.emit.tree import write_tree
from accord.runtime import outgoing
from tests.unit.emit.operations import generate_all, write_spec

SPEC = """
    webhooks:
      newBooking:
        post:
          summary: A booking was made.
          parameters: [{name: X-Signature, in: header, required: true, schema: {type: string, minLength: 3}}]
          requestBody:
            required: true
            content:
              application/json: {schema: {$ref: '#/components/schemas/Booking'}}
              application/x-www-form-urlencoded: {schema: {type: object, properties: {id: {type: integer}}}}
          responses:
            '200': {description: ok, headers: {X-Seen: {schema: {type: string}}}}
            4XX: {description: no, content: {application/json: {schema: {type: object, properties: {why: {type: string}}}}}}
      stock:
        put: {responses: {'204': {description: ok}}}
        delete: {security: [{key: []}, {login: [hook], key: []}], responses: {'204': {description: ok}}}
    paths:
      /streams:
        post:
          operationId: openStream
          responses: {'204': {description: ok}}
          callbacks:
            onData:
              '{$request.query.url}/data':
                post:
                  requestBody: {content: {application/json: {schema: {type: object, properties: {day: {type: string, format: date}}}}}}
                  responses: {'202': {description: ok}}
            onEnd:
              '{$request.query.url}/end':
                post: {operationId: streamEnded, responses: {default: {description: any}}}
    components:
      securitySchemes:
        key: {type: apiKey, in: header, name: k}
        login: {type: oauth2, flows: {clientCredentials: {tokenUrl: /t, scopes: {hook: ''}}}}
      schemas:
        Booking:
          type: object
          required: [id, at]
          properties: {id: {type: integer, readOnly: true}, at: {type: string, format: date-time}}
    """


@pytest.fixture(scope="module")
def made(tmp_path_factory: pytest.TempPathFactory) -> Iterator[tuple[ModuleType, GenerateResult]]:
    folder = tmp_path_factory.mktemp("webhooks")
    write_spec(folder / "spec", {"v1/openapi.yaml": SPEC})
    result = generate_all(folder / "spec")
    write_tree(result.tree, folder / "webhook_case")
    sys.path.insert(0, str(folder))
    yield importlib.import_module("webhook_case.v1.webhooks"), result
    sys.path.remove(str(folder))
    for name in [name for name in sys.modules if name.startswith("webhook_case")]:
        del sys.modules[name]


def test_each_request_has_a_readable_name_and_a_place_in_the_table(
    made: tuple[ModuleType, GenerateResult],
) -> None:
    module, _ = made
    names = ["NEW_BOOKING", "STOCK_PUT", "STOCK_DELETE", "OPEN_STREAM_ON_DATA", "STREAM_ENDED"]
    assert [getattr(module, name) for name in names] == list(module.WEBHOOKS)
    assert len({webhook.key for webhook in module.WEBHOOKS}) == len(names)


def test_a_webhook_has_its_method_bodies_parameters_and_answers(
    made: tuple[ModuleType, GenerateResult],
) -> None:
    module, _ = made
    booking: outgoing.Request = module.NEW_BOOKING
    assert (booking.method, booking.expression, booking.caused_by) == ("POST", None, None)
    (signature,) = booking.parameters
    assert (signature.name, signature.location, signature.required) == ("X-Signature", "header", True)
    assert booking.body is not None
    assert booking.body.required
    assert [content.media_type for content in booking.body.content] == [
        "application/json",
        "application/x-www-form-urlencoded",
    ]
    types = [content.type() for content in booking.body.content if content.type is not None]
    assert [type_.__name__ for type_ in types] == ["BookingWrite", "NewBookingRequest"]
    assert [(response.status, response.headers) for response in booking.responses] == [
        (200, ("X-Seen",)),
        ("4XX", ()),
    ]
    assert module.STOCK_DELETE.security == ((("key", ()),), (("login", ("hook",)), ("key", ())))


def test_a_callback_has_its_address_and_its_cause(made: tuple[ModuleType, GenerateResult]) -> None:
    module, _ = made
    data: outgoing.Request = module.OPEN_STREAM_ON_DATA
    assert data.expression == "{$request.query.url}/data"
    assert data.caused_by == ("POST", "/streams")
    assert data.body is not None
    assert not data.body.required
    (content,) = data.body.content
    assert content.type is not None
    assert content.type().__name__ == "OpenStreamOnDataRequest"


def test_the_guard_checks_what_is_sent_and_answered(made: tuple[ModuleType, GenerateResult]) -> None:
    module, result = made
    validator = jsonschema_rs.Draft202012Validator(
        json.loads(result.tree["v1/guard.json"]), validate_formats=True
    )
    booking: outgoing.Request = module.NEW_BOOKING
    assert booking.body is not None
    key = booking.body.content[0].guard
    assert validator.is_valid({key: {"at": "2024-02-29T10:00:00Z"}})
    assert not validator.is_valid({key: {"at": "yesterday"}})
    assert not validator.is_valid({f"{booking.key}.parameters": {"header": {"X-Signature": "a"}}})
    assert not validator.is_valid({booking.responses[1].content[0].guard: {"why": 3}})


def test_what_is_not_sent_is_told_as_information_only(made: tuple[ModuleType, GenerateResult]) -> None:
    _, result = made
    assert {(diagnostic.code, diagnostic.severity) for diagnostic in result.diagnostics} == {
        ("unsupported-webhook", Severity.INFO),
        ("unsupported-callback", Severity.INFO),
    }


def test_a_contract_that_sends_nothing_has_no_such_module(tmp_path: Path) -> None:
    paths = "paths: {/a: {get: {operationId: a, responses: {'204': {description: ok}}}}}\n"
    write_spec(tmp_path, {"v1/openapi.yaml": paths})
    assert "v1/webhooks.py" not in generate_all(tmp_path).tree
