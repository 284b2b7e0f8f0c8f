"""The revision of what a user owns: a number that every change of it counts up, in the transaction of the change.

A read that remembers what it found names the revision in its key. Whoever reads after a change was committed sees the
next revision and so never meets what was there before, in whichever process and however the memory is kept. The
counting hangs on the session, so that a new operation cannot forget it.
"""

from sqlalchemy import event, update
from sqlalchemy.ext.asyncio import AsyncSession
from sqlalchemy.orm import Session, UOWTransaction

from impl.core.errors import InvalidToken
from impl.core.ownership import Owned, OwnedSession
from impl.core.tables import UserRow


async def revision_of(session: AsyncSession, user_id: int) -> int:
    """Return the revision of what a user owns. Raises `InvalidToken` where the user is gone."""
    # The row is mostly there already: the check of the token has read it in the same session.
    row = await session.get(UserRow, user_id)
    if row is None:
        raise InvalidToken
    return row.revision


@event.listens_for(OwnedSession, "after_flush")
def _count_up(session: Session, _context: UOWTransaction) -> None:
    owners = {
        row.owner_id
        for row in (
            *session.new,
            *session.deleted,
            *(row for row in session.dirty if session.is_modified(row)),
        )
        if isinstance(row, Owned)
    }
    for owner in sorted(owners):
        session.connection().execute(
            update(UserRow).where(UserRow.id == owner).values(revision=UserRow.revision + 1)
        )
