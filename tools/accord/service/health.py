"""Whether the process works, and whether it should be given requests."""

from __future__ import annotations

import asyncio
import logging
from collections.abc import Awaitable, Callable, Mapping
from typing import Final, Literal, TypeAlias

Check: TypeAlias = Callable[[], Awaitable[object]]
"""Returns where a dependency can be used, raises where it cannot."""
State: TypeAlias = Literal["ok", "failed", "timeout"]

logger: Final = logging.getLogger("accord.service")
_KEPT: Final = 0.5
"""Seconds for which a result is told again: whoever asks for readiness in a loop must not load the database."""


class Health:
    """The state of the process. ``draining`` is set once, when it is asked to stop."""

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
            or running.get_loop() is not loop
            or (running.done() and loop.time() >= self._kept_until)
        ):
            running = self._running = loop.create_task(self._run())
        return await asyncio.shield(running)

    async def _run(self) -> dict[str, State]:
        names = list(self.checks)
        found = await asyncio.gather(*(self._state(self.checks[name]) for name in names))
        states = dict(zip(names, found, strict=True))
        failing = frozenset(name for name, state in states.items() if state != "ok")
        for name in sorted(failing - self._failing):
            logger.warning("readiness: %s %s", name, states[name])
        for name in sorted(self._failing - failing):
            logger.info("readiness: %s is back", name)
        self._failing = failing
        self._kept_until = asyncio.get_running_loop().time() + _KEPT
        return states

    async def _state(self, check: Check) -> State:
        try:
            async with asyncio.timeout(self._timeout):
                await check()
        except TimeoutError:
            return "timeout"
        except Exception:  # noqa: BLE001 - whatever it is, the dependency cannot be used; its text may be secret
            return "failed"
        return "ok"
