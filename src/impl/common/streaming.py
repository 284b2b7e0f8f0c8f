"""An answer of the language model as a stream of the contract's events."""

from collections.abc import AsyncGenerator
from contextlib import aclosing

from generated.common import models
from impl.common.convert import to_event
from impl.core.chat.model import Answer


async def events_of(answer: Answer) -> AsyncGenerator[models.ChatEvent, None]:
    """Yield the events. Whoever closes the stream, or leaves it, stops the model."""
    position = 0
    async with aclosing(answer):
        async for event in answer:
            yield to_event(position, event)
            position += 1
