# Generated from spec/v1/ by accord. Do not edit: change the spec, then run make generate.

from __future__ import annotations

from typing import Annotated

from pydantic import Field

from accord.runtime import Model

from ...common.models.cursor import Cursor
from .item import Item


class ItemPage(Model):
    """Some items of a list, and where the list goes on."""

    items: Annotated[list[Item], Field(max_length=100)]
    """The items of this page."""
    next_cursor: Annotated[Cursor | None, Field(alias="nextCursor")]
    """The cursor of the next page, `null` on the last one.

    Example: ``'000000000000002a'``.
    """
