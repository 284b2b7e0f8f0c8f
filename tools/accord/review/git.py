"""A git repository as a place to read contracts from, by git's own plumbing.

Blobs are read as they are stored: ``git archive`` would leave out what ``export-ignore`` names and rewrite the rest by
``.gitattributes``, so that a contract could differ from the one that its author committed.
"""

from __future__ import annotations

import os
import posixpath
import subprocess
import tempfile
from collections.abc import Iterable
from dataclasses import dataclass
from pathlib import Path, PurePosixPath
from typing import IO, Final, Literal

from accord.errors import EnvironmentFaultError, UsageError

MAIN_BRANCHES: Final = ("origin/main", "main", "origin/master", "master")
"""The branches that hold the agreed contract; the first that exists is taken."""

_LINK: Final = "120000"
_SUBMODULE: Final = "160000"


@dataclass(frozen=True, slots=True, kw_only=True)
class Tag:
    """A tag with the day (ISO 8601) of the commit that it names."""

    name: str
    day: str


@dataclass(frozen=True, slots=True, kw_only=True)
class _Entry:
    mode: str
    digest: str
    path: str


class Repository:
    """The repository that a folder lies in. Every path is POSIX and relative to its top folder."""

    def __init__(self, folder: Path) -> None:
        """Find it.

        Raises:
            UsageError: *folder* is in no work tree.
            EnvironmentFaultError: git is not installed.
        """
        self._folder = folder
        done = self._run("rev-parse", "--show-toplevel", "--show-prefix")
        if done.returncode:
            said = _said(
                done
            )  # more than that there is none: an owner that git does not trust, a bare repository
            hint = (
                "Name two files or folders to compare." if said.startswith("not a git repository") else said
            )
            raise UsageError("not in the work tree of a git repository", hint=hint)
        top, prefix = done.stdout.decode("utf-8", "surrogateescape").split("\n")[:2]
        self.top = Path(top)
        self._prefix = prefix

    def commit(self, revision: str) -> str | None:
        """The name of the commit that *revision* means, ``None`` where there is none."""
        if revision.startswith("-"):
            return None
        done = self._run("rev-parse", "--verify", "--quiet", f"{revision}^{{commit}}")
        return None if done.returncode else done.stdout.decode().strip()

    def merge_base(self, first: str, second: str) -> str | None:
        """Where the histories of two commits part, ``None`` where they do not meet (or the clone is too shallow)."""
        done = self._run("merge-base", first, second)
        return None if done.returncode else done.stdout.decode().split()[0]

    def short(self, commit: str) -> str:
        """A commit's name as people write it."""
        return self._output("rev-parse", "--short", commit).strip()

    def path(self, written: str) -> str:
        """*written* from the top folder, as git reads it: ``./`` and ``../`` start at the working directory.

        Raises:
            UsageError: it leaves the repository.
        """
        start = self._prefix if written in {".", ".."} or written.startswith(("./", "../")) else ""
        path = posixpath.normpath(posixpath.join(start, written))
        if path.startswith("/") or path.split("/")[0] == "..":
            raise UsageError(
                f"{written}: the path leaves the repository",
                hint="Write REV:PATH with a path inside of the repository.",
            )
        return "" if path == "." else path

    def inside(self, place: Path) -> str | None:
        """*place* from the top folder, ``None`` where it lies elsewhere."""
        for candidate in (place, place.resolve()):
            for top in (self.top, self.top.resolve()):
                if candidate.is_relative_to(top):
                    path = candidate.relative_to(top).as_posix()
                    return "" if path == "." else path
        return None

    def kind(self, commit: str, path: str) -> Literal["file", "folder"] | None:
        """What is at *path* in *commit*; ``None`` where nothing is."""
        if not path:
            return "folder"
        done = self._run("cat-file", "-t", f"{commit}:{path}")
        found = done.stdout.decode().strip()
        return None if done.returncode else "folder" if found == "tree" else "file"

    def tags(self, pattern: str) -> tuple[Tag, ...]:
        """The tags that ``HEAD`` can reach and *pattern* matches, oldest version first."""
        if self.commit("HEAD") is None:
            return ()
        lines = self._output(
            "for-each-ref", "--merged=HEAD", "--sort=version:refname",
            "--format=%(refname:strip=2)%09%(*committerdate:short)%(committerdate:short)", f"refs/tags/{pattern}",
        ).splitlines()  # fmt: skip
        return tuple(
            Tag(name=name, day=day[:10]) for name, _, day in (line.partition("\t") for line in lines)
        )

    def export(self, commit: str, folder: str, target: Path) -> None:
        """Write everything below *folder* in *commit* to the same path below *target*.

        A symbolic link that leaves *target* and a submodule are left out.
        """
        arguments = ["ls-tree", "-r", "-z", "--full-tree", commit, *([f"{folder}/"] if folder else [])]
        entries = [_entry(line) for line in self._output(*arguments).split("\0") if line]
        wanted = [entry for entry in entries if entry.mode != _SUBMODULE and _is_safe(entry.path)]
        self._write(wanted, target)

    def _write(self, entries: Iterable[_Entry], target: Path) -> None:
        entries = list(entries)
        # The names go in by a file: of two pipes that are both full, neither side would read on.
        with tempfile.TemporaryFile() as names:
            names.write("".join(f"{entry.digest}\n" for entry in entries).encode())
            names.seek(0)
            with subprocess.Popen(
                [*self._command(), "cat-file", "--batch"],
                stdin=names,
                stdout=subprocess.PIPE,
                env=_environment(),
            ) as process:
                assert process.stdout is not None
                for entry in entries:
                    _place(entry, _blob(process.stdout), target)

    def _output(self, *arguments: str) -> str:
        done = self._run(*arguments)
        if done.returncode:
            raise EnvironmentFaultError(
                f"git {arguments[0]} failed: {_said(done) or 'it said nothing'}",
                hint="Run it by hand in this repository to see more.",
            )
        return done.stdout.decode("utf-8", "surrogateescape")

    def _run(self, *arguments: str) -> subprocess.CompletedProcess[bytes]:
        try:
            return subprocess.run(
                [*self._command(), *arguments], env=_environment(), capture_output=True, check=False
            )
        except FileNotFoundError:
            raise EnvironmentFaultError(
                "git is not installed", hint="Name two files or folders to compare."
            ) from None

    def _command(self) -> list[str]:
        return ["git", "-C", str(self._folder)]


def _environment() -> dict[str, str]:
    # A hook of git runs with the index and the work tree of its repository in the environment, which hold for the
    # repository that is asked here too; only questions and locks are unwanted.
    return {**os.environ, "LC_ALL": "C", "GIT_OPTIONAL_LOCKS": "0", "GIT_TERMINAL_PROMPT": "0"}


def _said(done: subprocess.CompletedProcess[bytes]) -> str:
    lines = done.stderr.decode("utf-8", "replace").strip().splitlines()
    return lines[0].removeprefix("fatal: ") if lines else ""


def _entry(line: str) -> _Entry:
    about, _, path = line.partition("\t")
    mode, _, digest = about.split(" ")
    return _Entry(mode=mode, digest=digest, path=path)


def _is_safe(path: str) -> bool:
    """Nothing in a tree may be written outside of the target, whoever made that tree."""
    return all(part not in {"", ".", ".."} for part in path.split("/"))


def _blob(stream: IO[bytes]) -> bytes:
    header = stream.readline().decode().split()
    if len(header) != 3:
        raise EnvironmentFaultError(
            "git cat-file failed: an object is missing", hint="Fetch the revision first."
        )
    content = stream.read(int(header[2]))
    stream.read(1)
    return content


def _place(entry: _Entry, content: bytes, target: Path) -> None:
    place = target / entry.path
    place.parent.mkdir(parents=True, exist_ok=True)
    if entry.mode != _LINK:
        place.write_bytes(content)
        return
    leads = os.fsdecode(content)
    inner = posixpath.normpath(posixpath.join(posixpath.dirname(entry.path), leads))
    if not PurePosixPath(leads).is_absolute() and inner.split("/")[0] != "..":
        place.symlink_to(leads)
