"""Faults while clients are at work. Each waits until the service has got over it, and says when the fault was over."""

from __future__ import annotations

import asyncio
import os
import shutil
import signal
import subprocess
import tempfile
import time
from collections.abc import Awaitable, Callable, Generator, Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path

from benchmarks.service_load.run import Deployment, Result, deployed, run
from tests.service.servers import Backend, Servers

CALM = 3.0
"""Seconds of load before a fault and after it."""
PATIENCE = 60.0
LONGEST_RECOVERY = 5.0
REDIS_AWAY = 20.0
POSTGRES_AWAY = 3.0
Moment = float
Fault = Callable[[Deployment, Result], Awaitable[Moment]]


@dataclass(frozen=True, kw_only=True)
class Row:
    """One fault: what happened, and how long after its end the last client was in trouble or readiness was off."""

    name: str
    result: Result
    turned: bool
    """Whether readiness was off for a while."""
    may_turn: bool
    """Whether it has to be: a service that needs nothing of what failed stays ready."""
    recovery: float
    trouble: bool
    """Whether any client noticed."""

    def failures(self) -> list[str]:
        """What is not as it should be, one line each."""
        found = [f"lost: {line}" for line in self.result.lost[:3]]
        found += [f"wrong response: {line}" for line in self.result.reported.wrong[:3]]
        if self.result.tracebacks:
            found.append(f"{len(self.result.tracebacks)} tracebacks in the log: {self.result.tracebacks[0]}")
        if self.recovery > LONGEST_RECOVERY:
            found.append(f"recovery took {self.recovery:.1f} s")
        if self.turned is not self.may_turn:
            found.append("readiness turned" if self.turned else "readiness did not turn")
        if not self.result.ready or self.result.ready[-1][1] != 200:
            found.append("readiness did not return")
        return [f"{self.name}: {line}" for line in found]


async def _until(holds: Callable[[], bool]) -> None:
    deadline = time.monotonic() + PATIENCE
    while not await asyncio.to_thread(holds):
        if time.monotonic() > deadline:
            raise TimeoutError("the service did not get over the fault")
        await asyncio.sleep(0.05)


async def kill_a_worker(deployment: Deployment, _: Result) -> Moment:
    """`kill -9`; over at once, and the load goes on until there are as many workers as before."""
    running = deployment.running
    before = set(running.workers())
    victim = min(before)
    os.kill(victim, signal.SIGKILL)
    moment = time.monotonic()
    await _until(lambda: len(set(running.workers()) - {victim}) == len(before))
    return moment


def restart_postgres(servers: Servers) -> Fault:
    """Stop PostgreSQL without mercy, and start it after a while."""

    async def fault(_: Deployment, __: Result) -> Moment:
        await asyncio.to_thread(servers.postgres.stop, "immediate")
        await asyncio.sleep(POSTGRES_AWAY)
        await asyncio.to_thread(servers.postgres.start)
        return time.monotonic()

    return fault


def stop_redis(servers: Servers, seconds: float) -> Fault:
    """Take Redis away for some seconds; it comes back empty."""

    async def fault(_: Deployment, __: Result) -> Moment:
        await asyncio.to_thread(servers.redis.stop)
        await asyncio.sleep(seconds)
        await asyncio.to_thread(lambda: servers.redis.start(databases=4096))
        return time.monotonic()

    return fault


async def terminate_the_parent(deployment: Deployment, _: Result) -> Moment:
    """SIGTERM; the service drains and ends, and is started again on its port as a supervisor would."""
    deployment.running.process.send_signal(signal.SIGTERM)
    await _until(lambda: deployment.running.process.poll() is not None)
    moment = time.monotonic()
    await asyncio.to_thread(deployment.start)
    return moment


def fill_the_disk(folder: Path) -> Fault:
    """Take every free byte of the file system, and give them back."""

    async def fault(_: Deployment, result: Result) -> Moment:
        ballast = folder / "ballast"
        await asyncio.to_thread(_fill, ballast)
        refused = result.reported.unavailable
        await _until(lambda: result.reported.unavailable > refused + 20)
        await asyncio.sleep(2)
        ballast.unlink()
        return time.monotonic()

    return fault


def _fill(ballast: Path) -> None:
    with ballast.open("wb", buffering=0) as file:
        for size in (1 << 20, 1 << 12):
            try:
                while True:
                    file.write(bytes(size))
            except OSError:
                continue


def row(name: str, deployment: Deployment, connections: int, fault: Fault, *, turns: bool) -> Row:
    """Run one fault under load."""
    began = over = 0.0

    async def during(result: Result) -> None:
        nonlocal began, over
        await asyncio.sleep(CALM)
        began = time.monotonic()
        over = await fault(deployment, result)
        back = time.monotonic()
        await _until(lambda: any(at > back and status == 200 for at, status in result.ready[-3:]))
        await asyncio.sleep(CALM)

    result = run(deployment, connections, during)
    off = [at for at, status in result.ready if at >= began and status != 200]
    trouble = result.reported.last_trouble >= began
    last = max([over, *off[-1:], result.reported.last_trouble if trouble else over])
    return Row(
        name=name,
        result=result,
        turned=any(status == 503 for at, status in result.ready if at >= began),
        may_turn=turns,
        recovery=last - over,
        trouble=trouble,
    )


@contextmanager
def small_disk(size: str = "64m") -> Generator[Path | None]:
    """A file system of its own; `None` where this process may not mount one."""
    folder = Path(tempfile.mkdtemp(prefix="accord-disk-"))
    command = ["mount", "-t", "tmpfs", "-o", f"size={size}", "tmpfs", str(folder)]
    try:
        mounted = subprocess.run(command, capture_output=True, check=False).returncode == 0
    except OSError:
        mounted = False
    try:
        yield folder if mounted else None
    finally:
        if mounted:
            subprocess.run(["umount", "--lazy", str(folder)], check=False)
        shutil.rmtree(folder, ignore_errors=True)


def rows(servers: Servers, connections: int, workers: int, redis_away: float = REDIS_AWAY) -> Iterator[Row]:
    """Every fault in turn, each with a service of its own."""
    faults: list[tuple[str, Fault, bool]] = [
        ("kill -9 a worker", kill_a_worker, False),
        (f"PostgreSQL down for {POSTGRES_AWAY:.0f} s", restart_postgres(servers), True),
        (f"Redis down for {redis_away:.0f} s", stop_redis(servers, redis_away), False),
        ("SIGTERM, started again", terminate_the_parent, True),
    ]
    for name, fault, turns in faults:
        with deployed(servers.backend(), workers, ACCORD_DRAIN_DELAY="2") as deployment:
            yield row(name, deployment, connections, fault, turns=turns)
    with small_disk() as disk:
        if disk is None:
            return
        backend = Backend(name="full", database_url=f"sqlite:///{disk / 'service.db'}")
        with deployed(backend, workers) as deployment:
            yield row("SQLite, full disk", deployment, connections, fill_the_disk(disk), turns=True)
