# Generated from spec/v1/ by accord. Do not edit: change the spec, then run make generate.

from __future__ import annotations

from typing import Annotated, Any

from pydantic import MISSING, Field

from accord.runtime import UNTYPED, Model

from .untyped import Untyped


class UsesUntyped(Model):
    any: Annotated[Untyped | Any, UNTYPED] | MISSING = MISSING
    object_: Annotated[Untyped | MISSING, Field(alias="object")] = MISSING
    list_: Annotated[list[Annotated[Untyped | Any, UNTYPED]] | MISSING, Field(alias="list")] = MISSING
