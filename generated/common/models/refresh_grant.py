# Generated from spec/common/ by accord. Do not edit: change the spec, then run make generate.

from __future__ import annotations

from typing import Annotated, Literal

from pydantic import MISSING, Field

from accord.runtime import Model


class RefreshGrantWrite(Model):
    """The form of RFC 6749, section 6. Fields that are not listed are ignored."""

    grant_type: Literal["refresh_token"]
    """The kind of grant.

    Example: ``'refresh_token'``.
    """
    refresh_token: Annotated[str, Field(max_length=200, min_length=1)]
    """The refresh token of the last answer. It is good for one use.

    Example: ``'rt_mXq1nq3Zt0dF6fD4Kq7sVw2bA9cYxL5uHjE8rPzN0oI'``.
    """
    scope: Annotated[str | MISSING, Field(max_length=500)] = MISSING
    """The scopes to ask for, divided by single spaces: those of the sign-in or fewer. Without it the token carries those of the sign-in.

    Example: ``'items:read'``.
    """
