"""What "once" means for a repeated request: per user, operation, key and day, and only for what was carried out."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta

import pytest
from sqlalchemy import select, update

from impl.core.errors import IdempotencyKeyReused
from impl.core.idempotency import Attempt, Idempotency, forget_expired
from impl.core.ownership import FOR_ALL_OWNERS
from impl.core.principals import Principal
from impl.core.tables import IdempotencyRow
from tests.service.core.world import World

pytestmark = pytest.mark.anyio

DAY = timedelta(days=1)


class Counter:
    """Work that tells how often it was done."""

    def __init__(self, world: World) -> None:
        self.world = world
        self.done = 0

    async def work(self) -> dict[str, int]:
        self.done += 1
        return {"number": self.done}

    async def fail(self) -> dict[str, int]:
        raise ValueError("no")

    async def once(
        self,
        principal: Principal | None = None,
        *,
        operation: str = "v1.create",
        key: str | None = "k",
        request: object = "r",
        fails: bool = False,
    ) -> int:
        attempt = Attempt(operation=operation, key=key, request=request)
        async with self.world.work() as session:
            repeatable = Idempotency(session, principal or self.world.ada)
            outcome = await repeatable.once(attempt, dict[str, int], self.fail if fails else self.work)
            return outcome["number"]


@pytest.fixture
def counter(world: World) -> Counter:
    return Counter(world)


async def move(world: World, by: timedelta, *keys: str) -> None:
    """Let outcomes end that much earlier."""
    async with world.work() as session:
        rows = await session.scalars(select(IdempotencyRow), execution_options=dict(FOR_ALL_OWNERS))
        ends = {row.key: row.expires_at for row in rows.all()}
        for key in keys:
            await session.execute(
                update(IdempotencyRow).where(IdempotencyRow.key == key).values(expires_at=ends[key] - by),
                execution_options=dict(FOR_ALL_OWNERS),
            )


async def kept(world: World) -> set[str]:
    async with world.work() as session:
        found = await session.scalars(select(IdempotencyRow.key), execution_options=dict(FOR_ALL_OWNERS))
        return set(found.all())


async def test_the_outcome_of_the_first_try_is_that_of_all(counter: Counter) -> None:
    assert [await counter.once() for _ in range(3)] == [1, 1, 1]
    assert counter.done == 1


async def test_a_request_without_a_key_is_carried_out_each_time(counter: Counter, world: World) -> None:
    assert [await counter.once(key=None) for _ in range(2)] == [1, 2]
    assert await kept(world) == set()


async def test_user_operation_and_key_tell_requests_apart(counter: Counter, world: World) -> None:
    assert await counter.once() == 1
    assert await counter.once(world.bob) == 2
    assert await counter.once(operation="v2.create") == 3
    assert await counter.once(key="K") == 4
    assert [
        await counter.once(),
        await counter.once(world.bob),
        await counter.once(operation="v2.create"),
        await counter.once(key="K"),
    ] == [1, 2, 3, 4]


@pytest.mark.parametrize("other", ["R", "r ", None, ["r"], {"r": "r"}])
async def test_a_key_that_comes_with_another_request_is_rejected(counter: Counter, other: object) -> None:
    assert await counter.once() == 1
    with pytest.raises(IdempotencyKeyReused):
        await counter.once(request=other)
    assert (await counter.once(), counter.done) == (1, 1)


async def test_the_order_of_members_is_no_other_request(counter: Counter) -> None:
    assert await counter.once(request={"a": 1, "b": {"c": 1, "d": 2}}) == 1
    assert await counter.once(request={"b": {"d": 2, "c": 1}, "a": 1}) == 1
    with pytest.raises(IdempotencyKeyReused):
        await counter.once(request={"a": 1, "b": {"c": 2, "d": 1}})


async def test_what_fails_leaves_nothing(counter: Counter, world: World) -> None:
    with pytest.raises(ValueError, match="no"):
        await counter.once(fails=True)
    assert await kept(world) == set()
    assert await counter.once(request="another") == 1


async def test_an_outcome_is_kept_for_a_day(counter: Counter, world: World) -> None:
    before = datetime.now(UTC)
    await counter.once()
    async with world.work() as session:
        rows = await session.scalars(select(IdempotencyRow), execution_options=dict(FOR_ALL_OWNERS))
        (end,) = [row.expires_at for row in rows.all()]
    assert before + DAY <= end.replace(tzinfo=UTC) <= datetime.now(UTC) + DAY


async def test_a_key_is_free_when_its_day_is_over_and_a_day_starts_anew(
    counter: Counter, world: World
) -> None:
    await counter.once()
    await move(world, DAY - timedelta(minutes=1), "k")
    assert await counter.once() == 1
    await move(world, timedelta(minutes=1), "k")
    assert await counter.once(request="another") == 2
    assert await counter.once(request="another") == 2
    with pytest.raises(IdempotencyKeyReused):
        await counter.once()
    await move(world, DAY - timedelta(minutes=1), "k")
    assert await counter.once(request="another") == 2


async def test_only_what_is_over_is_forgotten_of_all_users(counter: Counter, world: World) -> None:
    for principal, key in (
        (world.ada, "old"),
        (world.ada, "new"),
        (world.bob, "theirs"),
        (world.bob, "young"),
    ):
        await counter.once(principal, key=key)
    await move(world, DAY, "old", "theirs")
    await move(world, DAY - timedelta(minutes=1), "new")
    async with world.work() as session:
        await forget_expired(session)
    assert await kept(world) == {"new", "young"}
