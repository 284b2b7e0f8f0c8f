"""A small world for the core's tests: a database with two users, and cheap hashes."""

from collections.abc import AsyncGenerator
from contextlib import AbstractAsyncContextManager, asynccontextmanager
from dataclasses import dataclass
from datetime import UTC, datetime
from pathlib import Path

from sqlalchemy.ext.asyncio import AsyncSession

from impl.core.database import Database
from impl.core.items import ItemDraft, Items, Precondition
from impl.core.money import Currency, Price
from impl.core.passwords import HashCost, Passwords
from impl.core.principals import USER_SCOPES, Principal
from impl.core.schema import prepare
from impl.core.tables import UserRow
from impl.core.users import Users

CHEAP = HashCost(time=1, memory=64, parallelism=1)
ANY = Precondition(if_match=None)


@dataclass(frozen=True, slots=True, kw_only=True)
class World:
    """A database with two users, ada and bob."""

    database: Database
    passwords: Passwords
    ada: Principal
    bob: Principal

    def work(self) -> AbstractAsyncContextManager[AsyncSession]:
        return self.database.unit_of_work()

    @asynccontextmanager
    async def items(self, principal: Principal) -> AsyncGenerator[Items, None]:
        async with self.work() as session:
            yield Items(session, principal)

    def users(self, session: AsyncSession) -> Users:
        return Users(session, self.passwords)


@asynccontextmanager
async def open_world(folder: Path, url: str | None = None) -> AsyncGenerator[World, None]:
    """Yield a new world, in a file of the folder or in an empty database; close it afterwards."""
    database = Database(url or f"sqlite:///{folder / 'test.db'}")
    await prepare(database)
    try:
        ada, bob = [await _add_user(database, name) for name in ("ada", "bob")]
        yield World(database=database, passwords=Passwords(CHEAP), ada=ada, bob=bob)
    finally:
        await database.close()


async def _add_user(database: Database, name: str) -> Principal:
    async with database.unit_of_work() as session:
        row = UserRow(username=name, display_name=None, password_hash="-", created_at=datetime.now(UTC))
        session.add(row)
        await session.flush()
        return Principal(name=name, user_id=row.id, scopes=frozenset(USER_SCOPES))


def draft(
    name: str = "Cup",
    amount: float = 12.5,
    *,
    currency: Currency = "EUR",
    description: str | None = None,
    tags: tuple[str, ...] = (),
) -> ItemDraft:
    return ItemDraft(
        name=name, price=Price(amount=amount, currency=currency), description=description, tags=tags
    )
