"""Exceptions that the application's own handlers answer, although the contract's path does not run inside its stack."""

from __future__ import annotations

from typing import Final

from fastapi import FastAPI
from fastapi.exception_handlers import http_exception_handler, request_validation_exception_handler
from starlette.exceptions import HTTPException
from starlette.routing import BaseRoute, Match
from starlette.types import Receive, Scope, Send

_KEY: Final = "accord.exception"
_STOCK: Final = frozenset({http_exception_handler, request_validation_exception_handler})


class HandOver(Exception):
    """Carries an exception out to where the application's own stack can be entered with it."""

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
        if found is None and not isinstance(error, HTTPException):
            found = handlers.get(500)
        return found is not None and found not in _STOCK


class RaisingRoute(BaseRoute):
    """Raises, inside the application's own stack, an exception that the scope carries: its handlers then see it."""

    def matches(self, scope: Scope) -> tuple[Match, Scope]:
        """Only a scope that carries an exception."""
        return (Match.FULL, {}) if _KEY in scope else (Match.NONE, {})

    async def handle(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Raise it."""
        error: Exception = scope.pop(_KEY)
        raise error


def carrying(scope: Scope, error: Exception) -> Scope:
    """*scope*, such that :class:`RaisingRoute` raises *error*."""
    scope[_KEY] = error
    return scope
