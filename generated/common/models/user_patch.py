# Generated from spec/common/ by accord. Do not edit: change the spec, then run make generate.

from __future__ import annotations

from typing import Annotated

from pydantic import MISSING, ConfigDict, Field

from accord.runtime import Model

from .display_name import DisplayName


class UserPatch(Model):
    """A merge patch (RFC 7396) of the own profile. What is left out stays as it is, and `null` removes the display name."""

    model_config = ConfigDict(extra="forbid")
    display_name: Annotated[DisplayName | MISSING, Field(alias="displayName")] = MISSING
