"""``create_app``: a FastAPI application whose contract paths do not pay for the stack around the others."""

from __future__ import annotations

from collections.abc import Callable
from contextlib import AbstractAsyncContextManager
from typing import Any

from fastapi import FastAPI
from opentelemetry import metrics, trace
from starlette.types import ASGIApp, Receive, Scope, Send

from accord.runtime.dispatch import Dispatch, installed_registry

Lifespan = Callable[[FastAPI], AbstractAsyncContextManager[Any]]  # Any: the state that a lifespan may yield


class AccordApp(FastAPI):
    """A ``FastAPI`` application that serves contract operations without the middleware stack; in every other respect it is one.

    While it has no middleware of the developer's, no body limit and no telemetry, requests to a contract go straight
    to their operation. With any of them it behaves as a plain ``FastAPI`` on which versions are installed.
    """

    _direct: bool | None = None
    _entry: ASGIApp | None = None
    wants_telemetry: bool = False
    """Whether telemetry was configured by keyword."""
    is_traced_outside: bool = False
    """Whether what was put around the application makes the spans, so that FastAPI's own would be second ones."""

    def add_outer_middleware(self, wrapper: Callable[[ASGIApp], ASGIApp]) -> None:
        """Serve through ``wrapper(application)`` from now on: outside of the stack, so that requests to a contract
        keep their direct way. The wrapper sees the lifespan too."""
        self._entry = wrapper(self._entry or self._serve)

    def _has_telemetry(self) -> bool:
        """Whether spans or metrics are recorded: then FastAPI's own instrumentation must see each request."""
        return (
            self.wants_telemetry
            or _is_configured(trace.get_tracer_provider())
            or _is_configured(metrics.get_meter_provider())
        )

    def build_middleware_stack(self) -> ASGIApp:
        """The stack of FastAPI, behind the dispatch of contract operations where no middleware has to see a request earlier."""
        registry = installed_registry(self)
        # One middleware is the dispatch itself. Any other, or a body limit, has to see a request before it
        # is dispatched.
        if registry is None or len(self.user_middleware) != 1 or self.max_body_size is not None:
            return super().build_middleware_stack()
        kept = self.user_middleware
        # Starlette builds the stack from this list; without the dispatch in it the dispatch can stand in
        # front of the stack.
        self.user_middleware = []
        try:
            stack = super().build_middleware_stack()
        finally:
            self.user_middleware = kept
        return Dispatch(stack, registry)

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Serve one request, or the lifespan."""
        await (self._entry or self._serve)(scope, receive, send)

    async def _serve(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Serve a request: straight to the dispatch where nothing stands around it, otherwise as FastAPI does."""
        if scope["type"] != "http":
            await super().__call__(scope, receive, send)
            return
        # Decided by the first request: until then middleware and telemetry may still be added.
        if self._direct is None:
            if self.middleware_stack is None:
                self.middleware_stack = self.build_middleware_stack()
            self._direct = self.is_traced_outside or (
                type(self.middleware_stack) is Dispatch and not self._has_telemetry()
            )
        if not self._direct:
            await super().__call__(scope, receive, send)
            return
        # What `FastAPI.__call__` does, which is passed by.
        if self.root_path:
            scope["root_path"] = self.root_path
        scope["app"] = self
        assert self.middleware_stack is not None
        await self.middleware_stack(scope, receive, send)


def _is_configured(provider: object) -> bool:
    """Whether a telemetry provider is more than the placeholder that the API package brings."""
    package = type(provider).__module__
    return not package.startswith("opentelemetry.") or package.startswith("opentelemetry.sdk")


def add_outer_middleware(app: FastAPI, wrapper: Callable[[ASGIApp], ASGIApp]) -> None:
    """Serve *app* through ``wrapper(application)``: around everything where ``create_app`` made it, as its outermost
    middleware so far on any other ``FastAPI``."""
    if isinstance(app, AccordApp):
        app.add_outer_middleware(wrapper)
    else:
        app.add_middleware(wrapper)


def create_app(
    *,
    title: str = "Service",
    lifespan: Lifespan | None = None,
    **options: Any,  # Any: FastAPI's own keywords
) -> FastAPI:
    """A FastAPI application to install versions on, which serves their operations without the detour of its middleware stack.

    Args:
        title: The name of the service; ``Service`` where it is empty, as a contract may leave it.
        lifespan: What runs around the life of the application.
        options: Every other keyword of ``FastAPI``.
    """
    app = AccordApp(title=title or "Service", lifespan=lifespan, **options)
    app.wants_telemetry = options.get("telemetry") is not None
    return app
