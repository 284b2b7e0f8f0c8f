# Generated from spec/v1/ by accord. Do not edit: change the spec, then run make generate.

from __future__ import annotations

from pydantic import MISSING, ConfigDict, Field

from accord.runtime import Model


class OpenObject(Model):
    model_config = ConfigDict(extra="allow")
    __pydantic_extra__: dict[str, int] = Field(init=False)  # pyright: ignore[reportIncompatibleVariableOverride]
    a: str | MISSING = MISSING
