"""Where requests are counted: in Redis for all workers, and in this process where Redis is not there or has failed."""

from __future__ import annotations

import logging
import time
from math import ceil, floor
from typing import Final, NamedTuple

from limits import RateLimitItem
from limits.aio.storage import RedisStorage, SlidingWindowCounterSupport, Storage
from limits.aio.strategies import SlidingWindowCounterRateLimiter
from limits.errors import StorageError
from typing_extensions import override

from accord.service.settings import ServiceSettings

logger: Final = logging.getLogger("accord.service")
_PREFIX: Final = "accord-limits"
_SWEEP_EVERY: Final = 4096
"""New keys after which those of windows that have passed are forgotten."""


class _Window:
    """The counts of a key: of the window that began at ``number * expiry``, and of the one before it."""

    __slots__ = ("current", "expiry", "number", "previous")

    def __init__(self, number: int, expiry: int) -> None:
        self.number = number
        self.expiry = expiry
        self.previous = 0
        self.current = 0

    def move_to(self, number: int) -> None:
        """Make *number* the current window; counts older than one window are forgotten."""
        if number != self.number:
            self.previous = self.current if number == self.number + 1 else 0
            self.current = 0
            self.number = number


class ProcessStorage(Storage, SlidingWindowCounterSupport):
    """A storage of ``limits`` for the sliding window counter in one process.

    That of the library looks at every key again on each hit; here a hit costs the same however many clients there are.
    """

    STORAGE_SCHEME = None

    def __init__(self) -> None:
        super().__init__()
        self._windows: dict[str, _Window] = {}
        self._sweep_at = _SWEEP_EVERY

    @property
    @override
    def base_exceptions(self) -> type[Exception]:
        return ValueError

    def _window(self, key: str, expiry: int, now: float) -> _Window:
        """The counts of *key* at the time *now*, in seconds since the epoch."""
        number = int(now / expiry)
        window = self._windows.get(key)
        if window is None:
            if len(self._windows) >= self._sweep_at:
                self._sweep(now)
            window = self._windows[key] = _Window(number, expiry)
        else:
            window.move_to(number)
        return window

    def _sweep(self, now: float) -> None:
        """Forget what can no longer reject anything; the next sweep comes after as many new keys as are left."""
        self._windows = {
            key: window
            for key, window in self._windows.items()
            if int(now / window.expiry) <= window.number + 1
        }
        self._sweep_at = 2 * len(self._windows) + _SWEEP_EVERY

    @override
    async def acquire_sliding_window_entry(self, key: str, limit: int, expiry: int, amount: int = 1) -> bool:
        now = time.time()
        window = self._window(key, expiry, now)
        weighted = window.current
        if window.previous:
            # The window of the last *expiry* seconds covers a part of the previous one; its requests count
            # by that part, as if they had come evenly.
            weighted += floor(window.previous * (1 - now / expiry % 1))
        if weighted + amount > limit:
            return False
        window.current += amount
        return True

    @override
    async def get_sliding_window(self, key: str, expiry: int) -> tuple[int, float, int, float]:
        now = time.time()
        window = self._window(key, expiry, now)
        left = (1 - now / expiry % 1) * expiry
        return window.previous, left if window.previous else 0.0, window.current, left + expiry

    @override
    async def clear_sliding_window(self, key: str, expiry: int) -> None:
        self._windows.pop(key, None)

    @override
    async def check(self) -> bool:
        return True

    @override
    async def reset(self) -> int | None:
        count = len(self._windows)
        self._windows.clear()
        return count

    @override
    async def clear(self, key: str) -> None:
        self._windows.pop(key, None)

    @override
    async def incr(self, key: str, expiry: int, amount: int = 1) -> int:
        window = self._window(key, expiry, time.time())
        window.current += amount
        return window.current

    @override
    async def get(self, key: str) -> int:
        window = self._windows.get(key)
        return 0 if window is None else window.current

    @override
    async def get_expiry(self, key: str) -> float:
        window = self._windows.get(key)
        return time.time() if window is None else float((window.number + 1) * window.expiry)


class Left(NamedTuple):
    """How many requests are left, and the seconds until there are more."""

    remaining: int
    seconds: int


class Counters:
    """Counts requests against a limit. It never fails: without Redis each process counts alone."""

    def __init__(self, settings: ServiceSettings) -> None:
        # Also with Redis: it counts while Redis is away.
        self._alone = SlidingWindowCounterRateLimiter(ProcessStorage())
        self._shared: SlidingWindowCounterRateLimiter | None = None
        self._retry = settings.redis_retry
        self._ask_again_at = 0.0
        self._failed = False
        if settings.redis_url is not None:
            # Short: every request would wait for a Redis that does not answer.
            seconds = settings.redis_timeout
            storage = RedisStorage(
                f"async+{settings.redis_url}",
                wrap_exceptions=True,
                implementation="redispy",
                key_prefix=_PREFIX,
                socket_timeout=seconds,
                socket_connect_timeout=seconds,
            )
            self._shared = SlidingWindowCounterRateLimiter(storage)

    async def hit(self, limit: RateLimitItem, *key: str) -> bool:
        """Count a request; false where it is one too many."""
        if (shared := self._usable()) is not None:
            try:
                allowed = await shared.hit(limit, *key)
            except (StorageError, OSError, TimeoutError) as error:
                self._note_failure(error)
            else:
                if self._failed:
                    self._failed = False
                    logger.info("rate limits: Redis is back")
                return allowed
        # Limits protect the service; without Redis it is better to count too little than to reject
        # everybody.
        return await self._alone.hit(limit, *key)

    async def left(self, limit: RateLimitItem, *key: str) -> Left:
        """How many requests of a limit are left, without counting one."""
        if (shared := self._usable()) is not None:
            try:
                return _left(await shared.get_window_stats(limit, *key))
            except (StorageError, OSError, TimeoutError) as error:
                self._note_failure(error)
        return _left(await self._alone.get_window_stats(limit, *key))

    def _usable(self) -> SlidingWindowCounterRateLimiter | None:
        """Redis, unless it failed a moment ago."""
        if self._shared is None or not self._failed:
            return self._shared
        now = time.monotonic()
        if now < self._ask_again_at:
            return None
        self._ask_again_at = now + self._retry  # this request asks; the others go on without
        return self._shared

    def _note_failure(self, error: Exception) -> None:
        """Leave Redis alone for a while; the first failure is logged."""
        self._ask_again_at = time.monotonic() + self._retry
        if not self._failed:
            self._failed = True
            logger.warning("rate limits: Redis failed (%s), each process counts alone", type(error).__name__)


def _left(stats: tuple[float, int]) -> Left:
    """The state of a window as clients see it; the seconds are never below 1."""
    reset, remaining = stats
    return Left(max(remaining, 0), max(ceil(reset - time.time()), 1))
