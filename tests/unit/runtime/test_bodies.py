"""Request bodies: media types, strict JSON, limits, forms."""

from __future__ import annotations

import datetime as dt
from typing import Annotated, Any

import pytest
from pydantic import Field

from accord.runtime import MISSING, ByteStream, Model, RuntimeSettings
from accord.runtime import declare as d
from accord.runtime.convert import LazyType
from tests.unit.runtime.bodies import Bodies, free
from tests.unit.runtime.kit import call, json_of, ok, operation, problem_of

SECRET = "hunter2"


class Item(Model):
    name: str
    price: float
    nick: Annotated[str | None | MISSING, Field(alias="nickName")] = MISSING
    at: dt.datetime | None = None


ITEM = {
    "type": "object",
    "required": ["name", "price"],
    "additionalProperties": False,
    "properties": {
        "name": {"type": "string", "minLength": 1},
        "price": {"type": "number", "exclusiveMinimum": 0},
        "nickName": {"type": ["string", "null"]},
        "at": {"type": "string", "format": "date-time"},
    },
}


@pytest.fixture
def items(serve: Any) -> Bodies:
    content = d.BodyContent(media_type="application/json", guard="body", type=lambda: Item)
    return Bodies(serve, content, guard={"body": {"$ref": "#/$defs/Item"}}, defs={"Item": ITEM})


def test_a_body_becomes_a_model(items: Bodies) -> None:
    body = items.keep(b'{"name":"a","price":1.0,"nickName":null}')
    assert type(body) is Item
    assert (body.name, body.price, body.nick, body.at) == ("a", 1.0, None, None)
    assert items.keep(b'{"price":2e1,"name":"a"}').nick is MISSING


@pytest.mark.parametrize("moment", ["2016-12-31T23:59:60Z", "2016-12-31T23:59:60.5+00:00"])
def test_leap_seconds(items: Bodies, moment: str) -> None:
    at = items.keep(b'{"name":"12:60:60","price":1,"at":"%s"}' % moment.encode()).at
    assert at.replace(microsecond=0) == dt.datetime(2016, 12, 31, 23, 59, 59, tzinfo=dt.UTC)


def test_what_python_cannot_hold_is_rejected(items: Bodies) -> None:
    got = items.send(b'{"name":"a","price":1,"at":"0000-01-01T00:00:00Z"}')
    problem_of(got, 422)
    (error,) = got.errors
    assert error[:2] == ("body", "/at")


def test_every_error_of_a_body(items: Bodies) -> None:
    got = items.send(b'{"price":-1,"nickName":"x","%s":1,"at":"%s"}' % (SECRET.encode(), SECRET.encode()))
    document = problem_of(got, 422)
    assert document["title"] == "Unprocessable Content"
    assert got.errors == [
        ("body", "", "has 1 property that the contract does not declare"),
        ("body", "/at", "must be a valid date-time"),
        ("body", "/name", "is required"),
        ("body", "/price", "must be greater than 0"),
    ]
    assert SECRET.encode() not in got.body


@pytest.mark.parametrize("value", [b'"1"', b"true", b"null", b"[1]"])
def test_a_number_is_a_number(items: Bodies, value: bytes) -> None:
    got = items.send(b'{"name":"a","price":%s}' % value)
    problem_of(got, 422)
    assert got.errors == [("body", "/price", "must be number")]


@pytest.mark.parametrize(
    ("body", "detail"),
    [
        (b"{", "The body is not valid JSON: the text ends too early at line 1, column 2 (byte 1)."),
        (b'{"hunter2":1,\n"hunter2":2}', "duplicate key at line 2, column 1 (byte 14)"),
        (b'{"a":NaN}', "byte 5"),
        (b'{"a":1e999}', "number out of range at line 1, column 6 (byte 5)"),
        (b'{"a":"\\ud800"}', "lone surrogate"),
        (b'{"a":"hunter2\xff"}', "invalid UTF-8"),
        (b"[" * 5000 + b"]" * 5000, "more than 200 levels"),
        (b" ", "no value"),
        (b'{"hunter2":}', "byte 11"),
    ],
)
def test_what_is_not_json_is_rejected_with_its_position(items: Bodies, body: bytes, detail: str) -> None:
    got = items.send(body)
    assert detail in problem_of(got, 400)["detail"]
    assert SECRET.encode() not in got.body


@pytest.mark.parametrize(
    "content_type",
    [
        "text/plain",
        "application/vnd.x+json",
        "application/jsonx",
        "application/json; charset=latin-1",
        'application/json; charset="utf-16"',
        "application",
        "",
        "application/json, application/json",
        "application/json;;=",
        "*/*",
    ],
)
def test_undeclared_media_types(items: Bodies, content_type: str) -> None:
    problem_of(items.send(b'{"name":"a","price":1}', content_type), 415)


@pytest.mark.parametrize(
    "content_type",
    [
        "application/json",
        "APPLICATION/Json ; charset=UTF-8",
        'application/json;charset="utf-8";x=y',
        "application/json;",
    ],
)
def test_spellings_of_the_declared_media_type(items: Bodies, content_type: str) -> None:
    assert items.keep(b'{"name":"a","price":1}', content_type).name == "a"


def test_a_body_without_content_type(items: Bodies) -> None:
    problem_of(items.send(b'{"name":"a","price":1}', None), 415)
    two = [("content-type", "application/json"), ("content-type", "text/plain")]
    problem_of(items.send(b"{}", None, headers=two), 415)


def test_compressed_bodies(items: Bodies) -> None:
    problem_of(items.send(b"x", headers=[("content-encoding", "gzip")]), 415)
    assert items.keep(b'{"name":"a","price":1}', headers=[("content-encoding", "Identity")]).name == "a"


def test_a_missing_body(serve: Any, items: Bodies) -> None:
    for content_type in (None, "application/json"):
        assert problem_of(items.send(b"", content_type), 400)["detail"] == "The request has no body."
    problem_of(items.send(b"", "text/plain"), 415)
    optional = Bodies(serve, free(), required=False, guard={"body": False})
    assert optional.keep(b"") is None
    assert optional.keep(b"", None) is None
    problem_of(optional.send(b"null"), 422)


def test_several_media_types(serve: Any) -> None:
    bodies = Bodies(
        serve,
        free("*/*", read=d.File()),
        free("application/*+json"),
        free("application/vnd.a+json"),
        free("text/plain", read=d.Scalar()),
        guard={"body": True},
    )
    assert bodies.keep(b"[1]", "application/vnd.a+json") == [1]
    assert bodies.keep("ä".encode(), "text/plain; charset=utf-8") == "ä"
    assert bodies.keep(b"[2]", "application/vnd.b+json") == [2]
    assert isinstance(bodies.keep(b"\xff\x00", "application/octet-stream"), ByteStream)
    problem_of(bodies.send(b"\xff", "text/plain"), 400)
    problem_of(bodies.send(b"x", "text/plain;charset=ascii"), 415)


LIMITED = RuntimeSettings(docs=False, max_body_bytes=10)


def test_the_limit_by_declared_length(serve: Any) -> None:
    bodies = Bodies(serve, free(), guard={"body": True}, settings=LIMITED)
    got = bodies.send([b"never read"], headers=[("content-length", "11")])
    assert "10 bytes" in problem_of(got, 413)["detail"]
    assert got.header("connection") == "close"
    problem_of(bodies.send([b"x"], headers=[("content-length", "9" * 40)]), 413)
    assert bodies.keep(b"1234567890") == 1234567890


def test_the_limit_by_counting(serve: Any) -> None:
    bodies = Bodies(serve, free(), guard={"body": True}, settings=LIMITED)
    problem_of(bodies.send([b"123456", b"78901", b"never read"]), 413)
    problem_of(bodies.send([b"12345678901"]), 413)
    problem_of(bodies.send([b"123456", b"78901"], headers=[("content-length", "nonsense")]), 413)
    assert bodies.keep([b"12345", b"", b"67890"]) == 1234567890


def test_a_client_that_leaves_in_the_middle(serve: Any, caplog: pytest.LogCaptureFixture) -> None:
    bodies = Bodies(serve, free(), guard={"body": True})
    got = bodies.send([b"[1,"], gone=True)
    assert got.messages == []
    assert bodies.keeper.body is ...
    assert not caplog.records


def test_an_operation_without_body_ignores_one(serve: Any) -> None:
    class Plain:
        async def plain(self) -> Any:
            return 1

    app = serve(Plain(), (operation("plain", "POST", "/x", responses=(ok(),)),))
    assert json_of(call(app, "POST", "/api/x", body=b"\xff", headers={"content-type": "text/odd"})) == 1


FORM = "application/x-www-form-urlencoded"


def form(*fields: d.FormField, media_type: str = FORM, **more: Any) -> d.BodyContent:
    return free(media_type, form=fields, **more)


FIELDS = (
    d.FormField(name="name"),
    d.FormField(name="age", wire=d.Scalar(("integer",))),
    d.FormField(name="tags", wire=d.Array(d.Scalar())),
    d.FormField(name="meta", wire=d.Json()),
    d.FormField(name="deep", wire=d.Object({"a": d.Scalar(("integer",))}), style="deepObject"),
)


def test_form_bodies(serve: Any) -> None:
    bodies = Bodies(serve, form(*FIELDS), guard={"body": True})
    body = b"name=a+b%26&age=3&tags=x&tags=y&meta=%7B%22a%22%3A1%7D&deep[a]=1&more=1&other=1&other=2"
    assert bodies.keep(body, FORM) == {
        "name": "a b&",
        "age": 3,
        "tags": ["x", "y"],
        "meta": {"a": 1},
        "deep": {"a": 1},
        "more": "1",
        "other": ["1", "2"],
    }
    assert bodies.keep(b"name=", FORM) == {"name": ""}


def test_broken_forms(serve: Any) -> None:
    schema = {"properties": {"age": {"type": "integer"}}, "required": ["name"]}
    settings = RuntimeSettings(docs=False, max_form_fields=3)
    bodies = Bodies(serve, form(*FIELDS), guard={"body": schema}, settings=settings)
    got = bodies.send(b"age=", FORM)
    problem_of(got, 422)
    assert got.errors == [("body", "/age", "must be integer"), ("body", "/name", "is required")]
    got = bodies.send(b"name=a&name=b", FORM)
    assert got.errors == [("body", "/name", "must not be given more than once")]
    problem_of(bodies.send(b"name=%FF", FORM), 400)
    problem_of(bodies.send(b"%FF=1", FORM), 400)
    problem_of(bodies.send(b"\xff=1", FORM), 400)
    problem_of(bodies.send(b"a=1&b=2&c=3&d=4", FORM), 413)
    problem_of(bodies.send(b"name=a", FORM + ";charset=latin-1"), 415)


def test_many_errors_are_counted_not_listed(serve: Any) -> None:
    settings = RuntimeSettings(docs=False, max_reported_errors=3)
    bodies = Bodies(serve, free(), guard={"body": {"items": {"type": "integer"}}}, settings=settings)
    got = bodies.send(b'["a","b","c","d","e"]')
    assert problem_of(got, 422)["detail"].endswith("2 more errors are left out.")
    assert [pointer for _, pointer, _ in got.errors] == ["/0", "/1", "/2"]


def test_alternatives_explain_the_branch_that_was_meant(serve: Any) -> None:
    defs = {
        "Cat": {"type": "object", "required": ["lives"], "properties": {"kind": {"const": "cat"}}},
        "Dog": {"type": "object", "required": ["tricks"], "properties": {"kind": {"const": "dog"}}},
        "Item": ITEM,
    }
    schema = {
        "properties": {
            "pet": {"oneOf": [{"$ref": "#/$defs/Cat"}, {"$ref": "#/$defs/Dog"}]},
            "item": {"anyOf": [{"$ref": "#/$defs/Item"}, {"type": "null"}]},
            "either": {"anyOf": [{"minLength": 3}, {"maxLength": 0}]},
        }
    }
    bodies = Bodies(serve, free(), guard={"body": schema}, defs=defs)
    got = bodies.send(b'{"pet":{"kind":"dog"},"item":{"name":"a"},"either":"ab"}')
    assert got.errors == [
        ("body", "/either", "must match one of the alternatives of the contract"),
        ("body", "/item/price", "is required"),
        ("body", "/pet/tricks", "is required"),
    ]


def test_a_hostile_pattern_gives_up(serve: Any) -> None:
    bodies = Bodies(serve, free(), guard={"body": {"pattern": "^(?=(a+)+$)(a|aa)+$"}})
    problem_of(bodies.send(b'"%s!"' % (b"a" * 5000)), 422)


def test_models_are_built_when_they_are_first_read() -> None:
    class Late(Model):
        name: str

    adapter = LazyType(lambda: Late).adapter
    assert type(adapter.validator).__name__ == "SchemaValidator"
    assert type(adapter.serializer).__name__ == "SchemaSerializer"
