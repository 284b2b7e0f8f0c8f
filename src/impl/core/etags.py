"""Entity tags (RFC 9110, section 8.8.3) and the two headers that carry them."""

import hashlib
import re
from collections.abc import Iterable

# One entity tag with what divides it from the next. Characters as in the RFC's `etagc`.
_ENTRY = re.compile(r'[ \t]*(?P<weak>W/)?(?P<tag>"[\x21\x23-\x7e\x80-\xff]*")[ \t]*(?:,|$)')


def etag_of(kind: str, identifier: int, version: int) -> str:
    """Return the strong entity tag of one version of an object, with its quotes."""
    return f'"{hashlib.sha256(f"{kind}:{identifier}:{version}".encode()).hexdigest()[:16]}"'


def etag_of_page(etags: Iterable[str], next_cursor: str | None) -> str:
    """Return the strong entity tag of a page of objects, given theirs in order: it changes with each and with the end."""
    return f'"{hashlib.sha256(" ".join(("page", *etags, next_cursor or "-")).encode()).hexdigest()[:16]}"'


def matches(etag: str, if_match: str) -> bool:
    """Whether `If-Match` allows a change of an object that exists. Weak tags never match (section 13.1.1)."""
    return if_match.strip() == "*" or (etag, False) in _parse(if_match)


def is_known(etag: str, if_none_match: str) -> bool:
    """Whether `If-None-Match` says that the client has this version already. Weak tags count (section 13.1.2)."""
    return if_none_match.strip() == "*" or any(tag == etag for tag, _ in _parse(if_none_match))


def _parse(value: str) -> frozenset[tuple[str, bool]]:
    """Read a list of entity tags as pairs of the tag and whether it is weak. A malformed list holds none."""
    tags: set[tuple[str, bool]] = set()
    position = 0
    while position < len(value):
        entry = _ENTRY.match(value, position)
        if entry is None:
            return frozenset()
        tags.add((entry["tag"], entry["weak"] is not None))
        position = entry.end()
    return frozenset(tags)
