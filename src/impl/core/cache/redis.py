"""The store in Redis, which all processes share. Its loss costs time and nothing else."""

import logging
import time
from collections.abc import Awaitable, Callable
from typing import TypeVar

from redis.asyncio import BlockingConnectionPool, Redis
from redis.asyncio.retry import Retry
from redis.backoff import NoBackoff
from redis.exceptions import RedisError

_log = logging.getLogger(__name__)
T = TypeVar("T")


class RedisStore:
    """Asks Redis, briefly. After a failure it is left alone for `pause` seconds, so that a dead one slows nobody down.

    `space` begins every key: services that share a Redis must not share one.
    """

    def __init__(
        self,
        url: str,
        *,
        space: str = "accord",
        timeout: float = 0.25,
        pause: float = 1.0,
        clock: Callable[[], float] = time.monotonic,
    ) -> None:
        pool = BlockingConnectionPool.from_url(  # pyright: ignore[reportUnknownMemberType] - untyped keywords
            url,
            max_connections=50,
            timeout=timeout,
            socket_timeout=timeout,
            socket_connect_timeout=timeout,
            retry=Retry(NoBackoff(), 0),
        )
        self._redis = Redis.from_pool(pool)
        self._values = f"{space}:value:"
        self._claims = f"{space}:claim:"
        self._pause = pause
        self._clock = clock
        self._silent_until = 0.0

    async def get(self, key: str) -> bytes | None:
        kept = await self._ask(lambda: self._redis.get(self._values + key))
        return kept if isinstance(kept, bytes) else None

    async def put(self, key: str, value: bytes, *, seconds: float) -> None:
        await self._ask(lambda: self._redis.set(self._values + key, value, px=_milliseconds(seconds)))

    async def claim(self, key: str, *, seconds: float) -> bool:
        """Whether the claim was free, or it cannot be determined."""
        reply = await self._ask(
            lambda: self._redis.set(self._claims + key, b"", nx=True, px=_milliseconds(seconds))
        )
        return bool(reply) or not self._responds

    async def release(self, key: str) -> None:
        await self._ask(lambda: self._redis.delete(self._claims + key))

    async def check(self) -> bool:
        return await self._ask(lambda: self._redis.exists(self._values)) is not None

    async def close(self) -> None:
        await self._redis.aclose()

    @property
    def _responds(self) -> bool:
        return self._clock() >= self._silent_until

    async def _ask(self, question: Callable[[], Awaitable[T]]) -> T | None:
        """Return the reply, None where there is none."""
        if not self._responds:
            return None
        try:
            return await question()
        except (RedisError, OSError) as error:
            # The message of a driver may name the address with its password; the kind says enough.
            if self._responds:
                _log.warning("the cache does not answer (%s): going on without it", type(error).__name__)
            self._silent_until = self._clock() + self._pause
            return None


def _milliseconds(seconds: float) -> int:
    return max(1, round(seconds * 1000))
