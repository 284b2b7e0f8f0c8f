"""Bodies that are read by the implementation: bytes, items, text; optional ones, and several media types."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import pytest

from accord.runtime import ByteStream, ItemStream, Model, RequestBody, RuntimeSettings
from accord.runtime import declare as d
from tests.unit.runtime.bodies import BOUNDARY, MULTIPART, Bodies, free, multipart
from tests.unit.runtime.kit import problem_of

OCTETS = "application/octet-stream"
LINES = "application/jsonl"


class Item(Model):
    n: int


ITEM = {"type": "object", "required": ["n"], "properties": {"n": {"type": "integer"}}}


async def read(body: Any) -> Any:
    return None if body is None else await body.read()


def test_a_stream_of_bytes(serve: Any, tmp_path: Path) -> None:
    async def look(body: ByteStream) -> Any:
        first = await anext(aiter(body))
        return first, await body.save(tmp_path / "rest"), body.content_type, body.length

    bodies = Bodies(serve, free("image/*", read=d.File()), guard={"body": True}, look=look)
    seen = bodies.look([b"12", b"", b"345", b"6"], "image/png; x=1", headers=[("content-length", "6")])
    assert seen == (b"12", 4, "image/png; x=1", 6)
    assert (tmp_path / "rest").read_bytes() == b"3456"
    assert bodies.look([b"12"], "image/png")[3] is None
    problem_of(bodies.send(b"1", "application/pdf"), 415)


def test_a_stream_is_not_read_unless_asked(serve: Any) -> None:
    bodies = Bodies(serve, free(OCTETS, read=d.File()), guard={"body": True})
    assert isinstance(bodies.keep([b"1"] * 10, OCTETS), ByteStream)


def test_an_optional_or_empty_stream(serve: Any) -> None:
    optional = Bodies(serve, free(OCTETS, read=d.File()), guard={"body": True}, look=read, required=False)
    assert optional.look(b"", OCTETS) is None
    assert optional.look([b"", b"12", b"3"], OCTETS) == b"123"
    required = Bodies(serve, free(OCTETS, read=d.File()), guard={"body": True}, look=read)
    assert required.look(b"", OCTETS) == b""
    problem_of(required.send(b"", None), 400)
    problem_of(required.send(b"1", None), 415)


def test_limits_of_streams(serve: Any) -> None:
    settings = RuntimeSettings(docs=False, max_body_bytes=10)
    bodies = Bodies(serve, free(OCTETS, read=d.File()), guard={"body": True}, look=read, settings=settings)
    problem_of(bodies.send([b"never read"], OCTETS, headers=[("content-length", "11")]), 413)
    assert bodies.keeper.body is ...
    problem_of(bodies.send([b"123456", b"78901", b"never read"], OCTETS), 413)
    assert bodies.look([b"12345", b"67890"], OCTETS) == b"1234567890"
    larger = RuntimeSettings(docs=False, max_body_bytes=10, max_stream_bytes=20)
    bodies = Bodies(serve, free(OCTETS, read=d.File()), guard={"body": True}, look=read, settings=larger)
    assert bodies.look(b"1" * 20, OCTETS) == b"1" * 20
    problem_of(bodies.send(b"1" * 21, OCTETS), 413)


def test_lengths_of_the_contract_count_bytes(serve: Any) -> None:
    bodies = Bodies(serve, free(OCTETS, read=d.File(2, 4)), guard={"body": True}, look=read)
    for body in (b"12345", [b"123", b"45"]):
        got = bodies.send(body, OCTETS)
        problem_of(got, 422)
        assert got.errors == [("body", "", "must have at most 4 bytes")]
    assert bodies.send([b"1"], OCTETS).errors == [("body", "", "must have at least 2 bytes")]
    assert bodies.look("ää".encode(), OCTETS) == "ää".encode()


def test_a_client_that_leaves_a_stream(serve: Any, caplog: pytest.LogCaptureFixture) -> None:
    bodies = Bodies(serve, free(OCTETS, read=d.File()), guard={"body": True}, look=read)
    assert bodies.send([b"1"], OCTETS, gone=True).messages == []
    items = Bodies(serve, free(LINES, read=d.Items()), guard={"body": True}, look=read)
    assert items.send([b"1\n"], LINES, gone=True).messages == []
    assert not caplog.records


@pytest.mark.parametrize("size", [1, 3, 1000])
def test_items_are_typed(serve: Any, size: int) -> None:
    content = free(LINES, read=d.Items(), type=lambda: Item)
    bodies = Bodies(serve, content, guard={"body": ITEM}, look=read)
    text = b'{"n":1}\n\r\n {"n":2.0} \r\n{"n":3}'
    chunks = [text[start : start + size] for start in range(0, len(text), size)]
    assert bodies.look(chunks, LINES) == [Item(n=1), Item(n=2), Item(n=3)]
    assert isinstance(bodies.keeper.body, ItemStream)


def test_a_json_text_sequence(serve: Any) -> None:
    name = "application/json-seq"
    bodies = Bodies(serve, free(name, read=d.Items("sequence")), guard={"body": True}, look=read)
    assert bodies.look(b'\x1e{"a":\n1}\n\x1e2\n\x1e\x1e"x"\n', name) == [{"a": 1}, 2, "x"]


def test_the_place_of_a_bad_item(serve: Any) -> None:
    seen: list[Any] = []

    async def look(body: Any) -> None:
        async for item in body:
            seen.append(item.n)  # noqa: PERF401 - kept one by one, until the rejection

    content = free(LINES, read=d.Items(), type=lambda: Item)
    bodies = Bodies(serve, content, guard={"body": ITEM}, look=look)
    got = bodies.send(b'{"n":1}\n{"n":"x"}\n{"n":3}', LINES)
    problem_of(got, 422)
    assert got.errors == [("body", "/1/n", "must be integer")]
    assert seen == [1], "what came before was given"
    got = bodies.send(b'{"n":1}\n{"n":2}\n{"n":', LINES)
    detail = problem_of(got, 400)["detail"]
    assert detail.startswith("The item at 2 of the body is not valid JSON: the text ends too early")
    assert got.errors == [("body", "/2", "must be JSON")]


def test_what_python_cannot_hold_of_an_item(serve: Any) -> None:
    import datetime as dt

    content = free(LINES, read=d.Items(), type=lambda: dt.date)
    bodies = Bodies(serve, content, guard={"body": True}, look=read)
    got = bodies.send(b'"2020-01-01"\n"0000-01-01"', LINES)
    problem_of(got, 422)
    assert [error[:2] for error in got.errors] == [("body", "/1")]


def test_limits_of_items(serve: Any) -> None:
    settings = RuntimeSettings(docs=False, max_body_bytes=10, max_stream_bytes=30)
    bodies = Bodies(serve, free(LINES, read=d.Items()), guard={"body": True}, look=read, settings=settings)
    assert bodies.look(b"1234567890\n1234567890\n", LINES) == [1234567890, 1234567890]
    for body in (b"1\n12345678901\n", [b"123456", b"78901", b"never read"]):
        assert "An item of the body is longer" in problem_of(bodies.send(body, LINES), 413)["detail"]
    problem_of(bodies.send([b"1\n" * 10, b"1\n" * 6], LINES), 413)


def test_text(serve: Any) -> None:
    text = free("text/*", read=d.Scalar())
    number = free("text/x-number", read=d.Scalar(("integer",)))
    bodies = Bodies(serve, text, number, guard={"body": {"maxLength": 3}})
    assert bodies.keep("ä€x".encode(), "text/plain") == "ä€x"
    assert bodies.keep(b"", "text/plain; charset=UTF-8") == ""
    assert bodies.keep(b"42", "text/x-number") == 42
    assert bodies.send(b"1234", "text/plain").errors == [("body", "", "must have at most 3 characters")]
    problem_of(bodies.send(b"\xff", "text/plain"), 400)
    problem_of(bodies.send(b"x", "text/plain; charset=iso-8859-1"), 415)


def test_text_in_a_declared_charset(serve: Any) -> None:
    content = free("text/plain; charset=ISO-8859-1", read=d.Scalar())
    bodies = Bodies(serve, content, guard={"body": True})
    for stated, raw in (("; charset=iso-8859-1", b"\xe4"), ("", b"\xe4"), ("; charset=utf-8", "ä".encode())):
        assert bodies.keep(raw, f"text/plain{stated}") == "ä"
    problem_of(bodies.send(b"x", "text/plain; charset=utf-16"), 415)


def test_the_media_type_beside_a_body(serve: Any) -> None:
    contents = (
        free(wrap=True, type=lambda: Item),
        free("application/vnd.x+json", wrap=True),
        free("text/plain", read=d.Scalar(), wrap=True),
        free("image/*", read=d.File(), wrap=True),
        free(LINES, read=d.Items(), wrap=True),
        free(
            MULTIPART,
            form=(d.FormField(name="n", wire=d.Scalar(("integer",))),),
            type=lambda: Item,
            wrap=True,
        ),
    )
    bodies = Bodies(serve, *contents, guard={"body": True}, required=False)
    assert bodies.keep(b'{"n":1}') == RequestBody("application/json", Item(n=1))
    assert bodies.keep(b'{"n":1}', "application/vnd.x+json") == RequestBody(
        "application/vnd.x+json", {"n": 1}
    )
    assert bodies.keep(b"x", "text/plain") == RequestBody("text/plain", "x")
    assert bodies.keep(b"x", "image/png").media_type == "image/*"
    assert isinstance(bodies.keep(b"1", LINES).body, ItemStream)
    assert bodies.keep(multipart(('name="n"', b"1")), BOUNDARY) == RequestBody(MULTIPART, Item(n=1))
    for content_type in (None, "application/json", "text/plain", "image/png", LINES, BOUNDARY):
        assert bodies.keep(b"", content_type) is None


@pytest.mark.parametrize(
    ("stated", "chosen"),
    [
        ("application/json; version=1", 1),
        ('application/json; charset=utf-8; version="2"', 2),
        ("application/json", 3),
        ("application/json; version=7", 3),
        ("application/problem+json", 4),
        ("application/xml", 5),
        ("text/x", 6),
    ],
)
def test_the_most_specific_declaration_reads_a_body(serve: Any, stated: str, chosen: int) -> None:
    names = (
        *("*/*", "application/*", "application/*+json", "application/json"),
        *("application/json; version=2", "application/json; version=1"),
    )
    contents = [
        d.BodyContent(media_type=name, guard=str(6 - index), read=d.Json())
        for index, name in enumerate(names)
    ]
    guard = {str(number): {"enum": [number]} for number in range(1, 7)}
    bodies = Bodies(serve, *contents, guard=guard)
    assert bodies.keep(b"%d" % chosen, stated) == chosen


def test_a_parameter_that_is_declared_must_be_sent(serve: Any) -> None:
    bodies = Bodies(serve, free("application/json; version=1"), guard={"body": True})
    assert bodies.keep(b"1", "application/json;version=1;charset=utf-8") == 1
    for stated in ("application/json", "application/json; version=2"):
        problem_of(bodies.send(b"1", stated), 415)


FORM = "application/x-www-form-urlencoded"


def test_fields_that_come_once_or_several_times(serve: Any) -> None:
    fields = (
        d.FormField(name="either", wire=d.Scalar(("integer",)), times="either"),
        d.FormField(name="each", wire=d.Json(), times="each"),
        d.FormField(name="deep", wire=d.Object({"a": d.Scalar()}), style="deepObject"),
        d.FormField(name="pipes", wire=d.Array(d.Scalar()), style="pipeDelimited", explode=False),
        d.FormField(name="spaces", wire=d.Array(d.Scalar()), style="spaceDelimited", explode=False),
    )
    bodies = Bodies(serve, free(FORM, form=fields, additional=d.Json()), guard={"body": True})
    body = b"either=1&each={%22a%22:1}&each={}&deep[a]=x%26y&pipes=a%7Cb|c&spaces=a+b%20c&free=[1]"
    assert bodies.keep(body, FORM) == {
        "either": 1,
        "each": [{"a": 1}, {}],
        "deep": {"a": "x&y"},
        "pipes": ["a", "b", "c"],
        "spaces": ["a", "b", "c"],
        "free": [1],
    }
    assert bodies.keep(b"either=1&either=2", FORM) == {"either": [1, 2]}
    got = bodies.send(b"hunter2=x&each={", FORM)
    problem_of(got, 422)
    assert [error[1] for error in got.errors] == ["/*", "/each"]
    assert b"hunter2" not in got.body


def test_an_empty_form(serve: Any) -> None:
    schema = {"body": {"required": ["name"]}}
    fields = (d.FormField(name="name"),)
    required = Bodies(serve, free(FORM, form=fields), guard=schema)
    assert required.send(b"", FORM).errors == [("body", "/name", "is required")]
    problem_of(required.send(b"", None), 400)
    assert Bodies(serve, free(FORM, form=fields), guard=schema, required=False).keep(b"", FORM) is None
