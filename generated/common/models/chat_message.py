# Generated from spec/common/ by accord. Do not edit: change the spec, then run make generate.

from __future__ import annotations

from typing import Annotated, Literal

from pydantic import ConfigDict, Field

from accord.runtime import Model


class ChatMessage(Model):
    """One turn of a conversation."""

    model_config = ConfigDict(extra="forbid")
    role: Literal["system", "user", "assistant"]
    """Who speaks.

    Example: ``'user'``.
    """
    content: Annotated[str, Field(max_length=4000, min_length=1)]
    """What was said.

    Example: ``'How do I descale a kettle?'``.
    """
