"""Cached reads over HTTP: ETag, 304 and Cache-Control, nothing old after a write, in whichever process it happened."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import ExitStack
from pathlib import Path
from typing import Any

import anyio
import pytest
from starlette.testclient import TestClient

from impl.app import create_service
from impl.core.cache.cache import CacheCounts
from scripts.services import RedisServer, free_port
from tests.service.api.support import Caller, fresh, served, settings, sign_up
from tests.service.servers import Backend, Servers

PRIVATE = "private, no-cache"


def _match(response: Any) -> dict[str, str]:
    return {"If-Match": response.headers["ETag"]}


def _counts(client: Any) -> CacheCounts:
    async def ask() -> CacheCounts:
        found: CacheCounts = (await client.app.state.service.resources()).cache.counts
        return found

    return anyio.run(ask)


def test_reads_say_how_they_may_be_kept(ada: Caller) -> None:
    path = f"/items/{ada.create().json()['id']}"
    for where in (path, "/items", "/items?limit=1&order=oldest"):
        response = ada.get(where)
        assert response.headers["Cache-Control"] == PRIVATE
        for known in (response.headers["ETag"], f'"x", W/{response.headers["ETag"]}', "*"):
            unchanged = ada.get(where, headers={"If-None-Match": known})
            assert (unchanged.status_code, unchanged.content) == (304, b"")
            assert unchanged.headers["ETag"] == response.headers["ETag"]
            assert unchanged.headers["Cache-Control"] == PRIVATE
        assert ada.get(where, headers={"If-None-Match": '"0000000000000000"'}).status_code == 200


def test_an_empty_page_has_an_etag_too(bob: Caller) -> None:
    etag = bob.get("/items").headers["ETag"]
    assert bob.get("/items", headers={"If-None-Match": etag}).status_code == 304


def test_every_change_is_seen_at_once(ada: Caller) -> None:
    seen = {ada.get("/items").headers["ETag"]}

    def changed() -> Any:
        page = ada.get("/items")
        assert page.headers["ETag"] not in seen
        seen.add(page.headers["ETag"])
        return page.json()["items" if ada.version == "v1" else "data"]

    made = ada.create("Cup")
    path = f"/items/{made.json()['id']}"
    assert changed() == [made.json()]
    assert ada.get(path).json() == made.json()
    renamed = ada.patch(path, {"name": "Mug"}, headers=_match(made))
    assert changed() == [renamed.json()]
    assert ada.get(path).json() == renamed.json()
    tagged = ada.patch(path, {"tags": ["b", "a"]}, headers=_match(renamed))
    assert changed() == [tagged.json()]
    sorted_ = ada.patch(path, {"tags": ["a", "b"]}, headers=_match(tagged))
    assert changed() == [sorted_.json()]
    body = {"name": "Jug", "price": ada.price("3.00")}
    replaced = ada.send("PUT", path, json=body, headers=_match(sorted_))
    assert changed() == [replaced.json()]
    second = ada.create("Saucer")
    assert changed() == [second.json(), replaced.json()]
    assert ada.send("DELETE", path, headers=_match(replaced)).status_code == 204
    assert changed() == [second.json()]
    assert ada.get(path).status_code == 404


def test_what_did_not_change_is_not_read_again(ada: Caller, bob: Caller, client: Any) -> None:
    path = f"/items/{ada.create().json()['id']}"
    for where in (path, "/items", "/items?q=cup"):
        ada.get(where)
    before = _counts(client)
    computed, hits = before.computed, before.hits
    bob.create()  # somebody else's changes are no reason either
    for where in (path, "/items", "/items?q=cup"):
        assert ada.get(where).status_code == 200
    after = _counts(client)
    assert (after.computed, after.hits) == (computed, hits + 3)
    ada.patch("/users/me", {"displayName": "Ada"})
    ada.get(path)
    assert _counts(client).computed == computed


def test_a_change_that_is_rejected_forgets_nothing(ada: Caller, client: Any) -> None:
    path = f"/items/{ada.create().json()['id']}"
    ada.get(path)
    computed = _counts(client).computed
    assert ada.patch(path, {"name": "Mug"}, headers={"If-Match": '"0"'}).status_code == 412
    assert ada.get(path).status_code == 200
    assert _counts(client).computed == computed


@pytest.fixture
def replicas(own_backend: Backend, tmp_path: Path) -> Iterator[list[TestClient]]:
    """Two processes' worth of service on one database, each with a cache of its own where there is no Redis."""
    with ExitStack() as stack:
        apps = [create_service(settings(tmp_path, **own_backend.settings())) for _ in range(2)]
        yield [stack.enter_context(served(app)) for app in apps]


def test_a_change_in_one_process_is_seen_in_the_others(replicas: list[TestClient], version: str) -> None:
    caller = sign_up(Caller(http=replicas[0], version=version))
    two = Caller(http=replicas[1], version=version, headers=caller.headers)
    path = f"/items/{caller.create().json()['id']}"
    for number in range(10):
        here, there = (caller, two) if number % 2 else (two, caller)
        assert there.get(path).status_code == 200  # kept by now
        response = here.patch(path, {"name": f"name {number}"}, headers={"If-Match": "*"})
        assert there.get(path).json() == response.json()
        assert there.get(path).headers["ETag"] == response.headers["ETag"]
        assert there.page()[0] == [response.json()]


def test_redis_may_die_under_the_service(servers: Servers, tmp_path: Path, version: str) -> None:
    del servers
    redis = RedisServer(folder=tmp_path / "redis", port=free_port())
    redis.start()
    try:
        with fresh(tmp_path, redis_url=redis.url) as client:
            ada = sign_up(Caller(http=client, version=version))
            path = f"/items/{ada.create().json()['id']}"
            ada.get(path)
            redis.stop()
            changed = ada.patch(path, {"name": "Mug"}, headers={"If-Match": "*"})
            assert changed.status_code == 200
            assert [ada.get(path).json() for _ in range(3)] == [changed.json()] * 3
            redis.start()
            assert ada.get(path).json() == changed.json()
    finally:
        redis.stop()
