# Generated from spec/v1/ by accord. Do not edit: change the spec, then run make generate.
"""Operations of spec/v1/"""

from __future__ import annotations

from typing import Protocol

from accord.runtime import ByteStream, not_implemented as not_implemented

from . import models, responses


class AlbumsApi(Protocol):
    """Operations of albums"""

    async def add_album(self, *, body: models.AddAlbumForm) -> None | responses.AddAlbumNoContent:
        """POST /albums"""
        ...

    async def add_parts(self, *, body: ByteStream | None) -> None | responses.AddPartsNoContent:
        """POST /parts"""
        ...
