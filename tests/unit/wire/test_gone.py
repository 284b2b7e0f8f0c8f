"""Servers that raise because the client is gone: nobody is answered, nothing is logged, and streams are closed."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator
from typing import Any

import pytest
from starlette.types import Message

from accord.runtime.replies import Reply
from accord.runtime.streams import StreamReply, send_stream

GONE = [
    OSError("gone"),
    RuntimeError("unable to perform operation on <TCPTransport closed=True>; the handler is closed"),
]


def raising(error: Exception, after: int) -> Any:
    sent = 0

    async def send(message: Message) -> None:
        nonlocal sent
        sent += 1
        if sent > after:
            raise error

    return send


@pytest.mark.parametrize("error", GONE, ids=["asgi", "uvloop"])
@pytest.mark.parametrize("after", [0, 1])
def test_a_reply_to_nobody(error: Exception, after: int) -> None:
    asyncio.run(Reply(200, [], b"x").send(raising(error, after)))


@pytest.mark.parametrize("after", [0, 1])
def test_other_failures_of_a_server_are_its_own(after: int) -> None:
    with pytest.raises(RuntimeError, match="a bug"):
        asyncio.run(Reply(200, [], b"x").send(raising(RuntimeError("a bug"), after)))


@pytest.mark.parametrize("error", GONE, ids=["asgi", "uvloop"])
@pytest.mark.parametrize("after", [0, 1, 2])
@pytest.mark.parametrize("parts", [1, 5])
def test_a_stream_to_nobody(error: Exception, after: int, parts: int) -> None:
    closed: list[bool] = []

    async def numbers() -> AsyncIterator[int]:
        try:
            for number in range(parts):
                yield number
        finally:
            closed.append(True)

    async def receive() -> Message:
        await asyncio.sleep(600)
        raise AssertionError

    async def run() -> Exception | None:
        reply = StreamReply(200, [], numbers(), lambda number: str(number).encode(), cuts=True)
        return await send_stream(reply, receive, raising(error, after), watch_signals=False)

    assert asyncio.run(run()) is None
    assert closed == [True]
