# Generated from spec/common/ by accord. Do not edit: change the spec, then run make generate.

from __future__ import annotations

from typing import Annotated

from pydantic import MISSING, Field

from accord.runtime import Model


class RevocationRequestWrite(Model):
    """The form of RFC 7009, section 2.1. Fields that are not listed are ignored."""

    token: Annotated[str, Field(max_length=4000, min_length=1)]
    """A refresh token or an access token.

    Example: ``'rt_mXq1nq3Zt0dF6fD4Kq7sVw2bA9cYxL5uHjE8rPzN0oI'``.
    """
    token_type_hint: Annotated[str | MISSING, Field(max_length=100)] = MISSING
    """What kind of token it is. The service finds out by itself.

    Example: ``'refresh_token'``.
    """
