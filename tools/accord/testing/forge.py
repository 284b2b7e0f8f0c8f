"""Values that look right and are not: credentials that nobody issued, ETags that no resource has."""

from __future__ import annotations

import base64
import binascii
import string
from typing import Final

from accord.testing.credentials import Attached

_CLASSES: Final = (string.digits, "abcdef", string.ascii_lowercase[6:], string.ascii_uppercase)
_JWT_PARTS: Final = 3


def forged(attached: Attached) -> Attached:
    """The same credentials with their secret parts changed, in the same shape."""
    return Attached(
        headers={
            name: _forged_header(value) if name == "Authorization" else shifted(value)
            for name, value in attached.headers.items()
        },
        query={name: shifted(value) for name, value in attached.query.items()},
        cookies={name: shifted(value) for name, value in attached.cookies.items()},
    )


def other_etag(etag: str) -> str:
    """An ETag of the same shape that differs from *etag*."""
    return shifted(etag) if shifted(etag) != etag else '"accord-no-such-version"'


def shifted(text: str) -> str:
    """Each letter and digit becomes the next of its kind, so that the text keeps its shape and never its value."""
    start = 2 if text.startswith("W/") else 0
    return text[:start] + "".join(_next(char) for char in text[start:])


def _next(char: str) -> str:
    for group in _CLASSES:
        if char in group:
            return group[(group.index(char) + 1) % len(group)]
    return char


def _forged_header(value: str) -> str:
    scheme, _, secret = value.partition(" ")
    parts = secret.split(".")
    if scheme == "Basic":
        return f"{scheme} {_forged_basic(secret)}"
    if len(parts) == _JWT_PARTS:
        # The claims stay, the signature no longer fits them: a service that does not verify takes it.
        return f"{scheme} {parts[0]}.{parts[1]}.{shifted(parts[2])}"
    return f"{scheme} {shifted(secret)}"


def _forged_basic(secret: str) -> str:
    try:
        user, _, password = base64.b64decode(secret).decode().partition(":")
    except (binascii.Error, UnicodeDecodeError):
        return shifted(secret)
    return base64.b64encode(f"{user}:{shifted(password)}".encode()).decode()
