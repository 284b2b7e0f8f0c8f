# Generated from spec/common/ by accord. Do not edit: change the spec, then run make generate.

from __future__ import annotations

from typing import Annotated, TypeAlias

from pydantic import Field

from .password_grant import PasswordGrantWrite
from .refresh_grant import RefreshGrantWrite


TokenGrantWrite: TypeAlias = Annotated[
    PasswordGrantWrite | RefreshGrantWrite, Field(discriminator="grant_type")
]
"""What a client gives for tokens."""
