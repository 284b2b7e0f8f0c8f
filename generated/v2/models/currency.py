# Generated from spec/v2/ by accord. Do not edit: change the spec, then run make generate.

from __future__ import annotations

from typing import Literal, TypeAlias


Currency: TypeAlias = Literal["CHF", "EUR", "GBP", "USD"]
"""A currency of ISO 4217 that has cents."""
