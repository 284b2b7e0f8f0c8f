"""Opens the sides of a comparison: a file, a folder, or ``REV:PATH`` of git, which is exported to be read."""

from __future__ import annotations

import os
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path, PurePosixPath
from typing import Final

from accord.errors import UsageError
from accord.review.git import MAIN_BRANCHES, Repository
from accord.source.discover import CONTRACT_FOLDERS, SHARED_FOLDER, ContractFile, find_contracts
from accord.source.files import absolute, display_path

_SHORT_REVISION: Final = 12


@dataclass(frozen=True, slots=True, kw_only=True)
class Side:
    """What the user named, and the contracts there.

    ``label`` stands before every path of a side of git (``main:``); the paths of the working tree have none.
    ``is_set`` tells that it is a folder of versions, not one contract. ``contracts`` is empty only where a base has
    none yet.
    """

    shown: str
    label: str
    contracts: tuple[ContractFile, ...]
    is_set: bool
    show: Callable[[Path], str]

    @property
    def root(self) -> Path | None:
        """The folder that holds all contracts of the side."""
        return self.contracts[0].root if self.contracts else None


class Sides:
    """Opens sides. What git exports is put into *workspace*, which has to exist until the contracts are read."""

    def __init__(self, *, folder: Path, spec: Path, workspace: Path) -> None:
        self._folder = folder
        self._spec = spec
        self._workspace = workspace
        self._repository: Repository | None = None

    @property
    def repository(self) -> Repository:
        """The repository around the working directory.

        Raises:
            UsageError: there is none.
        """
        if self._repository is None:
            self._repository = Repository(self._folder)
        return self._repository

    def open(self, written: str) -> Side:
        """*written* is a path that exists, or ``REV:PATH``; ``REV:`` means the configured folder in that revision.

        Raises:
            UsageError: no such path, revision or repository, or no contract there.
        """
        revision, _, path = written.partition(":")
        if not self.is_revision(written):
            return self._of_tree(Path(written))
        if not revision:
            raise UsageError(
                f"{written}: no revision before the colon", hint="Write REV:PATH, such as main:spec."
            )
        repository = self._repository_of(written)
        commit = repository.commit(revision)
        if commit is None:
            raise UsageError(
                f"{written}: there is no revision {revision!r}",
                hint="A branch of another clone has to be fetched first: git fetch origin main.",
            )
        inner = repository.path(path) if path else self._spec_in(repository, written)
        if repository.kind(commit, inner) is None:
            raise UsageError(
                f"{revision}:{inner}: there is no such path in that revision",
                hint="git ls-tree REV lists what is there.",
            )
        return self.of_revision(revision, commit, inner)

    def is_revision(self, written: str) -> bool:
        """Whether *written* is read as ``REV:PATH``."""
        return ":" in written and not os.path.lexists(self._folder / written)

    def path_of(self, written: str) -> str:
        """The path in the working tree that ``REV:PATH`` names in a revision."""
        path = written.partition(":")[2]
        if not path:
            return display_path(absolute(self._spec), Path())
        repository = self._repository_of(written)
        return display_path(repository.top / repository.path(path), Path())

    def tagged(self, tag: str, spec: Path) -> Side:
        """The folder of the contracts at a tag; no contracts where it had none."""
        repository = self.repository
        commit = repository.commit(f"refs/tags/{tag}")
        inner = repository.inside(spec)
        if commit is None or inner is None:
            raise _outside(spec, repository)
        return self._of_past(tag, commit, inner)

    def base(self, base: str | None, path: Path) -> Side:
        """*path* as it was where the working tree left the branch *base* (default: the main branch).

        The side has no contracts where *path* was not there.

        Raises:
            UsageError: no such branch, or no repository.
        """
        repository = self._repository_of(base or str(path))
        name = base or next(filter(repository.commit, MAIN_BRANCHES), "")
        tip = repository.commit(name) if name else None
        if tip is None:
            wanted = repr(base) if base else "branch main, here or of origin"
            raise UsageError(
                f"there is no {'revision ' if base else ''}{wanted} to compare with",
                hint="Name one by --base, or two things to compare; in CI, fetch it first.",
            )
        head = repository.commit("HEAD")
        parted = repository.merge_base(tip, head) if head else None
        inner = repository.inside(absolute(self._folder / path))
        if inner is None:
            raise _outside(path, repository)
        label = name if parted in {None, tip} else repository.short(parted or tip)
        commit = parted or tip
        return self._of_past(label, commit, inner)

    def _of_past(self, name: str, commit: str, path: str) -> Side:
        """What was at *path*; no contracts where it held none yet."""
        kind = self.repository.kind(commit, path)
        if kind is None:
            return self._nothing(name, path)
        try:
            return self.of_revision(name, commit, path)
        except UsageError:
            if kind == "folder":
                return self._nothing(name, path)
            raise

    def of_revision(self, name: str, commit: str, path: str) -> Side:
        """What is at *path* in *commit*, which people call *name*.

        Raises:
            UsageError: no contract is there.
        """
        repository = self.repository
        label = f"{name[:_SHORT_REVISION] if len(name) == len(commit) else name}:"
        # The folder keeps its name, because whether it looks like a folder of contracts may hang on that.
        target = self._workspace / commit / repository.top.name
        repository.export(commit, _folder_of(repository, commit, path), target)

        def show(place: Path) -> str:
            return label + place.relative_to(target).as_posix()

        try:
            found = find_contracts(target / path)
        except UsageError as error:
            message = str(error).replace(f"{target}/", label).replace(str(target), label)
            raise UsageError(message, hint=error.hint.replace(f"{target}/", "")) from None
        return Side(
            shown=label + path, label=label, contracts=found, is_set=_is_set(target / path, found), show=show
        )

    def _of_tree(self, path: Path) -> Side:
        found = find_contracts(path)

        def show(place: Path) -> str:
            return display_path(absolute(place), path)

        return Side(
            shown=show(absolute(path)), label="", contracts=found, is_set=_is_set(path, found), show=show
        )

    def _nothing(self, name: str, path: str) -> Side:
        return Side(shown=f"{name}:{path}", label=f"{name}:", contracts=(), is_set=True, show=str)

    def _repository_of(self, written: str) -> Repository:
        try:
            return self.repository
        except UsageError as error:
            raise UsageError(f"{written}: {error}", hint=error.hint) from None

    def _spec_in(self, repository: Repository, written: str) -> str:
        inner = repository.inside(self._spec)
        if inner is None:
            raise UsageError(
                f"{written}: the folder of the contracts, {self._spec}, is not in this repository",
                hint="Write REV:PATH with the path of the contracts.",
            )
        return inner


def _outside(path: Path, repository: Repository) -> UsageError:
    text = f"{path} does not lie in the git repository {repository.top}"
    return UsageError(text, hint="Run the command in the repository that holds the contracts.")


def _is_set(path: Path, found: tuple[ContractFile, ...]) -> bool:
    return path.is_dir() and absolute(found[0].path).parent != absolute(path)


def _folder_of(repository: Repository, commit: str, path: str) -> str:
    """The folder with all files that contracts at *path* may refer to; see ``discover.root_of``."""
    folder = path if repository.kind(commit, path) == "folder" else str(PurePosixPath(path).parent)
    folder = "" if folder == "." else folder
    if not folder:
        return folder
    above = str(PurePosixPath(folder).parent)
    above = "" if above == "." else above
    name = PurePosixPath(above).name or repository.top.name
    shared = f"{above}/{SHARED_FOLDER}" if above else SHARED_FOLDER
    return above if name in CONTRACT_FOLDERS or repository.kind(commit, shared) == "folder" else folder
