"""Leaving in good order: SIGTERM first makes the service not ready, and stops it after a while."""

from __future__ import annotations

import asyncio
import logging
import signal
import threading
import types
from collections.abc import Callable
from typing import Any, Final

from accord.runtime.streams import OPEN_STREAMS
from accord.service.health import Health

logger: Final = logging.getLogger("accord.service")


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
        if threading.current_thread() is not threading.main_thread():
            return
        previous = signal.getsignal(signal.SIGTERM)
        if callable(previous):  # a server's handler; without one the process just dies
            self._previous = previous
            self._loop = asyncio.get_running_loop()
            signal.signal(signal.SIGTERM, self._on_signal)

    def stop(self) -> None:
        """Give the signal back."""
        if self._previous is not None and signal.getsignal(signal.SIGTERM) == self._on_signal:
            signal.signal(signal.SIGTERM, self._previous)
        self._previous = None

    def _on_signal(self, number: int, frame: types.FrameType | None) -> None:
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
        OPEN_STREAMS.close_all()  # those that were opened meanwhile: the server would wait for them
        if self._previous is not None:
            self._previous(number, None)
