# Generated from spec/v2/ by accord. Do not edit: change the spec, then run make generate.

from __future__ import annotations

from typing import Annotated

from pydantic import ConfigDict, Field

from accord.runtime import Model

from .currency import Currency


class PriceReportRequest(Model):
    """How to estimate the mean price. The same request on the same items gives the same report."""

    model_config = ConfigDict(extra="forbid")
    currency: Currency
    confidence: Annotated[float, Field(ge=0.5, le=0.99)] = 0.95
    """How sure the interval must be, as a part of one.

    Example: ``0.95``.
    """
    resamples: Annotated[int, Field(ge=100, le=2000)] = 500
    """How often to draw the items again. More draws give a steadier interval and take longer.

    Example: ``500``.
    """
    seed: Annotated[int, Field(ge=0, le=4294967295)] = 0
    """Where the random draws begin.

    Example: ``0``.
    """
