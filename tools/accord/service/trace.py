"""Trace context: which request a line of the log, a span or a response belongs to (W3C Trace Context, ``traceparent``)."""

from __future__ import annotations

import os
import re
from contextvars import ContextVar
from typing import Any, Final

from starlette.types import Scope

_TRACEPARENT: Final = re.compile(
    # W3C Trace Context, section 3.2.2: version ff and ids of zeros are invalid, later versions may be
    # longer.
    rb"(?!ff)[0-9a-f]{2}-(?!0{32})([0-9a-f]{32})-(?!0{16})([0-9a-f]{16})-([0-9a-f]{2})(?:-.*)?"
).fullmatch
_LENGTH_OF_00: Final = 55


class RequestContext:
    """One request as logs and traces see it. What is not known yet, such as the route, is read when it is asked for.

    ``parent_id`` is the span of the caller, empty where the trace starts here; ``flags`` are those of the caller.
    """

    __slots__ = ("flags", "parent_id", "scope", "span_id", "trace_id")

    def __init__(self, scope: Scope, traceparent: bytes | None) -> None:
        self.scope = scope
        found = None if traceparent is None else parse_traceparent(traceparent)
        # One call for both ids.
        ids = os.urandom(24).hex()
        self.span_id = ids[:16]
        if found is None:
            self.trace_id, self.parent_id, self.flags = ids[16:], "", "00"
        else:
            self.trace_id, self.parent_id, self.flags = found

    @property
    def route(self) -> str:
        """The route template with its prefix; empty where nothing was routed."""
        route = self.scope.get("accord.route")
        if route is None:
            route = getattr(self.scope.get("route"), "path", "")  # a route of the application's own
        return route if isinstance(route, str) else ""

    @property
    def principal(self) -> Any:  # Any: the type is the version's own
        """Who calls, once the credentials were checked; ``None`` before, and for nobody."""
        return self.scope.get("accord.principal")

    @property
    def traceparent(self) -> str:
        """The header for requests to others that are made on behalf of this one, and for the response."""
        return f"00-{self.trace_id}-{self.span_id}-{self.flags}"


_CURRENT: Final[ContextVar[RequestContext | None]] = ContextVar("accord.request", default=None)
enter: Final = _CURRENT.set
leave: Final = _CURRENT.reset


def current_request() -> RequestContext | None:
    """The request that the running task works for; ``None`` outside of one."""
    return _CURRENT.get()


def outgoing_headers() -> dict[str, str]:
    """``traceparent`` for a request to another service; nothing outside of a request."""
    request = _CURRENT.get()
    return {} if request is None else {"traceparent": request.traceparent}


def parse_traceparent(value: bytes) -> tuple[str, str, str] | None:
    """Trace id, span id of the caller and flags; ``None`` for a value that the recommendation calls invalid."""
    found = _TRACEPARENT(value)
    if found is None or (value.startswith(b"00") and len(value) != _LENGTH_OF_00):
        return None
    trace_id, parent_id, flags = found.groups()
    return trace_id.decode(), parent_id.decode(), flags.decode()


def find_traceparent(headers: list[tuple[bytes, bytes]]) -> bytes | None:
    """The header of a request; one that came twice is as good as none."""
    found: bytes | None = None
    for name, value in headers:
        if name == b"traceparent":
            if found is not None:
                return None
            found = value
    return found
