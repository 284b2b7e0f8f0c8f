"""Items of spec/v1/"""

from __future__ import annotations

from typing import final

from typing_extensions import override

from generated.v1 import models, protocols, responses


@final
class Items(protocols.ItemsApi):
    """Operations of items"""

    @override
    async def get_item(self, *, item_id: int) -> models.Item | responses.GetItemNotFound:
        raise protocols.not_implemented("getItem")


def items() -> Items:
    """Give the implementation for one request; it may ask for dependencies as any FastAPI dependency."""
    return Items()
