# Generated from spec/v1/ by accord. Do not edit: change the spec, then run make generate.

from __future__ import annotations

from typing import Annotated

from pydantic import AwareDatetime, Field

from accord.runtime import Model

from ...common.models.item_description import ItemDescription
from ...common.models.item_id import ItemId
from ...common.models.item_name import ItemName
from ...common.models.tags import Tags
from .price import Price


class Item(Model):
    """A thing with a price that belongs to one user."""

    id: ItemId
    name: ItemName
    description: ItemDescription
    price: Price
    tags: Tags
    created_at: Annotated[AwareDatetime, Field(alias="createdAt")]
    """When the item was created, in UTC.

    Example: ``'2026-11-24T09:30:00Z'``.
    """
    updated_at: Annotated[AwareDatetime, Field(alias="updatedAt")]
    """When the item was changed last, in UTC.

    Example: ``'2026-11-24T10:05:30Z'``.
    """
