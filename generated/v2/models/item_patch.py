# Generated from spec/v2/ by accord. Do not edit: change the spec, then run make generate.

from __future__ import annotations

from pydantic import MISSING, ConfigDict

from accord.runtime import Model

from ...common.models.item_description import ItemDescription
from ...common.models.item_name import ItemName
from ...common.models.tags import Tags
from .money import Money


class ItemPatch(Model):
    """A merge patch (RFC 7396) of an item. What is left out stays as it is, `null` removes the description, and the price and the tags are replaced as a whole."""

    model_config = ConfigDict(extra="forbid")
    name: ItemName | MISSING = MISSING
    description: ItemDescription | MISSING = MISSING
    price: Money | MISSING = MISSING
    tags: Tags | MISSING = MISSING
