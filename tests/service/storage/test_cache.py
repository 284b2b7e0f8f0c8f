"""The cache: one computation for a key however many ask, in a process and across them; its loss costs time only."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator, Iterator
from dataclasses import dataclass
from pathlib import Path

import pytest

from impl.core.cache.cache import Cache
from impl.core.cache.redis import RedisStore
from impl.core.cache.store import MemoryStore, Store
from scripts.services import RedisServer, free_port
from tests.service.servers import Backend, Servers

pytestmark = pytest.mark.anyio


@dataclass(frozen=True)
class Value:
    number: int


class Work:
    """Something to compute that counts how often it was."""

    def __init__(self, seconds: float = 0.05) -> None:
        self.done = 0
        self.begun = asyncio.Event()
        self._seconds = seconds

    async def __call__(self) -> Value:
        self.done += 1
        self.begun.set()
        await asyncio.sleep(self._seconds)
        return Value(self.done)


def _store(backend: Backend) -> Store:
    if backend.redis_url is None:
        return MemoryStore(max_bytes=1_000_000)
    return RedisStore(backend.redis_url, timeout=20)


@pytest.fixture
async def cache(own_backend: Backend) -> AsyncIterator[Cache]:
    opened = Cache(_store(own_backend), seconds=60)
    yield opened
    await opened.close()


async def test_a_stampede_computes_once(cache: Cache) -> None:
    work = Work()
    values = await asyncio.gather(*(cache.read("key", Value, work) for _ in range(200)))
    assert set(values) == {Value(1)}
    assert (work.done, cache.counts.computed, cache.counts.shared) == (1, 1, 199)
    assert await cache.read("key", Value, work) == Value(1)
    assert cache.counts.hits == 1
    assert await cache.read("another key", Value, work) == Value(2)


async def test_a_stampede_on_several_processes_computes_once(servers: Servers) -> None:
    url = servers.backend().redis_url
    assert url is not None
    # As patient as a loaded machine may need: who gives Redis up computes alone.
    caches = [Cache(RedisStore(url, timeout=20), seconds=60) for _ in range(4)]
    work = Work(0.2)
    values = await asyncio.gather(*(cache.read("key", Value, work) for cache in caches for _ in range(25)))
    assert (work.done, set(values)) == (1, {Value(1)})
    for cache in caches:
        await cache.close()


async def test_whoever_leaves_hands_over(cache: Cache) -> None:
    work = Work(0.2)
    first = asyncio.create_task(cache.read("key", Value, work))
    await work.begun.wait()
    others = [asyncio.create_task(cache.read("key", Value, work)) for _ in range(5)]
    await asyncio.sleep(0)
    first.cancel()
    assert set(await asyncio.gather(*others)) == {Value(2)}
    assert work.done == 2
    with pytest.raises(asyncio.CancelledError):
        await first


async def test_whoever_waits_may_leave_alone(cache: Cache) -> None:
    work = Work(0.1)
    first = asyncio.create_task(cache.read("key", Value, work))
    await work.begun.wait()
    other = asyncio.create_task(cache.read("key", Value, work))
    await asyncio.sleep(0)
    other.cancel()
    assert await first == Value(1)
    with pytest.raises(asyncio.CancelledError):
        await other


async def test_an_error_reaches_all_and_is_not_kept(cache: Cache) -> None:
    calls = 0

    async def fail() -> Value:
        nonlocal calls
        calls += 1
        await asyncio.sleep(0.02)
        raise LookupError

    found = await asyncio.gather(*(cache.read("key", Value, fail) for _ in range(10)), return_exceptions=True)
    assert {type(item) for item in found} == {LookupError}
    assert calls == 1
    assert await cache.read("key", Value, Work(0)) == Value(1)


async def test_what_cannot_be_read_is_computed(own_backend: Backend) -> None:
    store = _store(own_backend)
    cache = Cache(store, seconds=60)
    await store.put("key", b'{"of another": "release"}', seconds=60)
    assert await cache.read("key", Value, Work(0)) == Value(1)
    await cache.close()


async def test_what_is_kept_expires(own_backend: Backend) -> None:
    cache = Cache(_store(own_backend), seconds=0.05)
    work = Work(0)
    assert await cache.read("key", Value, work) == Value(1)
    await asyncio.sleep(0.1)
    assert await cache.read("key", Value, work) == Value(2)
    await cache.close()


async def test_the_memory_has_an_end_and_keeps_what_is_used() -> None:
    store = MemoryStore(max_bytes=3 * 1400)
    for number in range(3):
        await store.put(f"key {number}", b"x" * 1000, seconds=60)
    assert await store.get("key 0") is not None
    await store.put("key 3", b"x" * 1000, seconds=60)
    assert [await store.get(f"key {number}") is not None for number in range(4)] == [True, False, True, True]
    await store.put("key 4", b"x" * 100_000, seconds=60)
    assert await store.get("key 4") is None


@pytest.fixture
def own_redis(servers: Servers, tmp_path: Path) -> Iterator[RedisServer]:
    """A Redis that the test may stop."""
    del servers
    server = RedisServer(folder=tmp_path / "redis", port=free_port())
    server.start()
    yield server
    server.stop()


async def test_redis_may_die_and_return(own_redis: RedisServer, caplog: pytest.LogCaptureFixture) -> None:
    store = RedisStore(own_redis.url, pause=0.2)
    cache = Cache(store, seconds=60)
    work = Work(0)
    assert [await cache.read("key", Value, work) for _ in range(2)] == [Value(1)] * 2
    own_redis.stop()
    start = asyncio.get_running_loop().time()
    during = [await cache.read("key", Value, work) for _ in range(50)]
    spent = asyncio.get_running_loop().time() - start
    assert during == [Value(number) for number in range(2, 52)]
    # It is asked once in a while only, so that nobody waits for it each time.
    asked = [record for record in caplog.records if "going on without" in record.message]
    assert 1 <= len(asked) <= 1 + spent / 0.2
    assert not await cache.check()
    own_redis.start()
    async with asyncio.timeout(30):
        while not await cache.check():  # noqa: ASYNC110 (another process)
            await asyncio.sleep(0.05)
    after = await cache.read("key", Value, work)
    assert await cache.read("key", Value, work) == after
    await cache.close()


async def test_a_redis_that_hangs_costs_its_patience_once(servers: Servers) -> None:
    del servers
    asked = 0

    def accept(_reader: asyncio.StreamReader, _writer: asyncio.StreamWriter) -> None:
        nonlocal asked
        asked += 1

    listening = await asyncio.start_server(accept, "127.0.0.1", 0)
    port = listening.sockets[0].getsockname()[1]
    cache = Cache(RedisStore(f"redis://127.0.0.1:{port}/0", timeout=0.1, pause=60), seconds=60)
    work = Work(0)
    assert [await cache.read("key", Value, work) for _ in range(20)] == [Value(n) for n in range(1, 21)]
    assert asked == 1
    await cache.close()
    listening.close()
