"""The path part of a ``$ref``: which file of the contract it names, or why it is refused.

A reference never leaves the root folder and never touches the network: everything is decided here, before anything is
opened.
"""

from __future__ import annotations

import difflib
import posixpath
import re
from collections.abc import Iterable
from pathlib import Path
from typing import Final, NamedTuple
from urllib.parse import unquote

from accord.source.parsed import shorten

_SCHEME: Final = re.compile(r"([A-Za-z][A-Za-z0-9+.-]*):")
_MAX_CANDIDATES: Final = 5_000


class RejectedReference(NamedTuple):
    """Why a reference is not followed."""

    code: str
    message: str
    hint: str


def split_ref(ref: str) -> tuple[str, str]:
    """The part in front of ``#`` as written, and the fragment percent-decoded."""
    path, _, fragment = ref.partition("#")
    return path, unquote(fragment)


def local_origin(path: str, origin: str) -> str | RejectedReference:
    """The origin of the file that *path* names in a file with this *origin*."""
    scheme = _SCHEME.match(path)
    if scheme is not None:
        name = scheme.group(1).lower()
        # One letter is a drive of Windows, not a scheme.
        if name == "file" or len(name) == 1:
            return outside(path)
        return _remote(path)
    if path.startswith("//"):
        return _remote(path)
    # A query names no other file; decoding comes before the checks, or `%2e%2e/` would pass them.
    decoded = unquote(path.partition("?")[0])
    if decoded.startswith(("/", "\\")):
        return outside(path)
    joined = posixpath.normpath(posixpath.join(posixpath.dirname(origin), decoded))
    if joined == ".." or joined.startswith("../"):
        return outside(path)
    # The operating system would cut the name there.
    if "\0" in joined:
        return missing(path, ())
    return joined


def within(root: Path, origin: str) -> bool:
    """Whether the file lies in *root* when every symbolic link is followed."""
    return (root / origin).resolve().is_relative_to(root.resolve())


def outside(path: str) -> RejectedReference:
    """The rejection of a reference that leaves the root folder."""
    return RejectedReference(
        "ref-outside-root",
        f"the reference {shorten(path, 100)} leaves the folder of the contracts",
        "Move the file into the folder of the contracts and refer to it by a relative path.",
    )


def _remote(path: str) -> RejectedReference:
    """The rejection of a reference to the network: nothing is ever fetched."""
    return RejectedReference(
        "ref-remote",
        f"the reference {shorten(path, 100)} is not a file of this contract; the network is never used",
        "Save a copy beside the contract and refer to it by a relative path.",
    )


def missing(path: str, siblings: Iterable[str]) -> RejectedReference:
    """The rejection of a reference to a file that does not exist; *siblings* are the files in the folder where it was looked
    for."""
    return RejectedReference(
        "ref-file-missing",
        f"the file {shorten(path, 100)} does not exist",
        suggest(posixpath.basename(path), siblings)
        or "Write the file, or correct the path, which starts at the file that it stands in.",
    )


def suggest(wanted: str, names: Iterable[str]) -> str:
    """A hint with the names that look most like *wanted*; empty where none does."""
    # difflib compares with each name, which takes seconds for the largest contracts.
    candidates = sorted({name for _, name in zip(range(_MAX_CANDIDATES), names, strict=False)})
    by_case = [name for name in candidates if name.casefold() == wanted.casefold()]
    close = by_case or difflib.get_close_matches(wanted, candidates, n=3, cutoff=0.6)
    if not close:
        return ""
    return "Did you mean " + " or ".join(repr(name) for name in close) + "?"
