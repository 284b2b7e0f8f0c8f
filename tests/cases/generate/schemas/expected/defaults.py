# Generated from spec/v1/ by accord. Do not edit: change the spec, then run make generate.

from __future__ import annotations

import datetime as dt
from typing import Literal
from uuid import UUID

from pydantic import MISSING

from accord.runtime import Model

from .level import Level


class Defaults(Model):
    text: str = "a"
    number: float = 1.5
    flag: bool = True
    level: Level = 2
    colour: Literal["red", "blue"] = "red"
    nothing: str | None = None
    empty: list[str] = []
    none: dict[str, str] = {}
    day: dt.date = dt.date(2024, 2, 29)
    id: UUID = UUID("123e4567-e89b-12d3-a456-426614174000")
    full: list[str] = ["a"]
    wrong: int | MISSING = MISSING
