"""What the service says about itself: its contract as it was written, pages for people, and what will go away."""

from __future__ import annotations

from pathlib import Path

from starlette.testclient import TestClient

from tests.service.api.support import Caller

GENERATED = Path(__file__).resolve().parents[3] / "generated"


def test_the_contract_is_served_as_it_was_written(anybody: Caller) -> None:
    response = anybody.get("/openapi.json")
    assert response.content == (GENERATED / anybody.version / "openapi.json").read_bytes()
    assert "x-accord" not in response.text


def test_there_are_pages_that_need_no_network(anybody: Caller) -> None:
    for page in ("/docs", "/redoc"):
        response = anybody.get(page)
        assert response.status_code == 200
        assert f"/api/{anybody.version}/openapi.json" in response.text
        assert "https://cdn" not in response.text
    assert anybody.get("/docs/assets/swagger-ui.css").status_code == 200


def test_nothing_else_is_described(client: TestClient) -> None:
    for path in ("/openapi.json", "/docs", "/redoc"):
        assert client.get(path).status_code == 404


def test_what_will_leave_the_first_version_says_so(ada: Caller) -> None:
    for response in (ada.report(), ada.report(resamples=0)):
        dated = {"Deprecation", "Sunset"} & {name.title() for name in response.headers}
        assert dated == ({"Deprecation", "Sunset"} if ada.version == "v1" else set())
    if ada.version == "v1":
        assert response.headers["Deprecation"].startswith("@")
        assert response.headers["Sunset"].endswith(" GMT")
    assert "Deprecation" not in ada.get("/items").headers
