# Generated from spec/common/ by accord. Do not edit: change the spec, then run make generate.

from __future__ import annotations

from typing import Annotated, TypeAlias

from pydantic import Field


Username: TypeAlias = Annotated[str, Field(min_length=3, max_length=32)]
"""The name to sign in with: lower case letters, digits and hyphens, a letter first."""
