# Generated from spec/common/ by accord. Do not edit: change the spec, then run make generate.

from __future__ import annotations

from typing import Annotated, Literal

from pydantic import MISSING, Field

from accord.runtime import Model


class PasswordGrantWrite(Model):
    """The form of RFC 6749, section 4.3.2. Fields that are not listed are ignored."""

    grant_type: Literal["password"]
    """The kind of grant.

    Example: ``'password'``.
    """
    username: Annotated[str, Field(max_length=200, min_length=1)]
    """The name that the user registered with.

    Example: ``'ada'``.
    """
    password: Annotated[str, Field(max_length=200, min_length=1)]
    """The password of the user.

    Example: ``'correct horse battery staple'``.
    """
    scope: Annotated[str | MISSING, Field(max_length=500)] = MISSING
    """The scopes to ask for, divided by single spaces. Without it the token carries every scope of a user.

    Example: ``'items:read items:write'``.
    """
