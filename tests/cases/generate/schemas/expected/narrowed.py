# Generated from spec/v1/ by accord. Do not edit: change the spec, then run make generate.

from __future__ import annotations

from typing import Annotated, Literal

from pydantic import Field

from accord.runtime import Model


class Narrowed(Model):
    id: Literal["fixed"]
    size: Annotated[int, Field(le=9)]
