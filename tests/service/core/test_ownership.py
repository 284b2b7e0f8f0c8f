"""The owner check holds for statements that nobody has written yet."""

from datetime import UTC, datetime

import pytest
from sqlalchemy import delete, func, select, update
from sqlalchemy.orm import aliased

from impl.core.ownership import FOR_ALL_OWNERS, act_for
from impl.core.tables import ItemRow
from tests.service.core.world import World, draft

pytestmark = pytest.mark.anyio


async def _fill(world: World) -> int:
    async with world.items(world.ada) as items:
        return (await items.create(draft(tags=("a",)))).id


def _row() -> ItemRow:
    now = datetime.now(UTC)
    return ItemRow(
        name="x",
        folded_name="x",
        description=None,
        price=1.0,
        price_cents=100,
        currency="EUR",
        created_at=now,
        updated_at=now,
        version=1,
    )


async def test_a_session_for_nobody_sees_and_writes_nothing(world: World) -> None:
    item_id = await _fill(world)
    async with world.work() as session:
        assert await session.get(ItemRow, item_id) is None
        assert (await session.scalars(select(ItemRow))).all() == []
        assert await session.scalar(select(func.count()).select_from(ItemRow)) == 0
    with pytest.raises(RuntimeError, match="nobody"):
        async with world.work() as session:
            session.add(_row())


async def test_every_kind_of_statement_is_narrowed(world: World) -> None:
    item_id = await _fill(world)
    other = aliased(ItemRow)
    async with world.work() as session:
        act_for(session, world.bob.person())
        assert await session.get(ItemRow, item_id) is None
        assert (await session.scalars(select(other.name))).all() == []
        assert await session.scalar(select(func.max(ItemRow.price))) is None
        await session.execute(update(ItemRow).values(name="stolen"))
        await session.execute(delete(ItemRow).where(ItemRow.id == item_id))
    async with world.items(world.ada) as items:
        assert (await items.get(item_id)).name == "Cup"


async def test_two_sessions_do_not_share_an_owner(world: World) -> None:
    """The criteria are cached by SQLAlchemy; the owner in them must not be."""
    item_id = await _fill(world)
    for principal, found in ((world.ada, True), (world.bob, False), (world.ada, True)):
        async with world.work() as session:
            act_for(session, principal.person())
            row = await session.scalar(select(ItemRow).where(ItemRow.id == item_id))
            assert (row is not None) is found


async def test_a_new_row_gets_the_owner_whatever_it_says(world: World) -> None:
    async with world.work() as session:
        act_for(session, world.bob.person())
        row = _row()
        row.owner_id = world.ada.person()
        session.add(row)
    assert row.owner_id == world.bob.person()


async def test_a_row_cannot_be_given_away(world: World) -> None:
    item_id = await _fill(world)

    async def give_away() -> None:
        async with world.work() as session:
            act_for(session, world.ada.person())
            row = await session.get_one(ItemRow, item_id)
            row.owner_id = world.bob.person()

    with pytest.raises(RuntimeError, match="another user"):
        await give_away()


async def test_a_session_does_not_change_sides(world: World) -> None:
    async with world.work() as session:
        act_for(session, world.ada.person())
        act_for(session, world.ada.person())
        with pytest.raises(RuntimeError, match="one user"):
            act_for(session, world.bob.person())


async def test_counting_over_all_users_is_asked_for_by_name(world: World) -> None:
    await _fill(world)
    count = select(func.count()).select_from(ItemRow)
    async with world.work() as session:
        act_for(session, world.bob.person())
        assert await session.scalar(count) == 0
        assert await session.scalar(count, execution_options=dict(FOR_ALL_OWNERS)) == 1
        assert (await world.users(session).usage()).items == 1
