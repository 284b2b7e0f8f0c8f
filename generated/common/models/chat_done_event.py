# Generated from spec/common/ by accord. Do not edit: change the spec, then run make generate.

from __future__ import annotations

from typing import Literal

from pydantic import MISSING

from accord.runtime import Model

from .chat_done import ChatDone
from .chat_event_id import ChatEventId
from .chat_retry import ChatRetry


class ChatDoneEvent(Model):
    """The answer is complete."""

    event: Literal["done"]
    """The kind of event.

    Example: ``'done'``.
    """
    id: ChatEventId
    data: ChatDone
    """A `ChatDone` as JSON.

    Example: ``'{"finishReason":"stop","tokens":6}'``.
    """
    retry: ChatRetry | MISSING = MISSING
