"""Server-sent events."""

from __future__ import annotations

import asyncio
import contextlib
import json
import os
import signal
import subprocess
import sys
import threading
import time
from collections.abc import AsyncIterator, Callable
from dataclasses import dataclass
from pathlib import Path
from typing import Any, ClassVar

import pytest

from accord.runtime import ErrorResponse, EventStream, Model, Response, RuntimeSettings
from accord.runtime import declare as d
from accord.runtime.contents import encode_event
from accord.runtime.replies import ContractViolation
from accord.runtime.streams import OPEN_STREAMS
from tests.unit.runtime.kit import Got, RequestBody, call, exchange, json_of, operation, write_package


class Token(Model):
    text: str


class Event(Model):
    data: Token
    event: str | None = None
    id: str | None = None


@dataclass(kw_only=True, eq=False)
class NotFound(ErrorResponse):
    status: ClassVar[int] = 404


@dataclass(kw_only=True, eq=False)
class Streamed(Response):
    status: ClassVar[int] = 201
    body: Any
    trace: str


SCHEMA = {
    "type": "object",
    "required": ["data"],
    "properties": {
        "data": {"type": "object", "properties": {"text": {"type": "string", "maxLength": 5}}},
        "event": {"type": ["string", "null"]},
    },
}


def responses(
    *, json_data: bool = True, type_: Any = Event, guard: str | None = "event"
) -> tuple[d.Response, ...]:
    content = d.ResponseContent(
        media_type="text/event-stream",
        guard=guard,
        type=None if type_ is None else lambda: type_,
        events=d.Events(json_data=json_data),
    )
    trace = (d.ResponseHeader(name="X-Trace", attribute="trace", required=True),)
    return (
        d.Response(status=200, bare=True, content=(content,)),
        d.Response(status=201, cls=lambda: Streamed, content=(content,), headers=trace),
        d.Response(status=404, cls=lambda: NotFound),
    )


class Chat:
    def __init__(self, make: Callable[[], Any], heartbeat: float | None = None) -> None:
        self.make = make
        self.heartbeat = heartbeat

    async def chat(self) -> Any:
        made = self.make()
        return EventStream(made, heartbeat=self.heartbeat) if hasattr(made, "__aiter__") else made


@pytest.fixture
def chat(serve: Any) -> Callable[..., Any]:
    def install(make: Callable[[], Any], *, heartbeat: float | None = None, **more: Any) -> Any:
        declared = operation("chat", "GET", "/chat", responses=more.pop("responses", responses()))
        return serve(Chat(make, heartbeat), (declared,), guard={"event": SCHEMA}, **more)

    return install


def get(app: Any) -> Got:
    return call(app, "GET", "/api/chat")


async def tokens(*texts: str) -> AsyncIterator[Event]:
    for text in texts:
        yield Event(data=Token(text=text), event="token")


def test_events_are_written_one_by_one(chat: Any) -> None:
    got = get(chat(lambda: tokens("a", "b\n")))
    assert got.status == 200
    assert got.headers == [
        ("content-type", "text/event-stream"),
        ("cache-control", "no-store"),
        ("x-accel-buffering", "no"),
    ]
    assert got.body == b'event: token\ndata: {"text":"a"}\n\nevent: token\ndata: {"text":"b\\n"}\n\n'
    assert [m.get("more_body") for m in got.messages[1:]] == [True, True, None]
    assert get(chat(tokens)).body == b""


@pytest.mark.parametrize(
    ("event", "json_data", "written"),
    [
        ({"data": "a\r\nb\rc\n"}, False, "data: a\ndata: b\ndata: c\ndata: \n\n"),
        ({"data": ""}, False, "data: \n\n"),
        ({"data": "a\nb"}, True, 'data: "a\\nb"\n\n'),
        ({"data": None}, True, "data: null\n\n"),
        ({"data": "\u2028ä"}, False, "data: \u2028ä\n\n"),
        ({"event": "e", "id": "1", "retry": 5}, True, "event: e\nid: 1\nretry: 5\n\n"),
        ({"id": "", "data": 1}, True, "id: \ndata: 1\n\n"),
        ({"event": None, "id": None, "retry": None}, True, "\n\n"),
    ],
)
def test_the_form_of_an_event(event: Any, json_data: bool, written: str) -> None:
    assert encode_event(event, json_data=json_data, clause="c") == written.encode()


@pytest.mark.parametrize(
    "event",
    [
        {"event": "a\nb"},
        {"event": "a\rdata: x"},
        {"id": "1\n"},
        {"id": "1\0"},
        {"retry": -1},
        {"retry": True},
        {"retry": "5\ndata: x"},
        {"data": {"a": 1}},
        "text",
        None,
    ],
)
def test_events_that_cannot_be_written(event: Any) -> None:
    with pytest.raises(ContractViolation):
        encode_event(event, json_data=False, clause="c")


def test_an_event_against_the_contract_ends_the_stream(chat: Any, caplog: pytest.LogCaptureFixture) -> None:
    closed: list[str] = []

    async def leaky() -> AsyncIterator[Event]:
        try:
            yield Event(data=Token(text="a"))
            yield Event(data=Token(text="hunter2"))
            yield Event(data=Token(text="never"))
        finally:
            closed.append("closed")

    got = get(chat(leaky))
    assert got.status == 200
    assert b"hunter2" not in got.body
    assert b'"a"' in got.body
    assert got.messages[-1] == {"type": "http.response.body", "body": b""}
    assert closed == ["closed"]
    assert (
        "chat: the response breaks the contract at 200 text/event-stream: /data/text: must have at most 5"
        in caplog.text
    )
    assert "hunter2" not in caplog.text
    trusted = get(chat(leaky, settings=RuntimeSettings(docs=False, mode="trust")))
    assert b"hunter2" in trusted.body


def test_a_bad_first_event_is_a_500(chat: Any) -> None:
    assert get(chat(lambda: tokens("too long"))).status == 500

    async def untyped() -> AsyncIterator[Any]:
        yield {"data": {"text": "a", "password": "hunter2"}}

    got = get(chat(untyped))
    assert got.status == 500
    assert b"hunter2" not in got.body


def test_another_response_before_the_first_byte(chat: Any) -> None:
    assert get(chat(NotFound)).status == 404

    async def late() -> AsyncIterator[Event]:
        for _ in range(1):
            raise NotFound
        yield Event(data=Token(text=""))

    got = get(chat(late))
    assert (got.status, got.body, got.all("cache-control")) == (404, b"", [])

    async def broken() -> AsyncIterator[Event]:
        for _ in range(1):
            raise ValueError("hunter2")
        yield Event(data=Token(text=""))

    got = get(chat(broken))
    assert got.status == 500
    assert b"hunter2" not in got.body


def test_an_error_after_the_first_byte_is_logged(chat: Any, caplog: pytest.LogCaptureFixture) -> None:
    async def broken() -> AsyncIterator[Event]:
        yield Event(data=Token(text="a"))
        raise ValueError("why")

    got = get(chat(broken))
    assert (got.status, got.messages[-1]) == (200, {"type": "http.response.body", "body": b""})
    assert "stream chat failed" in caplog.text
    assert "ValueError: why" in caplog.text


def test_what_is_no_stream(chat: Any) -> None:
    assert get(chat(lambda: 7)).status == 500
    assert get(chat(lambda: Streamed(body=[1], trace="t"))).status == 500


def test_a_stream_with_headers(chat: Any) -> None:
    got = get(chat(lambda: Streamed(body=EventStream(tokens("a")), trace="t")))
    assert (got.status, got.header("x-trace")) == (201, "t")
    assert got.body.startswith(b"event: token")


def test_heartbeats(chat: Any) -> None:
    async def slow() -> AsyncIterator[Event]:
        await asyncio.sleep(0.12)
        yield Event(data=Token(text="a"))
        await asyncio.sleep(0.12)

    got = get(chat(slow, heartbeat=0.05))
    before, _, after = got.body.partition(b'data: {"text":"a"}\n\n')
    assert before.count(b": \n\n") >= 1
    assert after.count(b": \n\n") >= 1
    busy = get(chat(lambda: tokens("a"), heartbeat=0.05))
    assert b": \n\n" not in busy.body


def test_a_client_that_leaves_stops_the_work(chat: Any) -> None:
    log: list[str] = []

    async def endless() -> AsyncIterator[Event]:
        try:
            while True:
                yield Event(data=Token(text="a"))
                await asyncio.sleep(0.01)
        finally:
            log.append("closed" if asyncio.current_task() is task_of[0] else "closed by another task")

    task_of: list[Any] = []

    async def watched() -> AsyncIterator[Event]:
        task_of.append(asyncio.current_task())
        async with contextlib.aclosing(endless()) as events:  # type: ignore[type-var]
            async for event in events:
                yield event

    app = chat(watched)
    sent = RequestBody("GET", "/api/chat", [], [b""])

    async def run() -> None:
        gone = asyncio.Event()
        messages: list[Any] = []
        first = [{"type": "http.request", "body": b"", "more_body": False}]

        async def receive() -> Any:
            if first:
                return first.pop()
            await gone.wait()
            return {"type": "http.disconnect"}

        async def send(message: Any) -> None:
            messages.append(message)
            if len(messages) > 3:
                gone.set()

        await asyncio.wait_for(app(sent.scope(), receive, send), 5)
        assert messages[-1].get("more_body") is True
        assert [t for t in asyncio.all_tasks() if t is not asyncio.current_task()] == []

    asyncio.run(run())
    assert log == ["closed"]


def test_shutdown_ends_streams(chat: Any) -> None:
    closed: list[str] = []

    async def endless() -> AsyncIterator[Event]:
        try:
            yield Event(data=Token(text="a"))
            await asyncio.sleep(60)
        finally:
            closed.append("closed")

    app = chat(endless)

    async def run() -> Got:
        task = asyncio.create_task(exchange(app, RequestBody("GET", "/api/chat", [], [b""])))
        await asyncio.sleep(0.05)
        OPEN_STREAMS.close_all()
        return await asyncio.wait_for(task, 5)

    got = asyncio.run(run())
    assert got.messages[-1] == {"type": "http.response.body", "body": b""}
    assert closed == ["closed"]


def test_the_server_cancels_a_stream(chat: Any) -> None:
    closed: list[str] = []

    async def endless() -> AsyncIterator[Event]:
        try:
            yield Event(data=Token(text="a"))
            await asyncio.sleep(60)
        finally:
            closed.append("closed")

    app = chat(endless)

    async def run() -> None:
        task = asyncio.create_task(exchange(app, RequestBody("GET", "/api/chat", [], [b""])))
        await asyncio.sleep(0.05)
        task.cancel()
        with pytest.raises(asyncio.CancelledError):
            await task

    asyncio.run(run())
    assert closed == ["closed"]


def test_sessions_end_before_the_stream_starts(serve: Any) -> None:
    log: list[str] = []

    async def watched() -> AsyncIterator[Event]:
        log.append("stream")
        yield Event(data=Token(text="a"))

    async def provider() -> AsyncIterator[Chat]:
        yield Chat(watched)
        log.append("commit")

    declared = operation("chat", "GET", "/chat", responses=responses())
    got = get(serve(None, (declared,), provider=provider, guard={"event": SCHEMA}))
    assert got.status == 200
    assert log == ["commit", "stream"]


def test_string_data(chat: Any) -> None:
    class Text(Model):
        data: str

    async def lines() -> AsyncIterator[Text]:
        yield Text(data="a\nb")

    got = get(chat(lines, responses=responses(json_data=False, type_=Text, guard=None)))
    assert got.body == b"data: a\ndata: b\n\n"


SERVICE = """
import asyncio, sys
sys.path.insert(0, {folder!r})
from accord.runtime import EventStream, RuntimeSettings, Version, create_app
from accord.runtime import declare as d

class Chat:
    async def chat(self):
        return EventStream(self.events())
    async def events(self):
        try:
            yield {{"data": 1}}
            await asyncio.sleep(600)
        finally:
            print("closed", flush=True)

async def provider():
    return Chat()

app = create_app()
version = Version(app, name="v1", package={package!r}, prefix="/api", settings=RuntimeSettings(docs=False))
content = d.ResponseContent(media_type="text/event-stream", events=d.Events())
version.operation(
    d.Operation(key="chat", method="GET", path="/chat", group="chat", function="chat",
                responses=(d.Response(status=200, bare=True, content=(content,)),)),
    provider,
)
version.open()
"""


@pytest.mark.parametrize("how", ["stop", "leave"])
def test_under_a_real_server(tmp_path: Path, how: str) -> None:
    import httpx

    package = write_package(tmp_path, {})
    (tmp_path / "served.py").write_text(SERVICE.format(folder=str(tmp_path), package=package))
    command = [sys.executable, "-m", "uvicorn", "served:app", "--port", "0", "--app-dir", str(tmp_path)]
    process = subprocess.Popen(
        command,
        stdout=subprocess.PIPE,
        stderr=subprocess.STDOUT,
        text=True,
        env={**os.environ, "PYTHONUNBUFFERED": "1"},
    )
    watchdog = threading.Timer(30, process.kill)  # a server that hangs must not hang the tests
    watchdog.start()
    try:
        assert process.stdout is not None
        port = 0
        for line in process.stdout:
            if "running on http://127.0.0.1:" in line:
                port = int(line.split("127.0.0.1:")[1].split(" ")[0])
                break
        assert port
        started = time.monotonic()
        with httpx.stream("GET", f"http://127.0.0.1:{port}/api/chat", timeout=20) as response:
            chunks = response.iter_text()
            assert next(chunks) == "data: 1\n\n"
            if how == "stop":
                process.send_signal(signal.SIGTERM)
                assert "".join(chunks) == ""
        if how == "leave":
            assert any("closed" in line for line in process.stdout)
        process.send_signal(signal.SIGTERM)
        rest, _ = process.communicate(timeout=20)
        assert time.monotonic() - started < 15
        if how == "stop":
            assert "closed" in rest
        assert "Traceback" not in rest
        assert process.returncode in {0, -signal.SIGTERM}
    finally:
        watchdog.cancel()
        if process.poll() is None:
            process.kill()
            process.wait()


def test_json_answers_beside_a_stream(serve: Any) -> None:
    class Both:
        async def both(self) -> Any:
            return Streamed(body={"a": 1}, trace="t")

    content = (d.ResponseContent(media_type="application/json"),)
    declared = operation(
        "both", "GET", "/both", responses=(d.Response(status=201, cls=lambda: Streamed, content=content),)
    )
    assert json_of(call(serve(Both(), (declared,)), "GET", "/api/both"), 201) == json.loads('{"a":1}')
