"""The wire, row by row, on generated code without hand edits. Details of each row stand in ``tests/unit/runtime``."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import pytest
from fastapi.testclient import TestClient

from tests.unit.wire.contract import JSON, served

SECRET = "never-shown"


def errors(response: Any) -> list[tuple[str, str]]:
    """Location and pointer of every error, each of which has a reason."""
    found = response.json()["errors"]
    assert all(item["reason"] for item in found)
    return [(item["location"], item.get("pointer", "")) for item in found]


# Methods and paths


@pytest.mark.parametrize(
    ("method", "path", "allowed"),
    [
        ("POST", "/things/7", {"GET", "DELETE"}),
        ("HEAD", "/things/7", {"GET", "DELETE"}),
        ("PUT", "/things/special", {"GET", "HEAD"}),
        ("GET", "/strict", {"POST"}),
        ("QUERY", "/strict", {"POST"}),
    ],
)
def test_a_method_that_is_not_declared(client: TestClient, method: str, path: str, allowed: set[str]) -> None:
    response = client.request(method, path)
    assert response.status_code == 405
    assert set(response.headers["allow"].split(", ")) >= allowed
    options = client.options(path)
    assert options.status_code == 204
    assert options.headers["allow"] == response.headers["allow"]


def test_head_only_where_the_contract_says_so(client: TestClient) -> None:
    response = client.head("/things/special")
    assert (response.status_code, response.content) == (200, b"")
    assert client.head("/query").status_code == 405


def test_a_concrete_path_wins_over_a_template(client: TestClient) -> None:
    assert client.get("/things/special").json()["op"] == "special"
    assert client.get("/things/other").json() == {"op": "one_thing", "id": "other"}


@pytest.mark.parametrize("path", ["/things/special/", "/query/", "/whole/1/", "//query"])
def test_a_trailing_slash_is_another_path(client: TestClient, path: str) -> None:
    response = client.get("http://testserver" + path)
    assert response.status_code == 404
    assert "location" not in response.headers


def test_an_encoded_slash_stays_inside_of_its_segment(client: TestClient) -> None:
    assert client.get("/things/a%2Fb").json() == {"op": "one_thing", "id": "a/b"}
    assert client.get("/things/..%2F..%2Fetc").json()["id"] == "../../etc"


# Media types


@pytest.mark.parametrize(
    "content_type",
    [
        None,
        "",
        "text/plain",
        "application/problem+json",
        "application/json; charset=latin-1",
        "application/json; charset=utf-16",
        "application/x-www-form-urlencoded",
        "application",
    ],
)
def test_content_types_that_are_not_declared(client: TestClient, content_type: str | None) -> None:
    headers = {} if content_type is None else {"content-type": content_type}
    assert client.post("/strict", content=b'{"whole": 1}', headers=headers).status_code == 415


@pytest.mark.parametrize(
    "content_type", ["application/json; charset=utf-8", "Application/JSON;charset=UTF-8"]
)
def test_spellings_of_the_declared_content_type(client: TestClient, content_type: str) -> None:
    response = client.post("/strict", content=b'{"whole": 1}', headers={"content-type": content_type})
    assert response.status_code == 200


@pytest.mark.parametrize(
    ("path", "accept", "status"),
    [
        ("/media", "text/html", 406),
        ("/media", "application/json;q=0, application/vnd.wire+json;q=0", 406),
        ("/media", "application/vnd.wire+json", 200),
        ("/media", "*/*", 200),
        ("/rejects", "text/html", 406),
        ("/rejects", "application/*", 200),
        ("/query", "text/html", 200),
    ],
)
def test_accept(client: TestClient, path: str, accept: str, status: int) -> None:
    response = client.get(path, headers={"accept": accept})
    assert response.status_code == status
    if path == "/media" and "vnd" in accept and status == 200:
        assert response.headers["content-type"] == "application/vnd.wire+json"


# JSON


@pytest.mark.parametrize(
    "text",
    [
        b'{"never-shown": ',
        b'{"a": "never-shown"',
        b'{"a": 1,\n "a": "never-shown"}',
        b'{"a": 1, "\\u0061": "never-shown"}',
        b'{"a": {"b": [{"never-shown": 1, "never-shown": 2}]}}',
        b"[NaN]",
        b"[Infinity]",
        b"[-Infinity]",
        b"[1e999]",
        b"[-1e999]",
        b'["\\ud800"]',
        b'{"\\udfff": 1}',
        b'["never-shown \xff"]',
        b'["\xed\xa0\x80"]',
        b"[" * 5_000 + b"]" * 5_000,
        b'{"a":' * 5_000 + b"1" + b"}" * 5_000,
        b"[1,]",
        b"[01]",
        b"[1] never-shown",
        b"{'never-shown': 1}",
        b"\xef\xbb\xbf[1] x",
        b'["tab\there"]',
    ],
    ids=lambda value: repr(value)[:30],
)
@pytest.mark.parametrize("path", ["/anything", "/strict"])
def test_what_is_no_strict_json(client: TestClient, text: bytes, path: str) -> None:
    response = client.post(path, content=text, headers=JSON)
    assert response.status_code == 400, response.text
    assert SECRET not in response.text
    assert "line 1" in response.text or "line 2" in response.text, response.text


def test_an_empty_body(client: TestClient) -> None:
    assert client.post("/strict", content=b"", headers=JSON).status_code == 400
    assert client.post("/strict", content=b"  ", headers=JSON).status_code == 400


@pytest.mark.parametrize(
    ("body", "pointer"),
    [
        ({"whole": "1"}, "/whole"),
        ({"whole": True}, "/whole"),
        ({"whole": 1.5}, "/whole"),
        ({"whole": 2**31}, "/whole"),
        ({"number": "1"}, "/number"),
        ({"number": False}, "/number"),
        ({"number": None}, "/number"),
        ({"other": SECRET}, ""),
        ({SECRET: 1}, ""),
        ({"tags": [SECRET, SECRET]}, "/tags"),
        ({}, ""),
        ({"nested": {}}, "/nested"),
        ({"code": SECRET}, "/code"),
        ({"anchored": "xa1"}, "/anchored"),
        ({"anchored": "a1\n"}, "/anchored"),
        ({"anchored": "a\u0661"}, "/anchored"),
        ({"letters": "a"}, "/letters"),
        ({"at": "2024-01-01T00:00:00"}, "/at"),
        ({"at": "2024-01-01"}, "/at"),
        ({"at": 0}, "/at"),
        ([SECRET], ""),
    ],
    ids=repr,
)
def test_what_the_contract_forbids(client: TestClient, body: Any, pointer: str) -> None:
    response = client.post("/strict", json=body)
    assert response.status_code == 422, response.text
    assert errors(response) == [("body", pointer)]
    assert SECRET not in response.text


@pytest.mark.parametrize(
    ("text", "seen"),
    [
        ('{"whole": 1.0}', {"whole": 1}),
        ('{"whole": 1e2}', {"whole": 100}),
        ('{"whole": -0.0}', {"whole": 0}),
        ('{"number": 1e2}', {"number": 100.0}),
        ('{"number": 1E-2}', {"number": 0.01}),
        ('{"code": "xxa1xx"}', {"code": "xxa1xx"}),
        ('{"letters": "\u00c4\u0416"}', {"letters": "\u00c4\u0416"}),
        ('{"tags": ["1", "2"]}', {"tags": ["1", "2"]}),
        ('{"at": "2016-12-31T23:59:60Z"}', {"at": "2016-12-31T23:59:59Z"}),
        ('{"at": "2024-01-01t00:00:00z"}', {"at": "2024-01-01T00:00:00Z"}),
    ],
)
def test_what_the_contract_allows(client: TestClient, text: str, seen: dict[str, Any]) -> None:
    response = client.post("/strict", content=text.encode(), headers=JSON)
    assert response.status_code == 200, response.text
    assert response.json()["body"] == seen


# Parameters


@pytest.mark.parametrize(
    "text",
    ["1.0", "%2B1", "1_0", "%201", "1%20", "01", "1e2", "9223372036854775808", "true", "\u0661", "0x1"],
)
def test_what_is_no_integer(client: TestClient, text: str) -> None:
    response = client.get(f"/whole/{text}")
    assert response.status_code == 422
    assert errors(response) == [("path.n", "")]
    response = client.get(f"/query?whole={text}")
    assert response.status_code == 422
    assert errors(response) == [("query.whole", "")]


@pytest.mark.parametrize("text", ["0", "-1", "9223372036854775807", "-9223372036854775808"])
def test_what_is_an_integer(client: TestClient, text: str) -> None:
    assert client.get(f"/whole/{text}").json()["n"] == int(text)
    assert client.get(f"/query?whole={text}").json()["whole"] == int(text)


@pytest.mark.parametrize(
    "query",
    ["flag=yes", "flag=1", "flag=True", "flag=", "at=2024-01-01T00:00:00", "at=2024-01-01", "at=0", "whole="],
)
def test_what_is_no_boolean_and_no_instant(client: TestClient, query: str) -> None:
    response = client.get(f"/query?{query}")
    assert response.status_code == 422
    assert errors(response) == [(f"query.{query.partition('=')[0]}", "")]


def test_booleans_and_instants(client: TestClient) -> None:
    seen = client.get("/query?flag=false&at=2024-01-01T00:00:00%2B01:00").json()
    assert seen["flag"] is False
    assert seen["at"] == "2024-01-01T00:00:00+01:00"


@pytest.mark.parametrize(
    ("query", "name", "seen"),
    [
        ("deep[min]=1&deep[max]=2", "deep", {"min": 1, "max": 2}),
        ("deep%5Bmin%5D=1", "deep", {"min": 1}),
        ("pipes=1|2", "pipes", [1, 2]),
        ("pipes=1%7C2", "pipes", [1, 2]),
        ("spaces=1%202", "spaces", [1, 2]),
        ("x=1&y=2", "exploded", {"x": 1, "y": 2}),
        ("x=1", "exploded", {"x": 1}),
    ],
)
def test_styles_of_a_query(client: TestClient, query: str, name: str, seen: Any) -> None:
    response = client.get(f"/query?{query}")
    assert response.status_code == 200, response.text
    assert response.json()[name] == seen


@pytest.mark.parametrize(
    "query", ["deep[other]=1", "deep=1", "deep[min]=x", "deep[min]=1&deep[min]=2", "pipes=1|x", "x=a"]
)
def test_queries_that_the_styles_do_not_allow(client: TestClient, query: str) -> None:
    response = client.get(f"/query?{query}")
    assert response.status_code == 422, response.text
    assert all(location.startswith("query.") for location, _ in errors(response))


def test_label_and_matrix_paths(client: TestClient) -> None:
    seen = client.get("/styles/.1.2/;matrix=3,4/;r=5;g=6").json()
    assert (seen["label"], seen["matrix"], seen["object"]) == ([1, 2], [3, 4], {"r": 5, "g": 6})
    assert client.get("/styles/1.2/;matrix=3,4/;r=5").status_code == 422
    assert client.get("/styles/.1/;other=3/;r=5").status_code == 422


def test_policies_of_queries(tmp_path: Path) -> None:
    with served(tmp_path) as app:
        client = TestClient(app)
        assert client.get("/query?whole=1&whole=2").status_code == 422
        assert client.get("/query?undeclared=1&whole=1").status_code == 200
    with served(tmp_path, repeated_parameter="last", undeclared_query="reject") as app:
        client = TestClient(app)
        assert client.get("/query?whole=1&whole=2").json()["whole"] == 2
        rejected = client.get(f"/query?{SECRET}=1")
        assert rejected.status_code == 422
        assert SECRET not in rejected.text
    with served(tmp_path, repeated_parameter="first") as app:
        assert TestClient(app).get("/query?whole=1&whole=2").json()["whole"] == 1
