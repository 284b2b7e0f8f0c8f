"""Mocked services: what they answer, what they reject, and that they repeat themselves."""

from __future__ import annotations

import json
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest
from starlette.testclient import TestClient

from accord.bundle import bundle
from accord.contract.load import load_api
from accord.errors import EnvironmentFaultError, UsageError
from accord.mock import MockArguments, MockContract, MockOptions, listen, mock_app
from accord.mock.listen import start_lines
from accord.source.document import read_document

SHOP = Path(__file__).parent / "shop.yaml"
AUTH = {"Authorization": "Bearer x"}

Client = Callable[..., TestClient]


def contract(path: Path, name: str = "v1") -> MockContract:
    document = read_document(path)
    loaded = load_api(document, name=name)
    assert not [d for d in loaded.diagnostics if str(d.severity) == "error"]
    return MockContract(api=loaded.api, document=bundle(document, loaded).data)


@pytest.fixture
def client(tmp_path: Path) -> Client:
    made = 0

    def make(*paths: Path, **options: Any) -> TestClient:
        nonlocal made
        made += 1
        folder = tmp_path / str(made)
        folder.mkdir()
        contracts = [contract(path, path.stem) for path in paths or (SHOP,)]
        mocked = mock_app(contracts, folder, MockOptions(docs=False, **options))
        return TestClient(mocked.app, base_url="http://test/api/v1")

    return make


def test_a_declared_example_that_keeps_its_schema_comes_first(client: Client) -> None:
    response = client().get("/items")
    assert response.status_code == 200
    assert response.json() == [{"id": 1, "name": "Pen"}, {"id": 2, "name": "Ink"}]


@pytest.mark.parametrize(
    ("prefer", "applied", "count"),
    [("example=three", "example=three", 3), ('code=200, example="two"', "code=200, example=two", 2)],
)
def test_a_named_example_is_answered(client: Client, prefer: str, applied: str, count: int) -> None:
    response = client().get("/items", headers={"Prefer": prefer})
    assert len(response.json()) == count
    assert response.headers["preference-applied"] == applied


def test_samples_are_answered_where_they_are_preferred(client: Client) -> None:
    response = client().get("/items", headers={"Prefer": "dynamic=true"})
    assert response.headers["preference-applied"] == "dynamic=true"
    assert {"Pen", "Ink"} & {item["name"] for item in response.json()} == set()
    assert "secret" not in response.text


@pytest.mark.parametrize(("code", "sent"), [(404, 404), (503, 503)])
def test_a_documented_status_or_one_of_its_range_is_answered(client: Client, code: int, sent: int) -> None:
    response = client().get("/items", headers={"Prefer": f"code={code}"})
    assert response.status_code == sent
    assert response.json()["code"] == sent
    assert response.headers["preference-applied"] == f"code={code}"


@pytest.mark.parametrize(
    ("prefer", "with_reason"),
    [
        ("code=418", "code=418 is not documented; documented are 200, 404, 5XX"),
        ("code=abc", "is no status"),
        ("example=four", "declared are example, none, three, two"),
        ("dynamic=perhaps", "neither true nor false"),
        ("example=none", "breaks its schema"),
    ],
)
def test_a_preference_that_cannot_be_met_is_rejected(client: Client, prefer: str, with_reason: str) -> None:
    response = client().get("/items", headers={"Prefer": prefer})
    assert response.status_code in {400, 501}
    assert with_reason in response.text


def test_other_preferences_are_left_alone(client: Client) -> None:
    response = client().get("/items", headers={"Prefer": "respond-async, wait=10"})
    assert response.status_code == 200
    assert "preference-applied" not in response.headers
    assert client().get("/preferring", headers={"Prefer": "code=418"}).status_code == 200


def test_the_same_seed_and_request_give_the_same_bytes(client: Client) -> None:
    def responses(test_client: TestClient) -> list[bytes]:
        paths = ("/items", "/items/7", "/events", "/lines", "/image", "/tree")
        return [test_client.get(path, headers={"Prefer": "dynamic"}).content for path in paths]

    assert responses(client(seed=3)) == responses(client(seed=3))
    assert responses(client(seed=3)) != responses(client(seed=4))
    test_client = client()
    assert test_client.get("/items/7").content != test_client.get("/items/8").content


def test_accept_chooses_the_media_type(client: Client) -> None:
    test_client = client()
    response = test_client.get("/items", headers={"Accept": "text/csv"})
    assert response.headers["content-type"].startswith("text/csv")
    assert response.text == "id,name"
    assert test_client.get("/items", headers={"Accept": "image/png"}).status_code == 406
    image = test_client.get("/image", headers={"Accept": "image/webp"})
    assert image.headers["content-type"] == "image/webp"
    assert len(image.content) > 10


def test_bodies_of_other_media_types(client: Client) -> None:
    test_client = client()
    anything = test_client.get("/any")
    assert anything.headers["content-type"] == "application/json"
    assert anything.json()["name"] == "Pen"
    assert test_client.get("/any", headers={"Prefer": "code=418"}).json()["code"] == 418
    parts = test_client.get("/parts")
    assert parts.headers["content-type"] == "multipart/form-data; boundary=accord"
    assert b'name="name"\r\nContent-Type: text/plain; charset=utf-8\r\n\r\nPen\r\n' in parts.content
    assert parts.content.endswith(b"--accord--\r\n")
    assert test_client.get("/xml").text.startswith("<Item><id>")


def test_required_headers_and_those_with_an_example_are_sent(client: Client) -> None:
    headers = client().get("/items").headers
    assert int(headers["x-total"]) >= 0
    assert headers["x-note"] == "noted"
    assert "x-silent" not in headers


@pytest.mark.parametrize(
    ("method", "path", "status", "options"),
    [
        ("GET", "/items?limit=0", 422, {}),
        ("GET", "/items?limit=x", 422, {}),
        ("GET", "/items/0", 422, {}),
        ("GET", "/nowhere", 404, {}),
        ("PUT", "/items", 405, {}),
        ("POST", "/items", 401, {"json": {"name": "x"}}),
        ("POST", "/items", 400, {"json": {"name": ""}, "headers": AUTH}),
        ("POST", "/items", 400, {"content": b"{", "headers": {**AUTH, "Content-Type": "application/json"}}),
        ("POST", "/items", 415, {"content": b"x", "headers": {**AUTH, "Content-Type": "text/plain"}}),
        ("GET", "/nothing", 501, {}),
    ],
)
def test_requests_are_rejected_as_the_service_would(
    client: Client, method: str, path: str, status: int, options: dict[str, Any]
) -> None:
    response = client().request(method, path, **options)
    assert response.status_code == status
    if (method, status) == ("POST", 400):
        assert response.json()["code"] == 400, "the documented body, with what the runtime has to say"
        assert "contract" in response.json()["message"] or "JSON" in response.json()["message"]


def test_what_cannot_be_sampled_says_why(client: Client) -> None:
    assert "no number lies within the bounds" in client().get("/nothing").json()["detail"]


def test_what_is_created_lies_where_its_location_says(client: Client) -> None:
    test_client = client()
    response = test_client.post("/items", json={"name": "Ink"}, headers=AUTH)
    assert response.status_code == 201
    assert response.headers["location"].startswith("/api/v1/items/")
    assert test_client.get(f"http://test{response.headers['location']}").status_code == 200


def test_what_is_deleted_is_gone_until_something_is_created_there(client: Client) -> None:
    test_client = client()
    assert test_client.get("/items/7").status_code == 200
    deleted = [test_client.delete("/items/7") for _ in range(2)]
    assert [response.status_code for response in deleted] == [204, 204]
    assert deleted[0].content == b""
    assert test_client.get("/items/7").status_code == 410
    assert test_client.get("/items/8").status_code == 200
    assert test_client.get("/items/7", headers={"Prefer": "code=200"}).status_code == 200
    test_client.post("/items", json={"name": "Ink"}, headers=AUTH)
    assert test_client.get("/items/7").status_code == 200


def test_conditions_are_compared_with_the_etag(client: Client) -> None:
    test_client = client()
    etag = test_client.get("/items/7").headers["etag"]
    assert test_client.get("/items/7").headers["etag"] == etag != test_client.get("/items/8").headers["etag"]
    for condition, status in ((etag, 304), (f'"x", {etag}', 304), ("*", 304), ('"x"', 200)):
        assert test_client.get("/items/7", headers={"If-None-Match": condition}).status_code == status
    for condition, status in (('"x"', 412), (etag, 204)):
        assert test_client.delete("/items/7", headers={"If-Match": condition}).status_code == status


def test_streams_give_a_few_events_and_end(client: Client) -> None:
    response = client().get("/events")
    assert response.headers["content-type"].startswith("text/event-stream")
    data = [json.loads(line[6:]) for line in response.text.splitlines() if line.startswith("data: ")]
    assert len(data) == 3
    assert all(isinstance(event["n"], int) for event in data)
    lines = client().get("/lines").text.splitlines()
    assert [set(json.loads(line)) >= {"id", "name"} for line in lines] == [True, True, True]


def test_recursion_ends(client: Client) -> None:
    assert len(client().get("/tree").content) < 5_000


def test_only_named_credentials_are_accepted(client: Client) -> None:
    test_client = client(tokens=frozenset({"right"}))
    for token, status in (("right", 201), ("wrong", 401)):
        headers = {"Authorization": f"Bearer {token}"}
        assert test_client.post("/items", json={"name": "x"}, headers=headers).status_code == status


def test_versions_stand_side_by_side(client: Client, tmp_path: Path) -> None:
    other = tmp_path / "v2.yaml"
    other.write_text(SHOP.read_text().replace("url: /api/v1", "url: /api/v2"))
    test_client = client(SHOP, other)
    assert test_client.get("/items").json() == test_client.get("http://test/api/v2/items").json()
    assert test_client.get("http://test/api/v2/openapi.json").json()["info"]["title"] == "Shop"
    with pytest.raises(UsageError, match=r"shop and shop-2 are both served under /api/v1"):
        client(SHOP, SHOP)


def test_a_taken_port_is_told_before_anything_is_built() -> None:
    import socket

    with socket.socket() as taken:
        taken.bind(("127.0.0.1", 0))
        taken.listen()
        arguments = MockArguments(port=taken.getsockname()[1])
        with pytest.raises(EnvironmentFaultError, match="address already in use"):
            listen([contract(SHOP)], arguments, lambda _: None)


def test_start_lines_name_each_contract() -> None:
    assert start_lines({"v1": "/api/v1", "pets": ""}, "::1", 80) == [
        "v1: http://[::1]:80/api/v1",
        "pets: http://[::1]:80/",
    ]
