"""Requests as they were sent, judged by the contract."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import pytest

from accord.testing.contract import Contract
from accord.testing.exchange import Response
from accord.testing.judge import judge, parse_json
from tests.unit.testing.support import contract, exchange

SCHEMA = {
    "type": "object",
    "required": ["id", "name"],
    "additionalProperties": False,
    "properties": {
        "id": {"type": "integer", "readOnly": True},
        "name": {"type": "string", "minLength": 1},
        "born": {"type": "string", "format": "date"},
        "age": {"type": ["integer", "null"], "minimum": 0},
    },
}


def parameter(name: str, where: str, schema: dict[str, Any], **more: Any) -> dict[str, Any]:
    return {"name": name, "in": where, "required": where == "path", "schema": schema, **more}


PARAMETERS = [
    parameter("id", "path", {"type": "integer", "minimum": 1}),
    parameter("limit", "query", {"type": "integer", "maximum": 10}),
    parameter("q", "query", {"type": "string", "minLength": 2}),
    parameter("flag", "query", {"type": "boolean"}),
    parameter("tags", "query", {"type": "array", "items": {"type": "string"}, "maxItems": 2}),
    parameter("If-Match", "header", {"type": "string", "pattern": '^"[^"]+"$'}),
    parameter("sid", "cookie", {"enum": ["a", "b"]}),
    {"name": "filter", "in": "query", "content": {"application/json": {"schema": {"type": "object"}}}},
]
DOCUMENT = {
    "openapi": "3.1.0",
    "info": {"title": "t", "version": "1"},
    "paths": {
        "/things/{id}": {
            "parameters": PARAMETERS[:1],
            "get": {"parameters": PARAMETERS[1:], "responses": {"200": {"description": "x"}}},
            "put": {
                "requestBody": {"required": True, "content": {"application/json": {"schema": SCHEMA}}},
                "responses": {"200": {"description": "x"}},
            },
            "post": {
                "requestBody": {
                    "content": {
                        "application/x-www-form-urlencoded": {
                            "schema": {
                                "type": "object",
                                "required": ["name"],
                                "properties": {
                                    "name": {"type": "string", "maxLength": 5},
                                    "age": {"type": "integer"},
                                    "ok": {"type": "boolean"},
                                },
                            }
                        },
                        "multipart/form-data": {"schema": {"type": "object"}},
                    }
                },
                "responses": {"200": {"description": "x"}},
            },
        }
    },
}
RESPONSE = Response(status=200)


@pytest.fixture(scope="module")
def things(tmp_path_factory: pytest.TempPathFactory) -> Contract:
    return contract(tmp_path_factory.mktemp("things"), DOCUMENT)


@pytest.mark.parametrize(
    ("url", "headers", "verdict"),
    [
        ("/things/1", {}, "valid"),
        ("/api/v1/things/12", {}, "valid"),
        ("/things/%31", {}, "valid"),
        ("/things/0", {}, "invalid"),
        ("/things/-1", {}, "invalid"),
        ("/things/abc", {}, "invalid"),
        ("/things/1.5", {}, "invalid"),
        ("/things/1.0", {}, "unknown"),
        ("/things/nan", {}, "invalid"),
        ("/things/%2B1", {}, "unknown"),
        ("/things/a/b", {}, "unknown"),
        ("/things/1?limit=10", {}, "valid"),
        ("/things/1?limit=ten", {}, "invalid"),
        ("/things/1?limit=1&limit=2", {}, "unknown"),
        ("/things/1?limit=", {}, "unknown"),
        ("/things/1?unknown=1", {}, "valid"),
        ("/things/1?q=a", {}, "invalid"),
        ("/things/1?q=%00%00", {}, "valid"),
        ("/things/1?flag=true", {}, "valid"),
        ("/things/1?flag=True", {}, "unknown"),
        ("/things/1?flag=maybe", {}, "invalid"),
        ("/things/1?tags=a&tags=b", {}, "valid"),
        ("/things/1?tags=a&tags=b&tags=c", {}, "unknown"),
        ("/things/1?filter=%7B%7D", {}, "valid"),
        ("/things/1?filter=%5B%5D", {}, "invalid"),
        ("/things/1?filter=%7B", {}, "invalid"),
        ("/things/1", {"If-Match": ' "7"\t'}, "valid"),
        ("/things/1", {"If-Match": '"""'}, "invalid"),
        ("/things/1", {"if-match": "7"}, "invalid"),
        ("/things/1", {"Cookie": "x=1; sid=a"}, "valid"),
        ("/things/1", {"Cookie": "sid=c"}, "invalid"),
    ],
)
def test_parameters(things: Contract, url: str, headers: dict[str, str], verdict: str) -> None:
    request = exchange(
        things, "GET /things/{id}", RESPONSE, url=f"http://h{url}", headers=tuple(headers.items())
    )
    assert judge(things, request).verdict == verdict


def test_the_clause_of_a_parameter_is_where_it_is_declared(things: Contract) -> None:
    own = exchange(things, "GET /things/{id}", RESPONSE, url="http://h/things/1?q=a")
    assert judge(things, own).clause == "/paths/~1things~1{id}/get/parameters/1"
    shared = exchange(things, "GET /things/{id}", RESPONSE, url="http://h/things/x")
    assert judge(things, shared).clause == "/paths/~1things~1{id}/parameters/0"


@pytest.mark.parametrize(
    ("body", "verdict"),
    [
        (b'{"name": "a"}', "valid"),
        (b'{"name": "a", "id": 3}', "valid"),
        (b'{"name": "\\u0000", "age": null}', "valid"),
        (b'{"name": ""}', "invalid"),
        (b'{"id": 3}', "invalid"),
        (b'{"name": "a", "more": 1}', "invalid"),
        (b'{"name": "a", "born": "2020-02-30"}', "invalid"),
        (b'{"name": "a", "born": "2020-02-29"}', "valid"),
        (b'{"name": "a", "age": 1.0}', "valid"),
        (b'{"name": "a", "age": NaN}', "invalid"),
        (b'{"name": "a", "name": "b"}', "invalid"),
        (b'{"name": ', "invalid"),
        (b"\xff", "invalid"),
        (b"[" * 100_000, "invalid"),
        (None, "invalid"),
    ],
)
def test_json_bodies(things: Contract, body: bytes | None, verdict: str) -> None:
    headers = (("Content-Type", "application/json; charset=utf-8"),) if body is not None else ()
    request = exchange(
        things, "PUT /things/{id}", RESPONSE, url="http://h/things/1", headers=headers, body=body
    )
    assert judge(things, request).verdict == verdict


def test_formats_count_only_where_they_are_asserted(tmp_path: Path) -> None:
    lenient = contract(tmp_path, DOCUMENT, formats="annotate")
    request = exchange(
        lenient,
        "PUT /things/{id}",
        RESPONSE,
        url="http://h/things/1",
        headers=(("Content-Type", "application/json"),),
        body=b'{"name": "a", "born": "yesterday"}',
    )
    assert judge(lenient, request).verdict == "valid"


@pytest.mark.parametrize(
    ("kind", "body", "verdict"),
    [
        ("application/x-www-form-urlencoded", b"name=a+b", "valid"),
        ("application/x-www-form-urlencoded", b"name=123&age=4&ok=true", "valid"),
        ("application/x-www-form-urlencoded", b"name=a&age=x", "invalid"),
        ("application/x-www-form-urlencoded", b"age=4", "invalid"),
        ("application/x-www-form-urlencoded", b"name=toolong", "invalid"),
        ("application/x-www-form-urlencoded", b"name=a&name=b", "unknown"),
        ("application/x-www-form-urlencoded", b"name=a&ok=yes", "unknown"),
        ("application/x-www-form-urlencoded", b"", "invalid"),
        ("multipart/form-data; boundary=x", b"--x--", "unknown"),
        ("text/plain", b"name=a", "invalid"),
    ],
)
def test_other_bodies(things: Contract, kind: str, body: bytes, verdict: str) -> None:
    request = exchange(
        things,
        "POST /things/{id}",
        RESPONSE,
        url="http://h/things/1",
        headers=(("Content-Type", kind),),
        body=body,
    )
    assert judge(things, request).verdict == verdict


def test_an_optional_body_may_be_absent_and_an_undeclared_method_is_invalid(things: Contract) -> None:
    request = exchange(things, "POST /things/{id}", RESPONSE, url="http://h/things/1")
    assert judge(things, request).verdict == "valid"
    other = exchange(things, "POST /things/{id}", RESPONSE, url="http://h/things/1", method="TRACE")
    assert judge(things, other).verdict == "invalid"


def test_strict_json_takes_what_json_is() -> None:
    assert parse_json(b' {"a": [1, 2.5, null, true, "\xc3\xa9"]} ') == {"a": [1, 2.5, None, True, "\u00e9"]}
    for text in (b"", b"Infinity", b'{"a":1,"a":1}', b"'a'", b"\xef\xbb\xbf1"):
        with pytest.raises(ValueError):  # noqa: PT011 (the kind of the error is what is promised)
            parse_json(text)
