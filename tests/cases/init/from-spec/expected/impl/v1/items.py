"""Items of spec/v1/"""

from __future__ import annotations

from typing import final

from typing_extensions import override

from generated.v1 import models, protocols, responses


@final
class Items(protocols.ItemsApi):
    """Operations of items"""

    @override
    async def list_items(self) -> list[models.Item] | responses.ListItemsDefault:
        raise protocols.not_implemented("listItems")


def items() -> Items:
    """Give the implementation for one request; it may ask for dependencies as any FastAPI dependency."""
    return Items()
