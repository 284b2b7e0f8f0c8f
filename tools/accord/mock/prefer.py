"""The ``Prefer`` header (RFC 7240): which answer a client would like to see."""

from __future__ import annotations

import re
from collections.abc import Iterable
from dataclasses import dataclass
from typing import Final

_TOKEN: Final = r"[!#$%&'*+.^_`|~0-9A-Za-z-]+"  # noqa: S105 - the grammar's name for it
_PIECE: Final = re.compile(rf'\s*({_TOKEN})\s*(?:=\s*({_TOKEN}|"(?:[^"\\]|\\.)*"))?\s*((?:;[^,]*)?)(?:,|$)')


class PreferError(ValueError):
    """A preference of the mock with a value that it cannot have."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Preferences:
    """What a request prefers: a status, a named example, samples instead of examples."""

    code: int | None = None
    example: str | None = None
    dynamic: bool = False

    def __bool__(self) -> bool:
        return self.code is not None or self.example is not None or self.dynamic


def read_preferences(values: Iterable[str]) -> Preferences:
    """The preferences of the mock among the ``Prefer`` headers of a request; others are left alone, as RFC 7240 asks.

    Raises:
        PreferError: ``code`` is no status, or ``dynamic`` neither true nor false.
    """
    found = parse_prefer(values)
    code, dynamic = found.get("code"), found.get("dynamic", "false")
    if code is not None and not re.fullmatch("[1-5][0-9][0-9]", code):
        raise PreferError(f"The preference code={code!r} is no status.")
    if dynamic.lower() not in {"", "true", "false"}:
        raise PreferError(f"The preference dynamic={dynamic!r} is neither true nor false.")
    return Preferences(
        code=None if code is None else int(code),
        example=found.get("example") or None,
        # RFC 7240: a preference with an empty value is one without a value.
        dynamic="dynamic" in found and dynamic.lower() in {"", "true"},
    )


def parse_prefer(values: Iterable[str]) -> dict[str, str]:
    """Preferences by name in lower case; the first of a name counts. What follows no grammar is left out."""
    found: dict[str, str] = {}
    for value in values:
        at = 0
        while at < len(value):
            piece = _PIECE.match(value, at)
            if piece is None:
                comma = value.find(",", at)
                at = len(value) if comma < 0 else comma + 1
                continue
            at = max(piece.end(), at + 1)
            word = piece[2] or ""
            if word.startswith('"'):
                word = re.sub(r"\\(.)", r"\1", word[1:-1])
            found.setdefault(piece[1].lower(), word)
    return found


def applied(preferences: Preferences) -> str:
    """The value of ``Preference-Applied``."""
    pieces: list[str] = []
    if preferences.code is not None:
        pieces.append(f"code={preferences.code}")
    if preferences.example is not None:
        name = preferences.example
        escaped = re.sub(r'(["\\])', r"\\\1", name)
        pieces.append(f"example={name}" if re.fullmatch(_TOKEN, name) else f'example="{escaped}"')
    if preferences.dynamic:
        pieces.append("dynamic=true")
    return ", ".join(pieces)
