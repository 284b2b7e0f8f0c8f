# Generated from spec/common/ by accord. Do not edit: change the spec, then run make generate.

from __future__ import annotations

from typing import Annotated, TypeAlias

from pydantic import Field


ItemDescription: TypeAlias = Annotated[str, Field(max_length=2000)] | None
"""More about the item, in any number of lines. `null` where there is nothing to say."""
