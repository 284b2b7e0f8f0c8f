"""Texts of a format, of a pattern, or of nothing but a length. All are plausible; whoever asks checks them."""

from __future__ import annotations

import base64
from collections.abc import Callable, Iterator, Mapping, Sequence
from datetime import UTC, datetime
from random import Random
from typing import Final

from accord.contract.schemas.patterns import Expression, PatternError, parse_pattern
from accord.contract.schemas.samples.patterns import draw_match

_WORDS: Final = (
    "amber basil cedar delta ember fjord grove hazel indigo juniper koala lemon maple nectar olive pearl quartz river "
    "sable tulip umber violet willow xenon yarrow zephyr"
).split()
_PLAIN_LENGTH: Final = 24
"""What a text without a length of its own stays below."""
_FROM: Final = 1_767_225_600  # 2026-01-01T00:00:00Z
_SPAN: Final = 31_536_000
_SPREADS: Final = (0, 1, 2, 4, 8, 16, 32, 64, 256, 1024)


def draw_texts(
    random: Random, *, formats: Sequence[str], patterns: Sequence[str], length: tuple[int, int | None]
) -> Iterator[str]:
    """Texts that probably have every format, match every pattern and keep the length (least, most), without end.

    Where a pattern and a format are given, the format is tried first: patterns beside one mostly narrow it a little.
    """
    trees = [tree for pattern in patterns if (tree := _parsed(pattern)) is not None]
    makers = [_MAKERS[name] for name in formats if name in _MAKERS]
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
    text = random.choice(_WORDS)
    wanted = max(least, min(len(text), most if most is not None else _PLAIN_LENGTH))
    while len(text) < wanted:
        text += " " + random.choice(_WORDS)
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


def _moment(random: Random) -> datetime:
    return datetime.fromtimestamp(_FROM + random.randrange(_SPAN), tz=UTC)


def _word(random: Random) -> str:
    return random.choice(_WORDS)


def _uuid(random: Random) -> str:
    digits = f"{random.getrandbits(128):032x}"
    return f"{digits[:8]}-{digits[8:12]}-4{digits[13:16]}-a{digits[17:20]}-{digits[20:]}"


def _octets(random: Random, count: int) -> str:
    return base64.b64encode(random.randbytes(count)).decode()


_MAKERS: Final[Mapping[str, Callable[[Random], str]]] = {
    "date-time": lambda r: f"{_moment(r):%Y-%m-%dT%H:%M:%SZ}",
    "date": lambda r: f"{_moment(r):%Y-%m-%d}",
    "time": lambda r: f"{_moment(r):%H:%M:%SZ}",
    "duration": lambda r: f"P{r.randint(1, 30)}DT{r.randint(1, 23)}H",
    "email": lambda r: f"{_word(r)}@example.com",
    "idn-email": lambda r: f"{_word(r)}@example.com",
    "hostname": lambda r: f"{_word(r)}.example.com",
    "idn-hostname": lambda r: f"{_word(r)}.example.com",
    "ipv4": lambda r: f"192.0.2.{r.randint(1, 254)}",
    "ipv6": lambda r: f"2001:db8::{r.randint(1, 0xFFFF):x}",
    "uri": lambda r: f"https://example.com/{_word(r)}",
    "uri-reference": lambda r: f"/{_word(r)}/{r.randint(1, 99)}",
    "iri": lambda r: f"https://example.com/{_word(r)}",
    "iri-reference": lambda r: f"/{_word(r)}",
    "url": lambda r: f"https://example.com/{_word(r)}",
    "uri-template": lambda r: f"https://example.com/{_word(r)}/{{id}}",
    "uuid": _uuid,
    "json-pointer": lambda r: f"/{_word(r)}",
    "relative-json-pointer": lambda r: f"{r.randint(0, 9)}/{_word(r)}",
    "regex": lambda r: f"^{_word(r)}$",
    "byte": lambda r: _octets(r, 6),
    "base64url": lambda r: _octets(r, 6).rstrip("=").replace("+", "-").replace("/", "_"),
    "decimal": lambda r: f"{r.randint(0, 999)}.{r.randint(0, 99):02}",
    "char": lambda r: _word(r)[0],
    "color": lambda r: f"#{r.getrandbits(24):06x}",
}
