# Generated from spec/common/ by accord. Do not edit: change the spec, then run make generate.

from __future__ import annotations

from typing import Annotated

from pydantic import Field

from accord.runtime import Model


class Usage(Model):
    """How much the service holds, over all users."""

    users: Annotated[int, Field(ge=0)]
    """The number of registered users.

    Example: ``12``.
    """
    items: Annotated[int, Field(ge=0)]
    """The number of items.

    Example: ``340``.
    """
