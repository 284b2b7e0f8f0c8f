# Generated from spec/v1/ by accord. Do not edit: change the spec, then run make generate.

from __future__ import annotations

from typing import Annotated, TypeAlias

from pydantic import Field


Price: TypeAlias = Annotated[float, Field(gt=0, le=9999999999.99)]
"""The price in the currency of the item. Items that v1 creates are in euro."""
