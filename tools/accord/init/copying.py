"""A contract that exists, as the first version of a new project: where each of its files goes."""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import PurePosixPath
from typing import Final

_ENTRY: Final = "openapi"
_SUFFIXES: Final = frozenset({".yaml", ".yml", ".json"})
_VERSION: Final = re.compile(r"v?[0-9][A-Za-z0-9._-]*")


@dataclass(frozen=True, slots=True, kw_only=True)
class Copied:
    """The files of one contract by their path below ``spec/``. ``version`` is its folder, ``entry`` its entry file."""

    version: str
    entry: str
    files: Mapping[str, str]


def copied(name: str, entry: str, texts: Mapping[str, str]) -> Copied:
    """Put a contract into a folder of its own.

    Args:
        name: what the contract is called where it is; the folder is called so if that is a version, otherwise ``v1``.
        entry: its entry file, relative to the folder that references may not leave.
        texts: all of its files, by path relative to the same folder.
    """
    version = name if _VERSION.fullmatch(name) else "v1"
    folder, _, file = entry.rpartition("/")
    if folder:  # a version among others, which may refer to what lies beside it
        moved = {path: _moved(path, folder, version) for path in texts}
        return Copied(
            version=version,
            entry=moved[entry],
            files={moved[path]: text for path, text in texts.items()},
        )
    suffix = PurePosixPath(file).suffix.lower()
    new = f"{_ENTRY}{suffix if suffix in _SUFFIXES else '.yaml'}"
    renamed = {
        f"{version}/{new if path == entry else path}": _renamed(text, file, new)
        for path, text in texts.items()
    }
    return Copied(version=version, entry=f"{version}/{new}", files=renamed)


def _moved(path: str, folder: str, version: str) -> str:
    return f"{version}{path.removeprefix(folder)}" if path.startswith(f"{folder}/") else path


def _renamed(text: str, old: str, new: str) -> str:
    """*text* with references to the entry file under its new name."""
    if old == new:
        return text
    return re.sub(rf"(?<=[\s\"'/]){re.escape(old)}(?=#|[\"']|\s*$)", new, text, flags=re.MULTILINE)
