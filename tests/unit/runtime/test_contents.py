"""Bodies of every kind, as an implementation gives them."""

from __future__ import annotations

import asyncio
import contextlib
from collections.abc import AsyncIterator, Callable
from dataclasses import dataclass
from functools import partial
from pathlib import Path
from typing import Any, ClassVar

import pytest

from accord.runtime import Answer, ByteStream, ErrorAnswer, Event, EventStream, ItemStream, RuntimeSettings
from accord.runtime import declare as d
from tests.unit.runtime.kit import Got, Sent, call, exchange, operation

GUARD = {
    "short": {"type": "string", "maxLength": 5},
    "item": {"type": "object", "properties": {"n": {"type": "integer", "maximum": 5}}},
    "cookies": {"properties": {"Set-Cookie": {"type": "string", "maxLength": 4}}},
}


@dataclass(kw_only=True, eq=False)
class Made(Answer):
    status: ClassVar[int] = 201
    body: Any
    media_type: str | None = None


@dataclass(kw_only=True, eq=False)
class Plain(Answer):
    status: ClassVar[int] = 201
    cookies: Any = None
    length: int | None = None


@dataclass(kw_only=True, eq=False)
class Missing(ErrorAnswer):
    status: ClassVar[int] = 404


class Does:
    def __init__(self, do: Callable[..., Any]) -> None:
        self.do = do

    async def get(self, **arguments: Any) -> Any:
        return self.do(**arguments)


Serving = Callable[..., Any]


@pytest.fixture
def serving(serve: Any) -> Serving:
    """Serves one operation whose answers have the *contents* (bare under 200, as ``Made`` under 201)."""

    def install(do: Callable[..., Any], *contents: d.AnswerContent, method: str = "GET", **more: Any) -> Any:
        answers = (
            d.Answer(status=200, bare=True, content=contents),
            d.Answer(status=201, cls=lambda: Made, content=contents),
            d.Answer(status=404, cls=lambda: Missing),
        )
        one = operation("get", method, "/x", answers=answers, **more.pop("operation", {}))
        return serve(Does(do), (one,), guard=GUARD, **more)

    return install


def get(app: Any, **headers: str) -> Got:
    return call(app, "GET", "/api/x", headers={k.replace("_", "-"): v for k, v in headers.items()})


async def chunks(*parts: Any) -> AsyncIterator[Any]:
    for part in parts:
        if isinstance(part, Exception):
            raise part
        yield part


def content(media_type: str, guard: str | None = None, **more: Any) -> d.AnswerContent:
    return d.AnswerContent(media_type=media_type, guard=guard, **more)


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


def test_streams_of_bytes(serving: Serving) -> None:
    got = get(serving(lambda: ByteStream(chunks(b"ab", b"", b"c")), content("image/png")))
    assert (got.status, got.body, got.header("content-length")) == (200, b"abc", None)
    assert got.messages[-1] == {"type": "http.response.body", "body": b""}
    known = get(serving(lambda: ByteStream(chunks(b"ab", b"c"), length=3), content("image/png")))
    assert (known.body, known.header("content-length")) == (b"abc", "3")
    text = get(serving(lambda: ByteStream(chunks(b"a,b")), content("text/csv")))
    assert (text.body, text.header("content-type")) == (b"a,b", "text/csv")
    assert get(serving(lambda: ByteStream(chunks()), content("image/png"))).body == b""


@pytest.mark.parametrize(
    ("parts", "length", "reason"),
    [
        ((b"a", ValueError("gone")), None, "ValueError: gone"),
        ((b"a", "text"), None, "a chunk is str, not bytes"),
        ((b"a",), 2, "does not have the length"),
        ((b"a", b"bc"), 2, "does not have the length"),
    ],
)
def test_a_stream_that_fails_is_cut_so_that_no_part_is_taken_for_the_whole(
    serving: Serving, parts: Any, length: int | None, reason: str, caplog: pytest.LogCaptureFixture
) -> None:
    got = get(serving(lambda: ByteStream(chunks(*parts), length=length), content("image/png")))
    assert (got.status, got.body) == (200, b"a")
    assert got.messages[-1]["more_body"] is True
    assert reason in caplog.text


def test_a_stream_that_fails_before_its_first_chunk_is_answered_otherwise(serving: Serving) -> None:
    assert get(serving(lambda: ByteStream(chunks(Missing())), content("image/png"))).status == 404
    assert get(serving(lambda: ByteStream(chunks(ValueError())), content("image/png"))).status == 500
    assert get(serving(lambda: ItemStream(chunks(Missing())), content("application/jsonl"))).status == 404


def test_files(serving: Serving, tmp_path: Path) -> None:
    file = tmp_path / "file"
    file.write_bytes(bytes(range(256)) * 1000)
    whole = get(serving(lambda: ByteStream.of_file(file), content("image/png")))
    assert (whole.body, whole.header("content-length")) == (file.read_bytes(), "256000")
    part = get(serving(lambda: ByteStream.of_file(file, offset=10, length=5), content("image/png")))
    assert (part.body, part.header("content-length")) == (bytes(range(10, 15)), "5")
    assert get(serving(lambda: ByteStream.of_file(file, offset=256_000), content("image/png"))).body == b""
    with pytest.raises(ValueError, match="not within a file of 256000 bytes"):
        ByteStream.of_file(file, offset=1, length=256_000)
    with pytest.raises(FileNotFoundError):
        ByteStream.of_file(tmp_path / "none")
    late = ByteStream.of_file(file)
    file.write_bytes(b"short")
    cut = get(serving(lambda: late, content("image/png")))
    assert (cut.body, cut.messages[-1]["more_body"]) == (b"short", True)


def test_items(serving: Serving) -> None:
    def make(*items: Any, **more: Any) -> Any:
        return lambda: ItemStream(chunks(*items), **more)

    lines = content("application/jsonl", "item")
    got = get(serving(make({"n": 1}, {"n": 2}), lines))
    assert (got.body, got.header("content-type")) == (b'{"n":1}\n{"n":2}\n', "application/jsonl")
    framed = content("application/json-seq", "item", items=d.Items("sequence"))
    assert get(serving(make({"n": 1}), framed)).body == b'\x1e{"n":1}\n'
    broken = get(serving(make({"n": 1}, {"n": 6}, {"n": 2}), lines))
    assert (broken.body, broken.messages[-1]["more_body"]) == (b'{"n":1}\n', True)
    assert get(serving(make({"n": 6}), lines)).status == 500
    sample = RuntimeSettings(docs=False, mode="sample")
    assert get(serving(make({"n": 6}, {"n": 1}), lines, settings=sample)).body == b'{"n":6}\n{"n":1}\n'


JSON, CSV, PNG, HTML = (content(one) for one in ("application/json", "text/csv", "image/png", "text/html"))
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
        d.AnswerHeader(name="Set-Cookie", attribute="cookies"),
        d.AnswerHeader(name="Content-Length", attribute=""),
    )
    answers = (d.Answer(status=201, cls=lambda: Plain, headers=headers, headers_guard="cookies"),)

    def answered(make: Callable[[], Any]) -> Got:
        return get(serve(Does(make), (operation("get", "GET", "/x", answers=answers),), guard=GUARD))

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


def test_events_of_which_the_payload_is_described(serving: Serving) -> None:
    async def events() -> AsyncIterator[Any]:
        yield Event({"n": 1}, id="1", event="tick", retry=5)
        yield Event({"n": 2})

    described = content("text/event-stream", "item", events=d.Events(payload=True))
    got = get(serving(lambda: EventStream(events()), described))
    assert got.body == b'event: tick\nid: 1\nretry: 5\ndata: {"n":1}\n\ndata: {"n":2}\n\n'
    assert get(serving(lambda: EventStream(chunks({"n": 1})), described)).status == 500
    assert get(serving(lambda: EventStream(chunks(Event({"n": 6}))), described)).status == 500
    text = content("text/event-stream", events=d.Events(payload=True, json_data=False))
    assert get(serving(lambda: EventStream(chunks(Event("a\nb"))), text)).body == b"data: a\ndata: b\n\n"
    assert get(serving(lambda: EventStream(chunks(Event(1))), text)).status == 500
    either = content("text/event-stream", events=d.Events(json_data=None))
    mixed = get(serving(lambda: EventStream(chunks({"data": "[DONE]"}, {"data": {"n": 1}})), either))
    assert mixed.body == b'data: [DONE]\n\ndata: {"n":1}\n\n'


def test_the_body_of_a_request_may_be_read_while_it_is_answered(serve: Any) -> None:
    body = d.Body(
        content=(d.BodyContent(media_type="image/png", guard="short", read=d.File()),), required=True
    )
    log: list[str] = []

    class Echo:
        async def get(self, *, body: ByteStream) -> Any:
            async def twice() -> AsyncIterator[bytes]:
                try:
                    async for chunk in body:
                        yield chunk * 2
                finally:
                    log.append("closed")

            return ByteStream(twice())

    answers = (d.Answer(status=200, bare=True, content=(content("image/png"),)),)
    one = operation("get", "POST", "/x", answers=answers, body=body)
    app = serve(Echo(), (one,), guard=GUARD)
    headers = {"content-type": "image/png"}
    got = call(app, "POST", "/api/x", headers=headers, body=[b"a", b"b", b"c"])
    assert (got.status, got.body, log) == (200, b"aabbcc", ["closed"])
    gone = call(app, "POST", "/api/x", headers=headers, body=[b"a", b"b"], gone=True)
    assert (gone.body, log) == (b"aabb", ["closed", "closed"])
    assert gone.messages[-1]["more_body"] is True


def test_a_client_that_leaves_a_download_closes_its_source(serving: Serving) -> None:
    log: list[str] = []

    async def endless() -> AsyncIterator[bytes]:
        try:
            while True:
                yield b"x"
                await asyncio.sleep(0.005)
        finally:
            log.append("closed")

    app = serving(lambda: ByteStream(endless()), content("image/png"))

    async def run() -> None:
        gone, sent = asyncio.Event(), Sent("GET", "/api/x", [], [b""])
        first = [{"type": "http.request", "body": b"", "more_body": False}]
        count = 0

        async def receive() -> Any:
            if first:
                return first.pop()
            await gone.wait()
            return {"type": "http.disconnect"}

        async def send(message: Any) -> None:
            nonlocal count
            count += 1
            if count > 3:
                gone.set()

        await asyncio.wait_for(app(sent.scope(), receive, send), 5)

    asyncio.run(run())
    assert log == ["closed"]


@pytest.mark.parametrize("endless", [False, True])
def test_a_stopping_service_ends_endless_items_only(serving: Serving, endless: bool) -> None:
    from accord.runtime.streams import OPEN_STREAMS

    async def items() -> AsyncIterator[Any]:
        yield {"n": 1}
        await asyncio.sleep(0.2)
        yield {"n": 2}

    app = serving(lambda: ItemStream(items(), endless=endless), content("application/jsonl"))

    async def run() -> Got:
        task = asyncio.create_task(exchange(app, Sent("GET", "/api/x", [], [b""])))
        await asyncio.sleep(0.05)
        OPEN_STREAMS.close_all()
        with contextlib.suppress(asyncio.TimeoutError):
            return await asyncio.wait_for(task, 5)
        raise AssertionError("the stream did not end")

    assert asyncio.run(run()).body == (b'{"n":1}\n' if endless else b'{"n":1}\n{"n":2}\n')
