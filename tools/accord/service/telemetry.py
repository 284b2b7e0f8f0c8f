"""OpenTelemetry: each request a span. Imported only where ``ServiceSettings.otel`` is on (extra ``accord[otel]``).

Spans go to the tracer provider of the process; where none was set, one of the SDK is, with the exporter that the
caller of :func:`spans` gives. Attributes follow the semantic conventions of HTTP, and repeat no path, query or header.
"""

from __future__ import annotations

from typing import Final

from opentelemetry import trace
from opentelemetry.context import Context
from opentelemetry.sdk.trace import TracerProvider
from opentelemetry.trace import NonRecordingSpan, SpanContext, SpanKind, Status, StatusCode, TraceFlags
from starlette.types import ASGIApp, Message, Receive, Scope, Send

from accord.service.metrics import METHODS
from accord.service.trace import RequestContext, current_request

_SCOPE_NAME: Final = "accord.service"


def spans(app: ASGIApp) -> ASGIApp:
    """*app* with an OpenTelemetry span for each request, in the trace that :class:`Edge` found or began."""
    # Without a provider of the project's own, traces still need valid ids; nothing is exported then.
    if isinstance(trace.get_tracer_provider(), trace.ProxyTracerProvider):
        trace.set_tracer_provider(TracerProvider())
    tracer = trace.get_tracer(_SCOPE_NAME)

    async def traced(scope: Scope, receive: Receive, send: Send) -> None:
        request = current_request()
        if scope["type"] != "http" or request is None:
            await app(scope, receive, send)
            return
        method = scope["method"] if scope["method"] in METHODS else "_OTHER"
        # The text of an exception may hold anything, so only its type is told; the log has the rest, without secrets.
        with tracer.start_as_current_span(
            method,
            _parent(request),
            SpanKind.SERVER,
            record_exception=False,
            set_status_on_exception=False,
        ) as span:
            context = span.get_span_context()
            if context.is_valid:
                _take_over(request, context, scope)
            span.set_attribute("http.request.method", method)
            status = 0

            async def watched(message: Message) -> None:
                nonlocal status
                if message["type"] == "http.response.start":
                    status = message["status"]
                await send(message)

            try:
                await app(scope, receive, watched)
            except BaseException as error:
                span.set_attribute("error.type", type(error).__qualname__)
                span.set_status(Status(StatusCode.ERROR))
                raise
            finally:
                _describe(span, method, request.route, status)

    return traced


def _parent(request: RequestContext) -> Context | None:
    """The span of the caller as OpenTelemetry has it; ``None`` where the trace starts here."""
    if not request.parent_id:
        return None
    parent = SpanContext(
        int(request.trace_id, 16),
        int(request.parent_id, 16),
        is_remote=True,
        trace_flags=TraceFlags(int(request.flags, 16)),
    )
    return trace.set_span_in_context(NonRecordingSpan(parent))


def _take_over(request: RequestContext, context: SpanContext, scope: Scope) -> None:
    """Logs and the response name the span that is exported."""
    request.trace_id = trace.format_trace_id(context.trace_id)
    request.span_id = trace.format_span_id(context.span_id)
    request.flags = f"{int(context.trace_flags):02x}"
    scope["accord.trace_id"] = request.trace_id


def _describe(span: trace.Span, method: str, route: str, status: int) -> None:
    """Name the span and give it what is known at its end, by the semantic conventions for HTTP."""
    # Known only after the request was routed, and a span needs a name from its start: see the convention on
    # low cardinality.
    if route:
        span.update_name(f"{method} {route}")
        span.set_attribute("http.route", route)
    if status:
        span.set_attribute("http.response.status_code", status)
        if status >= 500:
            span.set_status(Status(StatusCode.ERROR))
