"""Errors of spec/v1/: how domain exceptions and rejected requests are answered."""

from __future__ import annotations

from accord.runtime import Errors, Rejection

errors = Errors()


@errors.rejection
def rejected(rejection: Rejection) -> object:
    """The documented body for a request that never reaches its operation."""
    return {"code": rejection.status, "message": rejection.detail}
