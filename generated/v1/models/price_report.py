# Generated from spec/v1/ by accord. Do not edit: change the spec, then run make generate.

from __future__ import annotations

from typing import Annotated

from pydantic import Field

from accord.runtime import Model


class PriceReport(Model):
    """The prices of the own items, without regard to their currency. At most the 250 newest count. Every figure is `null` where there is no item."""

    items: Annotated[int, Field(ge=0, le=250)]
    """How many items were counted.

    Example: ``3``.
    """
    mean: float | None
    """The mean price.

    Example: ``14.17``.
    """
    median: float | None
    """The price in the middle.

    Example: ``12.5``.
    """
    low: float | None
    """The lower end of the interval for the mean, by the bootstrap.

    Example: ``10.0``.
    """
    high: float | None
    """The upper end of the interval for the mean, by the bootstrap.

    Example: ``20.0``.
    """
    confidence: Annotated[float, Field(ge=0.5, le=0.99)]
    """The confidence of the interval.

    Example: ``0.95``.
    """
    resamples: Annotated[int, Field(ge=100, le=2000)]
    """How often the items were drawn.

    Example: ``500``.
    """
