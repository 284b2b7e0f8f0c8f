"""One operation, compiled at start-up: everything between the dispatch of a request and the bytes of its response."""

from __future__ import annotations

import logging
from collections.abc import Awaitable, Callable
from dataclasses import dataclass
from datetime import UTC, datetime
from email.utils import format_datetime
from typing import Any, Final, TypeAlias

from fastapi.exceptions import RequestValidationError
from starlette.exceptions import HTTPException
from starlette.types import Receive, Scope, Send

from accord.runtime import bodies, declare
from accord.runtime.checking import Report
from accord.runtime.errors import Errors
from accord.runtime.faults import pointer_of
from accord.runtime.guard import Guard
from accord.runtime.handlers import AppHandlers, HandOver
from accord.runtime.negotiation import compile_negotiation
from accord.runtime.parameters import compile_parameters, wanted_headers
from accord.runtime.problems import InvalidPart, Rejection, RejectionKind
from accord.runtime.providers import AnyCallable, Call, Providers
from accord.runtime.rejections import RejectionWriter
from accord.runtime.rendering import Renderer
from accord.runtime.replies import ContractViolation, RawHeaders, Reply
from accord.runtime.request import ClientDisconnected, Parts
from accord.runtime.responses import ErrorResponse, Forbidden, Unauthorized
from accord.runtime.security import challenges, compile_security, security_headers
from accord.runtime.settings import RuntimeSettings
from accord.runtime.streams import AnyReply, BodyFirst, StreamReply, close_iterator, send_stream

logger: Final = logging.getLogger("accord.runtime")

Serve: TypeAlias = Callable[[Scope, Receive, Send, list[str]], Awaitable[None]]
Run: TypeAlias = Callable[[Parts, Call], Awaitable[AnyReply]]


@dataclass(frozen=True, slots=True, kw_only=True)
class VersionContext:
    """What all operations of a version share."""

    version: str
    prefix: str
    guard: Guard
    settings: RuntimeSettings
    errors: Errors | None
    providers: Providers
    security: AnyCallable | None
    handlers: AppHandlers
    report: Report


class CompiledOperation:
    """Serves one operation: ``serve`` is called for each request. It never raises, except to hand an exception to the
    application's handlers."""

    def __init__(
        self,
        operation: declare.Operation,
        provider: AnyCallable,
        path_names: list[str],
        context: VersionContext,
    ) -> None:
        self.operation = operation
        self._context = context
        self._head = operation.method.upper() == "HEAD"
        self._rejection_writer = RejectionWriter(
            context.guard, context.errors, context.settings.max_reported_errors, operation.responses
        )
        self._renderer = Renderer(operation, context.guard, context.settings, context.report)
        self._extra = _lifecycle_headers(operation)
        self._route = context.prefix + operation.path
        admissions = context.settings.admissions
        self._admission = None if admissions is None else admissions(operation, self._route)
        self._wanted = _wanted(operation)
        self._run = self._compile(provider, path_names)

    def _compile(self, provider: AnyCallable, path_names: list[str]) -> Run:
        """What serves a request whose dependencies may be entered: everything that can be decided at start-up is decided
        here."""
        operation, context = self.operation, self._context
        if operation.unsupported:
            return _unsupported
        read_parameters = compile_parameters(operation, path_names, context.guard, context.settings)
        read_body = (
            None
            if operation.body is None
            else bodies.compile_body(operation.body, context.guard, context.settings)
        )
        get_principal = self._compile_principal(provider)
        beside = () if context.security is None or not operation.security else (context.security,)
        solve = context.providers.compile(provider, beside)
        accept, reads_late = _compile_accept(operation), _reads_late(operation)
        render, function = self._renderer.render, operation.function
        arrived = None if self._admission is None else self._admission.arrived
        identified = None if self._admission is None else self._admission.identified

        # The order is part of the promise: a limit per address is asked before anybody looks at
        # credentials, an unknown caller learns nothing of the contract's rules (401 before 422), and a body
        # is read only for a request that is otherwise in order.
        async def run(parts: Parts, call: Call) -> AnyReply:
            if arrived is not None:
                await arrived(parts.scope)
            if get_principal is not None:
                principal = parts.scope["accord.principal"] = await get_principal(parts, call)
                if identified is not None:
                    await identified(parts.scope)
                arguments = read_parameters(parts)
                arguments["principal"] = principal
            else:
                arguments = read_parameters(parts)
            if accept is not None:
                accept(parts, arguments)
            if read_body is not None:
                if reads_late:
                    # The implementation reads the body while its response is sent; whoever waits for the
                    # client to leave receives from the same channel, and would take parts of the body away.
                    call.receive = BodyFirst(call.receive)
                arguments["body"] = await read_body(parts, call.receive)
            implementation = await solve(call)
            return render(await getattr(implementation, function)(**arguments), parts.scope)

        return run

    def _compile_principal(self, provider: AnyCallable) -> Callable[[Parts, Call], Awaitable[Any]] | None:
        """What authenticates a request; ``None`` for a public operation."""
        operation, context = self.operation, self._context
        if not operation.security:
            return None
        if context.security is None:
            raise TypeError(f"operation {operation.key} needs a security provider")
        authenticate = compile_security(operation.security, context.version)
        solve = context.providers.compile(context.security, (provider,))
        return lambda parts, call: authenticate(parts, lambda: solve(call))

    async def serve(self, scope: Scope, receive: Receive, send: Send, path: list[str]) -> None:
        """Answer one request, whose path has the (percent-encoded) values *path*."""
        scope["accord.route"] = self._route
        scope["accord.operation"] = self.operation
        parts, call = Parts(scope, path, self._wanted), Call(scope, receive)
        try:
            await self._respond(parts, call, send)
        finally:
            if parts.on_end is not None:
                parts.on_end()

    async def _respond(self, parts: Parts, call: Call, send: Send) -> None:
        """Run the operation, end its dependencies, and only then send: what a dependency raises at its end still decides the
        answer."""
        try:
            reply = await self._run(parts, call)
            failed: BaseException | None = None
        # Also `CancelledError`: dependencies with `yield` must end (roll back) whatever ended the request.
        except BaseException as error:  # noqa: BLE001 - thrown into the dependencies, then answered or raised
            reply, failed = None, error
        if failed is not None or call.stack:
            failed = await call.close(failed)
            if failed is not None:
                reply = await self._reply_to(failed, call.scope)
        # The common case: neither a stream, nor headers of dependencies or of admissions.
        if type(reply) is Reply and call.response is None and self._admission is None:
            reply.headers.extend(self._extra)
            await reply.send(send, head=self._head)
        elif reply is not None:
            await self._send(reply, call, send)
        # After the response, as FastAPI does it.
        if call.tasks is not None:
            await call.tasks()

    async def _send(self, reply: AnyReply | None, call: Call, send: Send) -> None:
        """Send *reply*; where a stream fails before its first bytes, the response to that failure instead."""
        # Until one starts: what it raises before may be answered by another.
        while isinstance(reply, StreamReply):
            self._complete(reply.headers, call)
            try:
                error = await self._stream(reply, call, send)
            except Exception as raised:  # noqa: BLE001 - nothing was sent yet: it is answered like any other
                reply = await self._reply_to(raised, call.scope)
            else:
                if error is not None:
                    self._log("stream", error)
                return
        if reply is not None:
            self._complete(reply.headers, call)
            await reply.send(send, head=self._head)

    async def _stream(self, reply: StreamReply, call: Call, send: Send) -> Exception | None:
        """Send a stream; gives what ended it after its first bytes, if that was an error."""
        # A HEAD request gets the headers of the stream; nobody would read its parts, and some have no end.
        if self._head:
            await close_iterator(reply.parts)
            await Reply(reply.status, reply.headers).send(send, head=True)
            return None
        watch = self._context.settings.close_streams_on_signal
        return await send_stream(reply, call.receive, send, watch_signals=watch)

    def _complete(self, headers: RawHeaders, call: Call) -> None:
        """Add the headers that do not come from the implementation: life cycle, dependencies, admissions."""
        headers.extend(self._extra)
        if call.response is not None:
            headers.extend(call.response.raw_headers)
        if self._admission is not None:
            headers.extend(call.scope.get("accord.headers", ()))

    async def _reply_to(self, error: BaseException, scope: Scope) -> AnyReply | None:
        """The response to *error*; ``None`` where nobody waits for one."""
        if isinstance(error, ClientDisconnected):
            return None
        if not isinstance(error, Exception):
            raise error
        if type(error) is Rejection:  # the common one, and nothing can be documented for it elsewhere
            error.operation = self.operation.key
            return self._rejection_writer.reply(error)
        try:
            return await self._documented(error, scope)
        except Exception as raised:  # noqa: BLE001 - nothing documented fits, or the response or its handler is broken
            error = raised
        rejection = self._as_rejection(error)
        if rejection is not None:
            rejection.operation = self.operation.key
            return self._rejection_writer.reply(rejection)
        if self._context.handlers.wants(error):
            # The application's handlers run inside its own middleware stack, which can only be entered from
            # outside: see `dispatch`.
            raise HandOver(error)
        self._log("operation", error)
        return self._internal(error, scope.get("accord.trace_id"))

    async def _documented(self, error: Exception, scope: Scope) -> AnyReply:
        """The documented response to *error*; raises what is to be answered otherwise."""
        if isinstance(error, ErrorResponse):
            return self._renderer.render(error, scope)
        errors = self._context.errors
        if errors is not None and errors.handles(error):
            return self._renderer.render(await errors.response(error), scope)
        raise error

    def _as_rejection(self, error: Exception) -> Rejection | None:
        """*error* as a rejection of the runtime; ``None`` where it is none, such as a fault of the implementation."""
        match error:
            case Rejection():
                return error
            case Unauthorized():
                uses = [use for alternative in self.operation.security for use in alternative]
                headers = challenges(uses, self._context.version, invalid=True)
                return Rejection(RejectionKind.UNAUTHORIZED, detail=error.detail, headers=headers)
            case Forbidden():
                return Rejection(RejectionKind.FORBIDDEN, detail=error.detail)
            case RequestValidationError() if not self._context.handlers.wants(error):
                return Rejection(RejectionKind.INVALID, errors=_stock_errors(error))
            case HTTPException() if error.status_code >= 400 and not self._context.handlers.wants(error):
                headers = list((error.headers or {}).items())
                detail: Any = error.detail  # Any: FastAPI lets it be anything
                # FastAPI takes any JSON for a detail; a problem has room for text.
                text = detail if isinstance(detail, str) and detail else None
                return Rejection.of_status(error.status_code, detail=text, headers=headers)
            case _:
                return None

    def _internal(self, error: Exception, trace_id: str | None) -> Reply:
        """The 500. Where the request has a trace it is all that the problem says: the log has the rest under it."""
        detail = None if trace_id is None else ""
        if self._context.settings.debug:
            detail = (
                str(error) if isinstance(error, ContractViolation) else f"{type(error).__name__}: {error}"
            )
        extensions = None if trace_id is None else {"trace_id": trace_id}
        rejection = Rejection(RejectionKind.INTERNAL, detail=detail, extensions=extensions)
        rejection.operation = self.operation.key
        return self._rejection_writer.reply(rejection)

    def _log(self, place: str, error: Exception) -> None:
        """Report a broken response to whoever counts those; log any other error with its traceback."""
        key = self.operation.key
        if isinstance(error, ContractViolation):
            self._context.report(error.of(key))
        else:
            logger.error("%s %s failed", place, key, exc_info=error)


async def _unsupported(parts: Parts, call: Call) -> AnyReply:
    """The implementation of an operation that Accord cannot serve: 501 with the reasons."""
    operation: declare.Operation = parts.scope["accord.operation"]
    raise Rejection(RejectionKind.NOT_IMPLEMENTED, detail="; ".join(operation.unsupported))


def _wanted(operation: declare.Operation) -> frozenset[bytes]:
    """Lower-case names of all headers that the operation reads. Others are never looked at, nor copied."""
    wanted = wanted_headers(operation) | security_headers(operation.security)
    if operation.body is not None:
        wanted |= bodies.WANTED
    if _offered(operation):
        wanted |= {b"accept"}
    return wanted


def _offered(operation: declare.Operation) -> list[str]:
    """The media types among which ``Accept`` chooses: those of successes, or of ``default`` where it stands for them.
    Empty where it decides nothing."""
    by_status = {str(response.status): response.content for response in operation.responses}
    chosen = [content for status, content in by_status.items() if status.startswith("2")]
    chosen = chosen or [by_status.get("default", ())]
    types = list(dict.fromkeys(entry.media_type for content in chosen for entry in content))
    # With one media type there is nothing to choose, and RFC 9110, section 12.5.1, lets a server ignore
    # `Accept` then. A documented 406 says that this one does not.
    several = len(types) > 1 or any("*" in text for text in types)
    return types if several or "406" in by_status else []


def _compile_accept(operation: declare.Operation) -> Callable[[Parts, dict[str, Any]], None] | None:
    """406, where several media types or a 406 are documented; the implementation gets the best of what is accepted."""
    offered = _offered(operation)
    if not offered:
        return None
    negotiate, argument = compile_negotiation(offered), operation.media_type
    detail = f"The operation answers {', '.join(offered)}."

    def accept(parts: Parts, arguments: dict[str, Any]) -> None:  # Any: arguments of the implementation
        accepted = negotiate(parts.headers.get(b"accept"))
        if not accepted:
            raise Rejection(RejectionKind.NOT_ACCEPTABLE, detail=detail)
        if argument is not None:
            arguments[argument] = accepted[0]

    return accept


def _reads_late(operation: declare.Operation) -> bool:
    """Whether a request body may come as a stream, of which there is more when the response starts."""
    contents = () if operation.body is None else operation.body.content
    return any(isinstance(content.read, declare.File | declare.Items) for content in contents)


def _moment(text: str) -> datetime:
    moment = datetime.fromisoformat(text)
    # The contract may give a date without a zone; the headers are in UTC.
    return moment if moment.tzinfo is not None else moment.replace(tzinfo=UTC)


def _lifecycle_headers(operation: declare.Operation) -> RawHeaders:
    """``Deprecation`` (RFC 9745) and ``Sunset`` (RFC 8594), as the contract dates them."""
    headers: RawHeaders = []
    if operation.deprecated_at is not None:
        # RFC 9745, section 2.1: a structured field of type Date, seconds after an at sign.
        headers.append((b"deprecation", b"@%d" % int(_moment(operation.deprecated_at).timestamp())))
    if operation.sunset is not None:
        text = format_datetime(_moment(operation.sunset).astimezone(UTC), usegmt=True)
        headers.append((b"sunset", text.encode("ascii")))
    return headers


def _stock_errors(error: RequestValidationError) -> list[InvalidPart]:
    """What FastAPI found wrong with what a dependency asks for. Its texts are those of types: they repeat no input."""
    found = ((tuple(detail["loc"]), f"is not valid ({detail['type']})") for detail in error.errors())
    return sorted(
        {InvalidPart(".".join(map(str, loc[:2])), pointer_of(loc[2:]), reason) for loc, reason in found}
    )
