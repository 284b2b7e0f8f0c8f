"""What a service may put around operations: admissions, a wrapper, and the trace in a 500."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import pytest
from fastapi import FastAPI
from starlette.types import ASGIApp, Receive, Scope, Send

from accord.runtime import (
    Admission,
    Rejection,
    RejectionKind,
    RuntimeSettings,
    add_outer_middleware,
    create_app,
    respond_with_problems,
)
from accord.runtime import declare as d
from tests.unit.runtime.kit import call, json_of, ok, operation, problem_of

KEY = d.Scheme(name="ApiKey", method="api_key", kind="apiKey", location="header", parameter="X-API-Key")


class Things:
    async def get(self, **_: Any) -> Any:
        return {}

    async def fail(self) -> Any:
        raise RuntimeError("a secret cause")


class Security:
    async def api_key(self, *, key: str, scopes: tuple[str, ...]) -> str:
        return f"owner of {key}"


async def security() -> Security:
    return Security()


GET = operation("get", "GET", "/things/{id}", responses=(ok(),), security=((d.Use(scheme=KEY),),), rate_limit="few",
                parameters=(d.Parameter(name="id", argument="id", location="path", required=True),))  # fmt: skip
FAIL = operation("fail", "GET", "/fail", responses=(ok(),))


def _admitted(serve: Any, admission: Callable[[d.Operation, str], Admission | None]) -> FastAPI:
    settings = RuntimeSettings(docs=False, admissions=admission)
    app: FastAPI = serve(
        Things(), (GET, FAIL), security=security, settings=settings, guard={"get.parameters": {}}
    )
    return app


def test_an_admission_sees_the_route_and_then_who_calls(serve: Any) -> None:
    seen: list[tuple[str, Any]] = []

    def admissions(declared: d.Operation, route: str) -> Admission | None:
        if declared.rate_limit is None:
            return None

        async def arrived(scope: Scope) -> None:
            seen.append((route, scope.get("accord.principal")))

        async def identified(scope: Scope) -> None:
            seen.append((scope["accord.route"], scope["accord.principal"]))
            scope["accord.headers"] = [(b"x-left", b"3")]

        return Admission(arrived=arrived, identified=identified)

    app = _admitted(serve, admissions)
    response = call(app, "GET", "/api/things/1", headers={"X-API-Key": "k"})
    assert json_of(response) == {}
    assert response.header("x-left") == "3"
    assert seen == [("/api/things/{id}", None), ("/api/things/{id}", "owner of k")]
    seen.clear()
    problem_of(call(app, "GET", "/api/things/1"), 401)
    assert seen == [("/api/things/{id}", None)]
    assert call(app, "GET", "/api/fail").header("x-left") is None


@pytest.mark.parametrize("moment", ["arrived", "identified"])
def test_an_admission_rejects_under_the_documented_status(serve: Any, moment: str) -> None:
    async def reject(_: Scope) -> None:
        raise Rejection(RejectionKind.TOO_MANY_REQUESTS, headers=[("Retry-After", "7")])

    app = _admitted(serve, lambda declared, _: Admission(**{moment: reject}) if declared is GET else None)
    response = call(app, "GET", "/api/things/1", headers={"X-API-Key": "k"})
    problem_of(response, 429)
    assert response.header("retry-after") == "7"


def _traced(app: ASGIApp) -> ASGIApp:
    async def traced(scope: Scope, receive: Receive, send: Send) -> None:
        scope["accord.trace_id"] = "t" * 32
        await app(scope, receive, send)

    return traced


def test_a_failure_names_its_trace_and_nothing_else(serve: Any) -> None:
    app = serve(Things(), (FAIL,))
    add_outer_middleware(app, _traced)
    problem = problem_of(call(app, "GET", "/api/fail"), 500)
    assert problem == {
        "type": "about:blank", "title": "Internal Server Error", "status": 500, "trace_id": "t" * 32,
    }  # fmt: skip


def test_a_documented_failure_without_room_for_a_trace_is_still_the_documented_one(serve: Any) -> None:
    content = d.ResponseContent(media_type="application/json", guard="error")
    failing = operation("fail", "GET", "/fail", responses=(ok(), d.Response(status=500, content=(content,))))
    closed = {
        "type": "object",
        "properties": {"type": {}, "title": {}, "status": {}},
        "additionalProperties": False,
    }
    app = serve(Things(), (failing,), guard={"error": closed})
    add_outer_middleware(app, _traced)
    response = call(app, "GET", "/api/fail")
    assert response.header("content-type") == "application/json"
    assert set(json_of(response, 500)) == {"type", "title", "status"}


def test_what_is_put_around_leaves_the_direct_way_and_sees_every_scope() -> None:
    seen: list[str] = []

    def wrapper(app: ASGIApp) -> ASGIApp:
        async def wrapped(scope: Scope, receive: Receive, send: Send) -> None:
            seen.append(scope["type"])
            await app(scope, receive, send)

        return wrapped

    from starlette.testclient import TestClient

    app = create_app()
    add_outer_middleware(app, wrapper)
    assert len(app.user_middleware) == 0
    with TestClient(app) as client:
        assert client.get("/docs").status_code == 200
    assert seen == ["lifespan", "http"]


def test_the_application_s_own_routes_answer_with_problems(make_app: Any, serve: Any) -> None:
    app: FastAPI = make_app()
    respond_with_problems(app)

    @app.get("/own")
    async def own() -> None:
        raise RuntimeError("a secret cause")

    serve(Things(), (FAIL,), app=app)
    add_outer_middleware(app, _traced)
    problem_of(call(app, "GET", "/nowhere"), 404)
    assert call(app, "POST", "/own").header("allow") == "GET"
    problem_of(call(app, "POST", "/own"), 405)
    assert problem_of(call(app, "GET", "/api/fail"), 500)["trace_id"] == "t" * 32
    with pytest.raises(RuntimeError):  # the stack answers, and hands the failure on to the server's log
        call(app, "GET", "/own")


def test_a_handler_of_the_developer_stays() -> None:
    app = create_app()

    async def own(*_: Any) -> Any:
        raise NotImplementedError

    app.add_exception_handler(Exception, own)
    respond_with_problems(app)
    assert app.exception_handlers[Exception] is own
