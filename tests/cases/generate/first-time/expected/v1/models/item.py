# Generated from spec/v1/ by accord. Do not edit: change the spec, then run make generate.

from __future__ import annotations

from typing import Annotated

from pydantic import MISSING, Field

from accord.runtime import Model


class Item(Model):
    """A thing with a price."""

    id: int
    name: Annotated[str, Field(min_length=1)]
    note: str | None | MISSING = MISSING
