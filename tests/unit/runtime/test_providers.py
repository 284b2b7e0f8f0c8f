"""Providers: ordinary FastAPI dependencies, whichever way they are solved.

Annotations are evaluated here: FastAPI cannot look up names of a function's own scope in annotations that are text.
"""

import asyncio
import contextlib
import functools
import logging
from collections.abc import AsyncIterator, Callable, Iterator
from dataclasses import dataclass
from typing import Annotated, Any, ClassVar

import pytest
from fastapi import (
    BackgroundTasks,
    Depends,
    FastAPI,
    Header,
    HTTPException,
    Query,
    Request,
    Response,
    Security,
)
from fastapi.security import SecurityScopes

from accord.runtime import ErrorResponse, Errors, InstallError, Rejection, RejectionKind
from accord.runtime import Response as AccordResponse
from accord.runtime import declare as d
from tests.unit.runtime.kit import RequestBody, call, exchange, json_of, operation, problem_of


@dataclass(kw_only=True, eq=False)
class Conflict(ErrorResponse):
    status: ClassVar[int] = 409


@dataclass(kw_only=True, eq=False)
class Fine(AccordResponse):
    status: ClassVar[int] = 200
    body: Any


RESPONSES = (
    d.Response(
        status=200, bare=True, cls=lambda: Fine, content=(d.ResponseContent(media_type="application/json"),)
    ),
    d.Response(status=409, cls=lambda: Conflict),
)
KEY = d.Scheme(name="Key", method="api_key", kind="apiKey", parameter="X-Key")


class Session:
    """A unit of work that notes what happens to it."""

    def __init__(self, log: list[str]) -> None:
        self.log = log


class Users:
    def __init__(self, session: Session) -> None:
        self.session = session

    async def api_key(self, *, key: str, scopes: tuple[str, ...]) -> str:
        self.session.log.append(f"key {key}")
        return key


class Things:
    def __init__(self, session: Session, do: Callable[[], Any] | None = None) -> None:
        self.session = session
        self.do = do

    async def get(self, **arguments: Any) -> Any:
        self.session.log.append("get")
        return self.do() if self.do is not None else {"same": True, **arguments}


class World:
    """Providers that share a session, in the plain way or in one that only FastAPI solves."""

    def __init__(self, serve: Any, stock: bool, do: Callable[[], Any] | None = None, **more: Any) -> None:
        self.log: list[str] = []
        log = self.log

        async def plain() -> AsyncIterator[Session]:
            log.append("open")
            try:
                yield Session(log)
            except BaseException as error:
                log.append(f"rollback {type(error).__name__}")
                raise
            else:
                log.append("commit")

        async def stocked(request: Request) -> AsyncIterator[Session]:
            assert request.url.path == "/api/x"
            log.append("open")
            try:
                yield Session(log)
            except BaseException as error:
                log.append(f"rollback {type(error).__name__}")
                raise
            else:
                log.append("commit")

        self.session = session = stocked if stock else plain

        async def things(session: Annotated[Session, Depends(session)]) -> Things:
            return Things(session, do)

        async def users(session: Annotated[Session, Depends(session)]) -> Users:
            return Users(session)

        self.things, self.users = things, users
        declared = operation("get", "GET", "/x", responses=RESPONSES, security=((d.Use(scheme=KEY),),))
        self.app: FastAPI = serve(None, (declared,), provider=things, security=users, **more)

    def get(self) -> Any:
        log = self.log
        got = call(self.app, "GET", "/api/x", headers={"x-key": "k"})
        return got, log


@pytest.fixture(params=[False, True], ids=["compiled", "stock"])
def stock(request: pytest.FixtureRequest) -> bool:
    return bool(request.param)


def test_one_session_for_security_and_implementation(serve: Any, stock: bool) -> None:
    got, log = World(serve, stock).get()
    assert json_of(got) == {"same": True, "principal": "k"}
    assert log == ["open", "key k", "get", "commit"]


def test_the_commit_comes_before_the_response(serve: Any, stock: bool) -> None:
    world = World(serve, stock)
    sent: list[str] = []

    async def run() -> None:
        async def receive() -> Any:
            return {"type": "http.request", "body": b""}

        async def send(message: Any) -> None:
            sent.append(message["type"])
            world.log.append("sent")

        await world.app(RequestBody("GET", "/api/x", [(b"x-key", b"k")], []).scope(), receive, send)

    asyncio.run(run())
    assert world.log == ["open", "key k", "get", "commit", "sent", "sent"]


@pytest.mark.parametrize(
    ("do", "status", "end"),
    [
        (Conflict, 409, "commit"),
        (lambda: fail(Conflict()), 409, "rollback Conflict"),
        (lambda: fail(ValueError("x")), 500, "rollback ValueError"),
        (lambda: fail(HTTPException(404)), 404, "rollback HTTPException"),
        (lambda: fail(Rejection(RejectionKind.UNAVAILABLE)), 503, "rollback Rejection"),
        (object, 500, "rollback ContractViolation"),
    ],
)
def test_how_a_session_ends(serve: Any, stock: bool, do: Any, status: int, end: str) -> None:
    got, log = World(serve, stock, do).get()
    assert got.status == status
    assert log == ["open", "key k", "get", end]


def fail(error: Exception) -> Any:
    raise error


class Late(Exception):
    pass


def late_provider(kind: str) -> Any:
    """Providers whose exit fails after a good answer."""

    async def asynchronous() -> AsyncIterator[Things]:
        yield Things(Session([]))
        raise Late

    def synchronous() -> Iterator[Things]:
        yield Things(Session([]))
        raise Late

    async def twice() -> AsyncIterator[Things]:
        yield Things(Session([]))
        yield Things(Session([]))

    return {"async": asynchronous, "sync": synchronous, "twice": twice}[kind]


@pytest.mark.parametrize("kind", ["async", "sync", "twice"])
def test_a_failing_exit_sends_nothing_of_the_response(
    serve: Any, kind: str, caplog: pytest.LogCaptureFixture
) -> None:
    declared = operation("get", "GET", "/x", responses=RESPONSES)
    got = call(serve(None, (declared,), provider=late_provider(kind)), "GET", "/api/x")
    problem_of(got, 500)
    assert b"same" not in got.body
    assert "operation get failed" in caplog.text


def test_a_failing_exit_can_be_a_domain_error(serve: Any) -> None:
    errors = Errors()
    errors.on(Late)(lambda error: Conflict())
    declared = operation("get", "GET", "/x", responses=RESPONSES)
    assert (
        call(serve(None, (declared,), provider=late_provider("async"), errors=errors), "GET", "/api/x").status
        == 409
    )


def test_an_exit_may_replace_or_swallow_an_error(serve: Any) -> None:
    async def replacing() -> AsyncIterator[Things]:
        try:
            yield Things(Session([]), lambda: fail(KeyError("a")))
        except KeyError:
            raise Conflict from None

    async def swallowing() -> AsyncIterator[Things]:
        with contextlib.suppress(Conflict):
            yield Things(Session([]), lambda: fail(Conflict()))

    declared = operation("get", "GET", "/x", responses=RESPONSES)
    for provider in (replacing, swallowing):
        assert call(serve(None, (declared,), provider=provider), "GET", "/api/x").status == 409


def test_a_provider_that_fails(serve: Any) -> None:
    async def forbidden() -> Things:
        raise HTTPException(403, "closed")

    async def broken() -> AsyncIterator[Things]:
        if asyncio.get_running_loop() is not None:
            raise ValueError("hunter2")
        yield Things(Session([]))

    declared = operation("get", "GET", "/x", responses=RESPONSES)
    assert (
        problem_of(call(serve(None, (declared,), provider=forbidden), "GET", "/api/x"), 403)["detail"]
        == "closed"
    )
    assert b"hunter2" not in call(serve(None, (declared,), provider=broken), "GET", "/api/x").body


def shapes() -> dict[str, Any]:
    async def coroutine() -> Things:
        return Things(Session([]))

    def function() -> Things:
        return Things(Session([]))

    async def generator() -> AsyncIterator[Things]:
        yield Things(Session([]))

    def sync_generator() -> Iterator[Things]:
        yield Things(Session([]))

    class Ready(Things):
        def __init__(self) -> None:
            super().__init__(Session([]))

    class Called:
        async def __call__(self) -> Things:
            return Things(Session([]))

    async def needs(flag: int) -> Things:
        return Things(Session([]), lambda: {"flag": flag})

    @functools.wraps(coroutine)
    async def decorated(*args: Any, **kwargs: Any) -> Things:
        return await coroutine(*args, **kwargs)

    return {
        "coroutine": coroutine,
        "function": function,
        "generator": generator,
        "sync generator": sync_generator,
        "class": Ready,
        "callable": Called(),
        "partial": functools.partial(needs, flag=1),
        "decorated": decorated,
    }


@pytest.mark.parametrize("shape", sorted(shapes()))
def test_shapes_of_providers(serve: Any, shape: str) -> None:
    declared = operation("get", "GET", "/x", responses=RESPONSES)
    got = json_of(call(serve(None, (declared,), provider=shapes()[shape]), "GET", "/api/x"))
    assert got in ({"same": True}, {"flag": 1})


def test_a_dependency_runs_once_unless_it_says_otherwise(serve: Any) -> None:
    counted: list[str] = []

    def once() -> str:
        counted.append("once")
        return "o"

    def always() -> str:
        counted.append("always")
        return "a"

    async def left(
        a: Annotated[str, Depends(once)], b: Annotated[str, Depends(always, use_cache=False)]
    ) -> str:
        return a + b

    async def right(
        a: Annotated[str, Depends(once)], b: Annotated[str, Depends(always, use_cache=False)]
    ) -> str:
        return a + b

    async def things(
        a: Annotated[str, Depends(left)], b: Annotated[str, Depends(right)], c: Annotated[str, Depends(once)]
    ) -> Things:
        return Things(Session([]), lambda: [a, b, c])

    declared = operation("get", "GET", "/x", responses=RESPONSES)
    assert json_of(call(serve(None, (declared,), provider=things), "GET", "/api/x")) == ["oa", "oa", "o"]
    assert sorted(counted) == ["always", "always", "once"]


def test_overrides_key_on_the_provider_and_on_what_it_needs(serve: Any, stock: bool) -> None:
    world = World(serve, stock)
    other: list[str] = []

    async def other_session() -> AsyncIterator[Session]:
        other.append("open")
        yield Session(other)
        other.append("close")

    world.app.dependency_overrides[world.session] = other_session
    assert json_of(world.get()[0])["principal"] == "k"
    assert other == ["open", "key k", "get", "close"]
    assert world.log == []
    world.app.dependency_overrides = {world.things: lambda: Things(Session(other), lambda: "overridden")}
    assert json_of(world.get()[0]) == "overridden"
    assert world.log == ["open", "key k", "commit"]
    world.app.dependency_overrides.clear()
    assert json_of(world.get()[0])["same"] is True


def test_what_only_fastapi_can_give(serve: Any) -> None:
    ran: list[str] = []

    async def things(
        request: Request,
        response: Response,
        tasks: BackgroundTasks,
        x_trace: Annotated[str, Header()],
        page: Annotated[int, Query(ge=1)] = 1,
    ) -> Things:
        response.headers["x-seen"] = x_trace
        response.set_cookie("seen", "yes")
        tasks.add_task(ran.append, "task")
        return Things(Session([]), lambda: [request.method, page, list(ran)])

    declared = operation("get", "GET", "/x", responses=RESPONSES)
    app = serve(None, (declared,), provider=things)
    got = call(app, "GET", "/api/x?page=3", headers={"x-trace": "t"})
    assert json_of(got) == ["GET", 3, []]
    assert got.header("x-seen") == "t"
    assert (got.header("set-cookie") or "").startswith("seen=yes")
    assert ran == ["task"]
    assert len(got.all("content-length")) == 1
    got = call(app, "GET", "/api/x?page=hunter2")
    problem_of(got, 422)
    assert got.errors == [
        ("header.x-trace", "", "is not valid (missing)"),
        ("query.page", "", "is not valid (int_parsing)"),
    ]
    assert b"hunter2" not in got.body


def test_security_scopes_of_a_dependency(serve: Any) -> None:
    async def scoped(scopes: SecurityScopes) -> list[str]:
        return scopes.scopes

    async def things(scopes: Annotated[list[str], Security(scoped, scopes=["a"])]) -> Things:
        return Things(Session([]), lambda: scopes)

    declared = operation("get", "GET", "/x", responses=RESPONSES)
    assert json_of(call(serve(None, (declared,), provider=things), "GET", "/api/x")) == ["a"]


def test_a_dependency_may_read_the_body_first(serve: Any) -> None:
    async def signed(request: Request) -> int:
        return len(await request.body())

    class Users:
        def __init__(self, length: int) -> None:
            self.length = length

        async def api_key(self, *, key: str, scopes: tuple[str, ...]) -> int:
            return self.length

    async def users(length: Annotated[int, Depends(signed)]) -> Users:
        return Users(length)

    async def things() -> Things:
        return Things(Session([]))

    body = d.Body(content=(d.BodyContent(media_type="application/json", guard="body"),), required=True)
    declared = operation(
        "get", "POST", "/x", responses=RESPONSES, body=body, security=((d.Use(scheme=KEY),),)
    )
    app = serve(None, (declared,), provider=things, security=users, guard={"body": True})
    for chunks in ([b"[1,2]"], [b"[1", b"", b",2]"]):
        headers = {"x-key": "k", "content-type": "application/json"}
        got = call(app, "POST", "/api/x", body=chunks, headers=headers)
        assert json_of(got) == {"same": True, "principal": 5, "body": [1, 2]}


def test_a_provider_that_asks_for_a_body_is_rejected(serve: Any) -> None:
    async def things(body: dict[str, Any]) -> Things:
        return Things(Session([]))

    declared = operation("get", "POST", "/x", responses=RESPONSES)
    with pytest.raises(InstallError, match=r"provider .*things asks for a body"):
        serve(None, (declared,), provider=things)


def test_an_invalid_request_takes_no_session(serve: Any) -> None:
    opened: list[str] = []

    async def things() -> AsyncIterator[Things]:
        opened.append("open")
        yield Things(Session([]))

    q = d.Parameter(name="q", argument="q", location="query", style="form", required=True)
    declared = operation("get", "GET", "/x", responses=RESPONSES, parameters=(q,))
    guard = {"get.parameters": {"properties": {"query": {"required": ["q"]}}}}
    app = serve(None, (declared,), provider=things, guard=guard)
    assert call(app, "GET", "/api/x").status == 422
    assert opened == []


def test_cancellation_reaches_the_session(serve: Any, caplog: pytest.LogCaptureFixture) -> None:
    log: list[str] = []
    reached = asyncio.Event()

    class Slow:
        async def get(self) -> Any:
            reached.set()
            await asyncio.sleep(60)

    async def slow() -> AsyncIterator[Slow]:
        try:
            yield Slow()
        except asyncio.CancelledError:
            log.append("cancelled")
            raise

    app = serve(None, (operation("get", "GET", "/x", responses=RESPONSES),), provider=slow)

    async def run() -> None:
        task = asyncio.create_task(exchange(app, RequestBody("GET", "/api/x", [], [b""])))
        await reached.wait()
        task.cancel()
        with pytest.raises(asyncio.CancelledError):
            await task

    with caplog.at_level(logging.WARNING):
        asyncio.run(run())
    assert log == ["cancelled"]
    assert not caplog.records
