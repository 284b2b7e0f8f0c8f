"""How a version answers exceptions of the domain, and which body it gives to rejections, as the project maps them."""

from __future__ import annotations

from collections.abc import Awaitable, Callable
from inspect import isawaitable
from typing import Any, TypeAlias, TypeVar

from accord.runtime.problems import Rejection
from accord.runtime.responses import ErrorResponse

E = TypeVar("E", bound=Exception)
Handler: TypeAlias = Callable[[E], ErrorResponse | Awaitable[ErrorResponse]]
RejectionMapper: TypeAlias = Callable[[Rejection], object | None]


class Errors:
    """How a version answers domain exceptions and rejections::

        errors = Errors()

        @errors.on(Missing)
        def _(error: Missing) -> ErrorResponse:
            return NotFound(body=Problem(title="Not Found", status=404))

    The handler of the nearest class of the exception's method resolution order is taken.
    """

    def __init__(self) -> None:
        self._handlers: dict[type[Exception], Callable[[Any], Any]] = {}  # Any: each has its own exception
        self._rejection: RejectionMapper | None = None

    def on(self, cls: type[E]) -> Callable[[Handler[E]], Handler[E]]:
        """Answer exceptions of *cls* by what the decorated function returns (it may be ``async``)."""

        def register(handler: Handler[E]) -> Handler[E]:
            if cls in self._handlers:
                raise ValueError(f"{cls.__name__} has a handler already")
            self._handlers[cls] = handler
            return handler

        return register

    def rejection(self, mapper: RejectionMapper) -> RejectionMapper:
        """Give the documented body of a rejection where that is not a problem; ``None``: there is none."""
        if self._rejection is not None:
            raise ValueError("rejections have a mapper already")
        self._rejection = mapper
        return mapper

    def handles(self, error: Exception) -> bool:
        """Whether a handler was registered for *error*."""
        return any(cls in self._handlers for cls in type(error).__mro__)

    async def response(self, error: Exception) -> ErrorResponse:
        """The response for an *error* that is handled."""
        handler = next(self._handlers[cls] for cls in type(error).__mro__ if cls in self._handlers)
        result = handler(error)
        response = await result if isawaitable(result) else result
        if not isinstance(response, ErrorResponse):
            raise TypeError(
                f"the handler of {type(error).__name__} gave {type(response).__name__}, no ErrorResponse"
            )
        return response

    def body_of(self, rejection: Rejection) -> object | None:
        """The mapped body of *rejection*."""
        return None if self._rejection is None else self._rejection(rejection)
