"""The edge around an application: what a request leaves behind, whatever becomes of it."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator
from typing import Any

import pytest
from fastapi import FastAPI
from starlette.requests import Request
from starlette.responses import Response
from starlette.testclient import TestClient

from accord.runtime import EventStream
from accord.runtime import declare as d
from accord.service import Caller, InstalledService, ServiceSettings, current_request, install_service
from tests.unit.runtime.kit import RequestBody, call, exchange, json_of, ok, operation, problem_of
from tests.unit.service.conftest import Log

KEY = d.Scheme(name="ApiKey", method="api_key", kind="apiKey", location="header", parameter="X-API-Key")
PARENT = f"00-{'a' * 32}-{'b' * 16}-01"


class Things:
    async def get(self, **_: Any) -> Any:
        request = current_request()
        assert request is not None
        return {"trace": request.trace_id}

    async def fail(self) -> Any:
        raise RuntimeError("a secret cause")

    async def wait(self) -> Any:
        await asyncio.sleep(60)

    async def stream(self) -> Any:
        async def events() -> AsyncIterator[Any]:
            for number in range(3):
                await asyncio.sleep(0.04)
                yield {"data": str(number)}

        return EventStream(events())


class Security:
    async def api_key(self, *, key: str, scopes: tuple[str, ...]) -> str:
        return f"owner of {key}"


async def security() -> Security:
    return Security()


ITEM = d.Parameter(name="id", argument="id", location="path", required=True)
OPERATIONS = (
    operation("get", "GET", "/things/{id}", responses=(ok(),), security=((d.Use(scheme=KEY),),), parameters=(ITEM,)),
    operation("fail", "GET", "/fail", responses=(ok(),)),
    operation("wait", "GET", "/wait", responses=(ok(),)),
    operation(
        "stream", "GET", "/stream",
        responses=(d.Response(status=200, bare=True, content=(
            d.ResponseContent(media_type="text/event-stream", events=d.Events(json_data=False)),)),),
    ),
)  # fmt: skip


@pytest.fixture
def served(serve: Any, make_app: Any, log: Log) -> Any:
    def make(**changes: Any) -> tuple[FastAPI, InstalledService]:
        checks = changes.pop("checks", None)
        app: FastAPI = make_app()
        installed = install_service(
            app, ServiceSettings(**changes), checks=checks, write=log,
            identify=lambda principal: Caller("key", str(principal)),
        )  # fmt: skip

        @app.get("/own/{id}")
        async def own(id: int) -> Any:  # noqa: A002 - a name of the path
            if id:
                raise RuntimeError("a secret cause")
            return {}

        serve(
            Things(), OPERATIONS, app=app, security=security, settings=installed.runtime(),
            guard={"get.parameters": {}},
        )  # fmt: skip
        return app, installed

    return make


def _trace_of(response: Any) -> str:
    return str(response.header("traceresponse").split("-")[1])


def test_a_request_is_one_line_with_its_route_caller_and_trace(served: Any, log: Log) -> None:
    app, _ = served()
    headers = {"X-API-Key": "k", "traceparent": PARENT}
    response = call(app, "GET", "/api/things/42?q=private", headers=headers)
    assert json_of(response) == {"trace": "a" * 32}
    assert (response.header("traceresponse") or "").startswith(f"00-{'a' * 32}-")
    (line,) = log.requests
    assert (line["method"], line["route"], line["status"]) == ("GET", "/api/things/{id}", 200)
    assert (line["user"], line["client"]) == ("owner of k", "127.0.0.1")
    assert (line["trace_id"], line["parent_id"]) == ("a" * 32, "b" * 16)
    assert 0 < line["duration"] < 5
    assert b"private" not in log.raw[-1]


@pytest.mark.parametrize(
    ("method", "path", "status", "route"),
    [
        ("GET", "/api/things/42", 401, "/api/things/{id}"),
        ("GET", "/api/nowhere", 404, ""),
        ("DELETE", "/api/fail", 405, ""),
        ("GET", "/nowhere", 404, ""),
        ("GET", "/own/0", 200, "/own/{id}"),
        ("GET", "/own/x", 422, "/own/{id}"),
    ],
)
def test_every_response_has_its_line_and_its_trace(
    served: Any, log: Log, method: str, path: str, status: int, route: str
) -> None:
    app, _ = served()
    response = call(app, method, path)
    assert response.status == status
    (line,) = log.requests
    assert (line["status"], line["route"], line["user"]) == (status, route, None)
    assert line["trace_id"] == _trace_of(response)


@pytest.mark.parametrize("path", ["/api/fail", "/own/1"])
def test_a_failure_shows_its_trace_and_the_log_has_the_rest(served: Any, log: Log, path: str) -> None:
    app, _ = served()
    response = call(app, "GET", path)
    problem = problem_of(response, 500)
    assert set(problem) == {"type", "title", "status", "trace_id"}
    assert problem["trace_id"] == _trace_of(response)
    assert {line["trace_id"] for line in log.lines} == {problem["trace_id"]}
    assert sum("a secret cause" in line.get("exception", "") for line in log.lines) == 1


def test_security_headers_stand_on_every_response_once(served: Any) -> None:
    app, _ = served(hsts_seconds=60)

    async def framed(_: Request) -> Response:
        return Response(headers={"Content-Security-Policy": "frame-ancestors 'self'"})

    app.add_route("/framed", framed)

    for path in ("/api/fail", "/nowhere", "/api/stream", "/docs"):
        response = call(app, "GET", path)
        assert response.header("x-content-type-options") == "nosniff"
        assert response.header("content-security-policy") == "frame-ancestors 'none'"
        assert response.header("referrer-policy") == "no-referrer"
        assert response.header("strict-transport-security") == "max-age=60; includeSubDomains"
    assert call(app, "GET", "/framed").header("content-security-policy") == "frame-ancestors 'self'"


def test_headers_can_be_left_out_and_hsts_is(served: Any) -> None:
    app, _ = served(security_headers=False)
    response = call(app, "GET", "/nowhere")
    assert {name for name, _ in response.headers} == {"content-type", "content-length", "traceresponse"}


def test_cors_is_off_unless_origins_are_given(served: Any) -> None:
    origin = {"Origin": "https://app.example"}
    preflight = {**origin, "Access-Control-Request-Method": "GET"}
    app, _ = served()
    assert call(app, "GET", "/api/fail", headers=origin).header("access-control-allow-origin") is None
    app, _ = served(cors_origins=("https://app.example",))
    response = call(app, "GET", "/api/fail", headers=origin)
    assert response.header("access-control-allow-origin") == "https://app.example"
    assert call(app, "OPTIONS", "/api/fail", headers=preflight).status == 200
    other = call(app, "GET", "/api/fail", headers={"Origin": "https://evil.example"})
    assert other.header("access-control-allow-origin") is None


def test_a_response_that_does_not_begin_in_time_is_503(served: Any, log: Log) -> None:
    app, _ = served(request_timeout=0.05)
    response = call(app, "GET", "/api/wait")
    problem = problem_of(response, 503)
    assert set(problem) == {"type", "title", "status", "trace_id"}
    assert response.header("retry-after") == "1"
    assert [line["status"] for line in log.requests] == [503]
    # What has begun may last.
    assert call(app, "GET", "/api/stream").body.count(b"data: ") == 3


def test_a_client_that_left_is_logged_as_such(served: Any, log: Log) -> None:
    app, installed = served(request_timeout=None)

    async def leave() -> None:
        task = asyncio.create_task(exchange(app, RequestBody("GET", "/api/wait", [], [b""])))
        await asyncio.sleep(0.05)
        task.cancel()
        with pytest.raises(asyncio.CancelledError):
            await task

    asyncio.run(leave())
    assert [line["status"] for line in log.requests] == [499]
    assert _figures(installed)["http_requests_in_flight"] == 0


def _figures(installed: InstalledService) -> dict[str, float]:
    assert installed.metrics is not None
    found: dict[str, float] = {}
    for family in installed.metrics.registry.collect():
        for sample in family.samples:
            labels = ",".join(str(value) for value in sample.labels.values())
            found[f"{sample.name}{{{labels}}}" if labels else sample.name] = sample.value
    return found


def test_requests_are_counted_by_route_template(served: Any) -> None:
    app, installed = served()
    for number in range(5):
        call(app, "GET", f"/api/things/{number}", headers={"X-API-Key": "k"})
        call(app, "GET", f"/random/{number}")
        call(app, f"X{number}", "/api/fail")
    call(app, "GET", "/api/things/1")
    figures = _figures(installed)
    assert figures["http_requests_total{GET,/api/things/{id},200}"] == 5
    assert figures["http_requests_total{GET,/api/things/{id},401}"] == 1
    assert figures["http_requests_total{GET,unrouted,404}"] == 5
    assert figures["http_requests_total{OTHER,unrouted,405}"] == 5
    assert figures["http_request_duration_seconds_count{GET,/api/things/{id}}"] == 6
    assert figures["http_request_duration_seconds_bucket{GET,/api/things/{id},+Inf}"] == 6
    assert figures["http_requests_in_flight"] == 0


def test_the_pages_for_machines(served: Any, log: Log) -> None:
    app, _ = served()
    call(app, "GET", "/api/fail")
    log.raw.clear()
    assert json_of(call(app, "GET", "/healthz")) == {"status": "alive"}
    assert json_of(call(app, "GET", "/readyz")) == {"status": "ready", "checks": {}}
    metrics = call(app, "GET", "/metrics")
    assert b'http_requests_total{method="GET",route="/api/fail",status="500"} 1.0' in metrics.body
    assert (metrics.header("content-type") or "").startswith("text/plain")
    assert log.raw == []
    hidden, _ = served(metrics_path=None)
    assert call(hidden, "GET", "/metrics").status == 404
    without, installed = served(metrics=False, log_format="off")
    assert installed.metrics is None
    problem_of(call(without, "GET", "/api/fail"), 500)


def test_readiness_asks_and_waits_only_so_long(served: Any, log: Log) -> None:
    async def fine() -> None:
        return None

    async def broken() -> None:
        raise RuntimeError("password=hidden-word")

    async def slow() -> None:
        await asyncio.sleep(60)

    checks = {"fine": fine, "broken": broken, "slow": slow}
    app, _ = served(checks=checks, check_timeout=0.05)
    response = call(app, "GET", "/readyz")
    assert response.status == 503
    assert response.json == {
        "status": "not ready",
        "checks": {"fine": "ok", "broken": "failed", "slow": "timeout"},
    }
    assert call(app, "GET", "/healthz").status == 200
    assert [line["event"] for line in log.lines] == ["readiness: broken failed", "readiness: slow timeout"]
    assert all(b"hidden-word" not in line for line in log.raw)


def test_those_who_ask_at_once_share_one_run(served: Any) -> None:
    runs = 0

    async def counted() -> None:
        nonlocal runs
        runs += 1
        await asyncio.sleep(0.01)

    app, _ = served(checks={"counted": counted})

    async def ask() -> None:
        await asyncio.gather(*(exchange(app, RequestBody("GET", "/readyz", [], [b""])) for _ in range(20)))

    asyncio.run(ask())
    assert runs == 1


def test_draining_turns_readiness_and_asks_clients_to_go(served: Any) -> None:
    app, installed = served()
    assert call(app, "GET", "/readyz").status == 200
    installed.health.draining = True
    response = call(app, "GET", "/readyz")
    assert (response.status, response.json["status"]) == (503, "draining")
    assert call(app, "GET", "/nowhere").header("connection") == "close"
    assert call(app, "GET", "/healthz").status == 200


def test_the_lifespan_starts_and_stops_the_parts(served: Any) -> None:
    app, installed = served(metrics_port=0)
    with TestClient(app):
        server = installed._server
        assert server is not None
        port = server.server_port
        import httpx

        text = httpx.get(f"http://127.0.0.1:{port}/metrics").text
        assert "http_requests_in_flight 0.0" in text
    assert installed._server is None


def test_a_part_that_cannot_start_stops_the_start(served: Any) -> None:
    import socket

    with socket.socket() as taken:
        taken.bind(("127.0.0.1", 0))
        taken.listen()
        app, _ = served(metrics_port=taken.getsockname()[1])
        with pytest.raises(OSError, match="in use"), TestClient(app):
            pytest.fail("it started")
