"""Metrics for Prometheus by route template: requests, their duration, and how many are being worked on.

Several workers share a folder (``ServiceSettings.metrics_dir``, or ``PROMETHEUS_MULTIPROC_DIR``); each then offers the
figures of all of them, and those of workers that died stay counted.
"""

from __future__ import annotations

import contextlib
import os
from pathlib import Path
from typing import TYPE_CHECKING, Final
from wsgiref.simple_server import WSGIRequestHandler, WSGIServer, make_server

from typing_extensions import override

if TYPE_CHECKING:
    from prometheus_client import CollectorRegistry

    from accord.runtime import Violation

_DIRECTORY: Final = "PROMETHEUS_MULTIPROC_DIR"
METHODS: Final = frozenset({"GET", "HEAD", "POST", "PUT", "PATCH", "DELETE", "OPTIONS", "TRACE", "QUERY"})
UNROUTED: Final = "unrouted"
"""The route of requests that nothing serves: their paths would make a label of any length."""

# From a cached response to the usual limit of a request, three to a decade.
BUCKETS: Final = (0.001, 0.0025, 0.005, 0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 1.0, 2.5, 5.0, 10.0, 30.0)


class Metrics:
    """The metrics of one application.

    Made before anything else imports ``prometheus_client`` where *directory* is given: that library decides on import
    whether there are several workers.
    """

    def __init__(self, directory: Path | None = None) -> None:
        if directory is not None:
            directory.mkdir(parents=True, exist_ok=True)
            # prometheus_client reads it on import, and has no other setting for it.
            os.environ.setdefault(_DIRECTORY, str(directory))
        from prometheus_client import CollectorRegistry, Counter, Gauge, Histogram

        self.registry = CollectorRegistry()
        self._requests = Counter(
            "http_requests",
            "Requests by method, route template and status.",
            ("method", "route", "status"),
            registry=self.registry,
        )
        self._durations = Histogram(
            "http_request_duration_seconds",
            "Seconds until the response was sent.",
            ("method", "route"),
            buckets=BUCKETS,
            registry=self.registry,
        )
        self._violations = Counter(
            "accord_contract_violations",
            "Answers that the contract does not allow.",
            ("operation",),
            registry=self.registry,
        )
        in_flight = Gauge(
            "http_requests_in_flight",
            "Requests that are being worked on.",
            registry=self.registry,
            multiprocess_mode="livesum",
        )
        self.enter = in_flight.inc
        self.leave = in_flight.dec
        # Looking a child up by its labels costs more than counting.
        self._children: dict[tuple[str, str, int], tuple[Counter, Histogram]] = {}

    def observe(self, method: str, route: str, status: int, duration: float) -> None:
        """Count a request that took *duration* seconds."""
        key = (method, route, status)
        children = self._children.get(key)
        if children is None:
            # A client may invent methods; each would be a series of its own, for ever.
            method = method if method in METHODS else "OTHER"
            route = route or UNROUTED
            counter = self._requests.labels(method, route, str(status))
            children = counter, self._durations.labels(method, route)
            if method != "OTHER":
                self._children[key] = children
        children[0].inc()
        children[1].observe(duration)

    def count_violation(self, violation: Violation) -> None:
        """Count a response that breaks the contract."""
        self._violations.labels(violation.operation).inc()


def all_workers(registry: CollectorRegistry) -> CollectorRegistry:
    """The registry to show: *registry* itself for one process, or one that reads the folder that all workers write to."""
    directory = os.environ.get(_DIRECTORY)
    if not directory:
        return registry
    from prometheus_client import CollectorRegistry, multiprocess

    _forget_the_dead(Path(directory))
    shared = CollectorRegistry(support_collectors_without_names=True)
    multiprocess.MultiProcessCollector(shared, path=directory)  # type: ignore[no-untyped-call]
    return shared


def exposition(registry: CollectorRegistry) -> tuple[bytes, str]:
    """The metrics as text, and its media type."""
    from prometheus_client import CONTENT_TYPE_LATEST, generate_latest

    return generate_latest(all_workers(registry)), CONTENT_TYPE_LATEST


def _forget_the_dead(directory: Path) -> None:
    """A worker that was killed has no request in flight, whatever it wrote last."""
    for file in directory.glob("gauge_live*_*.db"):
        number = file.stem.rpartition("_")[2]
        # Linux answers from /proc; other systems are asked by a signal.
        if number.isdigit() and not Path(f"/proc/{number}").exists() and not _lives(int(number)):
            with contextlib.suppress(FileNotFoundError):
                file.unlink()


def _lives(process: int) -> bool:
    """Whether a process of this number exists."""
    try:
        # Signal 0 only asks whether the process exists.
        os.kill(process, 0)
    except ProcessLookupError:
        return False
    except PermissionError:
        return True
    return True


class _Server(WSGIServer):
    """All workers listen on one port, and the kernel chooses which answers: each knows the figures of all."""

    allow_reuse_address = True
    allow_reuse_port = True
    daemon_threads = True


class _Quiet(WSGIRequestHandler):
    """Scrapes are no lines of the log."""

    @override
    def log_message(self, format: str, *args: object) -> None:
        """Write nothing."""


def metrics_server(registry: CollectorRegistry, host: str, port: int) -> WSGIServer:
    """A server of metrics, which listens already; ``serve_forever`` runs it, in a thread.

    Raises:
        OSError: where it cannot listen.
    """

    def application(environ: object, start_response: object) -> list[bytes]:
        body, media_type = exposition(registry)
        headers = [("Content-Type", media_type), ("Content-Length", str(len(body)))]
        assert callable(start_response)
        start_response("200 OK", headers)
        return [body]

    return make_server(host, port, application, _Server, _Quiet)
