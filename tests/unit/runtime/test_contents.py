"""Whole bodies of every kind, as an implementation gives them, and the headers beside them."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from functools import partial
from typing import Any, ClassVar

import pytest

from accord.runtime import ByteStream, EventStream, ItemStream, Response, RuntimeSettings
from accord.runtime import declare as d
from tests.unit.runtime.answering import GUARD, Does, Made, Serving, chunks, content, get
from tests.unit.runtime.kit import Got, call, operation


@dataclass(kw_only=True, eq=False)
class Plain(Response):
    status: ClassVar[int] = 201
    cookies: Any = None
    length: int | None = None


@pytest.mark.parametrize(
    ("media_type", "body", "header", "sent"),
    [
        ("text/plain", "ä", "text/plain; charset=utf-8", "ä".encode()),
        ("text/plain; charset=latin-1", "ä", "text/plain; charset=latin-1", b"\xe4"),
        ("text/plain", b"\xff", "text/plain", b"\xff"),
        ("application/xml", "<ä/>", "application/xml", "<ä/>".encode()),
        ("application/atom+xml", "<a/>", "application/atom+xml", b"<a/>"),
        ("image/png", b"\x89", "image/png", b"\x89"),
        ("image/png", bytearray(b"\x89"), "image/png", b"\x89"),
        ("application/yaml", b"a: 1", "application/yaml", b"a: 1"),
        ("application/json; charset=utf-8", {"a": 1}, "application/json; charset=utf-8", b'{"a":1}'),
        ("text/json", [1], "text/json", b"[1]"),
    ],
)
def test_whole_bodies(serving: Serving, media_type: str, body: Any, header: str, sent: bytes) -> None:
    got = get(serving(lambda: body, content(media_type)))
    assert (got.status, got.header("content-type"), got.body) == (200, header, sent)
    assert got.header("content-length") == str(len(sent))


@pytest.mark.parametrize(
    ("media_type", "body"),
    [
        ("image/png", "text"),
        ("image/png", {"a": 1}),
        ("text/plain", 7),
        ("text/plain", "\ud800"),
        ("text/plain; charset=latin-1", "€"),
        ("text/plain; charset=klingon", "a"),
        ("application/jsonl", [1]),
        ("text/event-stream", ["a"]),
    ],
)
@pytest.mark.parametrize("mode", ["check", "trust"])
def test_bodies_of_another_kind_never_leave(serving: Serving, mode: Any, media_type: str, body: Any) -> None:
    app = serving(lambda: body, content(media_type), settings=RuntimeSettings(docs=False, mode=mode))
    assert get(app).status == 500


def test_text_is_compared_where_the_schema_is_one_of_text(serving: Serving) -> None:
    assert get(serving(lambda: "short", content("text/plain", "short"))).status == 200
    assert get(serving(lambda: "longer", content("text/plain", "short"))).status == 500
    assert get(serving(lambda: "l\ud800", content("text/plain", "short"))).status == 500
    sample = RuntimeSettings(docs=False, mode="sample")
    assert get(serving(lambda: "longer", content("text/plain", "short"), settings=sample)).body == b"longer"


@pytest.mark.parametrize(
    ("value", "text"),
    [(3, b"3"), (2.5, b"2.5"), (True, b"true"), (6, None), ("3", None), (float("nan"), None), (None, None)],
)
@pytest.mark.parametrize("mode", ["check", "trust"])
def test_a_text_may_spell_a_number(serving: Serving, mode: Any, value: Any, text: bytes | None) -> None:
    settings = RuntimeSettings(docs=False, mode=mode)
    got = get(serving(lambda: value, content("text/plain", "number"), settings=settings))
    if text is not None:
        assert (got.status, got.body) == (200, text)
    elif not (mode == "trust" and isinstance(value, str)):
        assert got.status == 500


JSON, CSV, PNG, HTML = (content(word) for word in ("application/json", "text/csv", "image/png", "text/html"))


OTHER = content("application/vnd.x+json")


LINES, EVENTS = content("application/jsonl"), content("text/event-stream", events=d.Events(payload=True))


@pytest.mark.parametrize(
    ("contents", "body", "accept", "sent"),
    [
        ((JSON, CSV), {"a": 1}, "text/csv", "application/json"),  # the implementation decides
        ((JSON, CSV), "a,b", "application/json", "text/csv; charset=utf-8"),
        ((CSV, JSON), b"a,b", None, "text/csv"),
        ((JSON, PNG), b"x", None, "image/png"),
        ((JSON, PNG), "x", None, "application/json"),
        ((JSON, OTHER), {}, None, "application/json"),
        ((JSON, OTHER), {}, "application/vnd.x+json, application/json;q=0.5", "application/vnd.x+json"),
        ((CSV, HTML), "x", "text/html", "text/html; charset=utf-8"),
        ((JSON, LINES, EVENTS), ItemStream(chunks()), None, "application/jsonl"),
        ((JSON, LINES, EVENTS), EventStream(chunks()), None, "text/event-stream"),
        ((JSON, LINES, EVENTS), None, None, "application/json"),
        ((PNG, CSV), ByteStream(chunks()), None, "image/png"),
    ],
)
def test_the_media_type_follows_from_the_body(
    serving: Serving, contents: Any, body: Any, accept: str | None, sent: str
) -> None:
    headers = {} if accept is None else {"accept": accept}
    for make in (lambda: body, lambda: Made(body=body)):
        got = get(serving(make, *contents), **headers)
        assert got.header("content-type") == sent


@pytest.mark.parametrize(
    ("declared", "named", "sent"),
    [
        ("text/csv", "text/csv", "text/csv; charset=utf-8"),
        ("text/csv", "text/csv; header=present", "text/csv; header=present; charset=utf-8"),
        ("text/csv; header=present", "text/csv", None),
        ("text/*", "text/vcard", "text/vcard; charset=utf-8"),
        ("*/*", "application/x-y", "application/x-y"),
        ("text/*", "image/png", None),
        ("text/*", "text/*", None),
        ("text/*", None, None),
        ("text/*", "text", None),
        ("text/*", "text/a\r\nx: y", None),
        ("application/*+xml", "application/atom+xml", "application/atom+xml"),
        ("application/*+xml", "application/zip", None),
        ("multipart/mixed", None, None),
    ],
)
def test_a_named_media_type(serving: Serving, declared: str, named: str | None, sent: str | None) -> None:
    got = get(serving(lambda: Made(body="x", media_type=named), content(declared), JSON))
    if sent is None:
        assert (got.status, got.header("content-type")) == (500, "application/problem+json") or named is None
    else:
        assert (got.status, got.header("content-type")) == (201, sent)


def test_multipart_names_its_boundary(serving: Serving) -> None:
    made = Made(body=b"--b--", media_type="multipart/mixed; boundary=b")
    assert get(serving(lambda: made, content("multipart/mixed"))).header("content-type") == made.media_type
    assert get(serving(lambda: b"--b--", content("multipart/mixed"))).status == 500


def test_the_implementation_sees_what_was_negotiated(serving: Serving) -> None:
    seen: list[Any] = []

    def note(kind: str) -> Any:
        seen.append(kind)
        return {}

    app = serving(note, JSON, CSV, content("image/*"), operation={"media_type": "kind"})
    for accept in ("text/csv", "*/*", "image/webp", "image/*", "text/html;q=0.5, text/csv;q=0.1"):
        assert get(app, accept=accept).status == 200
    assert get(app).status == 200
    assert get(app, accept="text/html").json["detail"] == (
        "The operation answers application/json, text/csv, image/*."
    )
    assert seen == ["text/csv", "application/json", "image/webp", "image/*", "text/csv", "application/json"]


def test_headers_beside_the_declared_ones(serve: Any) -> None:
    headers = (
        d.ResponseHeader(name="Set-Cookie", attribute="cookies"),
        d.ResponseHeader(name="Content-Length", attribute=""),
    )
    responses = (d.Response(status=201, cls=lambda: Plain, headers=headers, headers_guard="cookies"),)

    def answered(make: Callable[[], Any]) -> Got:
        return get(serve(Does(make), (operation("get", "GET", "/x", responses=responses),), guard=GUARD))

    assert answered(lambda: Plain(cookies=["a=1", "b=2"])).all("set-cookie") == ["a=1", "b=2"]
    assert answered(lambda: Plain(cookies="a=1")).all("set-cookie") == ["a=1"]
    assert answered(lambda: Plain(cookies=[])).status == 201
    assert answered(lambda: Plain(cookies=["a=1", "b=long"])).status == 500
    assert answered(lambda: Plain(cookies=["a=1", "b\r\n"])).status == 500
    extra = answered(lambda: Plain().with_header("X-A", "1").with_header("x-a", "2"))
    assert extra.all("x-a") == ["1", "2"]
    for name in ("Set-Cookie", "content-type", "Content-Length", "Transfer-Encoding"):
        assert answered(partial(Plain().with_header, name, "1")).status == 500
    assert answered(lambda: Plain().with_header("X-A", "a\nb")).status == 500


def test_head_says_what_get_would(serving: Serving) -> None:
    def head(make: Callable[[], Any]) -> Got:
        return call(serving(make, JSON, method="HEAD"), "HEAD", "/api/x")

    bare = head(lambda: None)
    assert (bare.status, bare.body, bare.headers) == (200, b"", [("content-type", "application/json")])
    with_body = head(lambda: {"a": 1})
    assert (with_body.body, with_body.header("content-length")) == (b"", "7")
