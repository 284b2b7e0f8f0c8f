"""What SIGTERM does first, and what the server hears of it."""

from __future__ import annotations

import asyncio
import signal
from collections.abc import Iterator

import pytest

from accord.runtime.streams import OPEN_STREAMS
from accord.service.health import Drain, Health


@pytest.fixture
def heard() -> Iterator[list[int]]:
    """What a server's own handler hears."""
    numbers: list[int] = []
    before = signal.signal(signal.SIGTERM, lambda number, _: numbers.append(number))
    yield numbers
    signal.signal(signal.SIGTERM, before)


def test_the_server_hears_of_it_later_and_open_streams_end_before(heard: list[int]) -> None:
    health = Health({}, 1.0)

    async def story() -> None:
        drain = Drain(health, 0.1)
        drain.watch()
        signal.raise_signal(signal.SIGTERM)
        assert (health.draining, heard) == (True, [])
        stop = OPEN_STREAMS.opened(watch=False)  # a stream that begins while others are told to go elsewhere
        await asyncio.wait_for(stop.wait(), 5)
        OPEN_STREAMS.closed(stop)
        assert heard == [signal.SIGTERM]
        drain.stop()

    asyncio.run(story())


def test_a_second_signal_and_no_delay_are_handed_on_at_once(heard: list[int]) -> None:
    async def story(delay: float, times: int) -> None:
        drain = Drain(Health({}, 1.0), delay)
        drain.watch()
        for _ in range(times):
            signal.raise_signal(signal.SIGTERM)
        drain.stop()

    asyncio.run(story(60, 2))
    assert heard == [signal.SIGTERM]
    asyncio.run(story(0, 1))
    assert heard == [signal.SIGTERM] * 2
    signal.raise_signal(signal.SIGTERM)  # the handler is the server's again
    assert heard == [signal.SIGTERM] * 3
