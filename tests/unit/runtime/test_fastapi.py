"""It stays a FastAPI application: middleware, handlers, routes, mounts, lifespan, the test client."""

from __future__ import annotations

from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from typing import Any

import pytest
from fastapi import APIRouter, FastAPI, HTTPException, Request
from fastapi.responses import JSONResponse, PlainTextResponse
from starlette.middleware.base import BaseHTTPMiddleware
from starlette.middleware.cors import CORSMiddleware
from starlette.testclient import TestClient

from accord.runtime import Errors, Rejection, RejectionKind, RuntimeSettings
from accord.runtime import declare as d
from tests.unit.runtime.kit import call, json_of, ok, operation, problem_of


class Things:
    def __init__(self, error: Exception | None = None) -> None:
        self.error = error

    async def get(self, **arguments: Any) -> Any:
        if self.error is not None:
            raise self.error
        return arguments


ONE = operation("get", "GET", "/x", responses=(ok(),))


def test_create_app_is_a_fastapi_application(make_app: Any) -> None:
    app = make_app(title="T", version="7", openapi_url="/own.json")
    assert isinstance(app, FastAPI)
    assert (app.title, app.version) == ("T", "7")
    assert json_of(call(app, "GET", "/own.json"))["info"] == {"title": "T", "version": "7"}


@pytest.mark.parametrize("when", ["before", "after"])
def test_user_middleware_sees_contract_requests(serve: Any, make_app: Any, when: str) -> None:
    app = make_app()
    seen: list[str] = []

    class Pure:
        def __init__(self, inner: Any, name: str) -> None:
            self.inner, self.name = inner, name

        async def __call__(self, scope: Any, receive: Any, send: Any) -> None:
            async def marking(message: Any) -> None:
                if message["type"] == "http.response.start":
                    message["headers"] = [*message["headers"], (b"x-by", self.name.encode())]
                await send(message)

            await self.inner(scope, receive, marking)
            if scope["type"] == "http":
                seen.append(scope["accord.operation"].key)

    if when == "before":
        app.add_middleware(Pure, name="p")
    serve(Things(), (ONE,), app=app)
    if when == "after":
        app.add_middleware(Pure, name="p")
    got = call(app, "GET", "/api/x")
    assert (got.status, got.header("x-by"), seen) == (200, "p", ["get"])


def test_base_http_middleware_and_cors(serve: Any, make_app: Any) -> None:
    app = make_app()

    async def marking(request: Request, call_next: Any) -> Any:
        response = await call_next(request)
        response.headers["x-seen"] = request.url.path
        return response

    app.add_middleware(BaseHTTPMiddleware, dispatch=marking)
    app.add_middleware(CORSMiddleware, allow_origins=["http://o"])
    body = d.Body(content=(d.BodyContent(media_type="application/json", guard="b"),), required=True)
    serve(
        Things(),
        (ONE, operation("put", "POST", "/x", responses=(ok(),), body=body)),
        app=app,
        guard={"b": True},
    )
    got = call(app, "GET", "/api/x", headers={"origin": "http://o"})
    assert (got.header("x-seen"), got.header("access-control-allow-origin")) == ("/api/x", "http://o")
    asked = {"origin": "http://o", "access-control-request-method": "GET"}
    assert call(app, "OPTIONS", "/api/x", headers=asked).status == 200


class Teapot(Exception):
    pass


def test_the_application_s_handlers_answer_what_the_contract_does_not(serve: Any) -> None:
    app: FastAPI = serve(Things(Teapot()), (ONE,))

    @app.exception_handler(Teapot)
    async def handle(request: Request, error: Teapot) -> PlainTextResponse:
        return PlainTextResponse(f"teapot {request.url.path} {type(request.app).__name__[-3:]}", 418)

    got = call(app, "GET", "/api/x")
    assert (got.status, got.body) == (418, f"teapot /api/x {type(app).__name__[-3:]}".encode())


def test_the_contract_s_own_mapping_comes_first(serve: Any) -> None:
    errors = Errors()

    @errors.on(Teapot)
    def _(error: Teapot) -> Any:
        raise Rejection(RejectionKind.UNAVAILABLE)

    app = serve(Things(Teapot()), (ONE,), errors=errors)
    app.add_exception_handler(Teapot, lambda request, error: PlainTextResponse("handler", 418))
    problem_of(call(app, "GET", "/api/x"), 503)


def test_a_handler_of_http_exceptions(serve: Any) -> None:
    for key in (HTTPException, 404):
        app = serve(Things(HTTPException(404, "why")), (ONE,))
        app.add_exception_handler(
            key, lambda request, error: JSONResponse({"own": error.detail}, error.status_code)
        )
        assert call(app, "GET", "/api/x").json == {"own": "why"}
        problem_of(call(app, "GET", "/api/none"), 404)
        problem_of(call(app, "PUT", "/api/x"), 405)


def test_a_handler_of_everything(serve: Any) -> None:
    app: FastAPI = serve(Things(ValueError("hunter2")), (ONE,))

    @app.exception_handler(Exception)
    async def handle(request: Request, error: Exception) -> JSONResponse:
        return JSONResponse({"own": type(error).__name__}, 500)

    client = TestClient(app, raise_server_exceptions=False)
    response = client.get("/api/x")
    assert (response.status_code, response.json()) == (500, {"own": "ValueError"})
    with pytest.raises(ValueError, match="hunter2"):
        TestClient(app).get("/api/x")


def test_without_handlers_a_bug_is_a_problem(serve: Any) -> None:
    app = serve(Things(ValueError("hunter2")), (ONE,))
    response = TestClient(app).get("/api/x")
    assert (response.status_code, response.headers["content-type"]) == (500, "application/problem+json")


def test_own_routes_stay_as_they_are(serve: Any) -> None:
    app: FastAPI = serve(Things(), (ONE,))
    router = APIRouter(prefix="/more")

    @app.get("/own/{n}")
    async def own(n: int) -> int:
        return n

    @app.get("/api/beside")
    async def beside() -> str:
        return "beside"

    @app.post("/api/x")
    async def shadowed() -> str:
        return "never: the contract has this path"

    @router.get("/x")
    async def more() -> str:
        return "more"

    app.include_router(router)
    mounted = FastAPI()

    @mounted.get("/x")
    async def inside() -> str:
        return "mounted"

    app.mount("/api/mounted", mounted)
    assert json_of(call(app, "GET", "/own/1")) == 1
    assert json_of(call(app, "GET", "/own/x"), 422)["detail"][0]["loc"] == ["path", "n"]
    assert call(app, "POST", "/own/1").json == {"detail": "Method Not Allowed"}
    assert json_of(call(app, "GET", "/more/x")) == "more"
    assert json_of(call(app, "GET", "/api/beside")) == "beside"
    assert json_of(call(app, "GET", "/api/mounted/x")) == "mounted"
    assert call(app, "GET", "/api/mounted/none").json == {"detail": "Not Found"}
    problem_of(call(app, "POST", "/api/x"), 405)
    problem_of(call(app, "GET", "/api/none"), 404)
    assert set(app.openapi()["paths"]) == {"/own/{n}", "/api/beside", "/api/x", "/more/x"}


def test_a_contract_inside_of_a_mount(serve: Any, make_app: Any) -> None:
    inner = serve(Things(), (ONE,))
    outer = make_app()
    outer.mount("/sub", inner)
    assert json_of(call(outer, "GET", "/sub/api/x")) == {}
    problem_of(call(outer, "GET", "/sub/api/none"), 404)


def test_lifespan_and_state(serve: Any, make_app: Any) -> None:
    log: list[str] = []

    @asynccontextmanager
    async def lifespan(app: FastAPI) -> AsyncIterator[dict[str, Any]]:
        log.append("start")
        yield {"db": "ready"}
        log.append("stop")

    async def things(request: Request) -> Things:
        log.append(request.state.db)
        return Things()

    app = serve(None, (ONE,), provider=_untyped(things), app=make_app(lifespan=lifespan))
    with TestClient(app) as client:
        assert client.get("/api/x").json() == {}
    assert log == ["start", "ready", "stop"]


def _untyped(function: Any) -> Any:
    """Annotations of a local function as objects, which FastAPI can read."""
    function.__annotations__ = {"request": Request, "return": Things}
    return function


def test_websockets_pass_by(serve: Any) -> None:
    from fastapi import WebSocket

    app = serve(Things(), (ONE,))

    async def echo(websocket: WebSocket) -> None:
        await websocket.accept()
        await websocket.send_text("hello")
        await websocket.close()

    echo.__annotations__ = {"websocket": WebSocket}
    app.websocket("/api/ws")(echo)
    with TestClient(app).websocket_connect("/api/ws") as socket:
        assert socket.receive_text() == "hello"


def test_a_body_limit_of_the_application(serve: Any, make_app: Any) -> None:
    body = d.Body(content=(d.BodyContent(media_type="application/json", guard="b"),), required=True)
    put = operation("get", "POST", "/x", responses=(ok(),), body=body)
    app = serve(Things(), (put,), app=make_app(max_body_size=10), guard={"b": True})
    assert json_of(call(app, "POST", "/api/x", body=b"[1]", headers={"content-type": "application/json"}))
    assert call(app, "POST", "/api/x", body=b"[" + b"1" * 20 + b"]").status == 413


def test_documents_of_a_version(serve: Any, make_app: Any) -> None:
    settings = RuntimeSettings()
    app = serve(Things(), (ONE,), app=make_app(title="<T>"), settings=settings)
    contract = call(app, "GET", "/api/openapi.json")
    assert contract.body == b'{"openapi": "3.1.0", "info": {"title": "T"}}'
    assert contract.header("content-type") == "application/json"
    for path, names in (
        ("/api/docs", ("swagger-ui-bundle.js", "swagger-ui.css")),
        ("/api/redoc", ("redoc.standalone.js",)),
    ):
        page = call(app, "GET", path, root_path="/behind").body.decode()
        assert "/behind/api/openapi.json" in page
        assert "http://" not in page.replace("http://www.w3.org", "")
        assert "https://" not in page
        for name in names:
            assert f"/behind/api/docs/assets/{name}" in page
            asset = call(app, "GET", f"/api/docs/assets/{name}")
            assert (asset.status, len(asset.body) > 10_000) == (200, True)
    assert call(app, "HEAD", "/api/docs").body == b""
    assert call(app, "GET", "/api/docs/oauth2-redirect").status == 200
    problem_of(call(app, "POST", "/api/openapi.json"), 405)
    problem_of(call(app, "GET", "/api/docs/assets/..%2Fcore.py"), 404)


def test_pages_can_be_left_out_or_be_the_contract_s(
    serve: Any, monkeypatch: pytest.MonkeyPatch, caplog: pytest.LogCaptureFixture
) -> None:
    without = serve(Things(), (ONE,), settings=RuntimeSettings(docs=False))
    problem_of(call(without, "GET", "/api/docs"), 404)
    assert call(without, "GET", "/api/openapi.json").status == 200
    own = serve(Things(), (operation("get", "GET", "/docs", responses=(ok(),)),), settings=RuntimeSettings())
    assert json_of(call(own, "GET", "/api/docs")) == {}
    monkeypatch.setattr("accord.runtime.documents.find_spec", lambda name: None)
    with caplog.at_level("INFO", logger="accord.runtime"):
        bare = serve(Things(), (ONE,), settings=RuntimeSettings())
    problem_of(call(bare, "GET", "/api/docs"), 404)
    assert "install the extra accord[docs]" in caplog.text


def test_the_public_surface() -> None:
    import accord.runtime

    assert sorted(accord.runtime.__all__) == sorted(set(accord.runtime.__all__))
    assert set(accord.runtime.__all__) == {
        "MISSING",
        "PROBLEM_MEDIA_TYPE",
        "AS_NUMBER",
        "UNTYPED",
        "Admission",
        "Response",
        "ByteStream",
        "ErrorResponse",
        "Errors",
        "Event",
        "EventStream",
        "Forbidden",
        "InstallError",
        "InvalidPart",
        "ItemStream",
        "Model",
        "Provider",
        "Rejection",
        "RejectionKind",
        "RuntimeSettings",
        "RequestBody",
        "Unauthorized",
        "Upload",
        "Version",
        "Violation",
        "respond_with_problems",
        "by_tag",
        "create_app",
        "declare",
        "not_implemented",
        "problem",
        "add_outer_middleware",
        "tagged",
    }
    for name in accord.runtime.__all__:
        assert getattr(accord.runtime, name) is not None
