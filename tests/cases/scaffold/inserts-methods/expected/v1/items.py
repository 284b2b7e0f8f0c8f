"""Items, kept in memory."""

from typing import final

from typing_extensions import override

from generated.v1 import models, protocols
from impl.store import Store


@final
class Items(protocols.ItemsApi):
    """All items of one store."""

    def __init__(self, store: Store) -> None:
        self._store = store

    # --- many at once ---

    @override
    async def list_items(self, *, limit: int) -> list[models.Item]:
        found = self._store.all()   # in the order of their making
        return found[:limit]

    @override
    async def create_item(self, *, body: models.Item) -> models.Item:
        raise protocols.not_implemented("createItem")

    # --- one of them ---

    @override
    async def get_item(self, *, name: str) -> models.Item:
        return self._store.get(name)