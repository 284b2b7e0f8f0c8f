"""Errors of spec/v1/: how domain exceptions and refused requests are answered."""

from __future__ import annotations

from accord.runtime import Errors, Refusal

errors = Errors()


@errors.refusal
def refused(refusal: Refusal) -> object:
    """What the contract documents for a request that never reaches its operation."""
    return {"code": refusal.status, "message": refusal.detail}
