# Generated from spec/common/ by accord. Do not edit: change the spec, then run make generate.

from __future__ import annotations

from typing import Annotated, TypeAlias

from pydantic import Field

from .tag import Tag


Tags: TypeAlias = Annotated[list[Tag], Field(max_length=16)]
"""Labels to find the item by, each at most once. Their order is kept."""
