"""Exceptions that the application's own handlers are to answer, although contract operations run outside of its middleware
stack."""

from __future__ import annotations

from typing import Any, Final

from fastapi import FastAPI
from fastapi.exception_handlers import http_exception_handler, request_validation_exception_handler
from starlette.exceptions import HTTPException
from starlette.requests import Request
from starlette.responses import JSONResponse, Response
from starlette.routing import BaseRoute, Match
from starlette.types import Receive, Scope, Send

from accord.runtime.problems import PROBLEM_MEDIA_TYPE, problem

_KEY: Final = "accord.exception"


async def _http_problem(_request: Request, error: Exception) -> Response:
    """An ``HTTPException`` as a problem, such as the 404 and the 405 of the application's own routes."""
    assert isinstance(error, HTTPException)
    # These have no body (RFC 9110, sections 15.3.5, 15.3.6 and 15.4.5); with one the connection would be
    # out of step.
    if error.status_code in {204, 205, 304}:
        return Response(status_code=error.status_code, headers=error.headers)
    detail: Any = error.detail  # Any: FastAPI lets it be anything
    document = problem(error.status_code, detail=detail if isinstance(detail, str) else None)
    return JSONResponse(
        document, error.status_code, headers=dict(error.headers or {}), media_type=PROBLEM_MEDIA_TYPE
    )


async def _unexpected_problem(request: Request, _error: Exception) -> Response:
    """A 500 that names the trace of the request and says nothing else."""
    trace_id = request.scope.get("accord.trace_id")
    document = problem(500, extensions=None if trace_id is None else {"trace_id": trace_id})
    return JSONResponse(document, 500, media_type=PROBLEM_MEDIA_TYPE)


_STOCK: Final = frozenset(
    {http_exception_handler, request_validation_exception_handler, _http_problem, _unexpected_problem}
)


def respond_with_problems(app: FastAPI) -> None:
    """Let the application's own routes answer 404, 405 and every other failure as RFC 9457 has it, too.

    Operations of a contract are not touched, and a handler that the developer registered stays.
    """
    if app.exception_handlers.get(HTTPException) in {None, http_exception_handler}:
        app.add_exception_handler(HTTPException, _http_problem)
    if Exception not in app.exception_handlers and 500 not in app.exception_handlers:
        app.add_exception_handler(Exception, _unexpected_problem)


class HandOver(Exception):
    """Carries an exception out of an operation, to where the application's middleware stack can be entered with it."""

    def __init__(self, error: Exception) -> None:
        self.error = error
        super().__init__(str(error))


class AppHandlers:
    """The handlers that a developer registered on the application (those that FastAPI brings are not among them)."""

    def __init__(self, app: FastAPI) -> None:
        self._app = app

    def wants(self, error: Exception) -> bool:
        """Whether one of them takes *error*."""
        handlers = self._app.exception_handlers
        found = handlers.get(error.status_code) if isinstance(error, HTTPException) else None
        if found is None:
            found = next((handlers[cls] for cls in type(error).__mro__ if cls in handlers), None)
        # Starlette lets a handler for the status 500 take every exception that no class has a handler for.
        if found is None and not isinstance(error, HTTPException):
            found = handlers.get(500)
        return found is not None and found not in _STOCK


class RaisingRoute(BaseRoute):
    """Raises, inside the application's own stack, an exception that the scope carries: its handlers then see it."""

    def matches(self, scope: Scope) -> tuple[Match, Scope]:
        """Match only a scope that carries an exception."""
        return (Match.FULL, {}) if _KEY in scope else (Match.NONE, {})

    async def handle(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Raise the exception that the scope carries."""
        error: Exception = scope.pop(_KEY)
        raise error


def carrying(scope: Scope, error: Exception) -> Scope:
    """*scope* with *error* in it, so that :class:`RaisingRoute` raises that."""
    scope[_KEY] = error
    return scope
