# Generated from spec/common/ by accord. Do not edit: change the spec, then run make generate.

from __future__ import annotations

from typing import Annotated

from pydantic import ConfigDict, Field

from accord.runtime import Model

from .chat_message import ChatMessage


class ChatRequest(Model):
    """The conversation so far. The last message is the one to answer."""

    model_config = ConfigDict(extra="forbid")
    messages: Annotated[list[ChatMessage], Field(min_length=1, max_length=32)]
    """The messages, oldest first."""
    max_tokens: Annotated[int, Field(alias="maxTokens", ge=1, le=256)] = 64
    """The most tokens that the answer may have.

    Example: ``64``.
    """
