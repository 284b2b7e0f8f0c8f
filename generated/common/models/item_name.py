# Generated from spec/common/ by accord. Do not edit: change the spec, then run make generate.

from __future__ import annotations

from typing import Annotated, TypeAlias

from pydantic import Field


ItemName: TypeAlias = Annotated[str, Field(min_length=1, max_length=100)]
"""What the item is called, on one line."""
