"""Sign-ins: what a password was exchanged for, until it expires or is revoked.

A refresh token is random, kept as a digest, and good for one use, which gives the next one (RFC 9700, section 2.2.2).
One that comes again was copied, by a thief or from one: nobody can tell who is who, so the whole sign-in is revoked.
"""

import hashlib
import secrets
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from typing import cast

from sqlalchemy import CursorResult, Update, delete, select, update
from sqlalchemy.ext.asyncio import AsyncSession

from impl.core.errors import TokenErrorCode, TokenRefused
from impl.core.tables import UserRow
from impl.core.token_tables import RefreshTokenRow, SignInRow

REFRESH_PREFIX = "rt_"


@dataclass(frozen=True, slots=True, kw_only=True)
class SignIn:
    """A sign-in that is good, and the refresh token that was just made for it."""

    id: str
    user_id: int
    scopes: tuple[str, ...]
    refresh_token: str


class SignIns:
    """The sign-ins of all users. Whoever gives the session commits."""

    def __init__(self, session: AsyncSession) -> None:
        self._session = session

    async def begin(self, user_id: int, scopes: Sequence[str], lifetime: timedelta) -> SignIn:
        """Store a new sign-in of a user."""
        now = datetime.now(UTC)
        row = SignInRow(
            id=secrets.token_urlsafe(16),
            user_id=user_id,
            scopes=" ".join(scopes),
            created_at=now,
            expires_at=now + lifetime,
            revoked_at=None,
        )
        self._session.add(row)
        await self._session.flush()
        return await self._with_new_token(row, now)

    async def refresh(self, token: str, scopes: frozenset[str] | None = None) -> SignIn | None:
        """Exchange a refresh token. Nothing for one that is not good; one that was used before revokes its sign-in.

        The caller has to commit in either case. Raises `TokenRefused`, and changes nothing, where the sign-in does not
        have all the scopes that are asked for.
        """
        now = datetime.now(UTC)
        digest = digest_of(token)
        found = await self._session.get(RefreshTokenRow, digest)
        if found is None:
            return None
        good = select(SignInRow).where(
            SignInRow.id == found.sign_in_id, SignInRow.revoked_at.is_(None), SignInRow.expires_at > now
        )
        row: SignInRow | None = await self._session.scalar(good)
        if row is not None and found.used_at is None and scopes is not None:
            if not scopes <= set(row.scopes.split(" ")):
                raise TokenRefused(TokenErrorCode.INVALID_SCOPE, "The sign-in does not have a scope.")
        # Whoever comes first uses it, also among processes: the second one waits for the row, and finds it used.
        used = update(RefreshTokenRow).where(
            RefreshTokenRow.digest == digest, RefreshTokenRow.used_at.is_(None)
        )
        if await self._changed(used.values(used_at=now)) == 0:
            await self.revoke(found.sign_in_id)
            return None
        return None if row is None else await self._with_new_token(row, now)

    async def user(self, sign_in_id: str, user_id: int) -> UserRow | None:
        """Return the user of a sign-in that is good."""
        query = (
            select(UserRow)
            .join(SignInRow, SignInRow.user_id == UserRow.id)
            .where(
                SignInRow.id == sign_in_id,
                SignInRow.revoked_at.is_(None),
                SignInRow.expires_at > datetime.now(UTC),
                UserRow.id == user_id,
            )
        )
        row: UserRow | None = await self._session.scalar(query)
        return row

    async def owner_of(self, token: str) -> str | None:
        """Return the sign-in of a refresh token, whether it is good or not."""
        row = await self._session.get(RefreshTokenRow, digest_of(token))
        return None if row is None else row.sign_in_id

    async def revoke(self, sign_in_id: str) -> None:
        """Make every token of a sign-in good for nothing."""
        query = update(SignInRow).where(SignInRow.id == sign_in_id, SignInRow.revoked_at.is_(None))
        await self._changed(query.values(revoked_at=datetime.now(UTC)))

    async def _with_new_token(self, row: SignInRow, now: datetime) -> SignIn:
        token = REFRESH_PREFIX + secrets.token_urlsafe(32)
        self._session.add(
            RefreshTokenRow(digest=digest_of(token), sign_in_id=row.id, created_at=now, used_at=None)
        )
        await self._session.flush()
        scopes = tuple(row.scopes.split(" ")) if row.scopes else ()
        return SignIn(id=row.id, user_id=row.user_id, scopes=scopes, refresh_token=token)

    async def _changed(self, statement: Update) -> int:
        options = {"synchronize_session": False}
        result = await self._session.execute(statement, execution_options=options)
        return cast("CursorResult[tuple[()]]", result).rowcount


async def forget_expired_sign_ins(session: AsyncSession) -> None:
    """Delete what no token can belong to any more."""
    await session.execute(
        delete(SignInRow).where(SignInRow.expires_at < datetime.now(UTC)),
        execution_options={"synchronize_session": False},
    )


def digest_of(token: str) -> str:
    """What is kept of a refresh token. It is random and long, so one round of SHA-256 is enough."""
    return hashlib.sha256(b"refresh:" + token.encode("utf-8", "surrogatepass")).hexdigest()
