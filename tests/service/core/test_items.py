import pytest

from impl.core.errors import (
    EditConflict,
    ItemNotFound,
    NotPermitted,
    PreconditionFailed,
    PreconditionRequired,
)
from impl.core.items import Item, ItemFilter, Items, Order, Precondition
from impl.core.money import Currency, Price
from impl.core.principals import Principal
from tests.service.core.world import ANY, World, draft

pytestmark = pytest.mark.anyio


async def _create(world: World, name: str = "Cup", amount: float = 12.5, *tags: str) -> Item:
    async with world.items(world.ada) as items:
        return await items.create(draft(name, amount, tags=tags))


@pytest.mark.parametrize(
    ("name", "amount", "tags"),
    [
        ("Tasse für Zwei ☕ 𝄞", 9999999999.99, ("b", "a", "c")),
        ("'; DROP TABLE items; --", 5e-324, ()),
        ("%_\\", 0.1 + 0.2, tuple(f"t{n}" for n in range(16))),
    ],
)
async def test_an_item_comes_back_as_it_was_stored(
    world: World, name: str, amount: float, tags: tuple[str, ...]
) -> None:
    description = "two\r\nlines\ttab\x01"
    async with world.items(world.ada) as items:
        created = await items.create(draft(name, amount, tags=tags, description=description))
    async with world.items(world.ada) as items:
        found = await items.get(created.id)
    assert found == created
    assert (found.name, found.price.amount, found.tags, found.description) == (
        name,
        amount,
        tags,
        description,
    )
    assert found.created_at.utcoffset() is not None


async def test_the_number_of_a_deleted_item_is_not_used_again(world: World) -> None:
    first = await _create(world)
    async with world.items(world.ada) as items:
        await items.delete(first.id, ANY)
    second = await _create(world)
    assert second.id > first.id
    assert second.etag != first.etag


async def test_nothing_of_another_user_can_be_reached(world: World) -> None:
    item = await _create(world)
    async with world.items(world.bob) as items:
        with pytest.raises(ItemNotFound):
            await items.get(item.id)
        with pytest.raises(ItemNotFound):
            await items.replace(item.id, draft("stolen"), ANY)
        with pytest.raises(ItemNotFound):
            await items.update(item.id, {"name": "stolen"}, ANY)
        with pytest.raises(ItemNotFound):
            await items.delete(item.id, ANY)
        page = await items.list(ItemFilter(), limit=10, cursor=None)
        assert page.items == ()
        assert await items.newest_amounts(limit=10) == ()
    async with world.items(world.ada) as items:
        assert await items.get(item.id) == item


async def test_a_program_has_no_items(world: World) -> None:
    program = Principal(name="program", user_id=None, scopes=frozenset())
    async with world.work() as session:
        with pytest.raises(NotPermitted):
            Items(session, program)


async def test_a_patch_changes_what_it_names_and_nothing_else(world: World) -> None:
    async with world.items(world.ada) as items:
        old = await items.create(draft("Cup", 12.5, description="x", tags=("a", "b")))
    async with world.items(world.ada) as items:
        new = await items.update(old.id, {"description": None}, ANY)
    assert (new.name, new.price, new.tags, new.description) == (old.name, old.price, old.tags, None)
    assert new.etag != old.etag
    assert new.updated_at >= old.updated_at
    assert new.created_at == old.created_at


@pytest.mark.parametrize(
    "tags", [("b", "a", "c"), ("c",), (), ("x", "a"), ("c", "b", "a", "z")], ids=",".join
)
async def test_tags_are_replaced_as_a_whole_and_keep_their_order(world: World, tags: tuple[str, ...]) -> None:
    old = await _create(world, "Cup", 1.0, "a", "b", "c")
    async with world.items(world.ada) as items:
        changed = await items.update(old.id, {"tags": tags}, ANY)
    async with world.items(world.ada) as items:
        assert (await items.get(old.id)) == changed
    assert changed.tags == tags
    assert changed.etag != old.etag


async def test_a_change_that_changes_nothing_keeps_the_version(world: World) -> None:
    old = await _create(world, "Cup", 1.0, "a", "b")
    async with world.items(world.ada) as items:
        assert await items.update(old.id, {}, ANY) == old
        assert await items.update(old.id, {"name": "Cup", "tags": ("a", "b")}, ANY) == old
        assert await items.replace(old.id, draft("Cup", 1.0, tags=("a", "b")), ANY) == old


async def test_replacing_resets_what_is_left_out_and_may_keep_the_currency(world: World) -> None:
    async with world.items(world.ada) as items:
        old = await items.create(draft(currency="USD", description="x", tags=("a",)))
        kept = await items.replace(old.id, draft("Mug", 2.0), ANY, keep_currency=True)
        assert (kept.price, kept.description, kept.tags) == (Price(amount=2.0, currency="USD"), None, ())
        changed = await items.replace(old.id, draft("Mug", 2.0), ANY)
        assert changed.price.currency == "EUR"
        again = await items.update(old.id, {"price": Price(amount=3.0, currency="GBP")}, ANY)
        assert again.price == Price(amount=3.0, currency="GBP")
        assert (await items.update(old.id, {"amount": 4.0}, ANY)).price == Price(amount=4.0, currency="GBP")


async def test_preconditions_guard_every_change(world: World) -> None:
    old = await _create(world)
    required = Precondition(if_match=None, required=True)
    other = Precondition(if_match='"0000000000000000"')
    for condition, error in ((required, PreconditionRequired), (other, PreconditionFailed)):
        async with world.items(world.ada) as items:
            with pytest.raises(error):
                await items.replace(old.id, draft("no"), condition)
            with pytest.raises(error):
                await items.update(old.id, {"name": "no"}, condition)
            with pytest.raises(error):
                await items.delete(old.id, condition)
    async with world.items(world.ada) as items:
        assert await items.get(old.id) == old
        new = await items.update(old.id, {"name": "yes"}, Precondition(if_match=old.etag, required=True))
        with pytest.raises(PreconditionFailed):
            await items.delete(old.id, Precondition(if_match=old.etag))
        await items.delete(old.id, Precondition(if_match=f'"aa", {new.etag}'))


async def test_a_missing_item_is_told_before_a_missing_precondition(world: World) -> None:
    async with world.items(world.ada) as items:
        with pytest.raises(ItemNotFound):
            await items.delete(2**63 - 1, Precondition(if_match=None, required=True))


@pytest.mark.parametrize("with_match", [True, False])
@pytest.mark.parametrize("deleted", [True, False])
async def test_of_two_changes_at_once_one_is_rejected(world: World, with_match: bool, deleted: bool) -> None:
    old = await _create(world)
    condition = Precondition(if_match=old.etag if with_match else None)
    expected = PreconditionFailed if with_match else EditConflict

    async def change_slowly() -> None:
        async with world.items(world.ada) as slow:
            row = await slow._row(old.id)
            before = await slow.get(old.id)
            async with world.items(world.ada) as fast:
                if deleted:
                    await fast.delete(old.id, ANY)
                else:
                    await fast.update(old.id, {"name": "fast"}, ANY)
            row.name = "slow"
            await slow._save(row, before, condition)

    with pytest.raises(expected):
        await change_slowly()
    async with world.items(world.ada) as items:
        page = await items.list(ItemFilter(), limit=1, cursor=None)
    assert [item.name for item in page.items] == ([] if deleted else ["fast"])


@pytest.mark.parametrize("order", list(Order))
@pytest.mark.parametrize("limit", [1, 2, 3, 7, 100])
async def test_pages_hold_every_item_once_and_in_order(world: World, order: Order, limit: int) -> None:
    async with world.items(world.ada) as items:
        made = [(await items.create(draft(f"item {n}"))).id for n in range(7)]
    seen: list[int] = []
    cursor: str | None = None
    async with world.items(world.ada) as items:
        while True:
            page = await items.list(ItemFilter(order=order), limit=limit, cursor=cursor)
            assert 0 < len(page.items) <= limit
            seen += [item.id for item in page.items]
            cursor = page.next_cursor
            if cursor is None:
                break
    assert seen == (made if order is Order.OLDEST else made[::-1])


async def test_items_created_or_deleted_between_pages_hide_no_other(world: World) -> None:
    async with world.items(world.ada) as items:
        made = [(await items.create(draft(f"item {n}"))).id for n in range(4)]
        first = await items.list(ItemFilter(), limit=2, cursor=None)
        await items.delete(made[3], ANY)
        await items.delete(made[2], ANY)
        await items.create(draft("new"))
        second = await items.list(ItemFilter(), limit=2, cursor=first.next_cursor)
    assert [item.id for item in second.items] == [made[1], made[0]]
    assert second.next_cursor is None


async def test_a_list_with_other_filters_goes_on_from_the_same_place(world: World) -> None:
    async with world.items(world.ada) as items:
        made = [(await items.create(draft(name))).id for name in ("Cup", "Jug", "Cup", "Jug", "Cup")]
        page = await items.list(ItemFilter(text="cup"), limit=2, cursor=None)
        jugs = await items.list(ItemFilter(text="jug"), limit=9, cursor=page.next_cursor)
        later = await items.list(ItemFilter(order=Order.OLDEST), limit=9, cursor=page.next_cursor)
    assert [item.id for item in jugs.items] == [made[1]]
    assert [item.id for item in later.items] == made[3:]


@pytest.mark.parametrize("cursor", ["0" * 16, "7" + "f" * 15])
async def test_a_cursor_may_be_any_number_that_the_contract_lets_through(world: World, cursor: str) -> None:
    async with world.items(world.ada) as items:
        await items.create(draft())
        for order in Order:
            page = await items.list(ItemFilter(order=order), limit=1, cursor=cursor)
            before_all = (order is Order.OLDEST) == (cursor == "0" * 16)
            assert len(page.items) == (1 if before_all else 0)


@pytest.mark.parametrize(
    ("item_filter", "expected"),
    [
        (ItemFilter(text="STRASSE"), ["Straße"]),
        (ItemFilter(text="ÉTÉ"), ["été 100%"]),
        (ItemFilter(text="%"), ["été 100%"]),
        (ItemFilter(text="_"), ["a_b"]),
        (ItemFilter(text="/"), []),
        (ItemFilter(tag="red"), ["Straße", "a_b"]),
        (ItemFilter(tag="re"), []),
        (ItemFilter(tag="red", text="a_"), ["a_b"]),
        (ItemFilter(min_amount=2.0), ["été 100%", "a_b"]),
        (ItemFilter(max_amount=2.0), ["Straße", "été 100%"]),
        (ItemFilter(min_amount=2.0, max_amount=2.0), ["été 100%"]),
        (ItemFilter(min_amount=3.0, max_amount=1.0), []),
        (ItemFilter(currency="USD"), ["a_b"]),
        (ItemFilter(min_cents=201), ["a_b"]),
        (ItemFilter(max_cents=100), ["Straße"]),
    ],
)
async def test_filters(world: World, item_filter: ItemFilter, expected: list[str]) -> None:
    async with world.items(world.ada) as items:
        await items.create(draft("Straße", 1.0, tags=("red",)))
        await items.create(draft("été 100%", 2.0, tags=("green",)))
        await items.create(draft("a_b", 2.5, tags=("blue", "red"), currency="USD"))
        ordered = ItemFilter(
            **{name: getattr(item_filter, name) for name in item_filter.__slots__ if name != "order"},
            order=Order.OLDEST,
        )
        page = await items.list(ordered, limit=10, cursor=None)
    assert [item.name for item in page.items] == expected


async def test_amounts_for_a_report_are_the_newest_and_of_one_currency(world: World) -> None:
    async with world.items(world.ada) as items:
        prices: list[tuple[float, Currency]] = [(1.0, "EUR"), (2.0, "USD"), (3.0, "EUR"), (4.0, "EUR")]
        for amount, currency in prices:
            await items.create(draft(amount=amount, currency=currency))
        assert await items.newest_amounts(limit=3) == (4.0, 3.0, 2.0)
        assert await items.newest_amounts(limit=3, currency="EUR") == (4.0, 3.0, 1.0)
        assert await items.newest_amounts(limit=3, currency="CHF") == ()


async def test_an_error_undoes_the_unit_of_work(world: World) -> None:
    async def fail_halfway() -> None:
        async with world.items(world.ada) as items:
            await items.create(draft("half done"))
            await items.get(999)

    with pytest.raises(ItemNotFound):
        await fail_halfway()
    async with world.items(world.ada) as items:
        assert (await items.list(ItemFilter(), limit=10, cursor=None)).items == ()
