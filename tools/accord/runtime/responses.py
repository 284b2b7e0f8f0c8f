"""The base classes of generated answers, and what an implementation may raise or return."""

from __future__ import annotations

from collections.abc import AsyncIterator, Callable
from dataclasses import KW_ONLY, dataclass
from typing import Generic, Self, TypeAlias, TypeVar

EventT_co = TypeVar("EventT_co", covariant=True)
ItemT_co = TypeVar("ItemT_co", covariant=True)
DataT_co = TypeVar("DataT_co", covariant=True)


class Response:
    """A documented response: ``status``, typed headers, and ``body`` where one is documented.

    ``status`` is a class variable, or a field where a range or ``default`` is documented; so it is not declared here.
    """

    _more_headers: tuple[tuple[str, str], ...] = ()

    def with_header(self, name: str, value: str) -> Self:
        """Send a header that the contract does not declare for this response, as often as it is given.

        One that it declares is an attribute of the response: given here, the response breaks the contract.
        """
        self._more_headers = (*self._more_headers, (name, value))
        return self


class ErrorResponse(Response, Exception):
    """A documented response that may be returned, or raised from deep inside.

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


@dataclass(frozen=True, slots=True)
class Event(Generic[DataT_co]):
    """A server-sent event where the contract describes its payload alone.

    Args:
        data: The payload.
        event: The name of the event.
        id: What a client that comes back sends as ``Last-Event-ID``.
        retry: Milliseconds that a client should wait before it comes back.
    """

    data: DataT_co
    _: KW_ONLY
    event: str | None = None
    id: str | None = None
    retry: int | None = None


Resume: TypeAlias = Callable[[str | None], AsyncIterator[EventT_co]]
"""Gives the events after the one whose id is given; ``None``: from the start."""


class EventStream(Generic[EventT_co]):
    """A response of server-sent events, written as *events* yields them.

    The iterator is closed when the client leaves or the service stops. An :class:`ErrorResponse` that it raises before its
    first event is the response instead. Dependencies with ``yield`` have ended before it starts.

    Args:
        events: The events, in the shape that the contract gives one event (``data``, ``event``, ``id``, ``retry``); or
            a function that gives them, called with the ``Last-Event-ID`` of a client that comes back.
        heartbeat: Seconds of silence after which a comment is sent; ``None``: as in ``RuntimeSettings``.
        final: The event that ends the stream when the service stops.
    """

    __slots__ = ("events", "final", "heartbeat")

    def __init__(
        self,
        events: AsyncIterator[EventT_co] | Resume[EventT_co],
        *,
        heartbeat: float | None = None,
        final: EventT_co | None = None,
    ) -> None:
        self.events = events
        self.heartbeat = heartbeat
        self.final = final


class ItemStream(Generic[ItemT_co]):
    """A body of JSON items one after the other (``application/jsonl``, ``application/json-seq``, ...). It is read once.

    An answered one is closed when the client leaves. An :class:`ErrorResponse` that it raises before its first item is the
    answer instead; if it fails later, the connection is cut, so that no client takes a part for the whole.

    Args:
        items: The items, each as the contract describes one.
        endless: Whether a response ends when the service stops. Otherwise it is sent to its end first.
    """

    __slots__ = ("endless", "items")

    def __init__(self, items: AsyncIterator[ItemT_co], *, endless: bool = False) -> None:
        self.items = items
        self.endless = endless

    def __aiter__(self) -> AsyncIterator[ItemT_co]:
        return self.items

    async def read(self) -> list[ItemT_co]:
        """All items that have not been read yet."""
        return [item async for item in self.items]
