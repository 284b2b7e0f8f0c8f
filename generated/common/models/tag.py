# Generated from spec/common/ by accord. Do not edit: change the spec, then run make generate.

from __future__ import annotations

from typing import Annotated, TypeAlias

from pydantic import Field


Tag: TypeAlias = Annotated[str, Field(max_length=32)]
"""A label in lower case: letters, digits and hyphens, a letter or a digit first."""
