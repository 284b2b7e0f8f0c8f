"""``install_service``: everything of this package on an application, by one call."""

from __future__ import annotations

import asyncio
import dataclasses
import threading
from collections.abc import Callable, Mapping
from importlib.util import find_spec
from typing import TYPE_CHECKING

from fastapi import FastAPI
from starlette.middleware.cors import CORSMiddleware
from starlette.types import ASGIApp

from accord.runtime import RuntimeSettings, add_outer_middleware, respond_with_problems
from accord.runtime.application import AccordApp
from accord.service.callers import ClientAddress, Identify
from accord.service.health import Check, Drain, Health
from accord.service.settings import ServiceError, ServiceSettings

if TYPE_CHECKING:
    from wsgiref.simple_server import WSGIServer

    from accord.service.edge import EdgeParts
    from accord.service.logs import Write
    from accord.service.metrics import Metrics
    from accord.service.rate_limits import RateLimits

# Browsers hide all but a few response headers from scripts of other origins (Fetch, "CORS-safelisted
# response-header name").
_EXPOSED = (
    "traceresponse",
    "ETag",
    "Location",
    "Retry-After",
    "RateLimit",
    "RateLimit-Policy",
    "Deprecation",
    "Sunset",
)


class InstalledService:
    """What :func:`install_service` made. ``limits`` and ``metrics`` are ``None`` where they are off."""

    def __init__(
        self, settings: ServiceSettings, health: Health, metrics: Metrics | None, limits: RateLimits | None
    ) -> None:
        self.settings = settings
        self.health = health
        self.metrics = metrics
        self.limits = limits
        self._drain = Drain(health, settings.drain_delay)
        self._server: WSGIServer | None = None

    def runtime(self, settings: RuntimeSettings | None = None) -> RuntimeSettings:
        """*settings* for ``install`` of a version, with the limits and the counter of broken responses of this service."""
        settings = settings or RuntimeSettings()
        changes: dict[str, object] = {}
        if self.limits is not None and settings.admissions is None:
            changes["admissions"] = self.limits
        if self.metrics is not None and settings.on_violation is None:
            changes["on_violation"] = self.metrics.count_violation
        return dataclasses.replace(settings, **changes)  # type: ignore[arg-type] # pyright: ignore[reportArgumentType]

    async def start(self) -> None:
        """Begin to hear SIGTERM, and to offer the metrics on their own port. The lifespan calls it."""
        self._drain.watch()
        port = self.settings.metrics_port
        if self.metrics is not None and port is not None:
            from accord.service.metrics import metrics_server

            self._server = metrics_server(self.metrics.registry, self.settings.metrics_host, port)
            threading.Thread(target=self._server.serve_forever, name="metrics", daemon=True).start()

    async def stop(self) -> None:
        """End what ``start`` began."""
        self._drain.stop()
        server, self._server = self._server, None
        if server is not None:
            await asyncio.to_thread(server.shutdown)
            server.server_close()


def install_service(
    app: FastAPI,
    settings: ServiceSettings | None = None,
    *,
    checks: Mapping[str, Check] | None = None,
    identify: Identify | None = None,
    write: Write | None = None,
) -> InstalledService:
    """Put trace, logs, metrics, health, limits, security headers and timeouts on *app*, before versions are installed.

    Args:
        app: An application that has not started; one of ``create_app`` keeps its direct way to contract operations.
        settings: What the operator chose; every part can be turned off there.
        checks: What readiness asks, by name.
        identify: Names the caller of a principal, for logs and for limits per user and per key.
        write: Takes log lines in place of the stream.

    Raises:
        ServiceError: where a part is on whose library is not installed, or a setting cannot be read.
    """
    settings = settings or ServiceSettings()
    _require_libraries(settings)
    from accord.service.metrics import Metrics

    # One value for logs, limits and metrics, so that all of them count the same client.
    clients = ClientAddress(settings.trusted_proxies)
    health = Health(checks or {}, settings.check_timeout)
    metrics = Metrics(settings.metrics_dir) if settings.metrics else None
    limits = None
    if settings.rate_limits:
        from accord.service.rate_limits import RateLimits

        limits = RateLimits(settings, clients, identify)
    installed = InstalledService(settings, health, metrics, limits)
    respond_with_problems(app)
    # FastAPI would make a second span inside of ours, and requests would lose their direct way for it.
    if settings.otel and isinstance(app, AccordApp):
        app.is_traced_outside = True
    parts = _parts(installed, clients, identify, write)
    add_outer_middleware(app, _wrapper(settings, parts))
    return installed


def _parts(
    installed: InstalledService, clients: ClientAddress, identify: Identify | None, write: Write | None
) -> EdgeParts:
    """What stands around each request. Modules whose library is an extra are imported only where they are on."""
    from accord.service.edge import EdgeParts
    from accord.service.probes import probes_of
    from accord.service.protection import security_headers

    settings, access = installed.settings, None
    if settings.log_format != "off":
        from accord.service.access import AccessLog
        from accord.service.logs import configure_logging, lines_of

        configure_logging(settings, write=write, identify=identify)
        if settings.access_log:
            access = AccessLog(lines_of(settings) if write is None else write, identify)
    return EdgeParts(
        health=installed.health,
        clients=clients,
        metrics=installed.metrics,
        access=access,
        headers=tuple(security_headers(settings)),
        timeout=settings.request_timeout,
        probes=probes_of(settings, installed.health, installed.metrics),
        start=installed.start,
        stop=installed.stop,
    )


def _wrapper(settings: ServiceSettings, parts: EdgeParts) -> Callable[[ASGIApp], ASGIApp]:
    """What puts the parts around an application: the edge, in it spans, in them CORS."""
    from accord.service.edge import Edge

    def wrap(app: ASGIApp) -> ASGIApp:
        if settings.cors_origins:
            app = CORSMiddleware(
                app,
                allow_origins=settings.cors_origins,
                allow_methods=["*"],
                allow_headers=["*"],
                expose_headers=_EXPOSED,
            )
        if settings.otel:
            from accord.service.telemetry import spans

            app = spans(app)
        # Outermost, so that answers to preflight requests and failures of the other wrappers are logged and
        # counted too.
        return Edge(app, parts)

    return wrap


def _require_libraries(settings: ServiceSettings) -> None:
    """One line for what is missing, at the start and not at the first request."""
    needed = [
        (settings.log_format != "off", "structlog", "logs", "log_format='off'"),
        (settings.metrics, "prometheus_client", "metrics", "metrics=False"),
        (bool(settings.rate_limits), "limits", "limits", "no rate_limits"),
        (settings.redis_url is not None and bool(settings.rate_limits), "redis", "limits", "no redis_url"),
        (settings.otel, "opentelemetry.sdk", "otel", "otel=False"),
    ]
    for on, library, extra, off in needed:
        if on and not _is_installed(library):
            raise ServiceError(f"{library} is not installed: install accord[{extra}], or set {off}")


def _is_installed(library: str) -> bool:
    """Whether *library* can be imported, without importing it."""
    try:
        return find_spec(library) is not None
    except ModuleNotFoundError:
        return False
