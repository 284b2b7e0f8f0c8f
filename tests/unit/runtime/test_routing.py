"""Which operation a request reaches."""

from __future__ import annotations

from typing import Any

import pytest
from fastapi import FastAPI

from accord.runtime import InstallError
from accord.runtime import declare as d
from tests.unit.runtime.kit import call, json_of, ok, operation, problem_of


class Things:
    """Each method answers its own name and what it received."""

    def __getattr__(self, name: str) -> Any:
        async def method(**arguments: Any) -> Any:
            return {"op": name, **arguments}

        return method


def path_operation(key: str, method: str, path: str, *names: str, **more: Any) -> d.Operation:
    parameters = tuple(d.Parameter(name=n, argument=n, location="path", required=True, **more) for n in names)
    return operation(key, method, path, parameters=parameters, responses=(ok(),))


def guard_of(*operations: d.Operation) -> dict[str, Any]:
    return {f"{o.key}.parameters": True for o in operations if o.parameters}


OPERATIONS = (
    path_operation("one", "GET", "/items/{id}", "id"),
    path_operation("special", "GET", "/items/special"),
    path_operation("drop", "DELETE", "/items/{id}", "id"),
    path_operation("list", "GET", "/items"),
    path_operation("create", "POST", "/items"),
    path_operation("report", "GET", "/items/{id}.json", "id"),
    path_operation("pair", "GET", "/pairs/{a}-{b}", "a", "b"),
    path_operation("deep", "GET", "/a/{x}/c", "x"),
    path_operation("deeper", "GET", "/a/b/{y}", "y"),
    path_operation("umlaut", "GET", "/öl"),
)


@pytest.fixture
def app(serve: Any) -> Any:
    return serve(Things(), OPERATIONS, guard=guard_of(*OPERATIONS))


@pytest.mark.parametrize(
    ("target", "expected"),
    [
        ("/api/items/7", {"op": "one", "id": "7"}),
        ("/api/items/special", {"op": "special"}),
        ("/api/items/sp%65cial", {"op": "special"}),
        ("/api/items/specia", {"op": "one", "id": "specia"}),
        ("/api/items", {"op": "list"}),
        ("/api/items/7.json", {"op": "report", "id": "7"}),
        ("/api/items/.json", {"op": "one", "id": ".json"}),
        ("/api/items/a%2Fb", {"op": "one", "id": "a/b"}),
        ("/api/items/a%2fb.json", {"op": "report", "id": "a/b"}),
        ("/api/items/%25", {"op": "one", "id": "%"}),
        ("/api/items/%252F", {"op": "one", "id": "%2F"}),
        ("/api/items/%C3%A4", {"op": "one", "id": "ä"}),
        ("/api/items/a+b", {"op": "one", "id": "a+b"}),
        ("/api/items/special%2F", {"op": "one", "id": "special/"}),
        ("/api/pairs/x-y-z", {"op": "pair", "a": "x", "b": "y-z"}),
        ("/api/a/b/c", {"op": "deeper", "y": "c"}),
        ("/api/a/d/c", {"op": "deep", "x": "d"}),
        ("/api/%C3%B6l", {"op": "umlaut"}),
    ],
)
def test_the_operation_of_a_path(app: Any, target: str, expected: dict[str, str]) -> None:
    assert json_of(call(app, "GET", target)) == expected


@pytest.mark.parametrize("target", ["/api/items/7", "/api/items/a%25b", "/api/items/100%"])
def test_servers_without_raw_path(app: Any, target: str) -> None:
    from urllib.parse import unquote

    got = json_of(call(app, "GET", target, raw_path=False))
    assert got == {"op": "one", "id": unquote(target.rpartition("/")[2])}


@pytest.mark.parametrize(
    "target",
    [
        "/api/items/",
        "/api/items/7/",
        "/api//items",
        "/api/items%2F7",
        "/api/Items",
        "/api/nothing",
        "/api",
        "/api/",
    ],
)
@pytest.mark.parametrize("method", ["GET", "POST", "OPTIONS"])
def test_unknown_paths_are_problems_without_redirect(app: Any, target: str, method: str) -> None:
    document = problem_of(call(app, method, target), 404)
    assert "nothing" not in document["detail"].replace("There is nothing at this path.", "")


def test_paths_beside_the_prefix_stay_the_application_s(app: Any) -> None:
    got = call(app, "GET", "/apis/items")
    assert got.status == 404
    assert got.json == {"detail": "Not Found"}


@pytest.mark.parametrize(
    ("method", "target", "allow"),
    [
        ("PUT", "/api/items", "GET, POST"),
        ("HEAD", "/api/items", "GET, POST"),
        ("PATCH", "/api/items/7", "GET, DELETE"),
        ("DELETE", "/api/items/special", "GET"),
        ("QUERY", "/api/items/7", "GET, DELETE"),
    ],
)
def test_undeclared_methods(app: Any, method: str, target: str, allow: str) -> None:
    got = call(app, method, target)
    assert got.status == 405
    assert got.header("allow") == allow
    if method == "HEAD":
        assert got.body == b""
    else:
        problem_of(got, 405)
    options = call(app, "OPTIONS", target)
    assert (options.status, options.header("allow"), options.body) == (204, allow, b"")
    assert options.header("content-length") is None


def test_path_that_is_not_utf8(app: Any) -> None:
    document = problem_of(call(app, "GET", "/api/items/%FF"), 400)
    assert "UTF-8" in document["detail"]
    assert call(app, "GET", "/other/%FF").json == {"detail": "Not Found"}


def test_declared_head_and_options(serve: Any) -> None:
    operations = (
        operation("heads", "HEAD", "/x", responses=(ok(),)),
        operation("asks", "OPTIONS", "/x", responses=(ok(),)),
    )
    app = serve(Things(), operations)
    head = call(app, "HEAD", "/api/x")
    assert (head.status, head.body) == (200, b"")
    assert head.header("content-length") == str(len(b'{"op":"heads"}'))
    assert json_of(call(app, "OPTIONS", "/api/x")) == {"op": "asks"}
    assert call(app, "GET", "/api/x").header("allow") == "HEAD, OPTIONS"


def test_root_path_is_taken_off(serve: Any, make_app: Any) -> None:
    app = serve(Things(), OPERATIONS, guard=guard_of(*OPERATIONS), app=make_app(root_path="/behind"))
    assert json_of(call(app, "GET", "/behind/api/items/7")) == {"op": "one", "id": "7"}
    assert json_of(call(app, "GET", "/behind/api/items/a%2Fb")) == {"op": "one", "id": "a/b"}
    assert json_of(call(app, "GET", "/api/items/7")) == {"op": "one", "id": "7"}
    assert call(app, "GET", "/behindapi/items").status == 404


def test_two_versions_on_one_application(serve: Any) -> None:
    operations = OPERATIONS[:1]
    app = serve(Things(), operations, guard=guard_of(*operations), prefix="/api/v1")
    serve(Things(), OPERATIONS[3:4], app=app, prefix="/api/v2", name="v2")
    assert json_of(call(app, "GET", "/api/v1/items/7")) == {"op": "one", "id": "7"}
    assert json_of(call(app, "GET", "/api/v2/items")) == {"op": "list"}
    problem_of(call(app, "GET", "/api/v2/items/7"), 404)


def test_names_and_prefixes_of_versions_do_not_meet(serve: Any) -> None:
    app = serve(Things(), (), prefix="/api/v2", name="v1")
    with pytest.raises(InstallError, match="same prefix '/api/v2'"):
        serve(Things(), (), app=app, prefix="/api/v2/", name="v3")
    with pytest.raises(InstallError, match="'v1' is installed"):
        serve(Things(), (), app=app, prefix="/api/v4", name="v1")
    with pytest.raises(InstallError, match="must start with '/'"):
        serve(Things(), (), app=app, prefix="api", name="v5")


def test_an_application_that_has_started_takes_no_version(serve: Any) -> None:
    app = serve(Things(), ())
    call(app, "GET", "/api/x")
    with pytest.raises(InstallError, match="before the application starts"):
        serve(Things(), (), app=app, prefix="/later", name="later")


def test_the_same_path_of_two_versions_is_rejected(serve: Any) -> None:
    app = serve(Things(), (operation("a", "GET", "/v1/x", responses=(ok(),)),), prefix="", name="all")
    with pytest.raises(InstallError, match="GET /v1/x is served already"):
        serve(Things(), (operation("a", "GET", "/x", responses=(ok(),)),), prefix="/v1", app=app)


def test_a_version_without_prefix_leaves_own_routes_alone(serve: Any) -> None:
    app: FastAPI = serve(Things(), (operation("a", "GET", "/x", responses=(ok(),)),), prefix="/")

    @app.get("/own")
    async def own() -> str:
        return "own"

    assert json_of(call(app, "GET", "/x")) == {"op": "a"}
    assert json_of(call(app, "GET", "/own")) == "own"
    assert call(app, "GET", "/own/").status == 307
    assert call(app, "POST", "/own").json == {"detail": "Method Not Allowed"}
    problem_of(call(app, "GET", "/x/"), 404)


def test_unsupported_operations_are_routed(serve: Any) -> None:
    declared = operation(
        "odd", "GET", "/odd", responses=(ok(),), unsupported=("multipart/mixed is not read",)
    )
    document = problem_of(call(serve(object(), (declared,)), "GET", "/api/odd"), 501)
    assert "multipart/mixed is not read" in document["detail"]
