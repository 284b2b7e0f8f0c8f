# Generated from spec/common/ by accord. Do not edit: change the spec, then run make generate.

from __future__ import annotations

from typing import Literal

from pydantic import MISSING

from accord.runtime import Model

from .chat_event_id import ChatEventId
from .chat_retry import ChatRetry
from .problem import Problem


class ChatErrorEvent(Model):
    """The language model failed after the answer had begun, or the service stops, which is told without an `id`. What came before is all there is."""

    event: Literal["error"]
    """The kind of event.

    Example: ``'error'``.
    """
    id: ChatEventId | MISSING = MISSING
    data: Problem
    """A `Problem` as JSON.

    Example: ``'{"title":"Service Unavailable","status":503}'``.
    """
    retry: ChatRetry | MISSING = MISSING
