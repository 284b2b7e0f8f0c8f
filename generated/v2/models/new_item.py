# Generated from spec/v2/ by accord. Do not edit: change the spec, then run make generate.

from __future__ import annotations

from pydantic import MISSING, ConfigDict

from accord.runtime import Model

from ...common.models.item_description import ItemDescription
from ...common.models.item_name import ItemName
from ...common.models.tags import Tags
from .money import Money


class NewItem(Model):
    """Everything that a client decides about an item."""

    model_config = ConfigDict(extra="forbid")
    name: ItemName
    description: ItemDescription | MISSING = MISSING
    price: Money
    tags: Tags | MISSING = MISSING
