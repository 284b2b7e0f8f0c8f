"""How far ``info.version`` has to rise."""

from __future__ import annotations

import re
from collections.abc import Iterable
from typing import Final

from accord.diff.model import Change, Level, VersionAdvice

_VERSION: Final = re.compile(r"v?(\d+)(?:\.(\d+))?(?:\.(\d+))?(?:-([0-9A-Za-z.-]+))?(?:\+[0-9A-Za-z.-]+)?")
_LEVELS: Final[tuple[Level, ...]] = ("none", "patch", "minor", "major")


def advice(old: str, new: str, changes: Iterable[Change]) -> VersionAdvice:
    """What *changes* demand of the step from *old* to *new*.

    A break demands a major version (below 1.0.0 a minor one), any other change of the wire a minor one, the rest a patch.
    """
    levels: set[Level] = {_level(change) for change in changes}
    demanded: Level = "none"
    for level in _LEVELS:
        if level in levels:
            demanded = level
    before, after = parse_version(old), parse_version(new)
    satisfied: bool | None = None
    if before is not None and after is not None:
        satisfied = _LEVELS.index(_risen(before, after)) >= _LEVELS.index(_relative(demanded, before))
    return VersionAdvice(old=old, new=new, demanded=demanded, satisfied=satisfied)


def parse_version(text: str) -> tuple[int, int, int] | None:
    """Major, minor and patch of a version, ``None`` where it is none."""
    match = _VERSION.fullmatch(text.strip())
    return None if match is None else (int(match[1]), int(match[2] or 0), int(match[3] or 0))


def _level(change: Change) -> Level:
    if change.status in {"breaking", "undecided", "waived"}:
        return "major" if change.status != "undecided" else "minor"
    return "minor" if change.channel == "wire" else "patch"


def _relative(demanded: Level, before: tuple[int, int, int]) -> Level:
    return "minor" if demanded == "major" and before[0] == 0 else demanded


def _risen(before: tuple[int, int, int], after: tuple[int, int, int]) -> Level:
    if after[0] > before[0]:
        return "major"
    if after[0] < before[0]:
        return "none"
    if after[1] > before[1]:
        return "minor"
    return "patch" if after[1] == before[1] and after[2] > before[2] else "none"
