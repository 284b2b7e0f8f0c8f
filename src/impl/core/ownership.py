"""Who may see and change what: the one place that decides it.

Every row that belongs to a user has the mixin `Owned`. A session acts for one user, and each statement that it runs
on such rows is narrowed to that user's here, before the database sees it: a new query cannot forget the check. What
it inserts gets that user as owner. A session that acts for nobody sees none of those rows, so forgetting `act_for`
shows as "not found", never as a leak.

The rule that clients see: what belongs to somebody else is answered as if it did not exist, by 404 where the contract
has an id in the path. A 403 says that a token lacks a scope and never depends on an object.

Only statements on mapped classes are narrowed. Do not query the tables behind them (`Row.__table__`).
"""

from collections.abc import Mapping
from types import MappingProxyType
from typing import cast

from sqlalchemy import ForeignKey, Insert, event
from sqlalchemy.ext.asyncio import AsyncSession
from sqlalchemy.orm import (
    Mapped,
    ORMExecuteState,
    Session,
    UOWTransaction,
    mapped_column,
    with_loader_criteria,
)

from impl.core.principals import Principal

# Users are numbered from 1.
_NOBODY = 0
_OWNER = "owner_id"
_ALL_OWNERS = "all_owners"

# Execution options of the few statements that count over all users; grep for the name to find them.
FOR_ALL_OWNERS: Mapping[str, bool] = MappingProxyType({_ALL_OWNERS: True})


class Owned:
    """Mixin of rows that belong to one user. The owner is set on insert and never changes."""

    owner_id: Mapped[int] = mapped_column(ForeignKey("users.id", ondelete="CASCADE"), index=True)


class OwnedSession(Session):
    """A session that reads and writes owned rows of one user only."""


def act_for(session: AsyncSession, user_id: int) -> None:
    """Let the session act for a user. It cannot change sides afterwards."""
    current = session.info.setdefault(_OWNER, user_id)
    if current != user_id:
        raise RuntimeError("a session acts for one user only")


def _owner(session: Session) -> int:
    owner: int = session.info.get(_OWNER, _NOBODY)
    return owner


class OwnedRepository:
    """Base of what reads and writes owned rows. It acts for a user from the start, so none of its methods checks."""

    def __init__(self, session: AsyncSession, principal: Principal) -> None:
        self._owner = principal.person()
        act_for(session, self._owner)
        self._session = session


@event.listens_for(OwnedSession, "do_orm_execute")
def _narrow(state: ORMExecuteState) -> None:
    if state.execution_options.get(_ALL_OWNERS, False):
        return
    owner = _owner(state.session)
    if state.is_insert:
        mapper = state.bind_mapper
        if mapper is not None and issubclass(mapper.class_, Owned):
            if owner == _NOBODY:
                raise RuntimeError("a session that acts for nobody creates an owned row")
            state.statement = cast("Insert", state.statement).values({_OWNER: owner})
        return
    state.statement = state.statement.options(
        with_loader_criteria(Owned, lambda cls: cls.owner_id == owner, include_aliases=True)
    )


@event.listens_for(OwnedSession, "before_flush")
def _check_writes(session: Session, _context: UOWTransaction, _instances: object) -> None:
    owner = _owner(session)
    for row in session.new:
        if isinstance(row, Owned):
            if owner == _NOBODY:
                raise RuntimeError("a session that acts for nobody creates an owned row")
            row.owner_id = owner
    for row in (*session.dirty, *session.deleted):
        if isinstance(row, Owned) and row.owner_id != owner:
            raise RuntimeError("a session changes a row of another user")
