"""What the service expects of a language model, and how it turns that into the events of a response."""

import asyncio
from collections.abc import AsyncGenerator, Sequence
from dataclasses import dataclass
from typing import Literal, Protocol, Self

from impl.core.errors import ModelUnavailable

# Seconds that a response waits for the model's first word before it begins without it.
PATIENCE = 1.0

Role = Literal["system", "user", "assistant"]
FinishReason = Literal["stop", "length"]


@dataclass(frozen=True, slots=True, kw_only=True)
class Message:
    """One turn of a conversation."""

    role: Role
    content: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Piece:
    """The next piece of a response, with the space before it where there is one."""

    text: str


@dataclass(frozen=True, slots=True, kw_only=True)
class End:
    """The model has said what it had to say, or reached the limit it was given."""

    reason: FinishReason


class LanguageModel(Protocol):
    """A model that answers piece by piece."""

    def stream(self, messages: Sequence[Message], max_tokens: int) -> AsyncGenerator[Piece | End, None]:
        """Answer the last message: pieces, then one `End`. Raises `ModelUnavailable`, at the start or in between.

        An implementation is an asynchronous generator: closing it stops the work.
        """
        ...


@dataclass(frozen=True, slots=True, kw_only=True)
class Token:
    """A piece of the response and its position, from 0."""

    index: int
    text: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Done:
    """The end of a response of so many tokens."""

    reason: FinishReason
    tokens: int


@dataclass(frozen=True, slots=True, kw_only=True)
class Failed:
    """The model failed after the response had begun. The message may be shown to the client."""

    message: str


ChatEvent = Token | Done | Failed


class Response:
    """The events of one response: tokens, then one `Done` or `Failed`. An asynchronous iterator that can be closed.

    Made by `begin`, which waits a moment for the model's first word, so that a model that is down is told as an error
    and not as a stream. Closing it, at any time, stops the model.
    """

    def __init__(self, source: AsyncGenerator[Piece | End, None], max_tokens: int) -> None:
        self._source = source
        self._max_tokens = max_tokens
        self._count = 0
        self._over = False
        self._first: asyncio.Task[Piece | End] | None = None

    @classmethod
    async def begin(
        cls, model: LanguageModel, messages: Sequence[Message], max_tokens: int, *, patience: float = PATIENCE
    ) -> Self:
        """Start the model. Raises `ModelUnavailable` when it fails within `patience` seconds and before its first word.

        A model that is silent for longer is not waited for: the response begins, so that its reader can be told that
        there is still somebody at work.
        """
        response = cls(model.stream(messages, max_tokens), max_tokens)
        first = response._first = asyncio.create_task(response._pull())
        try:
            await asyncio.wait({first}, timeout=patience)
            if first.done():
                first.result()
        except BaseException:
            await response.aclose()
            raise
        return response

    def __aiter__(self) -> Self:
        return self

    async def __anext__(self) -> ChatEvent:
        if self._over:
            raise StopAsyncIteration
        first, self._first = self._first, None
        try:
            part = await (self._pull() if first is None else first)
        except ModelUnavailable as error:
            return await self._finish(Failed(message=str(error)))
        match part:
            case End(reason=reason):
                return await self._finish(Done(reason=reason, tokens=self._count))
            case Piece() if self._count == self._max_tokens:
                # The model went on beyond the limit: it is cut here.
                return await self._finish(Done(reason="length", tokens=self._count))
            case Piece(text=text):
                self._count += 1
                return Token(index=self._count - 1, text=text)

    async def aclose(self) -> None:
        """Stop the model. May be called at any time, and more than once."""
        self._over = True
        first, self._first = self._first, None
        if first is not None:
            first.cancel()
            # Its result, or its error, no longer matters to anybody.
            await asyncio.gather(first, return_exceptions=True)
        await self._source.aclose()

    async def _pull(self) -> Piece | End:
        # A model that ends without saying why has said everything.
        return await anext(self._source, End(reason="stop"))

    async def _finish(self, event: Done | Failed) -> Done | Failed:
        await self.aclose()
        return event
