"""Answers that are sent in parts: bytes, files, items, and events of which the payload is described."""

from __future__ import annotations

import asyncio
import contextlib
import signal
import subprocess
import sys
import threading
from collections.abc import AsyncIterator
from dataclasses import dataclass
from pathlib import Path
from typing import Any, ClassVar

import httpx
import pytest

from accord.runtime import ByteStream, ErrorResponse, Event, EventStream, ItemStream, RuntimeSettings
from accord.runtime import declare as d
from accord.runtime.streams import OPEN_STREAMS
from tests.unit.runtime.answering import GUARD, Does, Missing, Serving, chunks, content, get
from tests.unit.runtime.kit import Got, RequestBody, call, exchange, operation, write_package


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


def test_a_stream_may_raise_another_stream_before_its_first_chunk(serve: Any) -> None:
    @dataclass(kw_only=True, eq=False)
    class Sorry(ErrorResponse):
        status: ClassVar[int] = 409
        body: Any

    responses = (
        d.Response(status=200, bare=True, content=(content("image/png"),)),
        d.Response(status=409, cls=lambda: Sorry, content=(content("text/plain"),)),
    )
    sorry = Sorry(body=ByteStream(chunks(b"sorry"), length=5))
    app = serve(
        Does(lambda: ByteStream(chunks(sorry), length=3)),
        (operation("get", "GET", "/x", responses=responses),),
        guard=GUARD,
    )
    got = get(app)
    assert (got.status, got.body, got.header("content-length")) == (409, b"sorry", "5")


def test_head_closes_a_stream_without_reading_it(serving: Serving) -> None:
    read: list[str] = []

    async def source() -> AsyncIterator[bytes]:
        read.append("read")
        yield b"x"

    app = serving(lambda: ByteStream(source(), length=1), content("image/png"), method="HEAD")
    got = call(app, "HEAD", "/api/x")
    assert (got.status, got.body, got.header("content-length"), read) == (200, b"", "1", [])


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

    responses = (d.Response(status=200, bare=True, content=(content("image/png"),)),)
    declared = operation("get", "POST", "/x", responses=responses, body=body)
    app = serve(Echo(), (declared,), guard=GUARD)
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
        gone, sent = asyncio.Event(), RequestBody("GET", "/api/x", [], [b""])
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
    async def items() -> AsyncIterator[Any]:
        yield {"n": 1}
        await asyncio.sleep(0.2)
        yield {"n": 2}

    app = serving(lambda: ItemStream(items(), endless=endless), content("application/jsonl"))

    async def run() -> Got:
        task = asyncio.create_task(exchange(app, RequestBody("GET", "/api/x", [], [b""])))
        await asyncio.sleep(0.05)
        OPEN_STREAMS.close_all()
        with contextlib.suppress(asyncio.TimeoutError):
            return await asyncio.wait_for(task, 5)
        raise AssertionError("the stream did not end")

    assert asyncio.run(run()).body == (b'{"n":1}\n' if endless else b'{"n":1}\n{"n":2}\n')


EVENTS = content("text/event-stream", "event", events=d.Events())


@pytest.mark.parametrize("final", [1, 6])
def test_a_stopping_service_sends_the_final_event(
    serving: Serving, final: int, caplog: pytest.LogCaptureFixture
) -> None:
    log: list[str] = []

    async def endless() -> AsyncIterator[Any]:
        try:
            yield {"data": {"n": 0}}
            await asyncio.sleep(60)
        finally:
            log.append("closed")

    app = serving(lambda: EventStream(endless(), final={"data": {"n": final}, "event": "end"}), EVENTS)

    async def run() -> Got:
        task = asyncio.create_task(exchange(app, RequestBody("GET", "/api/x", [], [b""])))
        await asyncio.sleep(0.05)
        OPEN_STREAMS.close_all()
        return await asyncio.wait_for(task, 5)

    got = asyncio.run(run())
    assert log == ["closed"]
    assert got.messages[-1] == {"type": "http.response.body", "body": b""}
    assert (b'event: end\ndata: {"n":1}\n\n' in got.body) is (final == 1)
    assert ("must be at most 5" in caplog.text) is (final == 6)


@pytest.mark.parametrize(("header", "seen"), [(None, None), ("", None), ("7", "7"), ("\xc3\xa9", "é")])
def test_events_that_resume(serving: Serving, header: str | None, seen: str | None) -> None:
    asked: list[str | None] = []

    def after(last: str | None) -> AsyncIterator[Any]:
        asked.append(last)
        return chunks({"data": {"n": 1}})

    headers = {} if header is None else {"Last-Event-ID": header}
    assert call(serving(lambda: EventStream(after), EVENTS), "GET", "/api/x", headers=headers).status == 200
    assert asked == [seen]


SERVICE = """
import asyncio, sys
sys.path.insert(0, {folder!r})
from accord.runtime import ByteStream, EventStream, ItemStream, RuntimeSettings, Version, create_app
from accord.runtime import declare as d

async def broken():
    yield b"part"
    raise ValueError("the source is gone")

async def slow():
    for number in range(20):
        yield {{"n": number}}
        await asyncio.sleep(0.05)

async def events():
    try:
        yield {{"data": 1}}
        await asyncio.sleep(600)
    finally:
        print("closed", flush=True)

class Streams:
    async def bytes(self):
        return ByteStream(broken())
    async def items(self):
        return ItemStream(slow())
    async def events(self):
        return EventStream(events(), final={{"data": "bye"}})

async def provider():
    return Streams()

app = create_app()
version = Version(app, name="v1", package={package!r}, prefix="/api", settings=RuntimeSettings(docs=False))
for name, media_type in (("bytes", "image/png"), ("items", "application/jsonl"), ("events", "text/event-stream")):
    content = d.ResponseContent(media_type=media_type)
    answers = (d.Response(status=200, bare=True, content=(content,)),)
    version.operation(
        d.Operation(key=name, method="GET", path="/" + name, group="g", function=name, responses=answers), provider
    )
version.open()
"""


def test_how_streams_end_under_a_real_server(tmp_path: Path) -> None:
    package = write_package(tmp_path, {})
    (tmp_path / "served.py").write_text(SERVICE.format(folder=str(tmp_path), package=package))
    command = [sys.executable, "-m", "uvicorn", "served:app", "--port", "0", "--app-dir", str(tmp_path)]
    process = subprocess.Popen(command, stdout=subprocess.PIPE, stderr=subprocess.STDOUT, text=True)
    assert process.stdout is not None
    watchdog = threading.Timer(60, process.kill)  # a server that hangs must not hang the tests
    watchdog.start()
    try:
        started = next(line for line in process.stdout if "running on http://127.0.0.1:" in line)
        url = f"http://127.0.0.1:{started.rsplit(':', 1)[1].split()[0]}/api"
        with pytest.raises(httpx.RemoteProtocolError):
            httpx.get(f"{url}/bytes")
        with httpx.stream("GET", f"{url}/items") as items, httpx.stream("GET", f"{url}/events") as events:
            process.send_signal(signal.SIGTERM)
            assert "".join(events.iter_text()).endswith('data: "bye"\n\n')
            assert len("".join(items.iter_text()).splitlines()) == 20
        output = process.stdout.read()
        assert process.wait(20) is not None
    finally:
        watchdog.cancel()
        process.kill()
        process.wait(10)
        process.stdout.close()
    assert output.count("Traceback") == 1  # the one of the source, logged once
    assert "ValueError: the source is gone" in output
    assert "closed" in output
