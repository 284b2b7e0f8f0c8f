"""Items: what the operations on them do, in any version of the contract."""

from dataclasses import dataclass
from datetime import UTC, datetime
from enum import StrEnum
from typing import TypedDict

from sqlalchemy import ColumnElement, select
from sqlalchemy.orm.exc import StaleDataError

from impl.core.cursors import decode_cursor, encode_cursor
from impl.core.errors import EditConflict, ItemNotFound, PreconditionFailed, PreconditionRequired
from impl.core.etags import etag_of, etag_of_page, matches
from impl.core.money import Currency, Price, to_cents
from impl.core.ownership import OwnedRepository
from impl.core.tables import ItemRow, ItemTagRow


@dataclass(frozen=True, slots=True, kw_only=True)
class Item:
    """An item as it is stored. `etag` names this version of it, quotes included."""

    id: int
    name: str
    description: str | None
    price: Price
    tags: tuple[str, ...]
    created_at: datetime
    updated_at: datetime
    etag: str


@dataclass(frozen=True, slots=True, kw_only=True)
class ItemDraft:
    """Everything that a client decides about an item."""

    name: str
    price: Price
    description: str | None = None
    tags: tuple[str, ...] = ()


class ItemChanges(TypedDict, total=False):
    """Some of what a client decides about an item: an absent key leaves the value as it is.

    `amount` changes the price and keeps its currency, `price` changes both.
    """

    name: str
    description: str | None
    amount: float
    price: Price
    tags: tuple[str, ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class Precondition:
    """What a change expects: the value of `If-Match`, and whether there must be one."""

    if_match: str | None
    required: bool = False

    def check(self, etag: str) -> None:
        """Raise `PreconditionRequired` or `PreconditionFailed` unless the change may happen."""
        if self.if_match is None:
            if self.required:
                raise PreconditionRequired
        elif not matches(etag, self.if_match):
            raise PreconditionFailed


class Order(StrEnum):
    """The order of a list, by creation."""

    NEWEST = "newest"
    OLDEST = "oldest"


@dataclass(frozen=True, slots=True, kw_only=True)
class ItemFilter:
    """Which items a list holds, and in which order. What is None does not narrow it; amounts are inclusive."""

    text: str | None = None
    tag: str | None = None
    currency: Currency | None = None
    min_amount: float | None = None
    max_amount: float | None = None
    min_cents: int | None = None
    max_cents: int | None = None
    order: Order = Order.NEWEST

    def conditions(self) -> list[ColumnElement[bool]]:
        """Return what the rows must fulfil."""
        found: list[ColumnElement[bool]] = []
        if self.text is not None:
            found.append(ItemRow.folded_name.contains(self.text.casefold(), autoescape=True))
        if self.tag is not None:
            found.append(ItemRow.tags.any(ItemTagRow.tag == self.tag))
        if self.currency is not None:
            found.append(ItemRow.currency == self.currency)
        if self.min_amount is not None:
            found.append(ItemRow.price >= self.min_amount)
        if self.max_amount is not None:
            found.append(ItemRow.price <= self.max_amount)
        if self.min_cents is not None:
            found.append(ItemRow.price_cents >= self.min_cents)
        if self.max_cents is not None:
            found.append(ItemRow.price_cents <= self.max_cents)
        return found


@dataclass(frozen=True, slots=True, kw_only=True)
class ItemPage:
    """Some items of a list, and the cursor of the next page, None on the last."""

    items: tuple[Item, ...]
    next_cursor: str | None

    @property
    def etag(self) -> str:
        """Return the entity tag of the page, quotes included."""
        return etag_of_page((item.etag for item in self.items), self.next_cursor)


class Items(OwnedRepository):
    """The items of one user. Whoever gives the session commits."""

    async def create(self, draft: ItemDraft) -> Item:
        """Store a new item."""
        now = datetime.now(UTC)
        row = ItemRow(created_at=now, updated_at=now, version=1, tags=[])
        _write(row, draft)
        self._session.add(row)
        await self._session.flush()
        return _read(row)

    async def get(self, item_id: int) -> Item:
        """Return an item. Raises `ItemNotFound`."""
        return _read(await self._row(item_id))

    async def list(self, item_filter: ItemFilter, *, limit: int, cursor: str | None) -> ItemPage:
        """Return a page of at most `limit` items, from the start or from where a page before has ended."""
        statement = select(ItemRow).where(*item_filter.conditions())
        newest_first = item_filter.order is Order.NEWEST
        if cursor is not None:
            after = decode_cursor(cursor)
            statement = statement.where(ItemRow.id < after if newest_first else ItemRow.id > after)
        statement = statement.order_by(ItemRow.id.desc() if newest_first else ItemRow.id)
        # One more than asked for tells whether there is a next page.
        rows = (await self._session.scalars(statement.limit(limit + 1))).all()
        shown = rows[:limit]
        more = len(rows) > limit
        return ItemPage(
            items=tuple(_read(row) for row in shown),
            next_cursor=encode_cursor(shown[-1].id) if more else None,
        )

    async def replace(
        self, item_id: int, draft: ItemDraft, precondition: Precondition, *, keep_currency: bool = False
    ) -> Item:
        """Replace everything that a client decides. Raises `ItemNotFound` and what `update` raises.

        With `keep_currency` the draft's currency is only for a new item, and an old one keeps its own.
        """
        row = await self._row(item_id)
        before = _read(row)
        precondition.check(before.etag)
        if keep_currency:
            kept = Price(amount=draft.price.amount, currency=row.currency)
            draft = ItemDraft(name=draft.name, price=kept, description=draft.description, tags=draft.tags)
        _write(row, draft)
        return await self._save(row, before, precondition)

    async def update(self, item_id: int, changes: ItemChanges, precondition: Precondition) -> Item:
        """Change what is in `changes`; what comes out equal to what was there keeps its version.

        Raises `ItemNotFound`, `PreconditionRequired`, `PreconditionFailed`, `EditConflict`.
        """
        row = await self._row(item_id)
        before = _read(row)
        precondition.check(before.etag)
        price = changes.get("price", before.price)
        if "amount" in changes:
            price = Price(amount=changes["amount"], currency=price.currency)
        _write(
            row,
            ItemDraft(
                name=changes.get("name", before.name),
                description=changes.get("description", before.description),
                price=price,
                tags=changes.get("tags", before.tags),
            ),
        )
        return await self._save(row, before, precondition)

    async def delete(self, item_id: int, precondition: Precondition) -> None:
        """Delete an item for good. Raises what `update` raises."""
        row = await self._row(item_id)
        precondition.check(_etag(row))
        await self._session.delete(row)
        await self._flush(precondition)

    async def newest_amounts(self, *, limit: int, currency: Currency | None = None) -> tuple[float, ...]:
        """Return the amounts of the newest items, in any currency or in one."""
        statement = select(ItemRow.price).where(*ItemFilter(currency=currency).conditions())
        statement = statement.order_by(ItemRow.id.desc()).limit(limit)
        return tuple((await self._session.scalars(statement)).all())

    async def _row(self, item_id: int) -> ItemRow:
        row = await self._session.scalar(select(ItemRow).where(ItemRow.id == item_id))
        if row is None:
            raise ItemNotFound
        return row

    async def _save(self, row: ItemRow, before: Item, precondition: Precondition) -> Item:
        # The row's own history would miss a change that only reorders the tags.
        if _read(row) != before:
            row.updated_at = max(datetime.now(UTC), row.updated_at)
            row.version += 1
            await self._flush(precondition)
        return _read(row)

    async def _flush(self, precondition: Precondition) -> None:
        try:
            await self._session.flush()
        except StaleDataError:
            # Between the reading above and this writing the item was changed or deleted.
            raise (EditConflict if precondition.if_match is None else PreconditionFailed) from None


def _etag(row: ItemRow) -> str:
    return etag_of("item", row.id, row.version)


def _read(row: ItemRow) -> Item:
    return Item(
        id=row.id,
        name=row.name,
        description=row.description,
        price=Price(amount=row.price, currency=row.currency),
        tags=tuple(tag.tag for tag in row.tags),
        created_at=row.created_at,
        updated_at=row.updated_at,
        etag=_etag(row),
    )


def _write(row: ItemRow, draft: ItemDraft) -> None:
    row.name = draft.name
    row.folded_name = draft.name.casefold()
    row.description = draft.description
    row.price = draft.price.amount
    row.price_cents = to_cents(draft.price.amount)
    row.currency = draft.price.currency
    if tuple(tag.tag for tag in row.tags) != draft.tags:
        known = {tag.tag: tag for tag in row.tags}
        tags = [known.get(tag) or ItemTagRow(tag=tag) for tag in draft.tags]
        for position, tag in enumerate(tags):
            tag.position = position
        row.tags = tags
