# Generated from spec/v1/ by accord. Do not edit: change the spec, then run make generate.

from __future__ import annotations

from pydantic import MISSING, AwareDatetime

from accord.runtime import Model


class BookingCancelledRequest(Model):
    reason: str
    at: AwareDatetime | MISSING = MISSING
