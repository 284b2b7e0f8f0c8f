"""The streaming conversation, behind a real server where only one can show it."""

from __future__ import annotations

import json
import signal
import stat
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

import httpx
import pytest

from tests.service.api.live import PATIENCE, QUESTION, GatedModel, asking, events, in_process, talking, until
from tests.service.api.support import KEY, PASSWORD, Caller, fresh, sign_up


def test_a_response_is_tokens_and_one_end(ada: Caller) -> None:
    body = {"messages": [{"role": "user", "content": "How do I\ndescale a kettle? ☕"}]}
    response = ada.post("/chat", json=body)
    assert response.status_code == 200
    assert response.headers["Content-Type"].partition(";")[0] == "text/event-stream"
    assert response.headers["Cache-Control"] == "no-store"
    seen = list(events(iter(response.text.splitlines())))
    assert [event["id"] for event in seen] == [str(number) for number in range(len(seen))]
    assert {event["event"] for event in seen[:-1]} == {"token"}
    data = [json.loads(event["data"]) for event in seen]
    assert "".join(token["text"] for token in data[:-1]).endswith("You said: How do I descale a kettle? ☕")
    assert seen[-1]["event"] == "done"
    assert data[-1] == {"finishReason": "stop", "tokens": len(seen) - 1}


def test_a_response_is_cut_where_the_client_says(ada: Caller) -> None:
    response = ada.post("/chat", json={"messages": [{"role": "user", "content": "Why?"}], "maxTokens": 2})
    seen = list(events(iter(response.text.splitlines())))
    assert json.loads(seen[-1]["data"]) == {"finishReason": "length", "tokens": 2}
    assert len(seen) == 3


def test_who_may_ask(anybody: Caller, ada: Caller) -> None:
    body = {"messages": [{"role": "user", "content": "Why?"}]}
    assert anybody.post("/chat", json=body).status_code == 401
    assert anybody.post("/chat", json=body, headers={"X-API-Key": "wrong"}).status_code == 403
    assert anybody.post("/chat", json=body, headers={"X-API-Key": KEY}).status_code == 200
    assert ada.post("/chat", json=body).status_code == 200
    assert sign_up(anybody, scope="items:read").post("/chat", json=body).status_code == 403


def test_the_first_token_arrives_before_the_last_is_made(tmp_path: Path, version: str) -> None:
    model = GatedModel()
    with talking(tmp_path, model) as url, asking(url, version, KEY) as response:
        seen = events(response.iter_lines())
        first = next(seen)
        assert json.loads(first["data"]) == {"index": 0, "text": "first"}
        assert not model.stopped.is_set()
        model.gate.set()
        assert [event["event"] for event in seen] == ["token", "done"]
    assert model.stopped.wait(PATIENCE)


@pytest.mark.parametrize("first", [True, False])
def test_a_client_that_leaves_stops_the_work(tmp_path: Path, version: str, first: bool) -> None:
    model = GatedModel(first=first)
    with talking(tmp_path, model, heartbeat=0.05) as url:
        with asking(url, version, KEY) as response:
            seen = events(response.iter_lines())  # kept: a generator that is dropped closes the connection
            next(seen)
            assert not model.stopped.is_set()
        # The gate stays closed: only the leaving can have ended it.
        assert model.stopped.wait(PATIENCE)
        assert not model.gate.is_set()


@pytest.mark.parametrize("first", [True, False])
def test_a_silent_stream_is_kept_alive(tmp_path: Path, version: str, first: bool) -> None:
    model = GatedModel(first=first)
    with talking(tmp_path, model, heartbeat=0.05) as url, asking(url, version, KEY) as response:
        seen = events(response.iter_lines())
        if first:
            assert next(seen)["event"] == "token"
        assert [next(seen), next(seen)] == [{"": ""}, {"": ""}]
        model.gate.set()
        assert [event["event"] for event in seen if "" not in event] == ["token", "done"]


def test_a_model_that_thinks_keeps_nobody_from_the_database(tmp_path: Path, version: str) -> None:
    model = GatedModel(first=False)
    # One connection, for which nobody waits long.
    with (
        ThreadPoolExecutor(1) as threads,
        talking(tmp_path, model, database_pool=1, database_wait=0.1) as url,
        httpx.Client(base_url=url, timeout=PATIENCE) as client,
    ):
        headers = {"X-API-Key": KEY}
        chat = threads.submit(
            httpx.post, f"{url}/api/{version}/chat", json=QUESTION, headers=headers, timeout=PATIENCE
        )
        assert model.started.wait(PATIENCE)
        assert client.get("/readyz").status_code == 200
        user = {"username": "ada", "password": PASSWORD}
        assert client.post(f"/api/{version}/users", json=user).status_code == 201
        assert not chat.done()
        model.gate.set()
        assert chat.result().status_code == 200


def test_a_model_that_is_down_is_an_error_and_no_stream(tmp_path: Path, version: str) -> None:
    # Nothing listens on the port of the discard protocol.
    with fresh(tmp_path, chat_url="http://127.0.0.1:9/v1") as client:
        ada = sign_up(Caller(http=client, version=version))
        response = ada.post("/chat", json={"messages": [{"role": "user", "content": "Why?"}]})
    assert response.status_code == 503
    assert response.headers["Retry-After"] == "1"
    assert response.headers["Content-Type"] == "application/problem+json"
    assert "127.0.0.1" not in response.text


def test_a_model_that_fails_on_the_way_is_an_event(tmp_path: Path, version: str) -> None:
    model = GatedModel(fails=True)
    model.gate.set()
    with talking(tmp_path, model) as url, asking(url, version, KEY) as response:
        seen = list(events(response.iter_lines()))
    assert [event["event"] for event in seen] == ["token", "error"]
    assert json.loads(seen[1]["data"])["status"] == 503


def test_a_service_that_stops_ends_its_streams_in_good_order(tmp_path: Path, version: str) -> None:
    log = tmp_path / "service.log"
    settings = {"ACCORD_API_KEY": KEY, "ACCORD_CHAT_TOKEN_DELAY": "10", "ACCORD_HEARTBEAT": "0.1"}
    with in_process(tmp_path, log, **settings) as (url, process):
        with asking(url, version, KEY) as response:
            seen = events(response.iter_lines())
            assert next(seen) == {"": ""}
            process.send_signal(signal.SIGTERM)
            # A connection that was cut would raise here.
            last = [event for event in seen if "" not in event]
            assert [event["event"] for event in last] == ["error"]
            assert json.loads(last[0]["data"])["status"] == 503
        until(lambda: process.poll() is not None)
    assert "Application shutdown complete" in log.read_text()
    assert "Traceback" not in log.read_text()


def test_nothing_has_to_be_configured(tmp_path: Path) -> None:
    user = {"username": "ada", "password": PASSWORD}
    form = {"grant_type": "password", **user}
    with in_process(tmp_path, tmp_path / "first.log") as (url, _):
        assert httpx.get(f"{url}/api/v2/status").json()["username"] is None
        assert httpx.post(f"{url}/api/v2/users", json=user).status_code == 201
        token = httpx.post(f"{url}/api/v1/token", data=form).json()["access_token"]
    secret = tmp_path / "var" / "signing.secret"
    assert stat.S_IMODE(secret.stat().st_mode) == 0o600
    assert (tmp_path / "var" / "service.db").is_file()
    # A start later everything is still there, and so is the right of the token.
    with in_process(tmp_path, tmp_path / "second.log") as (url, _):
        headers = {"Authorization": f"Bearer {token}"}
        assert httpx.get(f"{url}/api/v1/users/me", headers=headers).json()["username"] == "ada"
    assert "Traceback" not in (tmp_path / "second.log").read_text()
