"""Values in brackets: ``filter[price][min]=1&filter[tags][]=a`` becomes one JSON value."""

from __future__ import annotations

import re
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from typing import Any, Final, TypeAlias

from accord.runtime.declare import ABSENT, Scalar, Tree
from accord.runtime.wire import TWICE, ReadScalar, WireError, compile_scalar, decode

MAX_DEPTH: Final = 16
"""Brackets behind a name. What reads the value afterwards recurses."""

ReadPairs: TypeAlias = Callable[[Mapping[str, list[str]]], Any]  # Any: JSON, or ABSENT
_SEGMENTS: Final = re.compile(r"\[([^\[\]]*)\]")
_NUMBER: Final = re.compile(r"[0-9]{1,9}").fullmatch


@dataclass(slots=True)
class _BracketNode:
    """What came under one path: texts, and what stands in further brackets."""

    texts: list[str] = field(default_factory=list[str])
    inside: dict[str, _BracketNode] = field(default_factory=dict[str, "_BracketNode"])


@dataclass(frozen=True, slots=True)
class _BracketReader:
    """A compiled tree."""

    scalar: ReadScalar
    has_scalar: bool
    items: _BracketReader | None
    properties: Mapping[str, _BracketReader]
    additional: _BracketReader | None
    anything: bool

    def read(self, node: _BracketNode) -> Any:  # Any: JSON
        """The value at *node*.

        Raises:
            WireError: its brackets have no meaning here.
        """
        if node.texts and node.inside:
            raise WireError("is given with brackets and without")
        if node.inside:
            return self._inside(node.inside)
        if self.items is not None and not (self.has_scalar and len(node.texts) == 1):
            return [self.items.read(_BracketNode([text])) for text in node.texts]
        if len(node.texts) != 1:
            raise WireError(TWICE)
        return self.scalar(node.texts[0])

    def _inside(self, inside: dict[str, _BracketNode]) -> Any:  # Any: JSON
        """The value of what stands in brackets: an array where all of them are empty or numbers, otherwise an object."""
        if self.items is not None and all(not key or _NUMBER(key) for key in inside):
            return self._listed(self.items, inside)
        # `a[]=1` where nothing is declared: only an array is written like this.
        if self.anything and set(inside) == {""}:
            return self._listed(_ANYTHING, inside)
        if self.properties or self.additional is not None or self.anything:
            other = self.additional or _ANYTHING
            return {key: self.properties.get(key, other).read(node) for key, node in inside.items()}
        if self.items is not None:
            raise WireError("must be given as name[] or name[0]")
        raise WireError("must not be given in brackets")

    def _listed(self, items: _BracketReader, inside: dict[str, _BracketNode]) -> list[Any]:  # Any: JSON
        """Items by their number; those without one come first, each text for itself."""
        found: list[Any] = []  # Any: JSON
        # Numbers give the order, not the places: clients leave holes when a form row was removed.
        for key in sorted(inside, key=lambda key: int(key) if key else -1):
            node = inside[key]
            if key or node.inside:
                found.append(items.read(node))
            else:
                found.extend(items.read(_BracketNode([text])) for text in node.texts)
        return found


def _compile(tree: Tree) -> _BracketReader:
    """*tree* as a reader."""
    return _BracketReader(
        scalar=compile_scalar(tree.scalar or Scalar()),  # what nothing is declared about stays a string
        has_scalar=tree.scalar is not None,
        items=None if tree.items is None else _compile(tree.items),
        properties={name: _compile(prop) for name, prop in tree.properties.items()},
        additional=None if tree.additional is None else _compile(tree.additional),
        anything=tree == Tree(),
    )


_ANYTHING: Final = _compile(Tree())


def compile_tree(name: str, tree: Tree) -> ReadPairs:
    """Compile *tree* into a reader of the parameter or field *name*. The reader raises :class:`WireError` where brackets have
    no meaning."""
    reader = _compile(tree)
    opening = f"{name}["

    def read(pairs: Mapping[str, list[str]]) -> Any:  # Any: see ReadPairs
        root = _BracketNode()
        for key, values in pairs.items():
            if key == name or key.startswith(opening):
                _at(root, key[len(name) :]).texts.extend(decode(value) for value in values)
        return reader.read(root) if root.texts or root.inside else ABSENT

    return read


def _at(root: _BracketNode, brackets: str) -> _BracketNode:
    """The node that *brackets* (``[a][0]``) lead to."""
    segments = _SEGMENTS.findall(brackets)
    # `findall` skips what does not match; written together again the pieces show whether anything was
    # skipped.
    if "".join(f"[{part}]" for part in segments) != brackets:
        raise WireError("has brackets that do not match")
    if len(segments) > MAX_DEPTH:
        raise WireError(f"has more than {MAX_DEPTH} levels")
    node = root
    for segment in segments:
        node = node.inside.setdefault(segment, _BracketNode())
    return node
