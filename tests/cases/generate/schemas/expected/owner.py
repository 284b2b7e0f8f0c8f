# Generated from spec/v1/ by accord. Do not edit: change the spec, then run make generate.

from __future__ import annotations

from pydantic import MISSING

from accord.runtime import Model

from .bird import Bird
from .cat import Cat
from .pet import Pet


class Owner(Model):
    pet: Pet | None | MISSING = MISSING
    loose: Cat | Bird | str | MISSING = MISSING
