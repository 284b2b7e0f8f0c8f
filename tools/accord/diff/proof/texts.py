"""Texts that fit the assertions of strings, and texts that just do not."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace
from itertools import combinations
from typing import Final

from accord.contract.schemas.formats import FORMATS
from accord.diff.proof.language import Texts, UnknownError, find, is_regular
from accord.diff.proof.node import Strings

_UNUSUAL: Final = (
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
        yield from FORMATS[name].good
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
        short = replace(sender, most=receiver.least - 1)
        yield from (text for text in (found(short),) if text is not None)
        yield "a" * (receiver.least - 1)
    if receiver.most is not None and receiver.most < _LONGEST:
        longer = replace(sender, least=max(sender.least, receiver.most + 1))
        yield from (text for text in (found(longer),) if text is not None)
        yield "a" * (receiver.most + 1)
        yield from (make(receiver.most) for f in sender.formats if (make := FORMATS[f].longer) is not None)
    for name in sender.formats:
        yield from FORMATS[name].good
    if not all(map(is_regular, (*sender.patterns, *receiver.patterns))):
        yield from _mixed(sender)
    yield from _UNUSUAL
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
        low, high = FORMATS[name].length
        least = max(least, low)
        if high is not None:
            most = high if most is None else min(most, high)
    return least, most


def _texts(strings: Strings) -> Texts:
    return Texts(patterns=strings.patterns, least=strings.least, most=strings.most)
