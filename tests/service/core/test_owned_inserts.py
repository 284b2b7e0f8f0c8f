"""An owned row gets the owner of its session in whatever way it is written, and rows that nobody owns are left alone."""

from __future__ import annotations

from datetime import UTC, datetime
from typing import Any

import pytest
from sqlalchemy import Table, insert, select

from impl.core.ownership import FOR_ALL_OWNERS, act_for
from impl.core.principals import Principal
from impl.core.tables import IdempotencyRow, UserRow
from tests.service.core.world import World

pytestmark = pytest.mark.anyio


def outcome(key: str = "k", **more: Any) -> dict[str, Any]:
    return {
        "operation": "v1.create",
        "key": key,
        "fingerprint": "f",
        "outcome": "{}",
        "expires_at": datetime(2030, 1, 1, tzinfo=UTC),
        **more,
    }


def somebody(name: str) -> dict[str, Any]:
    return {"username": name, "display_name": None, "password_hash": "-", "created_at": datetime.now(UTC)}


async def owners(world: World) -> dict[str, int]:
    async with world.work() as session:
        rows = await session.scalars(select(IdempotencyRow), execution_options=dict(FOR_ALL_OWNERS))
        return {row.key: row.owner_id for row in rows.all()}


async def change(world: World, principal: Principal | None, statement: Any) -> None:
    async with world.work() as session:
        if principal is not None:
            act_for(session, principal.person())
        await session.execute(statement)


async def test_an_insert_belongs_to_who_acts(world: World) -> None:
    await change(world, world.ada, insert(IdempotencyRow).values(**outcome("a")))
    await change(world, world.bob, insert(IdempotencyRow).values(**outcome("b")))

    assert await owners(world) == {"a": world.ada.person(), "b": world.bob.person()}


async def test_an_insert_cannot_name_another_owner(world: World) -> None:
    await change(world, world.bob, insert(IdempotencyRow).values(**outcome(owner_id=world.ada.person())))
    async with world.work() as session:
        act_for(session, world.bob.person())
        session.add(IdempotencyRow(**outcome("row", owner_id=world.ada.person())))

    assert await owners(world) == {"k": world.bob.person(), "row": world.bob.person()}


async def test_nobody_inserts_owned_rows(world: World) -> None:
    named = outcome(owner_id=world.ada.person())
    with pytest.raises(RuntimeError, match=r"^a session that acts for nobody creates an owned row$"):
        await change(world, None, insert(IdempotencyRow).values(**named))
    with pytest.raises(RuntimeError, match=r"^a session that acts for nobody creates an owned row$"):
        async with world.work() as session:
            session.add(IdempotencyRow(**named))

    assert await owners(world) == {}


@pytest.mark.parametrize("acts", [True, False])
async def test_rows_without_an_owner_are_inserted_and_changed_by_all(world: World, acts: bool) -> None:
    principal = world.ada if acts else None
    await change(world, principal, insert(UserRow).values(**somebody("eve")))
    table = UserRow.__table__
    assert isinstance(table, Table)
    await change(world, principal, insert(table).values(**somebody("eva")))
    async with world.work() as session:
        if acts:
            act_for(session, world.ada.person())
        rows = (await session.scalars(select(UserRow).order_by(UserRow.id))).all()
        for row in rows:
            row.display_name = row.username.upper()
    async with world.work() as session:
        names = (await session.scalars(select(UserRow.display_name).order_by(UserRow.id))).all()

    assert list(names) == ["ADA", "BOB", "EVE", "EVA"]


async def steal(world: World, thief: Principal) -> None:
    async with world.work() as session:
        act_for(session, thief.person())
        rows = await session.scalars(select(IdempotencyRow), execution_options=dict(FOR_ALL_OWNERS))
        rows.one().outcome = "[]"


async def change_sides(world: World) -> None:
    async with world.work() as session:
        act_for(session, world.bob.person())
        act_for(session, world.ada.person())


async def test_a_row_of_another_user_is_changed_by_no_session(world: World) -> None:
    await change(world, world.ada, insert(IdempotencyRow).values(**outcome()))
    with pytest.raises(RuntimeError, match=r"^a session changes a row of another user$"):
        await steal(world, world.bob)
    await steal(world, world.ada)
    with pytest.raises(RuntimeError, match=r"^a session acts for one user only$"):
        await change_sides(world)
