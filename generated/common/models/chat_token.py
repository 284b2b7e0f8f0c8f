# Generated from spec/common/ by accord. Do not edit: change the spec, then run make generate.

from __future__ import annotations

from typing import Annotated

from pydantic import Field

from accord.runtime import Model


class ChatToken(Model):
    """A piece of the answer. The answer is the texts of all tokens, joined."""

    index: Annotated[int, Field(ge=0)]
    """The position of the token in the answer, from 0.

    Example: ``0``.
    """
    text: str
    """The text, with the space before it where there is one.

    Example: ``'Use'``.
    """
