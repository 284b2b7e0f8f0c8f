# Generated from spec/common/ by accord. Do not edit: change the spec, then run make generate.

from __future__ import annotations

from typing import Literal

from pydantic import MISSING

from accord.runtime import Model


class TokenError(Model):
    """Why no token was issued (RFC 6749, section 5.2)."""

    error: Literal[
        "invalid_request",
        "invalid_client",
        "invalid_grant",
        "unauthorized_client",
        "unsupported_grant_type",
        "invalid_scope",
    ]
    """The kind of error. A wrong password and an unknown user are told alike, as `invalid_grant`.

    Example: ``'invalid_grant'``.
    """
    error_description: str | MISSING = MISSING
    """More about the error, for a developer.

    Example: ``'The username or the password is wrong.'``.
    """
    error_uri: str | MISSING = MISSING
    """A page that explains the error.

    Example: ``'https://datatracker.ietf.org/doc/html/rfc6749#section-5.2'``.
    """
