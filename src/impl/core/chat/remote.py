"""A language model behind an HTTP endpoint that speaks the chat completions protocol of OpenAI."""

from collections.abc import AsyncGenerator, AsyncIterator, Sequence
from dataclasses import dataclass, field

import httpx
from pydantic import BaseModel, ValidationError

from impl.core.chat.model import End, Message, Piece
from impl.core.errors import ModelUnavailable


@dataclass(frozen=True, slots=True, kw_only=True)
class Endpoint:
    """Where the model is: the URL before `/chat/completions`, the name of the model, a key if one is needed.

    `timeout` is the longest silence in seconds that is waited for.
    """

    url: str
    model: str
    key: str | None = field(default=None, repr=False)
    timeout: float = 30.0


class _Delta(BaseModel):
    content: str | None = None


class _Choice(BaseModel):
    delta: _Delta = _Delta()
    finish_reason: str | None = None


class _Chunk(BaseModel):
    """One line of the stream, as far as this service reads it. An error of the endpoint has no `choices`."""

    choices: list[_Choice]


class RemoteModel:
    """Streams responses of an endpoint. The client is the caller's: it is shared, and closed elsewhere."""

    def __init__(self, endpoint: Endpoint, client: httpx.AsyncClient) -> None:
        self._endpoint = endpoint
        self._client = client

    async def stream(self, messages: Sequence[Message], max_tokens: int) -> AsyncGenerator[Piece | End, None]:
        """Answer piece by piece; see `LanguageModel`."""
        body = {
            "model": self._endpoint.model,
            "messages": [{"role": message.role, "content": message.content} for message in messages],
            "max_tokens": max_tokens,
            "stream": True,
        }
        headers = {"Accept": "text/event-stream"}
        if self._endpoint.key is not None:
            headers["Authorization"] = f"Bearer {self._endpoint.key}"
        url = f"{self._endpoint.url.rstrip('/')}/chat/completions"
        try:
            async with self._client.stream(
                "POST", url, json=body, headers=headers, timeout=self._endpoint.timeout
            ) as response:
                if not response.is_success:
                    raise ModelUnavailable
                async for part in _read(response.aiter_lines()):
                    yield part
        except (httpx.HTTPError, httpx.InvalidURL, UnicodeError):
            # What the endpoint says may hold the key or the address: neither is for our client.
            raise ModelUnavailable from None


async def _read(lines: AsyncIterator[str]) -> AsyncIterator[Piece | End]:
    """Turn the lines of an event stream into pieces and one end."""
    reason: str | None = None
    async for line in lines:
        if not line.startswith("data:"):
            continue
        data = line.removeprefix("data:").strip()
        if data == "[DONE]":
            break
        choice = _read_chunk(data)
        if choice.delta.content:
            yield Piece(text=choice.delta.content)
        reason = choice.finish_reason or reason
    else:
        # The connection closed in good order but without the mark of the end: half a response is not one.
        if reason is None:
            raise ModelUnavailable
    yield End(reason="length" if reason == "length" else "stop")


def _read_chunk(data: str) -> _Choice:
    try:
        chunk = _Chunk.model_validate_json(data)
    except ValidationError:
        raise ModelUnavailable from None
    # A chunk without a choice carries figures on the usage.
    return chunk.choices[0] if chunk.choices else _Choice()
