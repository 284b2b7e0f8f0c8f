# Generated from spec/common/ by accord. Do not edit: change the spec, then run make generate.

from __future__ import annotations

from typing import Annotated, Literal

from pydantic import Field

from accord.runtime import Model


class ChatDone(Model):
    """How the answer ended."""

    finish_reason: Annotated[Literal["stop", "length"], Field(alias="finishReason")]
    """`stop` where the model had said everything, `length` where `maxTokens` cut it.

    Example: ``'stop'``.
    """
    tokens: Annotated[int, Field(ge=0)]
    """How many tokens the answer has.

    Example: ``6``.
    """
