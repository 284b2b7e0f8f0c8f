# Generated from spec/v1/ by accord. Do not edit: change the spec, then run make generate.

from __future__ import annotations

from typing import Annotated, Any

from pydantic import MISSING

from accord.runtime import UNTYPED, Model


class Untyped(Model):
    name: str | MISSING = MISSING
    inner: Annotated[list[int] | Any, UNTYPED] | MISSING = MISSING
