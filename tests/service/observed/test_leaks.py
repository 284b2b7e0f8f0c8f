"""A session of requests, of every operation and of every error: no secret in a response, a log line, a trace or a metric."""

from __future__ import annotations

import json
import os
import signal
import subprocess
import sys
import textwrap
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import httpx
import pytest

from tests.service.api.live import until
from tests.service.servers import ROOT

KEY = "key-hidden-word-of-the-api-1234567890"
SECRET = "jwt-hidden-word-that-is-longer-than-32-bytes"
PASSWORD = "password-hidden-word"
# The application with spans that go to a file, as an exporter of an operator would have them.
_TRACED = """
    import os
    from opentelemetry import trace
    from opentelemetry.sdk.trace import TracerProvider
    from opentelemetry.sdk.trace.export import ConsoleSpanExporter, SimpleSpanProcessor
    provider = TracerProvider()
    provider.add_span_processor(SimpleSpanProcessor(ConsoleSpanExporter(out=open(os.environ["SPANS"], "a"))))
    trace.set_tracer_provider(provider)
    from impl.app import app
    from impl.core.items import Items
    from fastapi import Request

    @app.get("/broken")
    async def broken(request: Request):
        raise RuntimeError(f"{request.headers['authorization']} and {request.headers['x-api-key']} and password="
                           + request.query_params["password"])
"""


@dataclass
class Session:
    """What was asked and answered, and every secret that came up."""

    client: httpx.Client
    responses: list[str] = field(default_factory=list[str])
    secrets: set[str] = field(default_factory=lambda: {KEY, SECRET, PASSWORD})
    statuses: set[int] = field(default_factory=set[int])

    def ask(self, method: str, path: str, **more: Any) -> httpx.Response:
        response = self.client.request(method, path, **more)
        self.statuses.add(response.status_code)
        self.responses.append(f"{response.headers!r} {response.text}")
        return response


@contextmanager
def _service(folder: Path) -> Iterator[str]:
    (folder / "traced.py").write_text(textwrap.dedent(_TRACED))
    log = folder / "log"
    kept = {
        name: value for name, value in os.environ.items() if not name.startswith(("ACCORD_", "DATABASE_"))
    }
    environment = {
        **kept,
        "PYTHONPATH": os.pathsep.join([str(folder), *(str(ROOT / name) for name in ("tools", "src", ""))]),
        "ACCORD_STATE_DIR": str(folder), "ACCORD_JWT_SECRET": SECRET, "ACCORD_API_KEY": KEY,
        "ACCORD_PASSWORD_TIME_COST": "1", "ACCORD_PASSWORD_MEMORY_COST": "64", "ACCORD_OTEL": "true",
        "ACCORD_LOG_LEVEL": "DEBUG", "ACCORD_RATE_LIMITS": "{}", "SPANS": str(folder / "spans"),
    }  # fmt: skip
    command = [sys.executable, "-m", "uvicorn", "traced:app", "--host", "127.0.0.1", "--port", "0"]
    with log.open("wb") as output:
        process = subprocess.Popen(command, cwd=folder, env=environment, stdout=output, stderr=output)
    try:
        until(lambda: b"running on" in log.read_bytes() or process.poll() is not None)
        assert process.poll() is None, log.read_text()
        yield log.read_text().split("running on ")[1].split()[0]
    finally:
        if process.poll() is None:
            process.send_signal(signal.SIGTERM)
        process.wait(30)


def _body_of(operation: Any, contract: Any) -> dict[str, Any]:
    """The first example of the contract as httpx sends it, with the password of this test in place of its own."""
    content = operation.get("requestBody", {}).get("content", {})
    for media_type, node in content.items():
        value = next(iter(node["examples"].values()))["value"]
        if "password" in value:
            value = {**value, "password": PASSWORD}
        if "username" in value:
            value = {**value, "username": "leaky"}
        if media_type == "application/x-www-form-urlencoded":
            return {"data": value}
        return {"content": json.dumps(value), "headers": {"Content-Type": media_type}}
    return {}


def _walk(session: Session, version: str) -> None:
    """Every operation with no, good and wrong credentials, a good and a broken body."""
    contract = json.loads((ROOT / f"generated/{version}/openapi.json").read_text())
    base = f"/api/{version}"
    session.ask("POST", f"{base}/users", json={"username": "leaky", "password": PASSWORD})
    form = {"grant_type": "password", "username": "leaky", "password": PASSWORD}
    tokens = session.client.post(f"{base}/token", data=form).json()
    refresh = {"grant_type": "refresh_token", "refresh_token": tokens["refresh_token"]}
    renewed = session.client.post(f"{base}/token", data=refresh).json()
    for found in (tokens, renewed):
        session.secrets |= {found["access_token"], found["refresh_token"]}
    credentials: list[dict[str, str]] = [
        {},
        {"Authorization": f"Bearer {renewed['access_token']}"},
        {"Authorization": f"Bearer {renewed['access_token'][:-2]}xx"},
        {"X-API-Key": KEY},
        {"X-API-Key": KEY + "x"},
    ]
    for path, item in contract["paths"].items():
        for method in {"get", "put", "post", "patch", "delete"} & set(item):
            if path == "/token":  # its good answers are what has to hold tokens
                continue
            body = _body_of(item[method], contract)
            for given in credentials:
                headers = {**body.get("headers", {}), **given}
                url = base + path.replace("{itemId}", "1")
                session.ask(method.upper(), url, **{**body, "headers": headers})
                session.ask(method.upper(), f"{url}?password={PASSWORD}", headers=headers, content=PASSWORD)
    _wrong_forms(session, base, renewed)


def _wrong_forms(session: Session, base: str, tokens: dict[str, str]) -> None:
    form = {"grant_type": "password", "username": "leaky", "password": PASSWORD}
    for changes in (
        {"password": PASSWORD + "x"},
        {"username": PASSWORD},
        {"scope": PASSWORD},
        {"grant_type": PASSWORD},
    ):
        session.ask("POST", f"{base}/token", data={**form, **changes})
    for token in (tokens["refresh_token"] + "x", tokens["access_token"]):
        session.ask("POST", f"{base}/token", data={"grant_type": "refresh_token", "refresh_token": token})
    session.ask("POST", f"{base}/token/revocation", data={"token": tokens["refresh_token"]})
    session.ask(
        "POST",
        f"{base}/token",
        data={"grant_type": "refresh_token", "refresh_token": tokens["refresh_token"]},
    )
    session.ask("DELETE", f"{base}/users?api_key={KEY}")
    session.ask("POST", f"{base}/users", json={"username": PASSWORD.upper(), "password": PASSWORD})
    session.ask("GET", f"/{PASSWORD}")
    session.ask(
        "POST", f"{base}/items", content=b"x" * 2_000_000, headers={"Authorization": f"Bearer {PASSWORD}"}
    )
    headers = {"Authorization": f"Bearer {tokens['access_token']}", "X-API-Key": KEY}
    assert session.ask("GET", f"/broken?password={PASSWORD}", headers=headers).status_code == 500


@pytest.mark.slow
def test_no_secret_leaves_the_service(tmp_path: Path) -> None:
    with _service(tmp_path) as url, httpx.Client(base_url=url, timeout=30) as client:
        session = Session(client=client)
        for version in ("v1", "v2"):
            _walk(session, version)
        metrics = client.get("/metrics").text
    assert session.statuses >= {200, 201, 400, 401, 403, 404, 405, 409, 415, 422, 500}
    log, spans = (tmp_path / "log").read_text(), (tmp_path / "spans").read_text()
    assert log.count('"event":"request"') >= len(session.responses)
    assert spans.count('"http.route"') > 100
    assert "http_requests_total" in metrics
    places = {"responses": "\n".join(session.responses), "log": log, "spans": spans, "metrics": metrics}
    for place, text in places.items():
        assert "$argon2" not in text, place
        for secret in session.secrets:
            assert secret not in text, (place, secret[:12])


@pytest.mark.slow
def test_every_line_of_a_request_names_its_trace(tmp_path: Path) -> None:
    trace = "5" * 32
    with _service(tmp_path) as url, httpx.Client(base_url=url, timeout=30) as client:
        headers = {"traceparent": f"00-{trace}-{'6' * 16}-01", "Authorization": "x", "X-API-Key": "x"}
        response = client.get("/broken?password=x", headers=headers)
        assert response.json() == {
            "type": "about:blank", "title": "Internal Server Error", "status": 500, "trace_id": trace,
        }  # fmt: skip
        assert response.headers["traceresponse"].startswith(f"00-{trace}-")
        form = {"username": "ada", "password": PASSWORD}
        client.post("/api/v2/users", json=form, headers={"traceparent": f"00-{'7' * 32}-{'6' * 16}-01"})
        token = client.post("/api/v2/token", data={"grant_type": "password", **form}).json()["access_token"]
        items = client.get("/api/v2/items/1", headers={"Authorization": f"Bearer {token}"})
        last = items.headers["traceresponse"].split("-")[1]
    lines = [json.loads(line) for line in (tmp_path / "log").read_text().splitlines()]
    failed = [line for line in lines if line.get("trace_id") == trace]
    assert {line["logger"] for line in failed} >= {"accord.access", "accord.service"}
    assert len({line["span_id"] for line in failed}) == 1
    # aiosqlite works in threads of its own, which belong to no request.
    (line,) = (line for line in lines if line.get("trace_id") == last and line["logger"] == "accord.access")
    assert (line["method"], line["route"], line["status"]) == ("GET", "/api/v2/items/{itemId}", 404)
    assert line["user"] == "ada"
    assert line["duration"] > 0
