# Generated from spec/v1/ by accord. Do not edit: change the spec, then run make generate.

from __future__ import annotations

from typing import Annotated
from uuid import UUID

from pydantic import MISSING, Field

from accord.runtime import Model


class Booking(Model):
    id: UUID | MISSING = MISSING
    callback_url: Annotated[str, Field(alias="callbackUrl")]
