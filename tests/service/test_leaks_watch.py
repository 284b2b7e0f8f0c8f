"""The search for leaks finds what it is there for: a secret in a response, a record of the log, or a log of a process."""

from __future__ import annotations

import logging
import subprocess
import sys
from pathlib import Path

import httpx
import pytest
from starlette.applications import Starlette
from starlette.responses import PlainTextResponse
from starlette.routing import Route
from starlette.testclient import TestClient

from tests.service.leaks import Watch, watching

PASSWORD = "a password of this very test"
TOKEN = "eyJhbGciOiJub25lIn0.eyJzdWIiOiJhIn0.c2lnbmF0dXJlLXRoYXQtaXMtbG9uZw"
TOKENS = {"access_token": TOKEN, "refresh_token": "rt_0123456789abcdefghijklmnop"}


def _answered(
    watch: Watch, path: str, *, body: str = "", json: object = None, status: int = 200, method: str = "POST"
) -> None:
    del watch  # it is what listens
    transport = httpx.MockTransport(lambda _: httpx.Response(status, stream=httpx.ByteStream(body.encode())))
    with httpx.Client(transport=transport, base_url="http://service") as client:
        client.request(method, path, json=json)


@pytest.mark.parametrize(
    ("path", "body", "leaks"),
    [
        ("/api/v2/items", f'{{"said": "{PASSWORD}"}}', 1),
        ("/api/v2/items", f"Bearer {TOKEN}", 1),
        ("/api/v2/items", "refresh=rt_0123456789abcdefghijklmnop;", 1),
        ("/api/v2/users", '{"password_hash": "$argon2id$v=19$m=64"}', 1),
        ("/api/v2/items", "nothing", 0),
    ],
)
def test_answers_are_searched(path: str, body: str, leaks: int) -> None:
    with watching() as watch:
        watch.issued |= set(TOKENS.values())
        _answered(watch, "/api/v2/users", json={"username": "ada", "password": PASSWORD}, status=201)
        _answered(watch, path, body=body)
        assert len(watch.leaks()) == leaks, watch.leaks()


def test_the_operation_that_issues_tokens_may_show_them_and_no_password() -> None:
    import json

    with watching() as watch:
        _answered(watch, "/api/v2/token", body=json.dumps(TOKENS))
        assert watch.issued == set(TOKENS.values())
        assert watch.leaks() == []
        _answered(watch, "/api/v2/token", body=PASSWORD, json={"password": PASSWORD})
        assert len(watch.leaks()) == 1


def test_the_client_of_tests_is_heard() -> None:
    with watching() as watch:
        watch.given.add(PASSWORD)
        TestClient(Starlette(routes=[Route("/said", lambda _: PlainTextResponse(PASSWORD))])).get("/said")
        assert [leak.partition(":")[0] for leak in watch.leaks()] == ["GET /said"]


def test_headers_are_searched() -> None:
    with watching() as watch:
        watch.given.add(PASSWORD)
        transport = httpx.MockTransport(
            lambda _: httpx.Response(200, headers={"X-Said": PASSWORD}, stream=httpx.ByteStream(b""))
        )
        with httpx.Client(transport=transport) as client:
            client.get("http://service/api/v2/status")
        assert len(watch.leaks()) == 1


def test_records_are_searched() -> None:
    with watching() as watch:
        watch.given.add(PASSWORD)
        logging.getLogger("impl.core.users").warning("rejected %s", PASSWORD)
        logging.getLogger("accord.service").warning("refused", extra={"form": {"password": PASSWORD}})
        logging.getLogger("httpx").warning("a client says %s", PASSWORD)
        assert {leak.partition(":")[0] for leak in watch.leaks()} == {
            "logger impl.core.users",
            "logger accord.service",
        }


def test_logs_and_spans_of_processes_are_searched_even_if_they_are_removed(tmp_path: Path) -> None:
    log, spans = tmp_path / "log", tmp_path / "spans"
    program = "import os, sys; print(os.environ['ACCORD_API_KEY']); open(os.environ['SPANS'], 'a').write(os.environ['ACCORD_API_KEY'])"
    with watching() as watch:
        environment = {"ACCORD_API_KEY": "key-of-a-process-of-its-own-0123", "SPANS": str(spans)}
        with log.open("wb") as output:
            subprocess.Popen([sys.executable, "-c", program], stdout=output, env=environment).wait()
        log.unlink()
        spans.unlink()
        assert sorted(leak.partition(" ")[0] for leak in watch.leaks()) == ["log", "spans"]
