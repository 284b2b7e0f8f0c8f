"""The tree that every reader of a source file walks: plain data plus the place of each key and value."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TypeAlias

from accord.diagnostics import Span


@dataclass(slots=True, eq=False)
class SourceFile:
    """One file of a contract.

    ``display`` is the path as findings show it (relative to the working directory where possible); ``origin`` is the
    POSIX path relative to the folder of all contracts (``v1/openapi.yaml``, ``common/problem.yaml``).
    """

    display: str
    origin: str
    text: str


class _Placed:
    """What stands in a file: ``line`` and ``column`` of its first character."""

    __slots__ = ()
    file: SourceFile
    line: int
    column: int

    @property
    def span(self) -> Span:
        """The place; of a mapping that of its first key."""
        return Span(self.file.display, self.line, self.column)


@dataclass(slots=True, eq=False)
class ScalarNode(_Placed):
    """A string, number, boolean or null, resolved by the YAML 1.2 core schema.

    ``plain`` tells that it stood without quotes (rules about YAML 1.1 traps need it); ``raw`` is the text as written.
    """

    value: str | int | float | bool | None
    raw: str
    plain: bool
    file: SourceFile
    line: int
    column: int


@dataclass(slots=True, eq=False)
class SequenceNode(_Placed):
    """A list."""

    items: list[Node]
    file: SourceFile
    line: int
    column: int


@dataclass(slots=True, eq=False)
class Entry(_Placed):
    """A key with its value. ``key`` is always text: an unquoted ``200`` is the key ``"200"`` with ``plain`` set, and
    ``key_value`` then is the integer that the core schema makes of it."""

    key: str
    key_value: str | int | float | bool | None
    plain: bool
    value: Node
    file: SourceFile
    line: int
    column: int


@dataclass(slots=True, eq=False)
class MappingNode(_Placed):
    """A mapping in document order. Of a duplicate key the last entry holds (and the reader reports it)."""

    entries: dict[str, Entry]
    file: SourceFile
    line: int
    column: int

    def get(self, key: str) -> Node | None:
        """The value under *key*."""
        entry = self.entries.get(key)
        return None if entry is None else entry.value


Node: TypeAlias = ScalarNode | SequenceNode | MappingNode


def text_of(node: Node | None) -> str | None:
    """The string that *node* is, if it is one."""
    return node.value if isinstance(node, ScalarNode) and isinstance(node.value, str) else None


def step_into(node: Node, segment: str) -> tuple[Node, Span] | None:
    """What stands under one segment of a pointer, and its place; ``None`` where there is nothing."""
    if isinstance(node, MappingNode):
        entry = node.entries.get(segment)
        return None if entry is None else (entry.value, entry.span)
    if isinstance(node, SequenceNode) and segment.isascii() and segment.isdigit() and len(segment) < 10:
        index = int(segment)
        # RFC 6901, section 4: no leading zeros, so that `01` is no index.
        is_canonical = segment == str(index)
        if is_canonical and index < len(node.items):
            return node.items[index], node.items[index].span
    return None
