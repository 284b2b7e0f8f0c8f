# Generated from spec/common/ by accord. Do not edit: change the spec, then run make generate.

from __future__ import annotations

from typing import Annotated, TypeAlias

from pydantic import Field


ChatRetry: TypeAlias = Annotated[int, Field(ge=0)]
"""How many milliseconds to wait before connecting again."""
