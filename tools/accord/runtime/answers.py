"""The base classes of generated answers, and what an implementation may raise or return."""

from __future__ import annotations

from collections.abc import AsyncIterator
from typing import Generic, TypeVar

EventT_co = TypeVar("EventT_co", covariant=True)


class Answer:
    """A documented answer: ``status``, typed headers, and ``body`` where one is documented.

    ``status`` is a class variable, or a field where a range or ``default`` is documented; so it is not declared here.
    """


class ErrorAnswer(Answer, Exception):
    """A documented answer that may be returned, or raised from deep inside.

    A returned one lets the dependencies with ``yield`` end as after success (a unit of work is committed), a raised one
    is thrown into them (it is rolled back).
    """


class Unauthorized(Exception):
    """The credentials are not valid: 401 with the challenges of the operation."""

    def __init__(self, detail: str | None = None) -> None:
        self.detail = detail
        super().__init__(detail or "unauthorized")


class Forbidden(Exception):
    """The credentials are valid, but do not allow this operation: 403."""

    def __init__(self, detail: str | None = None) -> None:
        self.detail = detail
        super().__init__(detail or "forbidden")


class EventStream(Generic[EventT_co]):
    """An answer of server-sent events, written as *events* yields them.

    The iterator is closed when the client leaves or the service stops. An :class:`ErrorAnswer` that it raises before its
    first event is the answer instead. Dependencies with ``yield`` have ended before it starts.

    Args:
        events: The events, in the shape that the contract gives one event (``data``, ``event``, ``id``, ``retry``).
        heartbeat: Seconds of silence after which a comment is sent; ``None``: as in ``RuntimeSettings``.
    """

    __slots__ = ("events", "heartbeat")

    def __init__(self, events: AsyncIterator[EventT_co], *, heartbeat: float | None = None) -> None:
        self.events = events
        self.heartbeat = heartbeat
