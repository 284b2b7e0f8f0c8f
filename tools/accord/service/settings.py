"""What an operator of any service may set: one frozen value, checked where it is made."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from ipaddress import ip_network
from pathlib import Path
from types import MappingProxyType
from typing import Literal

_NO_LIMITS: Mapping[str, tuple[str, ...]] = MappingProxyType({})


@dataclass(frozen=True, slots=True, kw_only=True)
class ServiceSettings:
    """How a service is watched and guarded. Everything has a default; what is ``None`` or empty is off.

    Attributes:
        log_format: ``json`` writes one JSON object a line, ``console`` lines for people; ``off`` leaves logging alone.
        log_level: The least level that is written.
        log_stream: Where lines go.
        access_log: Whether each request is one line.
        secrets: Values that never stand in a log line, whatever prints them.
        metrics: Whether requests are counted and timed for Prometheus.
        metrics_path: Where the application itself offers the metrics.
        metrics_port: A port of its own for the metrics; the workers of a service share it.
        metrics_host: The address of that port.
        metrics_dir: A folder for the metrics of several workers; each then offers those of all. Empty it before the
            service starts.
        live_path: Answers 200 while the process works.
        ready_path: Answers 200 while the process should be given requests, 503 while it drains or a check fails.
        check_timeout: Seconds after which a check of readiness has failed.
        drain_delay: Seconds after SIGTERM in which the service is not ready but still serves, so that balancers notice.
        request_timeout: Seconds until a response has begun; then it is 503. A stream that has begun is not bounded.
        trusted_proxies: Addresses and networks whose ``X-Forwarded-For`` is believed.
        rate_limits: The rules of each policy that the contract names, such as ``100/minute per ip``.
        rate_limit_fields: Whether ``RateLimit`` fields stand in rejections only, or in every response that is limited.
        redis_url: Where the limits of all workers are counted; without it each process counts alone.
        redis_retry: Seconds after a failure of Redis in which it is not asked, and each process counts alone.
        redis_timeout: Seconds that Redis may take.
        security_headers: Whether answers carry ``X-Content-Type-Options``, ``Referrer-Policy`` and ``frame-ancestors``.
        hsts_seconds: ``Strict-Transport-Security`` for so long; 0 is off. For services behind TLS.
        cors_origins: Origins whose pages may call.
        otel: Whether requests become OpenTelemetry spans, by the tracer provider of the process.
    """

    log_format: Literal["json", "console", "off"] = "json"
    log_level: str = "INFO"
    log_stream: Literal["stdout", "stderr"] = "stderr"
    access_log: bool = True
    secrets: tuple[str, ...] = field(default=(), repr=False)
    metrics: bool = True
    metrics_path: str | None = "/metrics"
    metrics_port: int | None = None
    metrics_host: str = "127.0.0.1"
    metrics_dir: Path | None = None
    live_path: str = "/healthz"
    ready_path: str = "/readyz"
    check_timeout: float = 2.0
    drain_delay: float = 0.0
    request_timeout: float | None = 30.0
    trusted_proxies: tuple[str, ...] = ()
    rate_limits: Mapping[str, tuple[str, ...]] = field(default_factory=lambda: _NO_LIMITS)
    rate_limit_fields: Literal["rejections", "always"] = "rejections"
    redis_url: str | None = field(default=None, repr=False)
    redis_retry: float = 2.0
    redis_timeout: float = 0.25
    security_headers: bool = True
    hsts_seconds: int = 0
    cors_origins: tuple[str, ...] = ()
    otel: bool = False

    def __post_init__(self) -> None:
        for name in ("check_timeout", "redis_retry", "redis_timeout"):
            if getattr(self, name) <= 0:
                raise ValueError(f"ServiceSettings.{name} must be greater than 0")
        for name in ("drain_delay", "hsts_seconds"):
            if getattr(self, name) < 0:
                raise ValueError(f"ServiceSettings.{name} must not be negative")
        if self.request_timeout is not None and self.request_timeout <= 0:
            raise ValueError("ServiceSettings.request_timeout must be greater than 0, or None")
        for path in (self.live_path, self.ready_path, self.metrics_path):
            if path is not None and not path.startswith("/"):
                raise ValueError(f"ServiceSettings: the path {path!r} must start with '/'")
        # A misspelled network must stop the start; at the first request it would be too late.
        for network in self.trusted_proxies:
            ip_network(network)


class ServiceError(RuntimeError):
    """A service cannot be watched or guarded as it is set: the message says what to change. Raised at start-up only."""
