"""Keys that sign access tokens."""

import contextlib
import hashlib
import os
import secrets
import tempfile
from dataclasses import dataclass, field
from pathlib import Path
from typing import Literal, Self

Algorithm = Literal["HS256"]
_SECRET_BYTES = 32


@dataclass(frozen=True, slots=True, kw_only=True)
class SigningKey:
    """One key and the name (`kid`) by which a token says that it was signed with it.

    `private` signs and `public` verifies; they are equal where the algorithm has one secret for both.
    """

    kid: str
    algorithm: Algorithm
    private: str = field(repr=False)
    public: str = field(repr=False)

    @classmethod
    def from_secret(cls, secret: str) -> Self:
        """Make a key for HS256 of a shared secret. Raises `ValueError` for one of less than 32 bytes."""
        if len(secret.encode()) < _SECRET_BYTES:
            raise ValueError(f"a signing secret needs at least {_SECRET_BYTES} bytes")
        return cls(kid=_name(secret), algorithm="HS256", private=secret, public=secret)


def load_or_create_secret(path: Path) -> str:
    """Read the secret in a file that only its owner can read; create it at the first start.

    Several workers that start at once agree on one secret: the file appears with its content or not at all.
    """
    try:
        return path.read_text(encoding="ascii")
    except FileNotFoundError:
        _create_secret(path)
        return path.read_text(encoding="ascii")


def _create_secret(path: Path) -> None:
    path.parent.mkdir(parents=True, exist_ok=True)
    handle, name = tempfile.mkstemp(dir=path.parent, prefix=f".{path.name}.")  # mode 0600
    temporary = Path(name)
    try:
        with os.fdopen(handle, "w", encoding="ascii") as file:
            file.write(secrets.token_urlsafe(_SECRET_BYTES))
        # Where another worker was faster, its secret counts.
        with contextlib.suppress(FileExistsError):
            path.hardlink_to(temporary)
    finally:
        temporary.unlink()


def _name(key: str) -> str:
    return hashlib.sha256(b"kid:" + key.encode()).hexdigest()[:12]
