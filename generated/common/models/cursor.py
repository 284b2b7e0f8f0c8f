# Generated from spec/common/ by accord. Do not edit: change the spec, then run make generate.

from __future__ import annotations

from typing import Annotated, TypeAlias

from pydantic import Field


Cursor: TypeAlias = Annotated[str, Field(min_length=1, max_length=200)]
"""An opaque mark in a list. Send it back as it came, together with the filters of the page before."""
