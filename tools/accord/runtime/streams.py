"""Responses that are sent while they are made (events, items, bytes), and everything that may end one."""

from __future__ import annotations

import asyncio
import contextlib
import signal
import threading
import types
from collections.abc import AsyncIterator, Callable
from dataclasses import dataclass
from typing import Any, Final, TypeAlias

from starlette.types import Message, Receive, Send

from accord.runtime.replies import RawHeaders, Reply, client_has_disconnected
from accord.runtime.request import ClientDisconnected

_HEARTBEAT: Final = b": \n\n"
START_AFTER: Final = 1.0
"""Seconds after which a stream starts although it has no event yet; until then it may still answer otherwise."""


@dataclass(slots=True)
class StreamReply:
    """A streamed response that has not started.

    ``heartbeat``: seconds of silence after which a comment is sent. ``final``: what is sent last if the service stops,
    which ends the stream only where it ``stops``. One that ``cuts`` breaks the connection where it fails.
    """

    status: int
    headers: RawHeaders
    parts: AsyncIterator[Any]  # Any: the type of one event or item
    encode: Callable[[Any], bytes]
    heartbeat: float | None = None
    final: Any = None  # Any: like a part
    stops: bool = False
    cuts: bool = False


AnyReply: TypeAlias = Reply | StreamReply


class OpenStreams:
    """The streams of a process that are open, so that a stopping server can end them.

    A server waits for its connections before it tells an application to shut down, so the signal itself has to be seen.
    """

    def __init__(self) -> None:
        self._stops: dict[asyncio.Event, asyncio.AbstractEventLoop] = {}
        self._watching = False
        # Any: a handler's result
        self._previous: dict[int, Callable[[int, types.FrameType | None], Any]] = {}

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
        """Hear SIGTERM and SIGINT before the server's own handlers, which run afterwards as they would have."""
        self._watching = True
        for number in (signal.SIGTERM, signal.SIGINT):
            previous = signal.getsignal(number)
            # Python's own handler of SIGINT is callable too; `SIG_DFL` and `SIG_IGN` are not.
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
        """Send status and headers, if that has not happened."""
        if not self.started:
            self.started = True
            reply = self._reply
            await self._deliver(
                {"type": "http.response.start", "status": reply.status, "headers": reply.headers}
            )

    async def write(self, chunk: bytes) -> None:
        await self.start()
        self.quiet = False
        await self._deliver({"type": "http.response.body", "body": chunk, "more_body": True})

    async def finish(self) -> None:
        await self.start()
        await self._deliver({"type": "http.response.body", "body": b""})

    async def _deliver(self, message: Message) -> None:
        try:
            await self._send(message)
        except (OSError, RuntimeError) as error:
            if client_has_disconnected(error):
                raise ClientDisconnected from None
            raise


async def send_stream(
    reply: StreamReply, receive: Receive, send: Send, *, watch_signals: bool
) -> Exception | None:
    """Send *reply* until its parts end, the client leaves or the service stops.

    The iterator is closed in any case, by the task that ran it.

    Returns:
        What ended the parts after the first bytes were sent; ``None`` after a normal end.

    Raises:
        Exception: whatever the parts raise before anything was sent: another response is still possible.
    """
    sender = _Sender(reply, send)
    stop = OPEN_STREAMS.opened(watch=watch_signals) if reply.stops else asyncio.Event()
    # Three tasks, the first to end decides: the parts, the client that leaves, the service that stops.
    pump = asyncio.create_task(_pump(reply, sender))
    disconnected = asyncio.create_task(_until_disconnected(receive))
    stopped = asyncio.create_task(stop.wait())
    try:
        await _supervise((pump, disconnected, stopped), sender, reply.heartbeat)
        if not pump.done():
            # Before anything else is sent: only one task may write.
            await _cancel(pump)
        error = None if pump.cancelled() else pump.exception()
        if isinstance(error, ClientDisconnected) or (
            disconnected.done() and disconnected.exception() is None
        ):
            return None
        if error is None and stop.is_set() and reply.final is not None:
            error = await _send_final(reply, sender)
        if error is not None and not sender.started:
            raise error
        # Without the last message the server cuts the connection (chunked encoding lacks its end), which
        # clients notice.
        if error is None or not reply.cuts:
            await sender.finish()
        return error if isinstance(error, Exception) else None
    except ClientDisconnected:
        return None
    finally:
        OPEN_STREAMS.closed(stop)
        for task in (disconnected, stopped, pump):
            await _cancel(task)


async def _pump(reply: StreamReply, sender: _Sender) -> None:
    """Send the parts one after the other; the iterator is closed by the task that ran it, as async generators need it."""
    parts = reply.parts
    try:
        async for part in parts:
            await sender.write(reply.encode(part))
    finally:
        await close_iterator(parts)


async def close_iterator(parts: AsyncIterator[Any]) -> None:  # Any: the parts do not matter
    """Run what an async generator does at its end; other iterators have no end of their own."""
    close = getattr(parts, "aclose", None)
    if close is not None:
        await close()


async def _send_final(reply: StreamReply, sender: _Sender) -> Exception | None:
    """Send the last event of a stream that the service ends; gives what went wrong with it."""
    try:
        await sender.write(reply.encode(reply.final))
    except ClientDisconnected:
        raise
    except Exception as error:  # noqa: BLE001 - logged like one of the parts
        return error
    return None


# Any: results do not matter
async def _supervise(tasks: tuple[asyncio.Task[Any], ...], sender: _Sender, heartbeat: float | None) -> None:
    """Wait until one of the tasks ends; send a comment where nothing was sent for *heartbeat* seconds."""
    timeout: float | None = START_AFTER if heartbeat is None else min(heartbeat, START_AFTER)
    while True:
        sender.quiet = True
        done, _ = await asyncio.wait(tasks, timeout=timeout, return_when=asyncio.FIRST_COMPLETED)
        if done:
            return
        # The first wait is short, so that headers are sent soon and a client knows that it is connected.
        timeout = heartbeat
        if not sender.started:
            await sender.start()
        if sender.quiet and heartbeat is not None:
            await sender.write(_HEARTBEAT)


class BodyFirst:
    """A ``receive`` for requests whose body is still being read while they are answered: whoever waits for the client to
    leave waits
    for the end of the body first, and so takes none of its messages away."""

    __slots__ = ("_receive", "ended")

    def __init__(self, receive: Receive) -> None:
        self._receive = receive
        self.ended = asyncio.Event()

    async def __call__(self) -> Message:
        """Receive for the reader of the body."""
        message = await self._receive()
        if not message.get("more_body", False):
            self.ended.set()
        return message


async def _until_disconnected(receive: Receive) -> None:
    """Return when the client has left."""
    if isinstance(receive, BodyFirst):
        await receive.ended.wait()
    while (await receive())["type"] != "http.disconnect":
        pass


async def _cancel(task: asyncio.Task[Any]) -> None:  # Any: the result does not matter
    """Cancel *task* and wait until it has ended, so that nothing of it outlives the request."""
    if not task.done():
        task.cancel()
    # What it raised was looked at before, or nobody is there any more to be answered.
    with contextlib.suppress(asyncio.CancelledError, Exception):
        await task
