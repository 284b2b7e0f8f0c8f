"""JSON pointers (RFC 6901) and their form in a URI fragment."""

from __future__ import annotations

from typing import Final
from urllib.parse import quote

# What may stand in a fragment without being escaped (RFC 3986, 3.5), apart from letters and digits.
_FRAGMENT_SAFE: Final = "/?:@!$&'()*+,;=-._~"


def escape(segment: str) -> str:
    """One segment of a pointer."""
    return segment.replace("~", "~0").replace("/", "~1")


def unescape(segment: str) -> str:
    """The inverse of :func:`escape`."""
    return segment.replace("~1", "/").replace("~0", "~")


def join(base: str, *segments: str | int) -> str:
    """*base* with more segments, which are escaped here."""
    return base + "".join("/" + escape(str(segment)) for segment in segments)


def split(pointer: str) -> list[str]:
    """The segments of a pointer, unescaped. The empty pointer has none."""
    return [unescape(segment) for segment in pointer.split("/")[1:]]


def to_fragment(pointer: str) -> str:
    """``#`` and the pointer, percent-encoded where a URI asks for it."""
    return "#" + quote(pointer, safe=_FRAGMENT_SAFE)
