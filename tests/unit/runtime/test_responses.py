"""Answers: what an implementation returns or raises, and what of it may leave."""

from __future__ import annotations

import datetime as dt
import logging
import uuid
from collections.abc import Callable
from dataclasses import dataclass
from typing import Annotated, Any, ClassVar, Literal

import pytest
from pydantic import Field

from accord.runtime import MISSING, ErrorResponse, Errors, Model, Response, RuntimeSettings, Violation
from accord.runtime import declare as d
from tests.unit.runtime.kit import call, json_of, ok, operation, problem_of


class Item(Model):
    id: int
    name: str
    nick: Annotated[str | MISSING, Field(alias="nickName")] = MISSING
    at: dt.datetime | None = None


class Secretive(Item):
    password: str = "hunter2"


ITEM = {
    "type": "object",
    "required": ["id", "name"],
    "additionalProperties": False,
    "properties": {
        "id": {"type": "integer", "minimum": 1},
        "name": {"type": "string"},
        "nickName": {"type": "string"},
        "at": {"type": ["string", "null"], "format": "date-time"},
    },
}
PROBLEM = {"type": "object", "required": ["title", "status"], "properties": {"status": {"type": "integer"}}}
GUARD = {
    "item": {"$ref": "#/$defs/Item"},
    "problem": PROBLEM,
    "headers": {
        "required": ["Location"],
        "properties": {
            "Location": {"type": "string", "format": "uri-reference"},
            "X-Left": {"type": "integer", "minimum": 0},
        },
    },
}


@dataclass(kw_only=True, eq=False)
class Created(Response):
    status: ClassVar[int] = 201
    body: Any
    location: Any
    left: Any = None
    tags: Any = None
    flag: Any = None
    when: Any = None
    point: Any = None


@dataclass(kw_only=True, eq=False)
class NotFound(ErrorResponse):
    status: ClassVar[int] = 404
    body: Any


@dataclass(kw_only=True, eq=False)
class Gone(Response):
    status: ClassVar[int] = 204


@dataclass(kw_only=True, eq=False)
class NotModified(Response):
    status: ClassVar[int] = 304
    etag: str


@dataclass(kw_only=True, eq=False)
class Any4XX(ErrorResponse):
    status: int
    body: Any


@dataclass(kw_only=True, eq=False)
class Default(ErrorResponse):
    status: int
    body: Any


@dataclass(kw_only=True, eq=False)
class Export(Response):
    status: ClassVar[int] = 203
    body: Any
    media_type: Literal["application/json", "text/csv"]


def content(
    guard: str, type_: Any = None, media_type: str = "application/json"
) -> tuple[d.ResponseContent, ...]:
    return (
        d.ResponseContent(media_type=media_type, guard=guard, type=None if type_ is None else lambda: type_),
    )


HEADERS = (
    d.ResponseHeader(name="Location", attribute="location", required=True),
    d.ResponseHeader(name="X-Left", attribute="left", wire=d.Scalar(("integer",))),
    d.ResponseHeader(name="X-Tags", attribute="tags", wire=d.Array(d.Scalar())),
    d.ResponseHeader(name="X-Flag", attribute="flag", wire=d.Scalar(("boolean",))),
    d.ResponseHeader(name="X-When", attribute="when"),
    d.ResponseHeader(name="X-Point", attribute="point", wire=d.Object(), explode=True),
)
RESPONSES = (
    d.Response(status=200, bare=True, content=content("item", Item)),
    d.Response(
        status=201,
        cls=lambda: Created,
        content=content("item", Item),
        headers=HEADERS,
        headers_guard="headers",
    ),
    d.Response(
        status=404, cls=lambda: NotFound, content=content("problem", media_type="application/problem+json")
    ),
    d.Response(status=204, cls=lambda: Gone),
    d.Response(
        status=304,
        cls=lambda: NotModified,
        headers=(d.ResponseHeader(name="ETag", attribute="etag", required=True),),
    ),
    d.Response(status="4XX", cls=lambda: Any4XX, content=content("problem")),
    d.Response(status="default", cls=lambda: Default, content=content("problem")),
    d.Response(
        status=203,
        cls=lambda: Export,
        content=(*content("item", Item), d.ResponseContent(media_type="text/csv")),
    ),
)


class Does:
    def __init__(self, do: Callable[[], Any]) -> None:
        self.do = do

    async def get(self) -> Any:
        result = self.do()
        if isinstance(result, Exception) and getattr(result, "_raise", False):
            raise result
        return result


def raised(error: Exception) -> Exception:
    error._raise = True  # type: ignore[attr-defined]
    return error


@pytest.fixture
def response(serve: Any) -> Callable[..., Any]:
    def get(do: Callable[[], Any], *, responses: Any = RESPONSES, method: str = "GET", **more: Any) -> Any:
        operation_more = more.pop("operation", {})
        declared = operation("get", method, "/x", responses=responses, **operation_more)
        app = serve(Does(do), (declared,), guard=GUARD, defs={"Item": ITEM}, **more)
        return call(app, method, "/api/x")

    return get


def test_a_bare_model(response: Any) -> None:
    got = response(lambda: Item(id=1, name="ä"))
    assert got.body == '{"id":1,"name":"ä","at":null}'.encode()
    assert got.headers == [("content-type", "application/json"), ("content-length", str(len(got.body)))]
    got = response(lambda: Item(id=1, name="a", nick="n", at=dt.datetime(2024, 1, 1, tzinfo=dt.UTC)))
    assert got.json == {"id": 1, "name": "a", "nickName": "n", "at": "2024-01-01T00:00:00Z"}


@pytest.mark.parametrize("mode", ["check", "sample", "trust"])
def test_declared_properties_only(response: Any, mode: Any) -> None:
    settings = RuntimeSettings(docs=False, mode=mode)
    assert response(lambda: Secretive(id=1, name="a"), settings=settings).json == {
        "id": 1,
        "name": "a",
        "at": None,
    }


@pytest.mark.parametrize("mode", ["check", "sample", "trust"])
@pytest.mark.parametrize(
    "wrong",
    [
        {"id": 1, "name": "a", "password": "hunter2"},
        Item.model_construct(id="hunter2", name="a"),
        None,
        "hunter2",
        [Item(id=1, name="hunter2")],
        Gone,
    ],
)
def test_another_type_never_leaves(
    response: Any, mode: Any, wrong: Any, caplog: pytest.LogCaptureFixture
) -> None:
    got = response(lambda: wrong, settings=RuntimeSettings(docs=False, mode=mode))
    assert got.status == 500
    assert b"hunter2" not in got.body
    assert "get" in caplog.text
    assert "hunter2" not in caplog.text


def test_what_the_schema_forbids_never_leaves(response: Any, caplog: pytest.LogCaptureFixture) -> None:
    seen: list[Violation] = []
    settings = RuntimeSettings(docs=False, on_violation=seen.append)
    got = response(lambda: Item(id=0, name="hunter2"), settings=settings)
    document = json_of(got, 500)
    assert document == {
        "type": "about:blank",
        "title": "Internal Server Error",
        "status": 500,
        "detail": "The service failed to answer.",
    }
    assert seen == [
        Violation(operation="get", clause="200 application/json", reasons=("/id: must be at least 1",))
    ]
    assert (
        "get: the response breaks the contract at 200 application/json: /id: must be at least 1"
        in caplog.text
    )
    debug = RuntimeSettings(docs=False, debug=True)
    assert "/id: must be at least 1" in response(lambda: Item(id=0, name="a"), settings=debug).json["detail"]


def test_trust_and_sample(response: Any, serve: Any, caplog: pytest.LogCaptureFixture) -> None:
    trust = RuntimeSettings(docs=False, mode="trust")
    assert response(lambda: Item(id=0, name="a"), settings=trust).json["id"] == 0
    seen: list[Violation] = []
    sample = RuntimeSettings(docs=False, mode="sample", sample_every=3, on_violation=seen.append)
    declared = operation("get", "GET", "/x", responses=RESPONSES)
    app = serve(
        Does(lambda: Item(id=0, name="a")), (declared,), guard=GUARD, defs={"Item": ITEM}, settings=sample
    )
    assert [call(app, "GET", "/api/x").status for _ in range(7)] == [200] * 7
    assert len(seen) == 3
    assert caplog.text.count("must be at least 1") == 3


def test_numbers_that_json_lacks_never_leave(response: Any) -> None:
    class Measure(Model):
        value: float

    responses = (d.Response(status=200, bare=True, content=content("number", Measure)),)
    GUARD["number"] = {"properties": {"value": {"type": "number"}}}
    assert response(lambda: Measure(value=float("nan")), responses=responses).status == 500
    assert response(lambda: Measure(value=1e300), responses=responses).json == {"value": 1e300}


def test_typed_headers(response: Any) -> None:
    got = response(
        lambda: Created(
            body=Item(id=1, name="a"),
            location="/x/1",
            left=3,
            tags=["a", "b"],
            flag=True,
            when=dt.date(2024, 1, 2),
            point={"x": 1, "y": 2.5},
        )
    )
    assert json_of(got, 201)["id"] == 1
    assert {name: value for name, value in got.headers if name.startswith(("x-", "loc"))} == {
        "location": "/x/1",
        "x-left": "3",
        "x-tags": "a,b",
        "x-flag": "true",
        "x-when": "2024-01-02",
        "x-point": "x=1,y=2.5",
    }


@pytest.mark.parametrize(
    "headers",
    [
        {"location": None},
        {"location": "a\r\nSet-Cookie: x=1"},
        {"location": "a\nb"},
        {"location": "a\0"},
        {"location": "/€"},
        {"location": "/x", "left": -1},
        {"location": "/x", "left": "3"},
        {"location": "/x", "when": object()},
        {"location": MISSING},
    ],
)
def test_headers_against_the_contract(response: Any, headers: Any) -> None:
    got = response(lambda: Created(body=Item(id=1, name="a"), **headers))
    assert got.status == 500
    assert got.header("set-cookie") is None


def test_answers_without_body(response: Any) -> None:
    gone = response(Gone)
    assert (gone.status, gone.headers, gone.body) == (204, [], b"")
    fresh = response(lambda: NotModified(etag='"1"'))
    assert (fresh.status, fresh.headers, fresh.body) == (304, [("etag", '"1"')], b"")
    alone = (d.Response(status=204, bare=True),)
    assert response(lambda: None, responses=alone).status == 204
    assert response(lambda: {"id": 1}, responses=alone).status == 500


@pytest.mark.parametrize("wrap", [lambda error: error, raised])
def test_error_responses_are_returned_or_raised(response: Any, wrap: Any) -> None:
    got = response(lambda: wrap(NotFound(body={"title": "No", "status": 404})))
    assert json_of(got, 404) == {"title": "No", "status": 404}
    assert got.header("content-type") == "application/problem+json"
    assert response(lambda: wrap(NotFound(body={"title": "No"}))).status == 500


def test_ranges_and_default(response: Any) -> None:
    def body(status: int) -> dict[str, Any]:
        return {"title": "T", "status": status}

    assert response(lambda: Any4XX(status=418, body=body(418))).status == 418
    assert (
        response(lambda: Any4XX(status=500, body=body(500))).json["detail"] == "The service failed to answer."
    )
    assert response(lambda: Any4XX(status=404, body=body(404))).status == 500  # 404 has a class of its own
    assert response(lambda: Default(status=503, body=body(503))).json == body(503)
    for odd in (99, 600, "503", 200, True, None):
        assert "detail" in response(lambda odd=odd: Default(status=odd, body=body(1))).json


def test_undocumented_responses(response: Any) -> None:
    @dataclass(kw_only=True, eq=False)
    class Teapot(ErrorResponse):
        status: ClassVar[int] = 418

    for wrap in (lambda error: error, raised):
        assert response(lambda wrap=wrap: wrap(Teapot())).status == 500


def test_several_media_types(response: Any) -> None:
    csv = response(lambda: Export(body="a,b", media_type="text/csv"))
    assert (csv.status, csv.body, csv.header("content-type")) == (203, b"a,b", "text/csv; charset=utf-8")
    assert response(lambda: Export(body=Item(id=1, name="a"), media_type="application/json")).json["id"] == 1
    assert response(lambda: Export(body=b"", media_type="text/html")).status == 500  # type: ignore[arg-type]
    assert response(lambda: Export(body=7, media_type="text/csv")).status == 500


def test_one_class_under_two_statuses(response: Any) -> None:
    responses = (
        d.Response(status=400, cls=lambda: Default, content=content("problem")),
        d.Response(
            status=409, cls=lambda: Default, content=content("problem", media_type="application/x+json")
        ),
    )
    got = response(lambda: Default(status=409, body={"title": "T", "status": 409}), responses=responses)
    assert (got.status, got.header("content-type")) == (409, "application/x+json")
    assert (
        response(lambda: Default(status=410, body={"title": "T", "status": 1}), responses=responses).status
        == 500
    )


def test_lists_and_plain_json(response: Any) -> None:
    responses = (d.Response(status=200, bare=True, content=content("list", list[Item])),)
    GUARD["list"] = {"items": {"$ref": "#/$defs/Item"}}
    assert response(lambda: [Item(id=1, name="a")], responses=responses).json[0]["id"] == 1
    assert response(list, responses=responses).body == b"[]"
    assert response(lambda: [{"id": 1, "name": "a"}], responses=responses).status == 500
    plain = (ok(),)
    assert response(lambda: {"a": [1, None]}, responses=plain).json == {"a": [1, None]}
    assert response(lambda: "text", responses=plain).body == b'"text"'
    assert response(object, responses=plain).status == 500


def test_mapped_exceptions(response: Any) -> None:
    class DomainError(Exception):
        pass

    class Missing(DomainError):
        pass

    errors = Errors()

    @errors.on(DomainError)
    def _(error: DomainError) -> ErrorResponse:
        return Any4XX(status=409, body={"title": str(error), "status": 409})

    @errors.on(KeyError)
    async def _(error: KeyError) -> ErrorResponse:
        return NotFound(body={"title": "T", "status": 404})

    @errors.on(ZeroDivisionError)
    def _(error: ZeroDivisionError) -> ErrorResponse:
        raise RuntimeError("hunter2")

    @errors.on(TypeError)
    def _(error: TypeError) -> Any:
        return "no response"

    assert json_of(response(lambda: raised(Missing("why")), errors=errors), 409)["title"] == "why"
    assert response(lambda: raised(KeyError()), errors=errors).status == 404
    for broken in (ZeroDivisionError(), TypeError()):
        got = response(lambda broken=broken: raised(broken), errors=errors)
        assert got.status == 500
        assert b"hunter2" not in got.body
    with pytest.raises(ValueError, match="KeyError has a handler"):
        errors.on(KeyError)(lambda error: NotFound(body=None))


def test_a_bug_is_a_problem_without_traceback(response: Any, caplog: pytest.LogCaptureFixture) -> None:
    def bug() -> Any:
        raise ValueError("hunter2")

    with caplog.at_level(logging.ERROR):
        got = response(bug)
    assert json_of(got, 500)["detail"] == "The service failed to answer."
    assert "operation get failed" in caplog.text
    assert "ValueError: hunter2" in caplog.text
    problem_of(response(bug, responses=RESPONSES[:1]), 500)
    debug = RuntimeSettings(docs=False, debug=True)
    assert response(bug, settings=debug).json["detail"] == "ValueError: hunter2"


def test_deprecation_and_sunset_on_every_response(response: Any) -> None:
    dates = {"deprecated_at": "2024-01-01", "sunset": "2030-06-30T12:00:00+02:00"}
    for do in (lambda: Item(id=1, name="a"), Gone, lambda: 1 / 0):
        got = response(do, operation=dates)
        assert got.header("deprecation") == "@1704067200"
        assert got.header("sunset") == "Sun, 30 Jun 2030 10:00:00 GMT"


def test_head_has_the_headers_of_the_body(response: Any) -> None:
    got = response(lambda: Item(id=1, name="a"), method="HEAD")
    assert (got.status, got.body, got.header("content-length")) == (200, b"", "29")


def test_uuid_and_nested_values(response: Any) -> None:
    class Nested(Model):
        id: uuid.UUID
        items: list[Item]

    GUARD["nested"] = {"properties": {"id": {"format": "uuid"}, "items": {"items": {"$ref": "#/$defs/Item"}}}}
    responses = (d.Response(status=200, bare=True, content=content("nested", Nested)),)
    value = uuid.uuid4()
    got = response(lambda: Nested(id=value, items=[Secretive(id=1, name="a")]), responses=responses)
    assert json_of(got) == {"id": str(value), "items": [{"id": 1, "name": "a", "at": None}]}
