# Generated from spec/v1/ by accord. Do not edit: change the spec, then run make generate.

from __future__ import annotations

from typing import Literal

from pydantic import MISSING

from accord.runtime import Model

from .reading import Reading


class ReadingEvent(Model):
    id: str
    event: Literal["reading"] | MISSING = MISSING
    data: Reading
