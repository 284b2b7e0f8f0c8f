"""What is wrong with a request is told at once, place by place, and never with what was sent."""

from __future__ import annotations

import json
from dataclasses import replace
from typing import Any

import pytest

from impl.core import items as core
from tests.service.api.support import Caller

SECRET = "do-not-repeat-me"


def _places(answer: Any) -> list[tuple[str, str]]:
    assert answer.headers["Content-Type"] == "application/problem+json"
    problem = answer.json()
    assert problem["status"] == answer.status_code
    assert all(part["reason"] for part in problem["errors"])
    return [(part["location"], part.get("pointer", "")) for part in problem["errors"]]


def test_every_fault_of_a_body_is_told_with_its_place(ada: Caller) -> None:
    body = {"name": "", "price": SECRET, "tags": ["ok", SECRET.upper(), 7], SECRET: SECRET}
    answer = ada.post("/items", json=body)
    assert answer.status_code == 422
    assert {
        ("body", ""),
        ("body", "/name"),
        ("body", "/price"),
        ("body", "/tags/1"),
        ("body", "/tags/2"),
    } == set(_places(answer))
    assert SECRET not in answer.text
    assert SECRET.upper() not in answer.text
    assert ada.page() == ([], None)


def test_faults_in_every_part_of_the_parameters_are_told_together(ada: Caller) -> None:
    query = {"limit": "1.5", "order": SECRET, "tag": SECRET.upper(), "q": ""}
    answer = ada.get("/items", params=query)
    assert answer.status_code == 422
    assert {place for place, _ in _places(answer)} == {"query.limit", "query.order", "query.tag", "query.q"}
    assert SECRET not in answer.text
    long = {"If-None-Match": SECRET * 100}
    answer = ada.get(f"/items/{SECRET}", headers=long)
    assert {place for place, _ in _places(answer)} == {"path.itemId", "header.If-None-Match"}
    assert SECRET not in answer.text


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
    answer = ada.post("/items", content=text, headers={"Content-Type": "application/json"})
    assert answer.status_code == status
    assert answer.json()["status"] == status
    assert ada.page() == ([], None)


def test_what_cannot_be_served_is_one_kind_of_problem(ada: Caller) -> None:
    too_long = json.dumps({"name": "x" * 2_000_000})
    answers = {
        404: ada.get("/nowhere"),
        405: ada.send("DELETE", "/items"),
        406: ada.post("/chat", json={"messages": []}, headers={"Accept": "text/html"}),
        413: ada.post("/items", content=too_long, headers={"Content-Type": "application/json"}),
        415: ada.post("/items", content="name=Cup", headers={"Content-Type": "text/plain"}),
    }
    for status, answer in answers.items():
        assert answer.status_code == status, answer.text
        assert answer.headers["Content-Type"] == "application/problem+json"
        assert answer.json()["status"] == status
    assert set(answers[405].headers["Allow"].split(", ")) >= {"GET", "POST"}


def test_credentials_are_asked_for_before_a_body_is_looked_at(anybody: Caller) -> None:
    answer = anybody.post("/items", content="{", headers={"Content-Type": "application/json"})
    assert answer.status_code == 401
    assert answer.headers["WWW-Authenticate"].startswith("Bearer")


def test_a_defect_of_the_service_is_told_to_nobody(ada: Caller, monkeypatch: pytest.MonkeyPatch) -> None:
    def fail(*_: object) -> None:
        raise RuntimeError(SECRET)

    monkeypatch.setattr(f"impl.{ada.version}.items._to_item", fail)
    answer = ada.post("/items", json={"name": "Cup", "price": ada.price("1.00")})
    assert answer.status_code == 500
    assert answer.headers["Content-Type"] == "application/problem+json"
    assert SECRET not in answer.text
    assert "Traceback" not in answer.text


def test_an_answer_that_breaks_the_contract_does_not_leave(
    ada: Caller, monkeypatch: pytest.MonkeyPatch
) -> None:
    made = ada.create()
    whole = core.Items.get

    async def nameless(items: core.Items, item_id: int) -> core.Item:
        return replace(await whole(items, item_id), name="")

    monkeypatch.setattr(core.Items, "get", nameless)
    answer = ada.get(f"/items/{made.json()['id']}")
    assert answer.status_code == 500
    assert "name" not in answer.text
