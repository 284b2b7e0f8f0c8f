"""Items, as v2 shows them: a price is an exact amount of a currency."""

from typing import Literal, final

from sqlalchemy.ext.asyncio import AsyncSession
from typing_extensions import override

from accord.runtime import MISSING
from generated.v2 import models, protocols, responses
from impl.common.caching import CACHE_CONTROL
from impl.core import items as core
from impl.core.cache.cache import Cache
from impl.core.etags import is_known
from impl.core.idempotency import Attempt, Idempotency
from impl.core.item_reads import ItemReads
from impl.core.money import Price, format_amount, parse_amount, to_cents
from impl.core.principals import Principal

_PATH = "/api/v2/items"


@final
class Items(protocols.ItemsApi[Principal]):
    """The items of whoever calls."""

    def __init__(self, session: AsyncSession, cache: Cache) -> None:
        self._session = session
        self._cache = cache

    def _items(self, principal: Principal) -> core.Items:
        return core.Items(self._session, principal)

    def _reads(self, principal: Principal) -> ItemReads:
        return ItemReads(self._session, principal, self._cache)

    @override
    async def list_items(
        self,
        *,
        principal: Principal,
        q: str | None,
        tag: models.Tag | None,
        currency: models.Currency | None,
        min_amount: models.Amount | None,
        max_amount: models.Amount | None,
        order: Literal["newest", "oldest"],
        limit: int,
        cursor: models.Cursor | None,
        if_none_match: str | None,
    ) -> responses.ListItemsOk | responses.PageNotModified:
        wanted = core.ItemFilter(
            text=q,
            tag=tag,
            currency=currency,
            min_cents=_to_cents(min_amount),
            max_cents=_to_cents(max_amount),
            order=core.Order(order),
        )
        page = await self._reads(principal).list(wanted, limit=limit, cursor=cursor)
        if if_none_match is not None and is_known(page.etag, if_none_match):
            return responses.PageNotModified(etag=page.etag, cache_control=CACHE_CONTROL)
        body = models.ItemPage(
            data=[_to_item(item) for item in page.items],
            page=models.PageInfo(
                limit=limit, has_more=page.next_cursor is not None, next_cursor=page.next_cursor
            ),
        )
        return responses.ListItemsOk(body=body, etag=page.etag, cache_control=CACHE_CONTROL)

    @override
    async def create_item(
        self, *, principal: Principal, idempotency_key: str | None, body: models.NewItem
    ) -> responses.CreateItemCreated:
        draft = _to_draft(body)
        attempt = Attempt(operation="v2.createItem", key=idempotency_key, request=draft)
        item = await Idempotency(self._session, principal).once(
            attempt, core.Item, lambda: self._items(principal).create(draft)
        )
        return responses.CreateItemCreated(body=_to_item(item), location=f"{_PATH}/{item.id}", etag=item.etag)

    @override
    async def get_item(
        self, *, principal: Principal, item_id: models.ItemId, if_none_match: str | None
    ) -> responses.GetItemOk | responses.NotModified:
        item = await self._reads(principal).get(item_id)
        if if_none_match is not None and is_known(item.etag, if_none_match):
            return responses.NotModified(etag=item.etag, cache_control=CACHE_CONTROL)
        return responses.GetItemOk(body=_to_item(item), etag=item.etag, cache_control=CACHE_CONTROL)

    @override
    async def replace_item(
        self, *, principal: Principal, item_id: models.ItemId, if_match: str | None, body: models.NewItem
    ) -> responses.ReplaceItemOk:
        item = await self._items(principal).replace(item_id, _to_draft(body), _expected(if_match))
        return responses.ReplaceItemOk(body=_to_item(item), etag=item.etag)

    @override
    async def update_item(
        self, *, principal: Principal, item_id: models.ItemId, if_match: str | None, body: models.ItemPatch
    ) -> responses.UpdateItemOk:
        item = await self._items(principal).update(item_id, _to_changes(body), _expected(if_match))
        return responses.UpdateItemOk(body=_to_item(item), etag=item.etag)

    @override
    async def delete_item(
        self, *, principal: Principal, item_id: models.ItemId, if_match: str | None
    ) -> None:
        await self._items(principal).delete(item_id, _expected(if_match))


def _expected(if_match: str | None) -> core.Precondition:
    """Each change has to say which state of the item it starts from."""
    return core.Precondition(if_match=if_match, required=True)


def _to_cents(amount: models.Amount | None) -> int | None:
    return None if amount is None else to_cents(parse_amount(amount))


def _to_price(money: models.Money) -> Price:
    return Price(amount=parse_amount(money.amount), currency=money.currency)


def _to_item(item: core.Item) -> models.Item:
    return models.Item(
        id=item.id,
        name=item.name,
        description=item.description,
        price=models.Money(amount=format_amount(item.price.amount), currency=item.price.currency),
        tags=list(item.tags),
        created_at=item.created_at,
        updated_at=item.updated_at,
    )


def _to_draft(body: models.NewItem) -> core.ItemDraft:
    return core.ItemDraft(
        name=body.name,
        description=None if body.description is MISSING else body.description,
        price=_to_price(body.price),
        tags=() if body.tags is MISSING else tuple(body.tags),
    )


def _to_changes(body: models.ItemPatch) -> core.ItemChanges:
    """Read a merge patch: what was left out is not among the changes, and `null` is a value like others."""
    changes = core.ItemChanges()
    if body.name is not MISSING:
        changes["name"] = body.name
    if body.description is not MISSING:
        changes["description"] = body.description
    if body.price is not MISSING:
        changes["price"] = _to_price(body.price)
    if body.tags is not MISSING:
        changes["tags"] = tuple(body.tags)
    return changes
