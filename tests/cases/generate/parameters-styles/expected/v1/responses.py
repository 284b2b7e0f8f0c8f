# Generated from spec/v1/ by accord. Do not edit: change the spec, then run make generate.
"""Documented responses of spec/v1/"""

from __future__ import annotations

from dataclasses import dataclass, field

from accord.runtime import Response

from . import models


@dataclass(kw_only=True, eq=False)
class FindPointsOk(Response):
    """200: All points."""

    status: int = field(default=200, init=False)
    body: list[models.Point]
    x_count: int


@dataclass(kw_only=True, eq=False)
class SearchPointsNoContent(Response):
    """204: None found."""

    status: int = field(default=204, init=False)
