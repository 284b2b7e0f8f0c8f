"""How a version answers exceptions of the domain, and which body it gives to refusals, as the project maps them."""

from __future__ import annotations

from collections.abc import Awaitable, Callable
from inspect import isawaitable
from typing import Any, TypeAlias, TypeVar

from accord.runtime.answers import ErrorAnswer
from accord.runtime.problems import Refusal

E = TypeVar("E", bound=Exception)
Handler: TypeAlias = Callable[[E], ErrorAnswer | Awaitable[ErrorAnswer]]
RefusalMapper: TypeAlias = Callable[[Refusal], object | None]


class Errors:
    """How a version answers domain exceptions and refusals::

        errors = Errors()

        @errors.on(Missing)
        def _(error: Missing) -> ErrorAnswer:
            return NotFound(body=Problem(title="Not Found", status=404))

    The handler of the nearest class of the exception's method resolution order is taken.
    """

    def __init__(self) -> None:
        self._handlers: dict[type[Exception], Callable[[Any], Any]] = {}  # Any: each has its own exception
        self._refusal: RefusalMapper | None = None

    def on(self, cls: type[E]) -> Callable[[Handler[E]], Handler[E]]:
        """Answer exceptions of *cls* by what the decorated function returns (it may be ``async``)."""

        def register(handler: Handler[E]) -> Handler[E]:
            if cls in self._handlers:
                raise ValueError(f"{cls.__name__} has a handler already")
            self._handlers[cls] = handler
            return handler

        return register

    def refusal(self, mapper: RefusalMapper) -> RefusalMapper:
        """Give the documented body of a refusal where that is not a problem; ``None``: there is none."""
        if self._refusal is not None:
            raise ValueError("refusals have a mapper already")
        self._refusal = mapper
        return mapper

    def handles(self, error: Exception) -> bool:
        """Whether a handler was registered for *error*."""
        return any(cls in self._handlers for cls in type(error).__mro__)

    async def answer(self, error: Exception) -> ErrorAnswer:
        """The answer for an *error* that is handled."""
        handler = next(self._handlers[cls] for cls in type(error).__mro__ if cls in self._handlers)
        result = handler(error)
        answer = await result if isawaitable(result) else result
        if not isinstance(answer, ErrorAnswer):
            raise TypeError(
                f"the handler of {type(error).__name__} gave {type(answer).__name__}, no ErrorAnswer"
            )
        return answer

    def body_of(self, refusal: Refusal) -> object | None:
        """The mapped body of *refusal*."""
        return None if self._refusal is None else self._refusal(refusal)
