# Generated from spec/v1/ by accord. Do not edit: change the spec, then run make generate.

from __future__ import annotations

from typing import Annotated

from pydantic import MISSING, Field

from accord.runtime import Model


class FindPointsXRange(Model):
    from_: Annotated[int | MISSING, Field(alias="from")] = MISSING
    to: int | MISSING = MISSING
