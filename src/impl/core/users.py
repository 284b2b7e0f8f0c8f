"""Users: registration, sign-in and the own profile."""

import re
from dataclasses import dataclass
from datetime import UTC, datetime

from sqlalchemy import func, select
from sqlalchemy.exc import IntegrityError
from sqlalchemy.ext.asyncio import AsyncSession

from impl.core.errors import InvalidToken, UsernameTaken
from impl.core.ownership import FOR_ALL_OWNERS
from impl.core.passwords import Passwords
from impl.core.tables import ItemRow, UserRow

# The names that the contracts let users register with.
_USERNAME = re.compile(r"[a-z][a-z0-9-]{2,31}")


@dataclass(frozen=True, slots=True, kw_only=True)
class User:
    """A person, without the password and without its hash."""

    id: int
    username: str
    display_name: str | None
    created_at: datetime


@dataclass(frozen=True, slots=True, kw_only=True)
class Usage:
    """How much the service holds, over all users."""

    users: int
    items: int


class Users:
    """The users of the service. Whoever gives the session commits."""

    def __init__(self, session: AsyncSession, passwords: Passwords) -> None:
        self._session = session
        self._passwords = passwords

    async def register(self, *, username: str, display_name: str | None, password: str) -> User:
        """Store a new user. Raises `UsernameTaken`."""
        if await self._by_name(username) is not None:
            raise UsernameTaken
        # The hash is computed before the insert, so that no other writer waits for it.
        row = UserRow(
            username=username,
            display_name=display_name,
            password_hash=await self._passwords.hash(password),
            created_at=datetime.now(UTC),
        )
        self._session.add(row)
        try:
            await self._session.flush()
        except IntegrityError:
            # Two registrations at the same moment: the unique constraint decides.
            raise UsernameTaken from None
        return _read(row)

    async def sign_in(self, username: str, password: str) -> User | None:
        """Return the user if name and password are right. An unknown name takes as long as a wrong password."""
        row = await self._by_name(username)
        verdict = await self._passwords.verify(password, None if row is None else row.password_hash)
        if row is None or not verdict.right:
            return None
        if verdict.new_hash is not None:
            row.password_hash = verdict.new_hash
        return _read(row)

    async def get(self, user_id: int) -> User:
        """Return the user of a token. Raises `InvalidToken` where the user is gone."""
        return _read(await self._row(user_id))

    async def rename(self, user_id: int, display_name: str | None) -> User:
        """Set or remove the display name. Raises `InvalidToken` where the user is gone."""
        row = await self._row(user_id)
        row.display_name = display_name
        return _read(row)

    async def usage(self) -> Usage:
        """Count users and the items of all of them."""
        users = await self._session.scalar(select(func.count()).select_from(UserRow))
        items = await self._session.scalar(
            select(func.count()).select_from(ItemRow), execution_options=dict(FOR_ALL_OWNERS)
        )
        return Usage(users=users or 0, items=items or 0)

    async def _by_name(self, username: str) -> UserRow | None:
        # A name that no user can have may not even be something that a database takes.
        if _USERNAME.fullmatch(username) is None:
            return None
        row: UserRow | None = await self._session.scalar(select(UserRow).where(UserRow.username == username))
        return row

    async def _row(self, user_id: int) -> UserRow:
        row = await self._session.get(UserRow, user_id)
        if row is None:
            raise InvalidToken
        # A session remembers rows only while somebody holds them: whoever asks next in this request finds this one.
        self._session.info["user"] = row
        return row


def _read(row: UserRow) -> User:
    return User(id=row.id, username=row.username, display_name=row.display_name, created_at=row.created_at)
