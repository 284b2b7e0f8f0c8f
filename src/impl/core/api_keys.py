"""Keys of programs: random, stored as digests, compared in constant time.

A key has the entropy of a signing key, so one round of SHA-256 protects it as well as a slow hash would.
"""

import hashlib
import hmac
import secrets
from datetime import UTC, datetime
from typing import Any  # the dialects' own insert has no type in common

from sqlalchemy.dialects import postgresql, sqlite
from sqlalchemy.ext.asyncio import AsyncSession

from impl.core.errors import InvalidApiKey
from impl.core.principals import Principal
from impl.core.tables import ApiKeyRow

MIN_KEY_LENGTH = 24
_PREFIX = "accord_"
# What an unknown key is compared with; no key has this digest.
_NO_DIGEST = "0" * 64


class ApiKeys:
    """The keys that were issued. Whoever gives the session commits."""

    def __init__(self, session: AsyncSession) -> None:
        self._session = session

    async def issue(self, name: str) -> str:
        """Make a key for a program and return it. It cannot be read again."""
        key = _PREFIX + secrets.token_urlsafe(32)
        await self.ensure(name, key)
        return key

    async def ensure(self, name: str, key: str) -> None:
        """Store a key that was made elsewhere, unless it is there. Raises `ValueError` for a short one."""
        if len(key) < MIN_KEY_LENGTH:
            raise ValueError(f"an API key needs at least {MIN_KEY_LENGTH} characters")
        insert: Any = (
            sqlite.insert if self._session.get_bind().dialect.name == "sqlite" else postgresql.insert
        )
        values = {
            "key_id": _key_id(key),
            "name": name,
            "digest": _digest(key),
            "created_at": datetime.now(UTC),
        }
        # One statement: processes that start at once store the same key, and none of them may fail at it.
        await self._session.execute(insert(ApiKeyRow).values(values).on_conflict_do_nothing())

    async def authenticate(self, key: str) -> Principal:
        """Return the program that a key belongs to. Raises `InvalidApiKey`."""
        row = await self._session.get(ApiKeyRow, _key_id(key))
        right = hmac.compare_digest(_digest(key), _NO_DIGEST if row is None else row.digest)
        if row is None or not right:
            raise InvalidApiKey
        return Principal(name=row.name, user_id=None, scopes=frozenset())


def _key_id(key: str) -> str:
    """A short name to find the row by. It is made with another prefix, so it tells nothing about the digest."""
    return hashlib.sha256(b"id:" + _encode(key)).hexdigest()[:16]


def _digest(key: str) -> str:
    return hashlib.sha256(b"key:" + _encode(key)).hexdigest()


def _encode(key: str) -> bytes:
    return key.encode("utf-8", "surrogatepass")
