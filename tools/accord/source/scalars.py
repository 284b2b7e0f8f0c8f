"""Plain scalars as the core schema of YAML 1.2 resolves them (chapter 10.3 of the YAML specification, 1.2.2)."""

from __future__ import annotations

import re
from collections.abc import Mapping
from types import MappingProxyType
from typing import Final, TypeAlias

ScalarValue: TypeAlias = str | int | float | bool | None

_SPELLINGS: Final = ((None, "~ null Null NULL"), (True, "true True TRUE"), (False, "false False FALSE"))
_WORDS: Final[Mapping[str, ScalarValue]] = MappingProxyType(
    {"": None, **{text: value for value, texts in _SPELLINGS for text in texts.split()}}
)
_STARTS: Final = frozenset("0123456789+-.")
_NUMBER: Final = re.compile(
    r"(?P<int>[-+]?[0-9]+)"
    r"|(?P<float>[-+]?(?:\.[0-9]+|[0-9]+(?:\.[0-9]*)?)(?:[eE][-+]?[0-9]+)?)"
    r"|0o(?P<octal>[0-7]+)"
    r"|0x(?P<hex>[0-9a-fA-F]+)"
    r"|(?P<inf>[-+]?\.(?:inf|Inf|INF))"
    r"|(?P<nan>\.(?:nan|NaN|NAN))"
)
# Python refuses to convert decimal integers of more than 4,300 digits, since that takes quadratic time.
MAX_DIGITS: Final = 4_000


def resolve_plain(text: str) -> ScalarValue:
    """The value of a plain (unquoted) scalar.

    ``yes``, dates, ``1:30`` and ``1_000``, which YAML 1.1 reads otherwise, are strings. A number of more than
    ``MAX_DIGITS`` characters stays a string too: see :func:`is_oversized`.
    """
    if text in _WORDS:
        return _WORDS[text]
    # Nearly every plain scalar is a word: its first character tells that it is no number.
    if text[0] not in _STARTS or len(text) > MAX_DIGITS:
        return text
    match = _NUMBER.fullmatch(text)
    return text if match is None else _number(match)


def _number(match: re.Match[str]) -> int | float:
    """The number that a match of ``_NUMBER`` spells; JSON has no spelling for the last two kinds."""
    text = match.group()
    match match.lastgroup:
        case "int":
            return int(text)
        case "octal":
            return int(match["octal"], 8)
        case "hex":
            return int(match["hex"], 16)
        case "inf":
            return float("-inf") if text.startswith("-") else float("inf")
        case "nan":
            return float("nan")
        case _:
            return float(text)


def is_oversized(text: str) -> bool:
    """Whether a plain scalar looks like a number but has too many digits to be converted."""
    return len(text) > MAX_DIGITS and _NUMBER.fullmatch(text) is not None
