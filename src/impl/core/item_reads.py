"""The reads of one user's items, remembered until any of them changes."""

import hashlib
from dataclasses import asdict

import msgspec
from sqlalchemy.ext.asyncio import AsyncSession

from impl.core.cache.cache import Cache
from impl.core.items import Item, ItemFilter, ItemPage, Items
from impl.core.ownership import OwnedRepository
from impl.core.principals import Principal
from impl.core.revisions import revision_of


class ItemReads(OwnedRepository):
    """What `Items` reads, out of the cache where it is there. Keys begin with the owner and the revision."""

    def __init__(self, session: AsyncSession, principal: Principal, cache: Cache) -> None:
        super().__init__(session, principal)
        self._items = Items(session, principal)
        self._cache = cache

    async def get(self, item_id: int) -> Item:
        """Return an item. Raises `ItemNotFound`."""
        key = await self._key(f"item:{item_id}")
        return await self._cache.read(key, Item, lambda: self._items.get(item_id))

    async def list(self, item_filter: ItemFilter, *, limit: int, cursor: str | None) -> ItemPage:
        """Return a page, as `Items.list` does."""
        asked = msgspec.json.encode([asdict(item_filter), limit, cursor])
        key = await self._key(f"page:{hashlib.sha256(asked).hexdigest()}")
        return await self._cache.read(
            key, ItemPage, lambda: self._items.list(item_filter, limit=limit, cursor=cursor)
        )

    async def _key(self, what: str) -> str:
        return f"{self._owner}:{await revision_of(self._session, self._owner)}:{what}"
