# Generated from spec/common/ by accord. Do not edit: change the spec, then run make generate.

from __future__ import annotations

from typing import Literal

from pydantic import MISSING

from accord.runtime import Model

from .chat_event_id import ChatEventId
from .chat_retry import ChatRetry
from .chat_token import ChatToken


class ChatTokenEvent(Model):
    """The next piece of the answer."""

    event: Literal["token"]
    """The kind of event.

    Example: ``'token'``.
    """
    id: ChatEventId
    data: ChatToken
    """A `ChatToken` as JSON.

    Example: ``'{"index":0,"text":"Use"}'``.
    """
    retry: ChatRetry | MISSING = MISSING
