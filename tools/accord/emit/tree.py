"""A tree of files in memory, and the only code of the toolchain that writes one to disk.

An emitter returns a :class:`Tree`; :func:`compare_tree` holds it against a folder, :func:`write_tree` makes the folder equal to
it or leaves the folder as it was. Files in the folder that are not ours are never touched: a stale file is removed only
if it carries the header of generated code or is listed in a manifest that an earlier run wrote.
"""

from __future__ import annotations

import contextlib
import difflib
import json
import os
import shutil
import tempfile
from collections.abc import Callable, Generator, Iterable, Iterator, Mapping
from dataclasses import dataclass
from pathlib import Path, PurePosixPath
from types import MappingProxyType
from typing import Literal, TypeAlias

from typing_extensions import override

from accord.contract.schema import JsonValue
from accord.errors import WriteError

MANIFEST = "manifest.json"
"""Name of the file that lists what a run wrote into its folder; see ``accord.emit.python.package``."""

_HEADER_START = "# Generated from "
_HEADER_END = " by accord. Do not edit: change the spec, then run make generate."
_STAGING = ".accord-"
_IGNORED_FOLDERS = frozenset({"__pycache__"})


def header(source: str) -> str:
    """The first line of every generated Python file; *source* is the contract as the user knows it (``spec/v1/``)."""
    return f"{_HEADER_START}{source}{_HEADER_END}"


def has_header(text: str) -> bool:
    """Whether *text* starts with the header of generated code."""
    line = text.partition("\n")[0].rstrip("\r")
    return line.startswith(_HEADER_START) and line.endswith(_HEADER_END)


class Tree(Mapping[str, str]):
    """Texts by relative POSIX path, in sorted order. Immutable.

    Raises:
        ValueError: a path is absolute, empty, leaves the tree, or is both a file and a folder. Such a path is a bug of
            an emitter, not something a contract may cause.
    """

    __slots__ = ("_files",)

    def __init__(self, files: Mapping[str, str]) -> None:
        for path in files:
            _check_path(path)
        folders = {str(parent) for path in files for parent in PurePosixPath(path).parents}
        if clash := sorted(folders & set(files)):
            raise ValueError(f"{clash[0]!r} is both a file and a folder")
        self._files = MappingProxyType({path: files[path] for path in sorted(files)})

    @override
    def __getitem__(self, path: str) -> str:
        return self._files[path]

    @override
    def __iter__(self) -> Iterator[str]:
        return iter(self._files)

    @override
    def __len__(self) -> int:
        return len(self._files)

    @override
    def __eq__(self, other: object) -> bool:
        return isinstance(other, Tree) and dict(self._files) == dict(other._files)

    @override
    def __hash__(self) -> int:
        return hash(tuple(self._files.items()))

    def joined(self, other: Mapping[str, str], *, under: str = "") -> Tree:
        """This tree and *other*, whose paths are put below the folder *under*.

        Raises:
            ValueError: both have the same path.
        """
        moved = {f"{under}/{path}" if under else path: text for path, text in other.items()}
        if twice := sorted(set(moved) & set(self._files)):
            raise ValueError(f"two emitters wrote {twice[0]!r}")
        return Tree({**self._files, **moved})


def _check_path(path: str) -> None:
    parts = path.split("/")
    if (
        not path
        or "\\" in path
        or "\0" in path
        or ":" in path
        or any(part in {"", ".", ".."} for part in parts)
    ):
        raise ValueError(f"{path!r} is no relative path inside of the tree")


Change: TypeAlias = Literal["missing", "changed", "stale"]


@dataclass(frozen=True, slots=True, kw_only=True)
class Difference:
    """One file in which a folder differs from a tree. ``diff`` leads from the folder to the tree, in unified format."""

    path: str
    change: Change
    diff: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Written:
    """What a :func:`write_tree` did, as paths relative to the target."""

    written: tuple[str, ...] = ()
    removed: tuple[str, ...] = ()
    unchanged: tuple[str, ...] = ()


def compare_tree(tree: Tree, target: Path, *, folders: Iterable[str] | None = ()) -> tuple[Difference, ...]:
    """Where *target* differs from *tree*, sorted by path.

    *folders* are the top-level folders in which a file of ours that the tree lacks is stale (``None``: everywhere).

    Raises:
        WriteError: the target cannot be read.
    """
    found: list[Difference] = []
    with _faults(target):
        stale = _stale(tree, target, folders)
        for path in sorted({*tree, *stale}):
            old = _read(target / path)
            new = tree.get(path)
            if new is None:
                found.append(Difference(path=path, change="stale", diff=_diff(target, path, old, None)))
            elif old is None:
                found.append(Difference(path=path, change="missing", diff=_diff(target, path, None, new)))
            elif old != new.encode():
                found.append(Difference(path=path, change="changed", diff=_diff(target, path, old, new)))
    return tuple(found)


def write_tree(tree: Tree, target: Path, *, folders: Iterable[str] | None = ()) -> Written:
    """Make *target* equal to *tree*: write what differs, remove what is stale (see :func:`compare_tree`), keep the rest.

    All new files are written beside the target's own before the first one is renamed into place; if anything fails
    then, what was done is undone.

    Raises:
        WriteError: the target cannot be written, or a folder in it is a symbolic link. The target is as it was.
    """
    with _faults(target):
        removed = _stale(tree, target, folders)
        changed = [path for path, text in tree.items() if _read(target / path) != text.encode()]
        _reject_links(target, [*changed, *removed])
        if changed or removed:
            _apply({path: tree[path] for path in changed}, removed, target)
    kept = tuple(path for path in tree if path not in set(changed))
    return Written(written=tuple(changed), removed=tuple(removed), unchanged=kept)


class _Undo:
    """Steps that take back what was done, newest first. A step that fails does not stop the others."""

    def __init__(self) -> None:
        self._steps: list[Callable[[], object]] = []

    def add(self, step: Callable[[], object]) -> None:
        self._steps.append(step)

    def run(self) -> None:
        for step in reversed(self._steps):
            with contextlib.suppress(OSError):  # the first fault is the one to report
                step()


def _apply(changed: Mapping[str, str], removed: Iterable[str], target: Path) -> None:
    undo = _Undo()
    staging: Path | None = None
    try:
        _make_folder(target, undo)
        staging = Path(tempfile.mkdtemp(prefix=_STAGING, dir=target))
        for number, text in enumerate(changed.values()):
            (staging / f"new{number}").write_bytes(text.encode())
        for number, path in enumerate(removed):
            _move(target / path, staging / f"stale{number}", undo)
        for number, path in enumerate(changed):
            place = target / path
            _make_folder(place.parent, undo)
            _replace(place, staging / f"new{number}", staging / f"old{number}", undo)
    except BaseException:
        undo.run()
        raise
    finally:
        if staging is not None:
            shutil.rmtree(staging, ignore_errors=True)
    for path in removed:
        with contextlib.suppress(OSError):  # an empty folder that stays does no harm
            _remove_empty_folders((target / path).parent, target)


def _make_folder(folder: Path, undo: _Undo) -> None:
    if folder.is_dir():
        return
    _make_folder(folder.parent, undo)
    folder.mkdir()
    undo.add(folder.rmdir)


def _move(place: Path, backup: Path, undo: _Undo) -> None:
    place.rename(backup)
    undo.add(lambda: backup.rename(place))


def _replace(place: Path, new: Path, backup: Path, undo: _Undo) -> None:
    """Put *new* at *place*; there is no moment at which the place is empty."""
    if place.is_symlink():
        _move(place, backup, undo)
    elif place.exists():
        try:
            os.link(place, backup)
        except OSError:  # a file system without hard links
            shutil.copy2(place, backup)
        new.chmod(place.stat().st_mode & 0o777)
        new.replace(place)
        undo.add(lambda: backup.replace(place))
        return
    new.replace(place)
    undo.add(place.unlink)


def _remove_empty_folders(folder: Path, target: Path) -> None:
    while folder != target and folder.is_dir():
        left = {entry.name for entry in folder.iterdir()}
        if not left <= _IGNORED_FOLDERS:
            return
        for name in left:
            shutil.rmtree(folder / name)
        folder.rmdir()
        folder = folder.parent


@contextlib.contextmanager
def _faults(target: Path) -> Generator[None]:
    """Turn an ``OSError`` inside of the block into one line that names the place."""
    try:
        yield
    except OSError as fault:
        named = Path(os.fsdecode(fault.filename)) if isinstance(fault.filename, str | bytes) else target
        place = target if _STAGING in str(named) else named
        raise WriteError(
            f"{place}: cannot be written: {fault.strerror or fault}",
            hint="Check that this is a place that you may write to; nothing was changed.",
        ) from fault


def _read(place: Path) -> bytes | None:
    """Content of a regular file, ``None`` where there is none. A symbolic link counts as none: it is never followed."""
    if place.is_symlink() or not place.exists():
        return None
    return place.read_bytes()


def _reject_links(target: Path, paths: Iterable[str]) -> None:
    for folder in sorted({parent for path in paths for parent in PurePosixPath(path).parents}):
        if str(folder) != "." and (target / folder).is_symlink():
            raise WriteError(
                f"{target / folder}: is a symbolic link, which could lead out of the target",
                hint="Replace the link by a folder; nothing was changed.",
            )


def _stale(tree: Tree, target: Path, folders: Iterable[str] | None) -> list[str]:
    """Files of ours in the target that the tree does not have."""
    if not target.is_dir():
        return []
    only = None if folders is None else frozenset(folders)
    present = [path for path in _walk(target) if only is None or path.split("/")[0] in only]
    listed = {
        entry for path in present if PurePosixPath(path).name == MANIFEST for entry in _listed(target, path)
    }
    return [path for path in present if path not in tree and (path in listed or _ours(target / path))]


def _walk(target: Path) -> list[str]:
    found: list[str] = []
    for folder, folders, files in os.walk(target, followlinks=False):
        folders[:] = [
            name for name in folders if name not in _IGNORED_FOLDERS and not name.startswith(_STAGING)
        ]
        here = Path(folder)
        found += [
            (here / name).relative_to(target).as_posix() for name in files if not (here / name).is_symlink()
        ]
    return sorted(found)


def _listed(target: Path, path: str) -> list[str]:
    """What the manifest at *path* lists, and itself; nothing if it is not one of ours."""
    try:
        data: JsonValue = json.loads((target / path).read_bytes())
    except ValueError:
        return []
    files = data.get("files") if isinstance(data, dict) and "accord" in data else None
    if not isinstance(files, dict):
        return []
    folder = PurePosixPath(path).parent
    return [path, *(str(folder / name) for name in files)]


def _ours(place: Path) -> bool:
    if place.suffix != ".py":
        return False
    with place.open("rb") as file:
        return has_header(file.readline(4096).decode(errors="replace"))


def _diff(target: Path, path: str, old: bytes | None, new: str | None) -> str:
    name = (target / path).as_posix()
    before = "" if old is None else old.decode(errors="replace")
    lines = difflib.unified_diff(
        _lines(before),
        _lines(new or ""),
        "/dev/null" if old is None else name,
        "/dev/null" if new is None else name,
    )
    return "".join(
        line if line.endswith("\n") else f"{line}\n\\ No newline at end of file\n" for line in lines
    )


def _lines(text: str) -> list[str]:
    """Lines with their ends, cut at line feeds only (``splitlines`` also cuts at form feeds and U+2028)."""
    lines = [f"{line}\n" for line in text.split("\n")]
    lines[-1] = lines[-1][:-1]
    return lines if lines[-1] else lines[:-1]
