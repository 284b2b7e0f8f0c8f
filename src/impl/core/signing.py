"""Keys that sign access tokens."""

import contextlib
import hashlib
import os
import secrets
import tempfile
from collections.abc import Callable
from dataclasses import dataclass, field
from pathlib import Path
from typing import Literal, Self, TypeVar

from cryptography.exceptions import UnsupportedAlgorithm
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey, Ed25519PublicKey
from cryptography.hazmat.primitives.serialization import (
    Encoding,
    PublicFormat,
    load_pem_private_key,
    load_pem_public_key,
)

T = TypeVar("T")

Algorithm = Literal["HS256", "EdDSA"]
_SECRET_BYTES = 32


@dataclass(frozen=True, slots=True, kw_only=True)
class SigningKey:
    """One key and the name (`kid`) by which a token says that it was signed with it.

    `private` signs and `public` verifies; they are equal where the algorithm has one secret for both. A key without
    `private` verifies only: one that is on its way out, or whose other half another service holds.
    """

    kid: str
    algorithm: Algorithm
    private: str | None = field(repr=False)
    public: str = field(repr=False)

    @classmethod
    def from_secret(cls, secret: str, kid: str | None = None) -> Self:
        """Make a key for HS256 of a shared secret. Raises `ValueError` for one of less than 32 bytes."""
        if len(secret.encode()) < _SECRET_BYTES:
            raise ValueError(f"a signing secret needs at least {_SECRET_BYTES} bytes")
        return cls(kid=kid or _name(secret), algorithm="HS256", private=secret, public=secret)

    @classmethod
    def from_private(cls, pem: str, kid: str | None = None) -> Self:
        """Make a key for EdDSA of an Ed25519 private key (PEM, PKCS 8). Raises `ValueError` for anything else."""
        private = _read(lambda: load_pem_private_key(pem.encode(), None))
        if not isinstance(private, Ed25519PrivateKey):
            raise ValueError("a private key for EdDSA is an Ed25519 key in PEM")  # noqa: TRY004 - of another kind of key
        public = _to_pem(private.public_key())
        return cls(kid=kid or _name(public), algorithm="EdDSA", private=pem, public=public)

    @classmethod
    def from_public(cls, pem: str, kid: str | None = None) -> Self:
        """Make a key that only verifies EdDSA, of an Ed25519 public key (PEM). Raises `ValueError` for anything else."""
        public = _read(lambda: load_pem_public_key(pem.encode()))
        if not isinstance(public, Ed25519PublicKey):
            raise ValueError("a public key for EdDSA is an Ed25519 key in PEM")  # noqa: TRY004 - as above
        text = _to_pem(public)
        return cls(kid=kid or _name(text), algorithm="EdDSA", private=None, public=text)


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


def _read(load: Callable[[], T]) -> T | None:
    try:
        return load()
    except (ValueError, TypeError, UnsupportedAlgorithm):
        return None  # the library's text may repeat the key


def _to_pem(key: Ed25519PublicKey) -> str:
    return key.public_bytes(Encoding.PEM, PublicFormat.SubjectPublicKeyInfo).decode("ascii")


def _name(key: str) -> str:
    return hashlib.sha256(b"kid:" + key.encode()).hexdigest()[:12]
