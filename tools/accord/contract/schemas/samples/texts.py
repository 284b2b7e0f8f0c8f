"""Texts of a format, of a pattern, or of nothing but a length. All are plausible; whoever asks checks them."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from random import Random
from typing import Final

from accord.contract.schemas.formats import FORMATS, WORDS
from accord.contract.schemas.patterns import Expression, PatternError, parse_pattern
from accord.contract.schemas.samples.patterns import draw_match

_PLAIN_LENGTH: Final = 24
"""What a text without a length of its own stays below."""
_SPREADS: Final = (0, 1, 2, 4, 8, 16, 32, 64, 256, 1024)


def draw_texts(
    random: Random, *, formats: Sequence[str], patterns: Sequence[str], length: tuple[int, int | None]
) -> Iterator[str]:
    """Texts that probably have every format, match every pattern and keep the length (least, most), without end.

    Where a pattern and a format are given, the format is tried first: patterns beside one mostly narrow it a little.
    """
    trees = [tree for pattern in patterns if (tree := _parsed(pattern)) is not None]
    makers = [draw for name in formats if name in FORMATS and (draw := FORMATS[name].draw) is not None]
    attempt = 0
    while True:
        for make in makers:
            yield _fitted_format(make(random), length)
        for tree in trees:
            yield _matching(tree, random, length, attempt)
        if not makers and not trees:
            yield plain_text(random, length)
        elif attempt % 4 == 3:
            yield plain_text(random, length)
        attempt += 1


def plain_text(random: Random, length: tuple[int, int | None]) -> str:
    """Words, cut or prolonged to a length."""
    least, most = length
    text = random.choice(WORDS)
    wanted = max(least, min(len(text), most if most is not None else _PLAIN_LENGTH))
    while len(text) < wanted:
        text += " " + random.choice(WORDS)
    text = text if most is None else text[: max(most, 0)]
    cut = text[: max(wanted, least)] if len(text) > max(wanted, least) and least else text
    # No white space at the end, where a careless reader loses it.
    return cut[:-1] + random.choice("aeiou") if cut.endswith(" ") else cut


def _parsed(pattern: str) -> Expression | None:
    try:
        return parse_pattern(pattern)
    except PatternError:
        return None


def _matching(tree: Expression, random: Random, length: tuple[int, int | None], attempt: int) -> str:
    """A match of the right length where one is found; the spread of repetitions grows until it is long enough."""
    least, most = length
    text = ""
    for spread in _SPREADS[attempt % len(_SPREADS) :]:
        for _ in range(4):
            text = draw_match(tree, random, spread)
            if least <= len(text) and (most is None or len(text) <= most):
                return text
        if most is not None and len(text) > most and spread:
            break
    return text


def _fitted_format(text: str, length: tuple[int, int | None]) -> str:
    """Prolong what a format allows to be long: addresses and names end in something that may be repeated."""
    missing = length[0] - len(text)
    if missing <= 0:
        return text
    if "@" in text:
        return "a" * missing + text
    if "/" in text or "." in text:
        return text + "a" * missing
    return text
