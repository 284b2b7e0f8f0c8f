"""Price reports: work for the processor, done in other processes so that the event loop stays free."""

import asyncio
import multiprocessing
import os
import random
import statistics
from collections.abc import Sequence
from concurrent.futures import ProcessPoolExecutor
from concurrent.futures.process import BrokenProcessPool
from dataclasses import dataclass
from threading import Thread

from impl.core.errors import ReportsBusy

# The most prices that one report counts; with the contract's limit on draws this bounds its work.
MAX_PRICES = 250


@dataclass(frozen=True, slots=True, kw_only=True)
class ReportRequest:
    """How to estimate: confidence in (0, 1), number of draws, and the seed of the draws."""

    confidence: float
    resamples: int
    seed: int


@dataclass(frozen=True, slots=True, kw_only=True)
class Estimate:
    """The figures of a report: mean, median, and the interval of the mean."""

    mean: float
    median: float
    low: float
    high: float


@dataclass(frozen=True, slots=True, kw_only=True)
class PriceReport:
    """A report on `items` prices; without a price there is no estimate."""

    items: int
    estimate: Estimate | None


def compute_price_report(prices: Sequence[float], request: ReportRequest) -> PriceReport:
    """Estimate the mean by the percentile bootstrap. The same arguments give the same report."""
    if not prices:
        return PriceReport(items=0, estimate=None)
    draws = random.Random(request.seed)  # noqa: S311 - a repeatable simulation, not a secret
    count = len(prices)
    means = sorted(statistics.fmean(draws.choices(prices, k=count)) for _ in range(request.resamples))
    tail = (1 - request.confidence) / 2
    last = len(means) - 1
    return PriceReport(
        items=count,
        estimate=Estimate(
            mean=statistics.fmean(prices),
            median=statistics.median(prices),
            low=means[round(tail * last)],
            high=means[round((1 - tail) * last)],
        ),
    )


def _end_with_parent() -> None:
    """End this process when the one that it works for is gone: nobody else would stop it."""
    parent = multiprocessing.parent_process()

    def wait() -> None:
        if parent is not None:
            parent.join()
        os._exit(1)

    Thread(target=wait, daemon=True).start()


class ReportRunner:
    """Computes reports in `workers` processes, with at most `queue` more waiting.

    The processes start with the first report. They are spawned, not forked: a fork would copy the locks and
    connections of a process that has threads.
    """

    def __init__(self, *, workers: int, queue: int) -> None:
        self._workers = workers
        self._capacity = workers + queue
        self._pending = 0
        self._pool: ProcessPoolExecutor | None = None

    async def run(self, prices: Sequence[float], request: ReportRequest) -> PriceReport:
        """Compute a report. Raises `ReportsBusy` when the queue is full or a worker died."""
        if self._pending >= self._capacity:
            raise ReportsBusy
        pool = self._open()
        self._pending += 1
        try:
            return await asyncio.get_running_loop().run_in_executor(
                pool, compute_price_report, tuple(prices), request
            )
        except BrokenProcessPool:
            # The pool does not recover from a worker that was killed; the next report starts another.
            if self._pool is pool:
                self._pool = None
            raise ReportsBusy from None
        finally:
            self._pending -= 1

    def close(self) -> None:
        """Stop the processes; what has not begun is dropped."""
        if self._pool is not None:
            self._pool.shutdown(wait=True, cancel_futures=True)
            self._pool = None

    def _open(self) -> ProcessPoolExecutor:
        if self._pool is None:
            self._pool = ProcessPoolExecutor(
                max_workers=self._workers,
                mp_context=multiprocessing.get_context("spawn"),
                initializer=_end_with_parent,
            )
        return self._pool
