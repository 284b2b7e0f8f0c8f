"""How an attempt goes about its value, and how it says that there is none."""

from __future__ import annotations

from abc import ABC, abstractmethod
from collections.abc import Generator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass, replace
from random import Random
from typing import Final

from accord.contract.schema import JsonValue, Schema
from accord.contract.schemas.samples.checks import Checker

_DEEP: Final = 4
"""Depth from which only what is required is drawn."""
_MOST_NODES: Final = 400
"""Values after which only what is required is drawn."""


class Miss(Exception):
    """No value was found here: an optional part is left out, a required one ends the attempt."""


@dataclass(frozen=True, slots=True, kw_only=True)
class DrawingOptions:
    """The share of optional parts that are drawn, whether examples are used, and whether the type of a value is drawn
    or the first one taken."""

    optional: float
    examples: bool
    varied: bool


class Attempt(ABC):
    """What the parts of a value are drawn with. ``nodes`` counts the values that were drawn so far."""

    def __init__(self, checker: Checker, random: Random, manner: DrawingOptions) -> None:
        self.checker = checker
        self.random = random
        self.manner = manner
        self.nodes = 0

    @abstractmethod
    def value(self, schemas: Sequence[Schema], depth: int) -> JsonValue:
        """A value that satisfies all *schemas* as far as that shows here.

        Raises:
            Miss: none was found.
        """

    def is_deep(self, depth: int) -> bool:
        """Whether only what is required is still drawn."""
        return depth >= _DEEP or self.nodes > _MOST_NODES

    def wants_optional(self) -> bool:
        """Whether an optional part is drawn."""
        share = self.manner.optional
        return share >= 1 or self.random.random() < share

    @contextmanager
    def without_examples(self, really: bool) -> Generator[None]:
        """Draw without examples inside of the block, if *really*."""
        before = self.manner
        if really:
            self.manner = replace(before, examples=False)
        try:
            yield
        finally:
            self.manner = before
