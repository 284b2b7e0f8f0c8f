# Generated from spec/v1/ by accord. Do not edit: change the spec, then run make generate.

from __future__ import annotations

from typing import Annotated, TypeAlias

from pydantic import Field

from .cat import Cat
from .dog import Dog


Pet: TypeAlias = Annotated[Cat | Dog, Field(discriminator="kind")]
