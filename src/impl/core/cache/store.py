"""Where cached bytes are kept, and the store in the process."""

import time
from collections import OrderedDict
from collections.abc import Callable
from typing import Protocol


class Store(Protocol):
    """Keeps bytes under a key for a while. No method raises: a store that fails knows nothing and keeps nothing."""

    async def get(self, key: str) -> bytes | None:
        """Return what is kept, None where nothing is."""
        ...

    async def put(self, key: str, value: bytes, *, seconds: float) -> None:
        """Keep a value for so many seconds at most."""
        ...

    async def claim(self, key: str, *, seconds: float) -> bool:
        """Whether the caller is to compute the value: nobody else in any process claims it meanwhile."""
        ...

    async def release(self, key: str) -> None:
        """Give back what was claimed."""
        ...

    async def check(self) -> bool:
        """Whether the store answers at the moment."""
        ...

    async def close(self) -> None:
        """Close every connection."""
        ...


class MemoryStore:
    """The store of one process: the entries that were used last, up to so many bytes."""

    def __init__(self, *, max_bytes: int, clock: Callable[[], float] = time.monotonic) -> None:
        self._entries: OrderedDict[str, tuple[float, bytes]] = OrderedDict()
        self._room = max_bytes
        self._clock = clock

    async def get(self, key: str) -> bytes | None:
        entry = self._entries.get(key)
        if entry is None:
            return None
        if entry[0] <= self._clock():
            self._forget(key)
            return None
        self._entries.move_to_end(key)
        return entry[1]

    async def put(self, key: str, value: bytes, *, seconds: float) -> None:
        self._forget(key)
        self._entries[key] = (self._clock() + seconds, value)
        self._room -= _size(key, value)
        while self._room < 0 and self._entries:
            self._forget(next(iter(self._entries)))

    async def claim(self, key: str, *, seconds: float) -> bool:
        """Always: within a process `Cache` itself lets one compute."""
        return True

    async def release(self, key: str) -> None:
        """Nothing was claimed."""

    async def check(self) -> bool:
        return True

    async def close(self) -> None:
        self._entries.clear()

    def _forget(self, key: str) -> None:
        entry = self._entries.pop(key, None)
        if entry is not None:
            self._room += _size(key, entry[1])


def _size(key: str, value: bytes) -> int:
    # What Python adds to an entry is a few hundred bytes, which matters where values are small.
    return len(key) + len(value) + 300
