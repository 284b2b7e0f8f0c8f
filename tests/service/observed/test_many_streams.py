"""Many streams on one process: clients that leave free everything, and a stop ends them with a last event."""

from __future__ import annotations

import asyncio
import signal
from contextlib import AsyncExitStack
from pathlib import Path

import httpx
import pytest

from tests.service.api.live import QUESTION, in_process

STREAMS = 200
ROUNDS = 4
# What a round may leave for each stream; an open one holds far more.
KILOBYTES = 5
KEY = "the-key-of-these-tests-only"
SLOW = {
    "ACCORD_API_KEY": KEY,
    "ACCORD_CHAT_TOKEN_DELAY": "10",
    "ACCORD_RATE_LIMITS": "{}",
    "ACCORD_PASSWORD_MEMORY_COST": "64",
    "ACCORD_HEARTBEAT": "5",
}


async def _open(stack: AsyncExitStack, client: httpx.AsyncClient, url: str) -> list[httpx.Response]:
    """Open all of them, a few at a time."""
    turn = asyncio.Semaphore(40)

    async def one() -> httpx.Response:
        async with turn:
            request = client.stream("POST", f"{url}/api/v2/chat", json=QUESTION, headers={"X-API-Key": KEY})
            response = await stack.enter_async_context(request)
        assert response.status_code == 200
        return response

    return await asyncio.gather(*(one() for _ in range(STREAMS)))


def _client() -> httpx.AsyncClient:
    limits = httpx.Limits(max_connections=STREAMS + 10)
    return httpx.AsyncClient(timeout=60, limits=limits)


async def _in_flight(client: httpx.AsyncClient, url: str) -> float:
    text = (await client.get(f"{url}/metrics")).text
    return float(
        next(line for line in text.splitlines() if line.startswith("http_requests_in_flight ")).split()[1]
    )


def _descriptors(process: int) -> int:
    return len(list(Path(f"/proc/{process}/fd").iterdir()))


def _memory(process: int) -> int:
    """Kilobytes that a process holds."""
    lines = Path(f"/proc/{process}/status").read_text().splitlines()
    return int(next(line for line in lines if line.startswith("VmRSS:")).split()[1])


@pytest.mark.slow
def test_clients_that_leave_free_everything(tmp_path: Path) -> None:
    with in_process(tmp_path, tmp_path / "log", **SLOW) as (url, process):

        async def story() -> list[int]:
            kept: list[int] = []
            async with _client() as probe:
                before = _descriptors(process.pid)
                for _ in range(ROUNDS):
                    await _come_and_leave(probe, url)
                    # What stays open is the pool of the database: two files for each of its ten connections.
                    async with asyncio.timeout(60):
                        while await _in_flight(probe, url) or _descriptors(process.pid) > before + 25:  # noqa: ASYNC110
                            await asyncio.sleep(0.05)
                    kept.append(_memory(process.pid))
            return kept

        kept = asyncio.run(story())
    # The first round fills pools and caches; a stream that stayed would be there in each.
    assert kept[-1] - kept[0] < (ROUNDS - 1) * STREAMS * KILOBYTES, kept


async def _come_and_leave(probe: httpx.AsyncClient, url: str) -> None:
    """Open all streams on one process, see that others are answered meanwhile, and leave without a word."""
    async with AsyncExitStack() as stack:
        client = await stack.enter_async_context(_client())
        await _open(stack, client, url)
        assert await _in_flight(probe, url) == STREAMS
        assert (await probe.get(f"{url}/api/v2/status")).status_code == 200


@pytest.mark.slow
def test_a_stop_ends_every_stream_with_a_last_event(tmp_path: Path) -> None:
    with in_process(tmp_path, tmp_path / "log", **SLOW) as (url, process):

        async def story() -> list[str]:
            async with AsyncExitStack() as stack:
                client = await stack.enter_async_context(_client())
                streams = await _open(stack, client, url)
                process.send_signal(signal.SIGTERM)
                bodies = await asyncio.gather(*(stream.aread() for stream in streams))
                return [body.decode() for body in bodies]

        bodies = asyncio.run(story())
        process.wait(30)
    assert len(bodies) == STREAMS
    for body in bodies:
        assert body.endswith("\n\n")
        last = body.rstrip("\n").rpartition("\n\n")[2]
        assert last.startswith("event: error"), last
        assert "The service stops." in last
    log = (tmp_path / "log").read_text()
    assert "Traceback" not in log
    assert "Application shutdown complete." in log
