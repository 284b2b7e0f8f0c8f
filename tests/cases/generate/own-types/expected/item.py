# Generated from spec/v1/ by accord. Do not edit: change the spec, then run make generate.

from __future__ import annotations

from decimal import Decimal
from typing import Annotated

from pydantic import MISSING

from accord.runtime import AS_NUMBER, Model
from shop_values.colour import Colour
from shop_values.money import Money


class Item(Model):
    price: Money
    weight: Annotated[Decimal, AS_NUMBER] | None | MISSING = MISSING
    colour: Colour | MISSING = MISSING
