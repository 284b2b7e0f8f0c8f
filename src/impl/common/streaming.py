"""A response of the language model as a stream of the contract's events."""

from collections.abc import AsyncGenerator
from contextlib import aclosing

from accord.runtime import EventStream
from generated.common import models
from impl.common.convert import stopping_event, to_event
from impl.core.chat.model import Response


def stream_of(response: Response) -> EventStream[models.ChatEvent]:
    """Return the stream of a response, which has a last event also where the service stops before the end."""
    return EventStream(events_of(response), final=stopping_event())


async def events_of(response: Response) -> AsyncGenerator[models.ChatEvent, None]:
    """Yield the events. Whoever closes the stream, or leaves it, stops the model."""
    position = 0
    async with aclosing(response):
        async for event in response:
            yield to_event(position, event)
            position += 1
