"""How an attempt goes about its value, and how it says that there is none."""

from __future__ import annotations

from dataclasses import dataclass


class Miss(Exception):
    """No value was found here: an optional part is left out, a required one ends the attempt."""


@dataclass(frozen=True, slots=True, kw_only=True)
class DrawingOptions:
    """The share of optional parts that are drawn, whether examples are used, and whether the type of a value is drawn
    or the first one taken."""

    optional: float
    examples: bool
    varied: bool
