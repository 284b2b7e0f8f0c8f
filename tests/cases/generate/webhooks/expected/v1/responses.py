# Generated from spec/v1/ by accord. Do not edit: change the spec, then run make generate.
"""Documented responses of spec/v1/"""

from __future__ import annotations

from dataclasses import dataclass, field

from accord.runtime import Response


@dataclass(kw_only=True, eq=False)
class CreateBookingAccepted(Response):
    """202: The booking will be made."""

    status: int = field(default=202, init=False)
