# Generated from spec/common/ by accord. Do not edit: change the spec, then run make generate.

from __future__ import annotations

from typing import TypeAlias

from .chat_done_event import ChatDoneEvent
from .chat_error_event import ChatErrorEvent
from .chat_token_event import ChatTokenEvent


ChatEvent: TypeAlias = ChatTokenEvent | ChatDoneEvent | ChatErrorEvent
"""One event of the stream as it is sent. Tokens come first, then exactly one `done` or `error`, and the stream ends."""
