"""An answer of the language model as a stream of the contract's events."""

from collections.abc import AsyncGenerator
from contextlib import aclosing

from accord.runtime import EventStream
from generated.common import models
from impl.common.convert import stopping_event, to_event
from impl.core.chat.model import Answer


def stream_of(answer: Answer) -> EventStream[models.ChatEvent]:
    """Return the stream of an answer, which has a last event also where the service stops before the end."""
    return EventStream(events_of(answer), final=stopping_event())


async def events_of(answer: Answer) -> AsyncGenerator[models.ChatEvent, None]:
    """Yield the events. Whoever closes the stream, or leaves it, stops the model."""
    position = 0
    async with aclosing(answer):
        async for event in answer:
            yield to_event(position, event)
            position += 1
