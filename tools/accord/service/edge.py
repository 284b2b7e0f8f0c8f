"""The outermost part of a service: one ASGI wrapper around the application, in place of a middleware for each concern.

It starts the trace, times and counts the request, writes its line, bounds its time, adds headers, and answers what
failed outside of every operation. The application inside keeps its direct way to the operations of a contract.
"""

from __future__ import annotations

import asyncio
import json
import logging
from collections.abc import Awaitable, Callable, Mapping
from dataclasses import dataclass
from time import perf_counter
from typing import TYPE_CHECKING, Any, Final, TypeAlias

from starlette.types import ASGIApp, Message, Receive, Scope, Send

from accord.runtime import PROBLEM_MEDIA_TYPE, problem
from accord.service.callers import ClientAddress
from accord.service.health import Health
from accord.service.protection import RawHeader
from accord.service.trace import RequestContext, enter, find_traceparent, leave

if TYPE_CHECKING:  # what they need is imported only where they are on
    from accord.service.access import AccessLog
    from accord.service.metrics import Metrics

logger: Final = logging.getLogger("accord.service")

Probe: TypeAlias = Callable[[Scope, Send], Awaitable[None]]
LEFT: Final = 499
"""Stands in logs and metrics for a request whose client left before it was answered."""


@dataclass(frozen=True, slots=True, kw_only=True)
class EdgeParts:
    """What the edge consists of; a part that is ``None`` is off."""

    health: Health
    clients: ClientAddress
    metrics: Metrics | None
    access: AccessLog | None
    headers: tuple[RawHeader, ...]
    timeout: float | None
    probes: Mapping[str, Probe]
    start: Callable[[], Awaitable[None]]
    stop: Callable[[], Awaitable[None]]


class Edge:
    """The ASGI wrapper around *app*, with the parts that are on."""

    def __init__(self, app: ASGIApp, parts: EdgeParts) -> None:
        self.app = app
        self._parts = parts
        self._names = frozenset(name for name, _ in parts.headers)

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Serve one request, or watch the lifespan."""
        if scope["type"] != "http":
            await (self._lifespan if scope["type"] == "lifespan" else self.app)(scope, receive, send)
            return
        # Before everything else: an orchestrator asks every few seconds, and must neither fill the log nor
        # be limited.
        probe = self._parts.probes.get(scope["path"])
        if probe is not None and scope["method"] in {"GET", "HEAD"}:
            await probe(scope, send)
            return
        started = perf_counter()
        request = RequestContext(scope, find_traceparent(scope["headers"]))
        scope["accord.trace_id"] = request.trace_id
        metrics, access = self._parts.metrics, self._parts.access
        if metrics is not None:
            metrics.enter()
        token = enter(request)
        response = _Response(self, request, send)
        try:
            if self._parts.timeout is None:
                await self.app(scope, receive, response.send)
            else:
                await self._in_time(scope, receive, response, self._parts.timeout)
        except Exception as error:  # noqa: BLE001 - nobody outside would answer it, or know its trace
            await self._failed(error, response)
        finally:
            # After the response is sent, so that a slow client counts, as it does for whoever waits.
            duration = perf_counter() - started
            status = response.status or LEFT
            if metrics is not None:
                metrics.leave()
                metrics.observe(scope["method"], request.route, status, duration)
            if access is not None:
                access(request, status, duration, self._parts.clients.of(scope))
            leave(token)

    async def _in_time(self, scope: Scope, receive: Receive, response: _Response, seconds: float) -> None:
        """Serve, unless the response does not begin in time: then what works on it is cancelled."""
        # `_Answer.send` lifts the limit when the response begins: streams may last.
        limit = response.limit = asyncio.timeout(seconds)
        try:
            async with limit:
                await self.app(scope, receive, response.send)
        except TimeoutError:
            # A TimeoutError of the application's own is a failure like any other.
            if not limit.expired() or response.status:
                raise
            response.limit = None
            logger.warning("no response within %s seconds", seconds)
            await response.problem(503, [(b"retry-after", b"1")])

    async def _failed(self, error: Exception, response: _Response) -> None:
        """Answer what nothing inside has answered: 500 with the trace, or a cut connection where a response had begun."""
        response.limit = None
        logger.error("a request failed outside of every operation", exc_info=error)
        if not response.status:
            await response.problem(500, [])
        elif not response.complete:
            raise error  # the server must cut the connection: the client would take half a response for a whole one

    def complete(self, headers: list[RawHeader], request: RequestContext) -> list[RawHeader]:
        """*headers* of a response with those of the edge; one that the application has set itself stays."""
        completed = [*headers, (b"traceresponse", request.traceparent.encode())]
        # The application knows better than the settings, such as for pages that must be framed.
        present = {name for name, _ in headers}
        if self._names.isdisjoint(present):
            completed += self._parts.headers
        else:
            completed += [pair for pair in self._parts.headers if pair[0] not in present]
        if self._parts.health.draining and b"connection" not in present:
            # Clients of a draining process go to another one with their next request.
            completed.append((b"connection", b"close"))
        return completed

    async def _lifespan(self, scope: Scope, receive: Receive, send: Send) -> None:
        """The parts start before the application is told to have started, and stop after it."""

        async def watched(message: Message) -> None:
            if message["type"] == "lifespan.startup.complete":
                await self._parts.start()  # what it raises ends the application's lifespan, which says so
            elif message["type"] in {"lifespan.shutdown.complete", "lifespan.shutdown.failed"}:
                await self._parts.stop()
            await send(message)

        await self.app(scope, receive, watched)


class _Response:
    """What was sent of a response."""

    __slots__ = ("_edge", "_request", "_send", "complete", "limit", "status")

    def __init__(self, edge: Edge, request: RequestContext, send: Send) -> None:
        self._edge = edge
        self._request = request
        self._send = send
        self.status = 0
        self.complete = False
        self.limit: asyncio.Timeout | None = None

    async def send(self, message: Message) -> None:
        """Send a message, the first with the headers of the edge."""
        if message["type"] == "http.response.start":
            self.status = message["status"]
            if self.limit is not None and not self.limit.expired():
                self.limit.reschedule(None)  # what has begun may last
                self.limit = None
            message["headers"] = self._edge.complete(list(message.get("headers", ())), self._request)
        elif not message.get("more_body", False):
            self.complete = True
        await self._send(message)

    async def problem(self, status: int, headers: list[RawHeader]) -> None:
        """Send a problem that names the trace and nothing else."""
        document = problem(status, extensions={"trace_id": self._request.trace_id})
        headers = [*headers, (b"content-type", PROBLEM_MEDIA_TYPE.encode())]
        await send_whole(self.send, status, compact(document), headers)


def compact(document: Mapping[str, Any]) -> bytes:
    """A small JSON document."""
    return json.dumps(document, separators=(",", ":")).encode()


async def send_whole(send: Send, status: int, body: bytes, headers: list[RawHeader]) -> None:
    """Send a response in one piece."""
    headers = [*headers, (b"content-length", b"%d" % len(body))]
    await send({"type": "http.response.start", "status": status, "headers": headers})
    await send({"type": "http.response.body", "body": body})
