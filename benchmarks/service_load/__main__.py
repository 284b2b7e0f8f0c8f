"""``python -m benchmarks.service_load``: two workers on PostgreSQL and Redis under mixed reads and writes.

Every connection creates, changes, reads, lists and deletes items of its own, one request after the other, checks each
answer against what it was told before, and everything is read back at the end. With ``--faults`` the service is hurt
meanwhile. Figures that must hold: no error and no lost write, memory of the second half within 5 % of the first; after
a fault no lost write, no response but a 503 problem with Retry-After, readiness off and on again, recovery under 5 s.
"""

from __future__ import annotations

import argparse
import asyncio
import statistics
import sys

from benchmarks.service_load.faults import Row, rows
from benchmarks.service_load.run import Result, Size, deployed, run
from scripts.services import ServicesError
from tests.service.servers import Servers, started

LARGEST_GROWTH = 0.05


def main() -> int:
    """Measure and print; 1 where a figure does not hold, 5 where a server is missing."""
    parser = argparse.ArgumentParser(prog="python -m benchmarks.service_load", description=__doc__)
    parser.add_argument("--seconds", type=float, default=120.0)
    parser.add_argument("--connections", type=int, default=200)
    parser.add_argument("--workers", type=int, default=2)
    parser.add_argument("--faults", action="store_true", help="faults under load in place of the long run")
    options = parser.parse_args()
    size = Size(seconds=options.seconds, connections=options.connections, workers=options.workers)
    try:
        with started() as servers:
            failures = _faults(servers, size) if options.faults else _load(servers, size)
    except ServicesError as error:
        print(f"load: {error}", file=sys.stderr)
        return 5
    for line in failures:
        print(f"failed: {line}")
    return 1 if failures else 0


def load(servers: Servers, size: Size) -> Result:
    """Run the load for as long as it lasts."""
    with deployed(servers.backend(), size.workers) as deployment:
        return run(deployment, size.connections, lambda _: asyncio.sleep(size.seconds))


def failures_of(result: Result, *, growth: float = LARGEST_GROWTH) -> list[str]:
    """What does not hold, one line each."""
    reported = result.reported
    found = [f"lost: {line}" for line in result.lost[:10]]
    if reported.errors():
        found.append(
            f"{reported.unavailable} answers 503, {dict(reported.broken)} connections, {reported.wrong[:5]}"
        )
    first, second = result.halves()
    if abs(second - first) / first > growth:
        found.append(f"memory went from {first / 1e6:.1f} to {second / 1e6:.1f} MB")
    if result.tracebacks:
        found.append(f"{len(result.tracebacks)} tracebacks in the log: {result.tracebacks[0]}")
    return found


def _load(servers: Servers, size: Size) -> list[str]:
    result = load(servers, size)
    reported = result.reported
    print(f"{size.workers} workers, {size.connections} connections, {result.seconds:.0f} s\n")
    print(f"{'request':10} {'count':>7} {'p50 ms':>8} {'p99 ms':>8}")
    for kind in ("create", "change", "read", "304", "list", "delete"):
        _print_kind(kind, reported.seconds[kind])
    _print_kind("all", [number for kind in reported.seconds.values() for number in kind])
    first, second = result.halves()
    print(f"\n{reported.answered() / result.seconds:.0f} requests a second, {reported.errors()} errors")
    print(f"{reported.writes} acknowledged writes, {len(result.lost)} lost")
    print(f"memory of the workers: {first / 1e6:.1f} MB in the first half, {second / 1e6:.1f} MB in the second"
          f" ({(second - first) / first:+.1%})")  # fmt: skip
    return failures_of(result)


def _print_kind(kind: str, seconds: list[float]) -> None:
    cuts = statistics.quantiles(seconds, n=100) if len(seconds) > 1 else [0.0] * 99
    print(f"{kind:10} {len(seconds):7} {cuts[49] * 1e3:8.1f} {cuts[98] * 1e3:8.1f}")


def _faults(servers: Servers, size: Size) -> list[str]:
    print(f"{size.workers} workers, {size.connections} connections\n")
    print(f"{'fault':24} {'answered':>8} {'503':>6} {'broken':>6} {'wrong':>5} {'writes':>7} {'lost':>4} "
          f"{'readiness':>16} {'recovery s':>10}", flush=True)  # fmt: skip
    found: list[str] = []
    disk = False
    for row in rows(servers, size.connections, size.workers):
        _print_row(row)
        found += row.failures()
        disk = row.name.startswith("SQLite")
    if not disk:
        print("SQLite, full disk         left out: this process may not mount a file system of its own")
    return found


def _print_row(row: Row) -> None:
    reported = row.result.reported
    ready = "off and on again" if row.turned else "on"
    print(f"{row.name:24} {reported.answered():8} {reported.unavailable:6} {reported.broken.total():6} {len(reported.wrong):5} "
          f"{reported.writes:7} {len(row.result.lost):4} {ready:>16} {row.recovery:10.1f}", flush=True)  # fmt: skip


if __name__ == "__main__":
    sys.exit(main())
