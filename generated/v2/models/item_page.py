# Generated from spec/v2/ by accord. Do not edit: change the spec, then run make generate.

from __future__ import annotations

from typing import Annotated

from pydantic import Field

from accord.runtime import Model

from .item import Item
from .page_info import PageInfo


class ItemPage(Model):
    """Some items of a list, and where the list goes on."""

    data: Annotated[list[Item], Field(max_length=100)]
    """The items of this page."""
    page: PageInfo
