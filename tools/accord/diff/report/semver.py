"""The version that the changes require of ``info.version``."""

from __future__ import annotations

import re
from collections.abc import Iterable
from typing import Final

from accord.diff.model import Change, Level, VersionAdvice

_VERSION: Final = re.compile(r"v?(\d+)(?:\.(\d+))?(?:\.(\d+))?(?:-([0-9A-Za-z.-]+))?(?:\+[0-9A-Za-z.-]+)?")
_LEVELS: Final[tuple[Level, ...]] = ("none", "patch", "minor", "major")


def advice(old: str, new: str, changes: Iterable[Change]) -> VersionAdvice:
    """What *changes* require of the version after *old*, and whether *new* is that.

    A breaking change requires a major version (below 1.0.0 a minor one), any other change of the wire a minor one, the
    rest a patch.
    """
    before, after = parse_version(old), parse_version(new)
    levels: list[Level] = ["none", *map(_level, changes)]
    required = max(levels, key=_LEVELS.index)
    # Semantic Versioning, 4: below 1.0.0 nothing is stable, and breaking changes go by the minor version.
    if required == "major" and before is not None and before[0] == 0:
        required = "minor"
    satisfied: bool | None = None
    if before is not None and after is not None:
        satisfied = _LEVELS.index(_raised(before, after)) >= _LEVELS.index(required)
    return VersionAdvice(old=old, new=new, required=required, satisfied=satisfied)


def parse_version(text: str) -> tuple[int, int, int] | None:
    """Major, minor and patch, ``None`` where *text* is no semantic version. ``1`` and ``v1.2`` are taken as well."""
    match = _VERSION.fullmatch(text.strip())
    return None if match is None else (int(match[1]), int(match[2] or 0), int(match[3] or 0))


def _level(change: Change) -> Level:
    # An accepted break is a break for those who use the API: acceptance excuses the comparison, not the version.
    if change.status in {"breaking", "accepted"}:
        return "major"
    if change.status == "undecided":
        return "minor"
    return "minor" if change.channel == "wire" else "patch"


def _raised(before: tuple[int, int, int], after: tuple[int, int, int]) -> Level:
    for level, x, y in zip(reversed(_LEVELS[1:]), before, after, strict=True):
        # A lower version satisfies nothing, whatever its other numbers are.
        if x != y:
            return level if y > x else "none"
    return "none"
