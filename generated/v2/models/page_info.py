# Generated from spec/v2/ by accord. Do not edit: change the spec, then run make generate.

from __future__ import annotations

from typing import Annotated

from pydantic import Field

from accord.runtime import Model

from ...common.models.cursor import Cursor


class PageInfo(Model):
    """What a client needs to go on in a list."""

    limit: Annotated[int, Field(ge=1, le=100)]
    """The most items that this page could have.

    Example: ``20``.
    """
    has_more: Annotated[bool, Field(alias="hasMore")]
    """Whether there is a next page.

    Example: ``True``.
    """
    next_cursor: Annotated[Cursor | None, Field(alias="nextCursor")]
    """The cursor of the next page, `null` on the last one.

    Example: ``'000000000000002a'``.
    """
