"""Server-sent events: how they are written, and how a stream ends."""

from __future__ import annotations

import asyncio
import contextlib
import re
import signal
import threading
import types
from collections.abc import AsyncIterator, Callable
from dataclasses import dataclass
from typing import Any, Final

import msgspec
from starlette.types import Receive, Send

from accord.runtime.replies import ContractViolation, RawHeaders
from accord.runtime.strict_json import JsonValue

_LINES: Final = re.compile(r"\r\n|\r|\n")
_HEARTBEAT: Final = b": \n\n"
START_AFTER: Final = 1.0
"""Seconds after which a stream starts although it has no event yet; until then it may still answer otherwise."""

_encode: Final = msgspec.json.Encoder().encode


@dataclass(slots=True)
class StreamReply:
    """A stream that has not started."""

    status: int
    headers: RawHeaders
    events: AsyncIterator[Any]  # Any: the type of one event
    encode: Callable[[Any], bytes]
    heartbeat: float


def encode_event(event: JsonValue, *, json_data: bool, clause: str) -> bytes:
    """*event* (``data``, ``event``, ``id``, ``retry``) as the standard writes it.

    Raises:
        ContractViolation: where a field cannot be written, such as an event name with a line break.
    """
    if not isinstance(event, dict):
        raise ContractViolation(clause, "an event is no object")
    lines: list[str] = []
    for name, forbidden in (("event", "\r\n"), ("id", "\r\n\0")):
        value = event.get(name)
        if value is not None:
            text = str(value)
            if any(char in text for char in forbidden):
                raise ContractViolation(clause, f"/{name}: has a line break or NUL")
            lines.append(f"{name}: {text}")
    retry = event.get("retry")
    if retry is not None:
        if not isinstance(retry, int) or isinstance(retry, bool) or retry < 0:
            raise ContractViolation(clause, "/retry: must be a number of milliseconds")
        lines.append(f"retry: {retry}")
    if "data" in event:
        data = event["data"]
        if json_data:
            text = _encode(data).decode("utf-8")
        elif isinstance(data, str):
            text = data
        else:
            raise ContractViolation(clause, "/data: must be a string")
        lines.extend(f"data: {line}" for line in _LINES.split(text))
    return ("\n".join(lines) + "\n\n").encode("utf-8")


class OpenStreams:
    """The streams of a process that are open, so that a stopping server can end them.

    A server waits for its connections before it tells an application to shut down, so the signal itself has to be seen.
    """

    def __init__(self) -> None:
        self._stops: dict[asyncio.Event, asyncio.AbstractEventLoop] = {}
        self._watching = False
        self._previous: dict[
            int, Callable[[int, types.FrameType | None], Any]
        ] = {}  # Any: a handler's result

    def opened(self, *, watch: bool) -> asyncio.Event:
        """Note a stream; the event is set when it should end. With *watch*, signals are looked at from now on."""
        if watch and not self._watching and threading.current_thread() is threading.main_thread():
            self._watch()
        stop = asyncio.Event()
        self._stops[stop] = asyncio.get_running_loop()
        return stop

    def closed(self, stop: asyncio.Event) -> None:
        """Forget a stream."""
        self._stops.pop(stop, None)

    def close_all(self) -> None:
        """End every open stream after its present event."""
        for stop, loop in list(self._stops.items()):
            with contextlib.suppress(RuntimeError):  # the loop is closed: the stream is gone with it
                loop.call_soon_threadsafe(stop.set)

    def _watch(self) -> None:
        self._watching = True
        for number in (signal.SIGTERM, signal.SIGINT):
            previous = signal.getsignal(number)
            if callable(previous):  # a server's handler; without one the process just dies
                self._previous[number] = previous
                signal.signal(number, self._on_signal)

    def _on_signal(self, number: int, frame: types.FrameType | None) -> None:
        self.close_all()
        self._previous[number](number, frame)


OPEN_STREAMS: Final = OpenStreams()


class _Sender:
    """Sends a stream, starting it with its first bytes."""

    def __init__(self, reply: StreamReply, send: Send) -> None:
        self._reply = reply
        self._send = send
        self.started = False
        self.quiet = True

    async def start(self) -> None:
        if not self.started:
            self.started = True
            reply = self._reply
            await self._send(
                {"type": "http.response.start", "status": reply.status, "headers": reply.headers}
            )

    async def write(self, chunk: bytes) -> None:
        await self.start()
        self.quiet = False
        await self._send({"type": "http.response.body", "body": chunk, "more_body": True})

    async def finish(self) -> None:
        await self.start()
        await self._send({"type": "http.response.body", "body": b""})


async def send_stream(
    reply: StreamReply, receive: Receive, send: Send, *, watch_signals: bool
) -> Exception | None:
    """Send *reply* until its events end, the client leaves or the service stops.

    The iterator is closed in any case, by the task that ran it.

    Returns:
        What ended the events after the first bytes were sent; ``None`` after a normal end.

    Raises:
        Exception: whatever the events raise before anything was sent: another answer is still possible.
    """
    sender = _Sender(reply, send)
    stop = OPEN_STREAMS.opened(watch=watch_signals)
    pump = asyncio.create_task(_pump(reply, sender))
    gone = asyncio.create_task(_until_gone(receive))
    stopped = asyncio.create_task(stop.wait())
    try:
        await _supervise(pump, gone, stopped, sender, reply.heartbeat)
        if not pump.done():
            await _cancel(pump)
        error = None if pump.cancelled() else pump.exception()
        if gone.done() and gone.exception() is None:
            return None
        if error is not None and not sender.started:
            raise error
        await sender.finish()
        return error if isinstance(error, Exception) else None
    finally:
        OPEN_STREAMS.closed(stop)
        for task in (gone, stopped, pump):
            await _cancel(task)


async def _pump(reply: StreamReply, sender: _Sender) -> None:
    events = reply.events
    try:
        async for event in events:
            await sender.write(reply.encode(event))
    finally:
        close = getattr(events, "aclose", None)
        if close is not None:
            await close()


async def _supervise(
    pump: asyncio.Task[None],
    gone: asyncio.Task[None],
    stopped: asyncio.Task[bool],
    sender: _Sender,
    heartbeat: float,
) -> None:
    """Wait until one of the three ends; send a comment where nothing was sent for *heartbeat* seconds."""
    timeout = min(heartbeat, START_AFTER)
    while True:
        sender.quiet = True
        done, _ = await asyncio.wait(
            {pump, gone, stopped}, timeout=timeout, return_when=asyncio.FIRST_COMPLETED
        )
        if done:
            return
        timeout = heartbeat
        if not sender.started:
            await sender.start()
        if sender.quiet:
            await sender.write(_HEARTBEAT)


async def _until_gone(receive: Receive) -> None:
    while (await receive())["type"] != "http.disconnect":
        pass


async def _cancel(task: asyncio.Task[Any]) -> None:  # Any: the result does not matter
    if not task.done():
        task.cancel()
    with contextlib.suppress(asyncio.CancelledError, Exception):
        await task
