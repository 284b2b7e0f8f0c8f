# Generated from spec/common/ by accord. Do not edit: change the spec, then run make generate.

from __future__ import annotations

from typing import Annotated, TypeAlias

from pydantic import Field


ItemId: TypeAlias = Annotated[int, Field(ge=1, le=9223372036854775807)]
"""The number that identifies an item. The service assigns it and never uses it again."""
