"""``python -m benchmarks.edge``: what ``accord.service`` costs a request of the generated service.

The bare generated service, the same with trace id, access log (written to ``/dev/null``), metrics and the problem of
failures, and the same with a rate limit too, take turns in one process; the figures are differences of medians of CPU.
The log is JSON, metrics are counted in this process, and with ``--workers`` in a folder that workers share.
"""

from __future__ import annotations

import argparse
import os
import statistics
import sys
import tempfile
from asyncio import run
from pathlib import Path

from starlette.types import ASGIApp

from accord.service import ServiceSettings, install_service
from accord.service.logs import Lines
from benchmarks.__main__ import ITEM
from benchmarks.compiled import build, generate
from benchmarks.measure import Call, seconds

LIMIT_EDGE = 20.0
LIMIT_RATE = 15.0

CALLS = (
    Call(name="GET one object", method="GET", path="/items/42"),
    Call(name="POST one object", method="POST", path="/items", body=ITEM),
    Call(name="422: id below its minimum", method="GET", path="/items/0"),
)
_OBSERVED = ServiceSettings(request_timeout=None, security_headers=False)
_LIMITED = ServiceSettings(
    request_timeout=None, security_headers=False, rate_limits={"bench": ("1000000/minute per ip",)}
)
_WHOLE = ServiceSettings(
    rate_limits={"bench": ("1000000/minute per ip", "1000000/minute per ip and endpoint")}
)


def main() -> int:
    """Measure and print; 1 where a part costs more than it may."""
    parser = argparse.ArgumentParser(prog="python -m benchmarks.edge", description=__doc__)
    parser.add_argument("--rounds", type=int, default=31)
    parser.add_argument("--count", type=int, default=400, help="requests a round")
    parser.add_argument("--workers", action="store_true", help="count in a folder, as several workers do")
    options = parser.parse_args()
    with tempfile.TemporaryDirectory() as folder:
        if options.workers:
            os.environ["PROMETHEUS_MULTIPROC_DIR"] = folder
        package = generate(Path(folder))
        write = Lines(os.open(os.devnull, os.O_WRONLY))

        def served(settings: ServiceSettings | None) -> ASGIApp:
            return build(
                package,
                around=None if settings is None else lambda app: install_service(app, settings, write=write),
            )

        apps = [served(settings) for settings in (None, _OBSERVED, _LIMITED, _WHOLE)]
        print("CPU of one process, microseconds a request, medians of alternating rounds\n")
        print(f"{'request':28} {'bare':>7} {'observed':>9} {'limited':>9} {'everything':>11}")
        failed = False
        for call in CALLS:
            bare, observed, limited, whole = _medians(apps, call, options.rounds, options.count)
            print(
                f"{call.name:28} {bare:7.1f} {observed - bare:+9.1f} {limited - observed:+9.1f} {whole - bare:+11.1f}"
            )
            failed |= observed - bare > LIMIT_EDGE or limited - observed > LIMIT_RATE
    return 1 if failed else 0


def _medians(apps: list[ASGIApp], call: Call, rounds: int, count: int) -> list[float]:
    async def measure() -> list[float]:
        figures: list[list[float]] = [[] for _ in apps]
        for number in range(rounds + 1):
            for app, found in zip(apps, figures, strict=True):
                figure = await seconds(app, call, count)
                if number:  # the first round only warms up
                    found.append(figure)
        return [statistics.median(found) * 1e6 for found in figures]

    return run(measure())


if __name__ == "__main__":
    sys.exit(main())
