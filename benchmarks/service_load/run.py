"""One run: the service of an operator on PostgreSQL and Redis, clients at work, and what is watched meanwhile."""

from __future__ import annotations

import asyncio
import os
import re
import statistics
import tempfile
import time
from collections.abc import Awaitable, Callable, Generator
from contextlib import ExitStack, contextmanager
from dataclasses import dataclass, field
from pathlib import Path

from benchmarks.service_load.clients import Client, Reported, User, lost, sign_up
from benchmarks.service_load.wire import Broken, Connection
from scripts.services import free_port
from tests.service.operation.processes import Supervised, supervised
from tests.service.servers import Backend

USERS = 20
# Nobody is rejected, and every request is counted.
_LIMITS = """{"default": ["100000000/minute per ip"], "costly": ["100000000/minute per ip"],
    "register": ["100000000/minute per ip"], "login": ["100000000/minute per ip"]}"""
_PAGE = os.sysconf("SC_PAGE_SIZE")
Samples = list[tuple[float, int]]


@dataclass(frozen=True, slots=True, kw_only=True)
class Size:
    """How much load: seconds, connections at once, and workers that answer."""

    seconds: float = 120.0
    connections: int = 200
    workers: int = 2


@dataclass(kw_only=True)
class Deployment:
    """The service on one port, which may be stopped and started again."""

    backend: Backend
    folder: Path
    workers: int
    settings: dict[str, str] = field(default_factory=dict[str, str])
    port: int = field(default_factory=free_port)
    _stack: ExitStack = field(default_factory=ExitStack)
    _running: Supervised | None = None

    @property
    def running(self) -> Supervised:
        """The processes. Raises `AssertionError` while there are none."""
        assert self._running is not None
        return self._running

    def start(self) -> None:
        """Start it and wait until it answers."""
        self._running = self._stack.enter_context(
            supervised(
                "uvicorn",
                self.folder,
                self.backend,
                workers=self.workers,
                port=self.port,
                ACCORD_RATE_LIMITS=_LIMITS,
                **self.settings,
            )
        )

    def stop(self) -> None:
        """Tell it to end, and wait until it has."""
        self._stack.close()

    def tracebacks(self) -> list[str]:
        """Those of its logs, each with what stands before it and after it."""
        texts = [log.read_text(errors="replace") for log in self.folder.glob("*.log")]
        return [
            text[max(0, found.start() - 300) : found.end() + 4000]
            for text in texts
            for found in re.finditer("Traceback", text)
        ]

    def memory(self) -> int:
        """Bytes of its workers in memory."""
        total = 0
        for pid in self.running.workers():
            try:
                total += int(Path(f"/proc/{pid}/statm").read_text().split()[1]) * _PAGE
            except OSError:  # it has just ended
                continue
        return total


@contextmanager
def deployed(backend: Backend, workers: int, **settings: str) -> Generator[Deployment]:
    """Run the service until the block ends."""
    with tempfile.TemporaryDirectory(prefix="accord-load-") as folder:
        found = Deployment(backend=backend, folder=Path(folder), workers=workers, settings=settings)
        try:
            found.start()
            yield found
        finally:
            found.stop()


@dataclass(kw_only=True)
class Result:
    """What one run showed."""

    reported: Reported
    seconds: float = 0.0
    memory: Samples = field(default_factory=Samples)
    """The workers' bytes, by the second."""
    ready: Samples = field(default_factory=Samples)
    """Statuses of `/readyz`, 0 where nobody answered."""
    lost: list[str] = field(default_factory=list[str])
    tracebacks: list[str] = field(default_factory=list[str])

    def halves(self) -> tuple[float, float]:
        """The median of the workers' bytes in the first half of the run and in the second."""
        middle = len(self.memory) // 2
        first, second = self.memory[:middle], self.memory[middle:]
        return statistics.median(b for _, b in first), statistics.median(b for _, b in second)


During = Callable[[Result], Awaitable[None]]


def run(deployment: Deployment, connections: int, during: During) -> Result:
    """Keep so many connections busy while *during* lasts, and read everything back."""
    return asyncio.run(_run(deployment, connections, during))


async def _run(deployment: Deployment, connections: int, during: During) -> Result:
    users = await sign_up(deployment.port, [f"user-{number}" for number in range(USERS)])
    result = Result(reported=Reported())
    over = asyncio.Event()
    clients = [
        Client(deployment.port, users[number % USERS], result.reported, seed=number)
        for number in range(connections)
    ]
    async with asyncio.TaskGroup() as tasks:
        for client in clients:
            tasks.create_task(client.work(over))
        watching = [
            tasks.create_task(_watch_memory(deployment, result)),
            tasks.create_task(_watch_readiness(deployment.port, result)),
        ]
        await during(result)
        result.seconds = time.monotonic() - result.reported.started
        over.set()
        for watcher in watching:
            watcher.cancel()
    result.lost = await _lost(deployment.port, users, result.reported)
    result.tracebacks = deployment.tracebacks()
    return result


async def _lost(port: int, users: list[User], reported: Reported) -> list[str]:
    assert reported.items, "nothing was written"
    return await lost(port, users, reported)


async def _watch_memory(deployment: Deployment, result: Result) -> None:
    while True:
        await asyncio.sleep(1)
        bytes_now = await asyncio.to_thread(deployment.memory)
        if bytes_now:
            result.memory.append((time.monotonic(), bytes_now))


async def _watch_readiness(port: int, result: Result) -> None:
    while True:
        connection = Connection(port=port, timeout=10)
        try:
            status = (await connection.send("GET", "/readyz", {})).status
        except Broken:
            status = 0
        finally:
            connection.close()
        result.ready.append((time.monotonic(), status))
        await asyncio.sleep(0.1)
