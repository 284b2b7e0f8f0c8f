"""The name of a new project, and whether its folder may become one."""

from __future__ import annotations

import re
from pathlib import Path
from typing import Final

from accord.errors import UsageError

_NAME: Final = re.compile(r"[A-Za-z0-9]([A-Za-z0-9._-]*[A-Za-z0-9])?")
_OTHER: Final = re.compile(r"[^A-Za-z0-9._-]+")
_OWN: Final = frozenset({".git"})
"""What an empty folder may hold: a repository is often made first."""


def name_of(folder: Path) -> str:
    """A name for the project in *folder*, after the folder."""
    name = _OTHER.sub("-", folder.absolute().resolve().name).strip("._-")
    return name or "service"


def checked_name(name: str) -> str:
    """*name*, if a Python project may be called so.

    Raises:
        UsageError: it may not.
    """
    if _NAME.fullmatch(name) is None:
        raise UsageError(
            f"{name!r} is no name for a project",
            hint="Letters, digits, dots, dashes and underlines; a letter or digit at both ends.",
        )
    return name


def refuse_occupied(folder: Path) -> None:
    """Make sure that nothing is in the way of a new project in *folder*.

    Raises:
        UsageError: it is a file, or holds something.
    """
    if folder.is_dir():
        held = sorted(entry.name for entry in folder.iterdir() if entry.name not in _OWN)
        if held:
            more = f" and {len(held) - 1} more" if len(held) > 1 else ""
            raise UsageError(
                f"{folder}: the folder is not empty (it holds {held[0]}{more})",
                hint="Name a new folder; nothing was written.",
            )
    elif folder.exists() or folder.is_symlink():
        raise UsageError(
            f"{folder}: there is a file of that name", hint="Name a new folder; nothing was written."
        )
