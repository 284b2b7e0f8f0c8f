"""What is wrong with a request is told at once, place by place, and never with what was sent."""

from __future__ import annotations

import json
from dataclasses import replace
from typing import Any

import pytest

from impl.core import items as core
from tests.service.api.support import Caller

SECRET = "do-not-repeat-me"


def _places(response: Any) -> list[tuple[str, str]]:
    assert response.headers["Content-Type"] == "application/problem+json"
    problem = response.json()
    assert problem["status"] == response.status_code
    assert all(part["reason"] for part in problem["errors"])
    return [(part["location"], part.get("pointer", "")) for part in problem["errors"]]


def test_every_fault_of_a_body_is_told_with_its_place(ada: Caller) -> None:
    body = {"name": "", "price": SECRET, "tags": ["ok", SECRET.upper(), 7], SECRET: SECRET}
    response = ada.post("/items", json=body)
    assert response.status_code == 422
    assert {
        ("body", ""),
        ("body", "/name"),
        ("body", "/price"),
        ("body", "/tags/1"),
        ("body", "/tags/2"),
    } == set(_places(response))
    assert SECRET not in response.text
    assert SECRET.upper() not in response.text
    assert ada.page() == ([], None)


def test_faults_in_every_part_of_the_parameters_are_told_together(ada: Caller) -> None:
    query = {"limit": "1.5", "order": SECRET, "tag": SECRET.upper(), "q": ""}
    response = ada.get("/items", params=query)
    assert response.status_code == 422
    assert {place for place, _ in _places(response)} == {"query.limit", "query.order", "query.tag", "query.q"}
    assert SECRET not in response.text
    long = {"If-None-Match": SECRET * 100}
    response = ada.get(f"/items/{SECRET}", headers=long)
    assert {place for place, _ in _places(response)} == {"path.itemId", "header.If-None-Match"}
    assert SECRET not in response.text


@pytest.mark.parametrize(
    ("text", "status"),
    [
        ('{"name": "Cup", ', 400),
        ('{"name": "Cup", "name": "Mug", "price": 1}', 400),
        ('{"name": "Cup", "price": NaN}', 400),
        ("[]", 422),
        ("null", 422),
        ('{"name": "\\ud800", "price": 1}', 400),
        ('{"name": "Cup", "price": 0}', 422),
        ('{"name": "Cup", "price": true}', 422),
        ('{"name": "a\\nb", "price": 1}', 422),
    ],
)
def test_a_body_is_read_strictly(ada: Caller, text: str, status: int) -> None:
    response = ada.post("/items", content=text, headers={"Content-Type": "application/json"})
    assert response.status_code == status
    assert response.json()["status"] == status
    assert ada.page() == ([], None)


def test_what_cannot_be_served_is_one_kind_of_problem(ada: Caller) -> None:
    too_long = json.dumps({"name": "x" * 2_000_000})
    responses = {
        404: ada.get("/nowhere"),
        405: ada.send("DELETE", "/items"),
        406: ada.post("/chat", json={"messages": []}, headers={"Accept": "text/html"}),
        413: ada.post("/items", content=too_long, headers={"Content-Type": "application/json"}),
        415: ada.post("/items", content="name=Cup", headers={"Content-Type": "text/plain"}),
    }
    for status, response in responses.items():
        assert response.status_code == status, response.text
        assert response.headers["Content-Type"] == "application/problem+json"
        assert response.json()["status"] == status
    assert set(responses[405].headers["Allow"].split(", ")) >= {"GET", "POST"}


def test_credentials_are_asked_for_before_a_body_is_looked_at(anybody: Caller) -> None:
    response = anybody.post("/items", content="{", headers={"Content-Type": "application/json"})
    assert response.status_code == 401
    assert response.headers["WWW-Authenticate"].startswith("Bearer")


def test_a_defect_of_the_service_is_told_to_nobody(ada: Caller, monkeypatch: pytest.MonkeyPatch) -> None:
    def fail(*_: object) -> None:
        raise RuntimeError(SECRET)

    monkeypatch.setattr(f"impl.{ada.version}.items._to_item", fail)
    response = ada.post("/items", json={"name": "Cup", "price": ada.price("1.00")})
    assert response.status_code == 500
    assert response.headers["Content-Type"] == "application/problem+json"
    assert SECRET not in response.text
    assert "Traceback" not in response.text


def test_a_response_that_breaks_the_contract_does_not_leave(
    ada: Caller, monkeypatch: pytest.MonkeyPatch
) -> None:
    made = ada.create()
    whole = core.Items.get

    async def nameless(items: core.Items, item_id: int) -> core.Item:
        return replace(await whole(items, item_id), name="")

    monkeypatch.setattr(core.Items, "get", nameless)
    response = ada.get(f"/items/{made.json()['id']}")
    assert response.status_code == 500
    assert "name" not in response.text
