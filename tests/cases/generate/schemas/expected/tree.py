# Generated from spec/v1/ by accord. Do not edit: change the spec, then run make generate.

from __future__ import annotations

from typing import Annotated

from pydantic import MISSING, Field

from accord.runtime import Model


class Tree(Model):
    kids: list[Tree] | MISSING = MISSING
    by_name: Annotated[dict[str, Tree] | MISSING, Field(alias="byName")] = MISSING
