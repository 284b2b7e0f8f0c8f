"""Requests that may be repeated: the first that succeeds is carried out, the others get its outcome.

The outcome is stored in the transaction of the work itself, so that there is never one without the other. Whoever
comes at the same moment waits for that transaction, in whichever process: the unique key of the table decides.
"""

import hashlib
from collections.abc import Awaitable, Callable
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from typing import Any, TypeVar  # Any: the dialects' own insert has no type in common

import msgspec
from sqlalchemy import delete, select
from sqlalchemy.dialects import postgresql, sqlite
from sqlalchemy.ext.asyncio import AsyncSession

from impl.core.errors import IdempotencyKeyReused
from impl.core.ownership import FOR_ALL_OWNERS, OwnedRepository
from impl.core.tables import IdempotencyRow

T = TypeVar("T")

# The contracts promise a day.
KEPT = timedelta(days=1)


@dataclass(frozen=True, slots=True, kw_only=True)
class Attempt:
    """One try of a request: the operation with its version, the client's key (None: not repeatable), and what it asks."""

    operation: str
    key: str | None
    request: object

    def fingerprint(self) -> str:
        """Return what two tries have in common only if they ask for the same."""
        return hashlib.sha256(msgspec.json.encode(self.request, order="deterministic")).hexdigest()


class Idempotency(OwnedRepository):
    """The repeatable requests of one user. Whoever gives the session commits."""

    async def once(self, attempt: Attempt, kind: type[T], work: Callable[[], Awaitable[T]]) -> T:
        """Return the outcome of `work`, carried out by this try or by an earlier one.

        Raises `IdempotencyKeyReused` where the key came with another request before, and what `work` raises: then
        nothing is stored, and the key is free for another try.
        """
        if attempt.key is None:
            return await work()
        if await self._takes(attempt):
            outcome = await work()
            row = await self._stored(attempt)
            row.outcome = msgspec.json.encode(outcome).decode()
            await self._session.flush()
            return outcome
        row = await self._stored(attempt)
        if row.fingerprint != attempt.fingerprint():
            raise IdempotencyKeyReused
        return msgspec.json.decode(row.outcome, type=kind)

    async def _takes(self, attempt: Attempt) -> bool:
        """Whether the key is free, or what was stored under it has expired. Waits for a transaction that has it."""
        now = datetime.now(UTC)
        values = {
            "fingerprint": attempt.fingerprint(),
            "outcome": "",
            "expires_at": now + KEPT,
        }
        insert: Any = (
            sqlite.insert if self._session.get_bind().dialect.name == "sqlite" else postgresql.insert
        )
        statement = (
            insert(IdempotencyRow)
            .values(operation=attempt.operation, key=attempt.key, **values)
            .on_conflict_do_update(
                index_elements=["owner_id", "operation", "key"],
                set_=values,
                where=IdempotencyRow.expires_at <= now,
            )
            .returning(IdempotencyRow.key)
        )
        return (await self._session.scalar(statement)) is not None

    async def _stored(self, attempt: Attempt) -> IdempotencyRow:
        statement = select(IdempotencyRow).where(
            IdempotencyRow.operation == attempt.operation, IdempotencyRow.key == attempt.key
        )
        return (await self._session.scalars(statement)).one()


async def forget_expired(session: AsyncSession) -> None:
    """Delete what is older than the contracts promise, of all users."""
    await session.execute(
        delete(IdempotencyRow).where(IdempotencyRow.expires_at <= datetime.now(UTC)),
        execution_options=dict(FOR_ALL_OWNERS),
    )
