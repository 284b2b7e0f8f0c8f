"""Texts that fit the assertions of strings, and texts that just do not."""

from __future__ import annotations

from collections.abc import Iterator
from itertools import combinations
from typing import Final

from accord.diff.language import Texts, UnknownError, find, is_regular
from accord.diff.node import Strings

SAMPLES: Final = {
    "date": ("2024-02-29", "1999-12-31"),
    "date-time": ("2024-02-29T12:00:00Z", "1999-12-31T23:59:59.5+02:00"),
    "time": ("12:00:00Z", "23:59:59+02:00"),
    "duration": ("P1D", "PT5M"),
    "email": ("a@example.com", "joe.bloggs@example.org"),
    "idn-email": ("a@example.com", "j\u00f6rg@example.org"),
    "hostname": ("example.com", "a"),
    "idn-hostname": ("example.com", "b\u00fccher.example"),
    "ipv4": ("192.0.2.1", "10.0.0.1"),
    "ipv6": ("2001:db8::1", "::1"),
    "uri": ("https://example.com/a", "urn:example:a"),
    "uri-reference": ("/a", "https://example.com/a"),
    "iri": ("https://example.com/a", "https://example.com/\u00e4"),
    "iri-reference": ("/a", "/\u00e4"),
    "uri-template": ("/a/{b}", "/a"),
    "json-pointer": ("/a", ""),
    "relative-json-pointer": ("0", "1/a"),
    "regex": ("^a$", "b"),
    "uuid": ("00000000-0000-4000-8000-000000000000", "f81d4fae-7dec-11d0-a765-00a0c91e6bf6"),
}
"""Two texts of each format that validators assert."""

LENGTHS: Final = {
    "date": (10, 10),
    "uuid": (36, 36),
    "ipv4": (7, 15),
    "date-time": (20, None),
    "ipv6": (2, 45),
}
"""Lengths that a format implies."""

WIDER: Final = {
    "email": {"idn-email"},
    "hostname": {"idn-hostname"},
    "uri": {"uri-reference", "iri", "iri-reference"},
    "uri-reference": {"iri-reference"},
    "iri": {"iri-reference"},
}
"""What else a text of a format is."""

_ODD: Final = (
    "a",
    "",
    "0",
    "not a value",
    " ",
    "%",
    "A",
    "{",
    "[",
    "\u00e9",
    "a b",
    "-1",
    "1.5",
    "true",
    "a@b@",
    "_.",
    "0-0",
    "http://[",
    "~",
)
_KINDS: Final = ("a", "A", "0", "!")
_LONGEST: Final = 20_000


def fitting(strings: Strings) -> Iterator[str]:
    """Texts that fit, most likely: formats and patterns that contradict each other are left to a validator."""
    for name in strings.formats:
        yield from SAMPLES.get(name, ())
    for skip in (0, 1, 3):
        text = found(strings, skip=skip)
        if text is not None:
            yield text
    if not strings.patterns:
        yield from (text * max(1, strings.least) for text in ("a", "0", "Z"))
        if strings.most is not None and strings.most <= _LONGEST:
            yield "b" * strings.most


def contrasting(sender: Strings, receiver: Strings) -> Iterator[str]:
    """Texts that fit *sender*, most likely, and may not fit *receiver*."""
    for pattern in receiver.patterns:
        if pattern not in sender.patterns:
            text = found(sender, lacking=pattern)
            if text is not None:
                yield text
    if receiver.least > sender.least:
        short = _bounded(sender, sender.least, receiver.least - 1)
        yield from (text for text in (found(short),) if text is not None)
        yield "a" * (receiver.least - 1)
    if receiver.most is not None and receiver.most < _LONGEST:
        longer = _bounded(sender, max(sender.least, receiver.most + 1), sender.most)
        yield from (text for text in (found(longer),) if text is not None)
        yield "a" * (receiver.most + 1)
        yield from _long_of_format(sender, receiver.most)
    for name in sender.formats:
        yield from SAMPLES.get(name, ())
    if not all(map(is_regular, (*sender.patterns, *receiver.patterns))):
        yield from _mixed(sender)
    yield from _ODD
    yield from fitting(sender)


def _mixed(strings: Strings) -> Iterator[str]:
    """Texts of several kinds of characters: what looks ahead in a pattern mostly asks for them (passwords)."""
    for size in range(1, len(_KINDS) + 1):
        for kinds in combinations(_KINDS, size):
            for length in (max(8, strings.least), 12, 16, strings.most or 20):
                if strings.least <= length <= min(strings.most or 100, 100):
                    yield ("".join(kinds) * length)[:length]


def found(strings: Strings, *, lacking: str | None = None, skip: int = 0) -> str | None:
    """A text by the patterns and lengths of *strings*, ``None`` where there is none or nobody knows."""
    try:
        return find(_texts(strings), lacking=lacking, skip=skip)
    except UnknownError:
        return None


def never_lacks(sender: Strings, pattern: str) -> bool:
    """Whether it is certain that every text of *sender* has *pattern* in it."""
    try:
        # Of a schema that no text fits, everything could be said: that proves nothing.
        return find(_texts(sender), lacking=pattern) is None and find(_texts(sender)) is not None
    except UnknownError:
        return False


def lengths(strings: Strings) -> tuple[int, int | None]:
    """The bounds of lengths, with those that formats imply."""
    least, most = strings.least, strings.most
    for name in strings.formats:
        low, high = LENGTHS.get(name, (0, None))
        least = max(least, low)
        if high is not None:
            most = high if most is None else min(most, high)
    return least, most


def _texts(strings: Strings) -> Texts:
    return Texts(patterns=strings.patterns, least=strings.least, most=strings.most)


def _bounded(strings: Strings, least: int, most: int | None) -> Strings:
    return Strings(least=least, most=most, patterns=strings.patterns, formats=strings.formats)


def _long_of_format(sender: Strings, most: int) -> Iterator[str]:
    fill = "a" * (most + 1)
    labels = ".".join("a" * 60 for _ in range(most // 60 + 1))
    shapes = {
        "email": f"{'a' * 40}@{labels}.com",
        "hostname": f"{labels}.com",
        "uri": f"https://example.com/{fill}",
        "uri-reference": f"/{fill}",
        "date-time": f"2024-02-29T12:00:00.{'0' * most}1Z",
        "json-pointer": f"/{fill}",
        "iri": f"https://example.com/{fill}",
        "regex": fill,
        "uri-template": fill,
    }
    yield from (shapes[name] for name in sender.formats if name in shapes)
