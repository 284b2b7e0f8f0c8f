"""`Idempotency-Key`: a request that is repeated makes one object and gets one response, however often and wherever."""

from __future__ import annotations

import sqlite3
import uuid
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from contextlib import ExitStack
from pathlib import Path
from typing import Any

import anyio
import httpx
import pytest
from sqlalchemy import text, update

from impl.app import create_service
from impl.core.idempotency import forget_expired
from impl.core.ownership import FOR_ALL_OWNERS
from impl.core.tables import IdempotencyRow
from tests.service.api.live import PATIENCE, in_thread
from tests.service.api.support import PASSWORD, Caller, settings, sign_in
from tests.service.servers import Backend

TRIES = 20


def _key() -> dict[str, str]:
    return {"Idempotency-Key": str(uuid.uuid4())}


def _body(caller: Caller, name: str = "Cup") -> dict[str, Any]:
    return {"name": name, "price": caller.price("12.50"), "tags": ["b", "a"]}


def _seen(response: Any) -> tuple[Any, ...]:
    return response.status_code, response.json(), response.headers["ETag"], response.headers["Location"]


def test_a_repeated_request_gets_the_first_response(ada: Caller) -> None:
    key = _key()
    first = ada.post("/items", json=_body(ada), headers=key)
    assert first.status_code == 201
    again = ada.post("/items", json=dict(reversed(_body(ada).items())), headers=key)
    assert _seen(again) == _seen(first)
    path = f"/items/{first.json()['id']}"
    ada.patch(path, {"name": "Mug"}, headers={"If-Match": "*"})
    assert _seen(ada.post("/items", json=_body(ada), headers=key)) == _seen(first)
    assert [item["name"] for item in ada.page()[0]] == ["Mug"]
    ada.send("DELETE", path, headers={"If-Match": "*"})
    assert _seen(ada.post("/items", json=_body(ada), headers=key)) == _seen(first)
    assert ada.page()[0] == []


def test_without_a_key_every_request_counts(ada: Caller) -> None:
    assert (
        ada.post("/items", json=_body(ada)).json()["id"] != ada.post("/items", json=_body(ada)).json()["id"]
    )


def test_a_key_with_another_body_is_rejected_at_its_place(ada: Caller) -> None:
    key = _key()
    ada.post("/items", json=_body(ada), headers=key)
    for other in (
        _body(ada, "Mug"),
        {**_body(ada), "tags": ["a", "b"]},
        {**_body(ada), "description": "Thin."},
    ):
        refused = ada.post("/items", json=other, headers=key)
        assert refused.status_code == 422
        assert refused.headers["Content-Type"] == "application/problem+json"
        assert [part["location"] for part in refused.json()["errors"]] == ["header.Idempotency-Key"]
        assert key["Idempotency-Key"] not in refused.text
    assert len(ada.page()[0]) == 1


def test_keys_of_users_and_versions_are_their_own(ada: Caller, bob: Caller) -> None:
    key = _key()
    result = ada.post("/items", json=_body(ada), headers=key)
    theirs = bob.post("/items", json=_body(bob, "Mug"), headers=key)
    assert (result.json()["name"], theirs.json()["name"]) == ("Cup", "Mug")
    version = "v2" if ada.version == "v1" else "v1"
    other = sign_in(Caller(http=ada.http, version=version), ada.name)
    assert other.post("/items", json=_body(other), headers=key).json()["id"] != result.json()["id"]


def test_what_was_rejected_leaves_the_key_free(ada: Caller) -> None:
    key = _key()
    assert ada.post("/items", json={"name": ""}, headers=key).status_code == 422
    assert ada.post("/items", json=_body(ada), headers=key).status_code == 201


def test_what_failed_leaves_the_key_free(ada: Caller, monkeypatch: pytest.MonkeyPatch) -> None:
    key = _key()

    def fail(_: object) -> None:
        raise RuntimeError

    monkeypatch.setattr(f"impl.{ada.version}.items._to_item", fail)
    assert ada.post("/items", json=_body(ada), headers=key).status_code == 500
    monkeypatch.undo()
    assert ada.page()[0] == []
    assert ada.post("/items", json=_body(ada), headers=key).status_code == 201


@pytest.mark.parametrize("key", ["short", "x" * 129, 'with "quotes" in it', "with a space in it"])
def test_a_key_has_a_form(ada: Caller, key: str) -> None:
    refused = ada.post("/items", json=_body(ada), headers={"Idempotency-Key": key})
    assert refused.status_code == 422
    assert [part["location"] for part in refused.json()["errors"]] == ["header.Idempotency-Key"]


def test_a_key_is_forgotten_after_its_day(ada: Caller, client: Any) -> None:
    database = anyio.run(client.app.state.service.resources).database
    keys = [_key(), _key()]
    first = [ada.post("/items", json=_body(ada), headers=key).json()["id"] for key in keys]

    async def age(*, and_forget: bool) -> None:
        async with database.unit_of_work() as session:
            then = text("'2020-01-01 00:00:00'")
            await session.execute(
                update(IdempotencyRow).values(expires_at=then), execution_options=dict(FOR_ALL_OWNERS)
            )
        if and_forget:
            async with database.unit_of_work() as session:
                await forget_expired(session)

    anyio.run(lambda: age(and_forget=False))
    assert ada.post("/items", json=_body(ada, "Mug"), headers=keys[0]).json()["id"] not in first
    anyio.run(lambda: age(and_forget=True))
    assert ada.post("/items", json=_body(ada, "Jug"), headers=keys[1]).json()["id"] not in first


@pytest.fixture
def replicas(own_backend: Backend, tmp_path: Path) -> Iterator[list[str]]:
    """Two services on one database, each behind a server of its own."""
    with ExitStack() as stack:
        apps = [create_service(settings(tmp_path, **own_backend.settings())) for _ in range(2)]
        yield [stack.enter_context(in_thread(app)) for app in apps]


def test_tries_at_one_moment_make_one_item_and_get_one_response(replicas: list[str], version: str) -> None:
    user = {"username": "ada", "password": PASSWORD}
    with ExitStack() as stack, ThreadPoolExecutor(TRIES) as threads:
        clients = [
            stack.enter_context(httpx.Client(base_url=f"{url}/api/{version}", timeout=PATIENCE))
            for url in replicas
        ]
        clients[0].post("/users", json=user).raise_for_status()
        token = clients[0].post("/token", data={"grant_type": "password", **user}).json()["access_token"]
        for client in clients:
            client.headers["Authorization"] = f"Bearer {token}"
        for _ in range(3):
            before = len(_items(clients[0], version))
            headers = _key()
            price = 2.5 if version == "v1" else {"amount": "2.50", "currency": "EUR"}

            def create(number: int, headers: dict[str, str] = headers, price: Any = price) -> Any:
                body = {"name": "Cup", "price": price}
                return _seen(clients[number % 2].post("/items", json=body, headers=headers))

            responses = list(threads.map(create, range(TRIES)))
            assert responses[0][0] == 201
            assert responses == [responses[0]] * TRIES
            assert len(_items(clients[1], version)) == before + 1


def _items(client: httpx.Client, version: str) -> Any:
    return client.get("/items").json()["items" if version == "v1" else "data"]


def test_no_response_is_stored_with_a_secret(tmp_path: Path) -> None:
    with (
        in_thread(create_service(settings(tmp_path))) as url,
        httpx.Client(base_url=f"{url}/api/v2") as client,
    ):
        user = {"username": "ada", "password": PASSWORD}
        client.post("/users", json=user, headers=_key()).raise_for_status()
        client.post("/token", data={"grant_type": "password", **user}, headers=_key()).raise_for_status()
    with sqlite3.connect(tmp_path / "service.db") as database:
        assert database.execute("SELECT count(*) FROM idempotency").fetchone() == (0,)
