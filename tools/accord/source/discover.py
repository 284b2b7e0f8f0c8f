"""Where contracts lie: a folder of versions, one folder, or a lone file."""

from __future__ import annotations

import re
from dataclasses import dataclass
from pathlib import Path
from typing import Final

from accord.errors import UsageError
from accord.source.files import absolute

ENTRY_NAMES: Final = ("openapi.yaml", "openapi.yml", "openapi.json")
SHARED_FOLDER: Final = "common"
"""The folder beside the versions whose parts belong to all of them; it is no version itself."""
CONTRACT_FOLDERS: Final = frozenset({"spec", "specs", "contract", "contracts", "openapi"})
"""Names by which a folder of versions is known when one of its entries is named alone."""
_DIGITS: Final = re.compile(r"(\d+)")


@dataclass(frozen=True, slots=True, kw_only=True)
class ContractFile:
    """One contract: its ``name`` (see ``Api.name``), its entry file, and the folder that references may not leave."""

    name: str
    path: Path
    root: Path


def find_contracts(path: Path) -> tuple[ContractFile, ...]:
    """The contracts at *path*, versions in natural order (``v2`` before ``v10``).

    *path* is a folder of versions (``spec``), the folder of one version (``spec/v1``), or a file.

    Raises:
        UsageError: there is nothing, or a folder has two entry files.
    """
    if path.is_file():
        return (contract_file(path),)
    if not path.is_dir():
        raise UsageError(
            f"{path}: there is no such file or folder",
            hint="Name a contract, or write one as spec/v1/openapi.yaml.",
        )
    own = _entry_of(path)
    if own is not None:
        return (contract_file(own),)
    folders = sorted((item for item in path.iterdir() if _may_be_version(item)), key=_natural)
    entries = [entry for folder in folders if (entry := _entry_of(folder)) is not None]
    if not entries:
        hint = f"A contract is a file such as {path.as_posix()}/v1/openapi.yaml."
        raise UsageError(f"{path}: there is no contract in this folder", hint=hint)
    root = absolute(path)
    return tuple(ContractFile(name=entry.parent.name, path=entry, root=root) for entry in entries)


def contract_file(path: Path) -> ContractFile:
    """The contract whose entry file is *path*."""
    root = root_of(path)
    folder = absolute(path).parent
    is_version = path.name in ENTRY_NAMES and root == folder.parent
    return ContractFile(name=folder.name if is_version else path.stem, path=path, root=root)


def root_of(entry: Path) -> Path:
    """The folder of all contracts, for an entry file that was named alone.

    It is the folder above the entry's if that looks like a folder of versions (by its name, or by a ``common`` in it),
    otherwise the entry's own folder.
    """
    folder = absolute(entry).parent
    above = folder.parent
    is_version = entry.name in ENTRY_NAMES and folder.name != SHARED_FOLDER
    is_above_contracts = above.name in CONTRACT_FOLDERS or (above / SHARED_FOLDER).is_dir()
    return above if is_version and above != folder and is_above_contracts else folder


def _entry_of(folder: Path) -> Path | None:
    """The entry file in *folder*; ``None`` where there is none."""
    found = [folder / name for name in ENTRY_NAMES if (folder / name).is_file()]
    if len(found) > 1:
        names = " and ".join(item.name for item in found)
        raise UsageError(f"{folder}: there are two entry files, {names}", hint="Keep one, or name it.")
    return found[0] if found else None


def _may_be_version(folder: Path) -> bool:
    """Whether a folder may hold a version: not the shared one, and not a hidden one."""
    return folder.is_dir() and folder.name != SHARED_FOLDER and not folder.name.startswith(".")


def _natural(folder: Path) -> list[tuple[int, int, str]]:
    """A key that sorts ``v2`` before ``v10``."""
    parts = _DIGITS.split(folder.name)
    return [(0, int(part), "") if part.isdecimal() else (1, 0, part) for part in parts if part]
