"""Decimals that the contract declares as numbers."""

from __future__ import annotations

from decimal import Decimal
from typing import Final

from pydantic import PlainSerializer


def _number(value: Decimal) -> int | float:
    return int(value) if value == value.to_integral_value() else float(value)


AS_NUMBER: Final = PlainSerializer(_number, return_type=int | float, when_used="json")
"""Sends a ``Decimal`` as a JSON number; Pydantic alone would send a string. What a float cannot tell apart is lost."""
