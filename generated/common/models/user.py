# Generated from spec/common/ by accord. Do not edit: change the spec, then run make generate.

from __future__ import annotations

from typing import Annotated

from pydantic import MISSING, AwareDatetime, Field

from accord.runtime import Model

from .display_name import DisplayName
from .username import Username


class User(Model):
    """A person who owns items. The password is taken and never given back."""

    id: Annotated[int, Field(ge=1)]
    """The number that identifies the user. The service assigns it.

    Example: ``7``.
    """
    username: Username
    display_name: Annotated[DisplayName | MISSING, Field(alias="displayName")] = MISSING
    created_at: Annotated[AwareDatetime, Field(alias="createdAt")]
    """When the user registered, in UTC.

    Example: ``'2026-11-24T09:30:00Z'``.
    """


class UserWrite(Model):
    """A person who owns items. The password is taken and never given back."""

    id: Annotated[int | MISSING, Field(ge=1)] = MISSING
    """The number that identifies the user. The service assigns it.

    Example: ``7``.
    """
    username: Username
    display_name: Annotated[DisplayName | MISSING, Field(alias="displayName")] = MISSING
    password: Annotated[str, Field(max_length=128, min_length=8)]
    """The secret to sign in with. Only a hash of it is kept.

    Example: ``'correct horse battery staple'``.
    """
    created_at: Annotated[AwareDatetime | MISSING, Field(alias="createdAt")] = MISSING
    """When the user registered, in UTC.

    Example: ``'2026-11-24T09:30:00Z'``.
    """
