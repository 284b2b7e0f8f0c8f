"""One file of a contract: from bytes to a tree."""

from __future__ import annotations

import codecs
import os
from dataclasses import dataclass
from pathlib import Path
from typing import Final

from accord.diagnostics import Diagnostic, Span
from accord.source.json_text import parse_json
from accord.source.limits import Budget
from accord.source.node import Node, SourceFile
from accord.source.parsed import Parsed, place_after
from accord.source.yaml import parse_yaml

# The longer mark of UTF-32 starts with that of UTF-16, so it comes first.
_BYTE_ORDER_MARKS: Final = (
    (codecs.BOM_UTF8, "utf-8"),
    (codecs.BOM_UTF32_LE, "utf-32-le"),
    (codecs.BOM_UTF32_BE, "utf-32-be"),
    (codecs.BOM_UTF16_LE, "utf-16-le"),
    (codecs.BOM_UTF16_BE, "utf-16-be"),
)


@dataclass(frozen=True, slots=True, kw_only=True)
class FileTree:
    """A file that was read. ``root`` is ``None`` where it cannot be parsed; ``diagnostics`` then say why."""

    source: SourceFile
    root: Node | None
    diagnostics: tuple[Diagnostic, ...]


def read_file(path: Path, *, display: str, origin: str, budget: Budget) -> FileTree:
    """Read *path*; see :class:`SourceFile` for *display* and *origin*.

    Raises:
        OSError: the file is missing or cannot be opened.
    """
    limit = budget.limits.bytes_per_file
    # A pipe or a device would never end, or never begin.
    if not path.is_file():
        raise FileNotFoundError(2, "no such file", display)
    with path.open("rb") as stream:
        # One byte more than allowed tells a file that is too long, without reading all of it.
        content = stream.read(limit + 1)
    source = SourceFile(display=display, origin=origin, text="")
    if len(content) > limit:
        message = f"the file has more than {limit} bytes"
        return _unreadable(
            source, "limit-bytes", message, "Split it, or raise this limit if you trust its author."
        )
    try:
        source.text = _decode(content)
    except UnicodeDecodeError as error:
        return _not_text(source, error)
    parsed = parse_text(source, budget)
    return FileTree(source=source, root=parsed.root, diagnostics=parsed.diagnostics)


def parse_text(source: SourceFile, budget: Budget) -> Parsed:
    """Parse the text of a file: as JSON where it is named ``.json``, as YAML otherwise.

    A YAML file that holds JSON is tried as JSON first: it is the faster reader, and the one that knows JSON's escapes.
    """
    if source.origin.endswith(".json"):
        return parse_json(source, budget)
    if source.text.lstrip()[:1] in {"{", "["}:
        nodes = budget.nodes
        parsed = parse_json(source, budget)
        if parsed.root is not None:
            return parsed
        # The attempt as JSON must not count against the limits of the real reading.
        budget.nodes = nodes
    return parse_yaml(source, budget)


def absolute(path: Path) -> Path:
    """*path* without ``..``, from the root of the file system; symbolic links stay as they are."""
    return Path(os.path.abspath(path))  # noqa: PTH100 (Path.resolve would follow links)


def display_path(path: Path, typed: Path) -> str:
    """*path* as findings show it: relative to the working directory if it lies there, or if *typed* was relative."""
    working = Path.cwd()
    if path.is_relative_to(working):
        return path.relative_to(working).as_posix()
    if not typed.is_absolute():
        return Path(os.path.relpath(path, working)).as_posix()
    return path.as_posix()


def _decode(content: bytes) -> str:
    """The text of a file, in the encoding of its byte order mark, or in UTF-8."""
    for mark, encoding in _BYTE_ORDER_MARKS:
        if content.startswith(mark):
            return content[len(mark) :].decode(encoding)
    return content.decode("utf-8")


def _not_text(source: SourceFile, error: UnicodeDecodeError) -> FileTree:
    """A file with bytes that are no text."""
    line, column = place_after(bytes(error.object[: error.start]).decode(error.encoding, "replace"))
    message = f"the byte 0x{error.object[error.start]:02X} is not {error.encoding.upper()} text"
    span = Span(source.display, line, column)
    finding = Diagnostic(code="file-encoding", message=message, span=span, hint="Save the file as UTF-8.")
    return FileTree(source=source, root=None, diagnostics=(finding,))


def _unreadable(source: SourceFile, code: str, message: str, hint: str) -> FileTree:
    """A file that was not read, with the finding that says why."""
    span = Span(source.display, 1, 1)
    finding = Diagnostic(code=code, message=message, span=span, hint=hint)
    return FileTree(source=source, root=None, diagnostics=(finding,))
