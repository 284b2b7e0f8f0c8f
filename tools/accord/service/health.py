"""Whether the service should be given requests: its dependencies can be used, and nobody asked it to stop."""

from __future__ import annotations

import asyncio
import logging
import signal
import threading
import types
from collections.abc import Awaitable, Callable, Mapping
from typing import Any, Final, Literal, TypeAlias

from accord.runtime.streams import OPEN_STREAMS

Check: TypeAlias = Callable[[], Awaitable[object]]
"""Returns where a dependency can be used, raises where it cannot."""
State: TypeAlias = Literal["ok", "failed", "timeout"]

logger: Final = logging.getLogger("accord.service")
_KEPT: Final = 0.5
"""Seconds for which a result is told again: whoever asks for readiness in a loop must not load the database."""


class Health:
    """Whether the process should be given requests. ``draining`` is set once, when it is asked to stop."""

    def __init__(self, checks: Mapping[str, Check], timeout: float) -> None:
        self.checks = dict(checks)
        self.draining = False
        self._timeout = timeout
        self._failing: frozenset[str] = frozenset()
        self._running: asyncio.Task[dict[str, State]] | None = None
        self._kept_until = 0.0

    async def states(self) -> dict[str, State]:
        """The state of each dependency, by the name of its check. Those who ask at once share one run."""
        loop = asyncio.get_running_loop()
        running = self._running
        if (
            running is None
            # Tests and reloads bring another event loop, in which an old task cannot be awaited.
            or running.get_loop() is not loop
            or (running.done() and loop.time() >= self._kept_until)
        ):
            running = self._running = loop.create_task(self._run())
        # One of those who ask may leave; the others still wait for the same run.
        return await asyncio.shield(running)

    async def _run(self) -> dict[str, State]:
        """Run all checks at once; log what changed since the last time."""
        names = list(self.checks)
        found = await asyncio.gather(*(self._state(self.checks[name]) for name in names))
        states = dict(zip(names, found, strict=True))
        failing = frozenset(name for name, state in states.items() if state != "ok")
        # Changes only: a database that is away for an hour would otherwise fill the log.
        for name in sorted(failing - self._failing):
            logger.warning("readiness: %s %s", name, states[name])
        for name in sorted(self._failing - failing):
            logger.info("readiness: %s is back", name)
        self._failing = failing
        self._kept_until = asyncio.get_running_loop().time() + _KEPT
        return states

    async def _state(self, check: Check) -> State:
        """The state of one dependency, within the timeout."""
        try:
            async with asyncio.timeout(self._timeout):
                await check()
        except TimeoutError:
            return "timeout"
        except Exception:  # noqa: BLE001 - whatever it is, the dependency cannot be used; its text may be secret
            return "failed"
        return "ok"


class Drain:
    """Stands before the server's handler of SIGTERM: readiness turns at once, the server hears of it *delay* seconds
    later. A second signal is handed on at once."""

    def __init__(self, health: Health, delay: float) -> None:
        self._health = health
        self._delay = delay
        self._previous: Callable[[int, types.FrameType | None], Any] | None = None  # Any: nobody reads it
        self._loop: asyncio.AbstractEventLoop | None = None

    def watch(self) -> None:
        """Hear the signal from now on; called when the application starts, after the server set its handler."""
        # Python sets signal handlers in the main thread only; elsewhere, as in tests, there is nothing to
        # hear.
        if threading.current_thread() is not threading.main_thread():
            return
        previous = signal.getsignal(signal.SIGTERM)
        if callable(previous):  # a server's handler; without one the process just dies
            self._previous = previous
            self._loop = asyncio.get_running_loop()
            signal.signal(signal.SIGTERM, self._on_signal)

    def stop(self) -> None:
        """Put the former handler of the signal back."""
        # Somebody may have set a handler after this one; theirs must stay.
        if self._previous is not None and signal.getsignal(signal.SIGTERM) == self._on_signal:
            signal.signal(signal.SIGTERM, self._previous)
        self._previous = None

    def _on_signal(self, number: int, frame: types.FrameType | None) -> None:
        """Turn readiness, and tell the server now or after the delay. Runs as a signal handler: it must not block."""
        previous, loop = self._previous, self._loop
        assert previous is not None
        assert loop is not None
        second, self._health.draining = self._health.draining, True
        if second or self._delay == 0 or loop.is_closed():
            previous(number, frame)
            return
        logger.info("draining for %s seconds", self._delay)
        # The loop may sleep until something happens: it is woken, and waits on its own.
        loop.call_soon_threadsafe(loop.call_later, self._delay, self._hand_on, number)

    def _hand_on(self, number: int) -> None:
        """Let the server stop, as the signal asked it to."""
        OPEN_STREAMS.close_all()  # those that were opened meanwhile: the server would wait for them
        if self._previous is not None:
            self._previous(number, None)
