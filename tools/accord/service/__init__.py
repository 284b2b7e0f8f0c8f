"""What a production service wants around its operations: ``install_service`` puts it on an application.

Takes a FastAPI application and :class:`ServiceSettings`, gives trace context, structured logs, metrics, health, rate limits,
security headers, timeouts and OpenTelemetry: small parts with settings of their own, whose libraries are extras. Nothing here
is needed to serve a contract.

Read :mod:`accord.service.install` first, then :mod:`accord.service.edge` (what happens to each request).
"""

from typing import TYPE_CHECKING

from accord.service.callers import Caller, Identify
from accord.service.health import Check
from accord.service.install import InstalledService, install_service
from accord.service.settings import ServiceError, ServiceSettings
from accord.service.trace import current_request, outgoing_headers

if TYPE_CHECKING:
    from accord.service.rate_limits import RateLimits

__all__ = [
    "Caller",
    "Check",
    "Identify",
    "InstalledService",
    "RateLimits",
    "ServiceError",
    "ServiceSettings",
    "current_request",
    "install_service",
    "outgoing_headers",
]


def __getattr__(name: str) -> object:
    """``RateLimits`` needs the library of its extra, so it is imported when it is asked for."""
    if name == "RateLimits":
        from accord.service.rate_limits import RateLimits

        return RateLimits
    raise AttributeError(f"module {__name__!r} has no attribute {name!r}")
