# Generated from spec/common/ by accord. Do not edit: change the spec, then run make generate.

from __future__ import annotations

from typing import Annotated, TypeAlias

from pydantic import Field


DisplayName: TypeAlias = Annotated[str, Field(min_length=1, max_length=80)] | None
"""The name to show to people. `null` where the user gave none."""
