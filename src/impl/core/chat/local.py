"""A stand-in for a language model: deterministic, local and small."""

import asyncio
import hashlib
from collections.abc import AsyncGenerator, Sequence

from impl.core.chat.model import End, Message, Piece

_OPENINGS = (
    "Let us look at that together.",
    "That is a good question.",
    "Here is what I would do.",
    "In short:",
)
# Enough of the question to show that it was read.
_ECHOED_WORDS = 12


class LocalModel:
    """Answers the same conversation with the same words, one word every `delay` seconds.

    It understands nothing. It is there so that the service, its tests and its documentation need no network.
    """

    def __init__(self, *, delay: float = 0.0) -> None:
        self._delay = delay

    async def stream(self, messages: Sequence[Message], max_tokens: int) -> AsyncGenerator[Piece | End, None]:
        """Answer piece by piece; see `LanguageModel`."""
        words = _compose(messages)
        for index, word in enumerate(words[:max_tokens]):
            # Also without a delay this lets other requests, and a cancellation, come in between.
            await asyncio.sleep(self._delay)
            yield Piece(text=word if index == 0 else f" {word}")
        yield End(reason="stop" if len(words) <= max_tokens else "length")


def _compose(messages: Sequence[Message]) -> list[str]:
    conversation = "\x1f".join(f"{message.role}\x1e{message.content}" for message in messages)
    digest = hashlib.sha256(conversation.encode("utf-8", "surrogatepass")).digest()
    opening = _OPENINGS[digest[0] % len(_OPENINGS)]
    asked = messages[-1].content.split()[:_ECHOED_WORDS] if messages else []
    return [*opening.split(), "You", "said:", *(asked or ["nothing."])]
