"""Marks in a list that a client sends back to go on."""

import base64
import binascii
import hashlib
import struct

from impl.core.errors import InvalidCursor

# A format number, the last row of the page before, and a digest of the filters.
_LAYOUT = struct.Struct(">Bq8s")
_FORMAT = 1


def encode_cursor(after: int, filters: str) -> str:
    """Return the cursor of the page that follows the row `after` in a list with these filters."""
    packed = _LAYOUT.pack(_FORMAT, after, _digest(filters))
    return base64.urlsafe_b64encode(packed).rstrip(b"=").decode("ascii")


def decode_cursor(cursor: str, filters: str) -> int:
    """Return the row that a page follows. Raises `InvalidCursor` for anything that `encode_cursor` did not return.

    A cursor hides nothing and grants nothing, so it is not signed: whoever makes one up sees the own rows from
    another place on.
    """
    try:
        packed = base64.b64decode(cursor + "=" * (-len(cursor) % 4), altchars=b"-_", validate=True)
        number, after, digest = _LAYOUT.unpack(packed)
    except (binascii.Error, struct.error, ValueError):
        raise InvalidCursor from None
    if (
        number != _FORMAT
        or after < 1
        or digest != _digest(filters)
        or encode_cursor(after, filters) != cursor
    ):
        raise InvalidCursor
    return int(after)


def _digest(filters: str) -> bytes:
    return hashlib.sha256(filters.encode("utf-8", "surrogatepass")).digest()[:8]
