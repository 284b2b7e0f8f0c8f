# Generated from spec/v1/ by accord. Do not edit: change the spec, then run make generate.

from __future__ import annotations

from typing import Annotated, TypeAlias

from accord.runtime import by_tag, tagged

from .bird import Bird
from .cat import Cat
from .dog import Dog


AnyPet: TypeAlias = Annotated[
    Annotated[Cat, tagged("Cat")]
    | Annotated[Dog, tagged("Dog")]
    | Annotated[Bird, tagged("Bird")]
    | Annotated[Cat | Dog | Bird, tagged("")],
    by_tag("kind", {"Cat": "Cat", "Dog": "Dog", "Bird": "Bird", "raven": "Bird"}),
]
