# Generated from spec/common/ by accord. Do not edit: change the spec, then run make generate.

from __future__ import annotations

from typing import Annotated, Literal

from pydantic import Field

from accord.runtime import Model


class Token(Model):
    """An access token, what it is good for, and how to get the next one (RFC 6749, section 5.1)."""

    access_token: str
    """A signed JSON Web Token. Send it as `Authorization` with the scheme `Bearer`.

    Example: ``'eyJhbGciOiJIUzI1NiJ9.eyJzdWIiOiI3In0.c2lnbmF0dXJl'``.
    """
    token_type: Literal["Bearer"]
    """How to use the token.

    Example: ``'Bearer'``.
    """
    refresh_token: str
    """Give it back to the same operation for the next tokens. It is good for one use.

    Example: ``'rt_mXq1nq3Zt0dF6fD4Kq7sVw2bA9cYxL5uHjE8rPzN0oI'``.
    """
    expires_in: Annotated[int, Field(ge=1)]
    """For how many seconds the token is good.

    Example: ``900``.
    """
    scope: str
    """The scopes that were granted, divided by spaces.

    Example: ``'items:read items:write'``.
    """
