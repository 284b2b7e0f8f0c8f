# Generated from spec/v1/ by accord. Do not edit: change the spec, then run make generate.

from __future__ import annotations

from typing import Annotated

from pydantic import MISSING, Field

from accord.runtime import Model, Upload

from .owner import Owner


class AddAlbumForm(Model):
    title: Annotated[str, Field(max_length=100)]
    cover: Upload
    """What is shown first."""
    pages: Annotated[list[Upload], Field(max_length=20)] | MISSING = MISSING
    owner: Owner | MISSING = MISSING
    tags: list[str] | MISSING = MISSING
