"""Routing: complete paths in a dict, templates in a tree of segments; a concrete segment wins over a template."""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from types import MappingProxyType
from typing import Any, Final, TypeAlias
from urllib.parse import quote, unquote

_EXPRESSION: Final = re.compile(r"\{([^{}]*)\}")


Choices: TypeAlias = Mapping[str, Sequence[str]]
NO_CHOICES: Final[Choices] = MappingProxyType({})


class PathError(ValueError):
    """A path that cannot be served."""


@dataclass(slots=True)
class Leaf:
    """One path of a contract. ``methods`` holds what serves each method; ``owner`` is the version that the path belongs to."""

    template: str
    methods: dict[str, Any] = field(default_factory=dict[str, Any])  # Any: the caller's
    owner: Any = None  # Any: the caller's

    @property
    def allow(self) -> str:
        """The declared methods, as ``Allow`` lists them."""
        return ", ".join(self.methods)


@dataclass(slots=True)
class _RouteNode:
    """What may follow a path up to here: concrete segments, segments with text around expressions, any segment, or its end."""

    literals: dict[str, _RouteNode] = field(default_factory=dict[str, "_RouteNode"])
    patterns: list[tuple[str, re.Pattern[str], _RouteNode]] = field(
        default_factory=list[tuple[str, re.Pattern[str], "_RouteNode"]]
    )
    any: _RouteNode | None = None
    leaf: Leaf | None = None


class Paths:
    """All paths of an application, of all its versions: a request's path leads to a :class:`Leaf` and to the values in it."""

    def __init__(self) -> None:
        self.static: dict[str, Leaf] = {}
        self._root = _RouteNode()

    def add(self, path: str, choices: Choices = NO_CHOICES) -> tuple[Leaf, list[str]]:
        """The leaf of a *path* (made where it is new), and the names of its expressions from left to right.

        *choices* are the texts of expressions that nothing but their texts tells from their neighbours.
        """
        if not path.startswith("/"):
            raise PathError(f"path {path!r} must start with '/'")
        segments = path[1:].split("/")
        names = _EXPRESSION.findall(path)
        if not names:
            return self.static.setdefault(path, Leaf(path)), []
        node = self._root
        for segment in segments:
            node = _child(node, segment, choices)
        if node.leaf is None:
            node.leaf = Leaf(path)
        return node.leaf, names

    def find(self, path: str) -> tuple[Leaf, list[str]] | None:
        """The leaf of a *path* without percent-encoding, and the values of its expressions."""
        # OpenAPI, Paths Object: concrete paths are matched before templated ones.
        leaf = self.static.get(path)
        if leaf is not None:
            return leaf, []
        segments = path[1:].split("/")
        return _walk(self._root, segments, segments, 0, [])

    def find_raw(self, raw: str) -> tuple[Leaf, list[str]] | None:
        """As :meth:`find`, for a percent-encoded path; the values stay encoded. An encoded slash divides nothing.

        Raises:
            UnicodeDecodeError: where the path is not UTF-8.
        """
        segments = raw[1:].split("/")
        decoded = [unquote(segment, errors="strict") for segment in segments]
        if not any("/" in segment for segment in decoded):
            leaf = self.static.get("/" + "/".join(decoded))
            if leaf is not None:
                return leaf, []
        return _walk(self._root, decoded, segments, 0, [])


def _child(node: _RouteNode, segment: str, choices: Choices) -> _RouteNode:
    """The node behind *segment*, made where it is new. Names of expressions do not matter: ``/{a}`` and ``/{id}`` are one."""
    names = _EXPRESSION.findall(segment)
    if not names:
        return node.literals.setdefault(segment, _RouteNode())
    if segment == f"{{{names[0]}}}":
        if node.any is None:
            node.any = _RouteNode()
        return node.any
    shape = _EXPRESSION.sub(lambda found: f"{{{'|'.join(choices.get(found[1], ()))}}}", segment)
    for known, _, child in node.patterns:
        if known == shape:
            return child
    child = _RouteNode()
    node.patterns.append((shape, _pattern(segment, choices), child))
    # The pattern with the most text of its own first; then by its text, so that the order of the contract
    # does not matter.
    node.patterns.sort(key=lambda pattern: (-len(pattern[0].replace("{}", "")), pattern[0]))
    return child


def _pattern(segment: str, choices: Choices) -> re.Pattern[str]:
    """What matches a percent-encoded *segment*, with a group for each expression."""
    source = ""
    for index, piece in enumerate(_EXPRESSION.split(segment)):
        if index % 2 == 0:
            source += _written(piece)
        elif piece in choices:
            source += f"({'|'.join(map(_written, choices[piece]))})"
        else:
            source += "(.+?)"  # as little as it can: `{a}-{b}` reads `x-y-z` as `x` and `y-z`
    return re.compile(source, re.DOTALL)


def _written(text: str) -> str:
    """A pattern of *text* as it stands in a percent-encoded path."""
    return re.escape(quote(text, safe="!$&'()*+,;=:@-._~"))


def _walk(
    node: _RouteNode, decoded: list[str], raw: list[str], index: int, values: list[str]
) -> tuple[Leaf, list[str]] | None:
    """The leaf behind *node*. Only a node where several ways are open costs a call."""
    while index < len(decoded):
        child = node.literals.get(decoded[index])
        if node.patterns or (child is not None and node.any is not None):
            return _branch(node, decoded, raw, index, values)
        if child is not None:
            node = child
        # A path parameter is never empty: `/items/` is not `/items/{id}`.
        elif node.any is not None and decoded[index]:
            node = node.any
            values = [*values, raw[index]]
        else:
            return None
        index += 1
    return None if node.leaf is None else (node.leaf, values)


def _branch(
    node: _RouteNode, decoded: list[str], raw: list[str], index: int, values: list[str]
) -> tuple[Leaf, list[str]] | None:
    """The first way that leads to a leaf: a concrete segment, one with text around its expressions, any segment."""
    segment = decoded[index]
    if (child := node.literals.get(segment)) is not None:
        found = _walk(child, decoded, raw, index + 1, values)
        if found is not None:
            return found
    for _, pattern, child in node.patterns:
        match = pattern.fullmatch(raw[index])
        if match is not None:
            found = _walk(child, decoded, raw, index + 1, [*values, *match.groups()])
            if found is not None:
                return found
    if node.any is not None and segment:
        return _walk(node.any, decoded, raw, index + 1, [*values, raw[index]])
    return None
