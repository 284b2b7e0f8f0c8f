"""The access log: one line a request, of the same shape as every other line, written without the machinery of those."""

from __future__ import annotations

import time
from typing import Final

import msgspec

from accord.service.callers import Identify
from accord.service.logs import Write
from accord.service.trace import RequestContext


class _Line(msgspec.Struct):
    """The members of a line, in their order. ``duration`` is in seconds."""

    timestamp: str
    level: str
    logger: str
    event: str
    method: str
    route: str
    status: int
    duration: float
    user: str | None
    client: str
    trace_id: str
    span_id: str
    parent_id: str


_encode: Final = msgspec.json.Encoder().encode_into


class AccessLog:
    """Writes the line of a request. No path and no query stand in it: both may hold what is nobody's business."""

    def __init__(self, write: Write, identify: Identify | None) -> None:
        self._write = write
        self._identify = identify
        self._second = 0
        self._clock = ""
        # One buffer for all lines: a process writes them one after the other.
        self._buffer = bytearray(1024)

    def __call__(self, request: RequestContext, status: int, duration: float, client: str) -> None:
        """Write the line of a request that took *duration* seconds."""
        now = time.time()
        # strftime costs more than the rest of the line, so its text is kept for a second.
        second = int(now)
        if second != self._second:
            self._second = second
            self._clock = time.strftime("%Y-%m-%dT%H:%M:%S", time.gmtime(second))
        principal = request.scope.get("accord.principal")
        caller = None if principal is None or self._identify is None else self._identify(principal)
        line = _Line(
            f"{self._clock}.{int((now - second) * 1_000_000):06d}Z",
            "info" if status < 500 else "error",
            "accord.access",
            "request",
            request.scope["method"],
            request.route,
            status,
            round(duration, 6),
            None if caller is None else caller.name,
            client,
            request.trace_id,
            request.span_id,
            request.parent_id,
        )
        buffer = self._buffer
        _encode(line, buffer)
        buffer += b"\n"
        self._write(bytes(buffer))
