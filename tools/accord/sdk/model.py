"""What a client generator is given, and what comes of it."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Literal, TypeAlias

from accord.contract.schema import JsonValue
from accord.emit.tree import Tree

Language: TypeAlias = Literal["python", "typescript"]
Object: TypeAlias = dict[str, JsonValue]


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
