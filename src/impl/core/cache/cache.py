"""Reads that are remembered, each computed once however many ask for it at the same moment.

A key names the state that its value was read from (see `impl.core.revisions`): what has changed is asked for under
another key. So nothing has to be removed, nothing old can be found, and a store may vanish and return at any time.
"""

import asyncio
from collections.abc import Awaitable, Callable
from dataclasses import dataclass
from typing import TypeVar

import msgspec

from impl.core.cache.store import Store

T = TypeVar("T")

# How long a claim holds where its process dies, how long others wait for it, and how often they look.
_CLAIM = 5.0
_WAIT = 2.0
_LOOK = 0.02


@dataclass(slots=True)
class CacheCounts:
    """What happened since the start: found in the store, computed here, or taken from a neighbour that computed."""

    hits: int = 0
    computed: int = 0
    shared: int = 0


class Cache:
    """Values in a store, as JSON of msgspec. `seconds` is how long one is kept."""

    def __init__(self, store: Store, *, seconds: float) -> None:
        self._store = store
        self._seconds = seconds
        self._flights: dict[str, asyncio.Future[object]] = {}
        self.counts = CacheCounts()

    async def read(self, key: str, kind: type[T], compute: Callable[[], Awaitable[T]]) -> T:
        """Return the value of a key: kept, awaited from whoever computes it already, or computed now.

        An error of `compute` reaches all who wait, and is not kept.
        """
        while True:
            flight = self._flights.get(key)
            if flight is None:
                return await self._lead(key, kind, compute)
            try:
                value = await asyncio.shield(flight)
            except asyncio.CancelledError:
                if not flight.cancelled():
                    raise  # it is this request that was cancelled
                continue  # the one that computed was: another takes over
            self.counts.shared += 1
            return _checked(value, kind)

    async def check(self) -> bool:
        """Whether the store answers at the moment."""
        return await self._store.check()

    async def close(self) -> None:
        """Close the store."""
        await self._store.close()

    async def _lead(self, key: str, kind: type[T], compute: Callable[[], Awaitable[T]]) -> T:
        flight: asyncio.Future[object] = asyncio.get_running_loop().create_future()
        self._flights[key] = flight
        try:
            value = await self._find(key, kind, compute)
        except asyncio.CancelledError:
            flight.cancel()
            raise
        except BaseException as error:
            flight.set_exception(error)
            flight.exception()  # seen, also where nobody waits
            raise
        else:
            flight.set_result(value)
            return value
        finally:
            del self._flights[key]

    async def _find(self, key: str, kind: type[T], compute: Callable[[], Awaitable[T]]) -> T:
        kept = await self._kept(key, kind)
        if kept is not None:
            return kept
        claimed = await self._store.claim(key, seconds=_CLAIM)
        for _ in range(0 if claimed else int(_WAIT / _LOOK)):
            # Another process computes it. Whoever waits too long computes it too, and claims nothing.
            await asyncio.sleep(_LOOK)
            kept = await self._kept(key, kind)
            if kept is not None:
                return kept
            claimed = await self._store.claim(key, seconds=_CLAIM)
            if claimed:
                break
        try:
            self.counts.computed += 1
            value = await compute()
            await self._store.put(key, msgspec.json.encode(value), seconds=self._seconds)
        finally:
            if claimed:
                await self._store.release(key)
        return value

    async def _kept(self, key: str, kind: type[T]) -> T | None:
        kept = await self._store.get(key)
        if kept is None:
            return None
        try:
            value = msgspec.json.decode(kept, type=kind)
        except msgspec.MsgspecError:
            return None  # of another release of the service
        self.counts.hits += 1
        return value


def _checked(value: object, kind: type[T]) -> T:
    if not isinstance(value, kind):
        raise TypeError(f"a key of the cache is used for {kind.__name__} and for {type(value).__name__}")
    return value
