"""What a client generator is given, and what comes of it."""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path
from typing import Final, Literal, TypeAlias

from accord.contract.schema import JsonValue
from accord.emit.tree import Tree
from accord.source.pointer import split

Language: TypeAlias = Literal["python", "typescript"]
Object: TypeAlias = dict[str, JsonValue]

_OF_TOOLS: Final = frozenset({"__pycache__", "node_modules"})
"""Folders that the tools of a language leave behind."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Note:
    """Something that the client lacks or does otherwise. ``pointer`` is its place in the bundled contract, as near as the
    generator tells; ``is_error`` where the client is of no use."""

    code: str
    message: str
    pointer: str = ""
    hint: str = ""
    is_error: bool = False


@dataclass(frozen=True, slots=True, kw_only=True)
class Client:
    """A client as files. It is empty where a note is an error."""

    files: Tree
    notes: tuple[Note, ...] = ()


def value_at(document: Object, pointer: str) -> JsonValue:
    """What stands at a pointer through objects; ``None`` where nothing does."""
    value: JsonValue = document
    for segment in split(pointer):
        value = value.get(segment) if isinstance(value, dict) else None
    return value


def texts_below(root: Path) -> dict[str, str]:
    """The files that a generator wrote below *root*, by path, in order."""
    return {
        path.relative_to(root).as_posix(): path.read_text(encoding="utf-8")
        for path in sorted(root.rglob("*"))
        if path.is_file() and _OF_TOOLS.isdisjoint(path.parts)
    }
