"""The conversation with a language model."""

from typing import final

from typing_extensions import override

from accord.runtime import EventStream
from generated.v1 import models, protocols
from impl.common.convert import to_messages
from impl.common.streaming import stream_of
from impl.core.chat.model import LanguageModel, Response
from impl.core.principals import Principal


@final
class Chat(protocols.ChatApi[Principal]):
    """Streams answers. It holds no session: a stream may last for minutes."""

    def __init__(self, model: LanguageModel) -> None:
        self._model = model

    @override
    async def stream_chat(
        self, *, principal: Principal, body: models.ChatRequest
    ) -> EventStream[models.ChatEvent]:
        response = await Response.begin(self._model, to_messages(body), body.max_tokens)
        return stream_of(response)
