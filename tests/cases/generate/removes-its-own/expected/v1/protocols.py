# Generated from spec/v1/ by accord. Do not edit: change the spec, then run make generate.
"""Operations of spec/v1/"""

from __future__ import annotations

from typing import Protocol

from accord.runtime import not_implemented as not_implemented

from . import models, responses


class ItemsApi(Protocol):
    """Operations of items"""

    async def get_item(self, *, item_id: int) -> models.Item | responses.GetItemNotFound:
        """GET /items/{itemId}

        One item
        """
        ...
