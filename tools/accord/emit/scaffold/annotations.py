"""Annotations by what they mean, so that a hand-written signature is told from another one only where it matters."""

from __future__ import annotations

import ast
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import Final

Resolve = Callable[[str], str | None]
"""The full name of a dotted name; ``None`` where it is not known."""

_PLAIN: Final = frozenset("str int float bool bytes object list dict tuple set frozenset".split())
_RENAMED: Final[Mapping[str, str]] = {
    "typing.List": "list",
    "typing.Dict": "dict",
    "typing.Tuple": "tuple",
    "typing.Optional": "Optional",
    "typing.Union": "Union",
    "typing.Literal": "Literal",
    "typing.Any": "Any",
    "typing.NoReturn": "Never",
    "typing.Never": "Never",
}
_KNOWN_MODULES: Final = frozenset({"datetime", "uuid", "decimal", "accord"})


@dataclass(frozen=True, slots=True, kw_only=True)
class Meaning:
    """The members of a union, each as a text that is equal for equal types. ``foreign``: something in it is the
    project's own, so that only a type checker can compare it."""

    members: frozenset[str]
    foreign: bool


class AnnotationReader:
    """Reads annotations of one file. ``generated`` is the package of generated code: what lies in it is compared by its
    own name, because it can be imported from several places."""

    def __init__(self, resolve: Resolve, generated: str) -> None:
        self._resolve = resolve
        self._generated = generated
        self._foreign = False

    def read(self, text: str) -> Meaning:
        """What an annotation means."""
        self._foreign = False
        try:
            node = ast.parse(f"({text.strip()}\n)", mode="eval").body  # it may lie on several lines
        except (SyntaxError, ValueError):  # newer than the Python that runs here
            return Meaning(members=frozenset({text}), foreign=True)
        members = self._members(node)
        return Meaning(members=frozenset(members), foreign=self._foreign)

    def _members(self, node: ast.expr) -> list[str]:
        match node:
            case ast.BinOp(left=left, op=ast.BitOr(), right=right):
                return [*self._members(left), *self._members(right)]
            case ast.Constant(value=str() as quoted):
                try:
                    return self._members(ast.parse(f"({quoted.strip()}\n)", mode="eval").body)
                except SyntaxError:
                    self._foreign = True
                    return [repr(quoted)]
            case ast.Constant(value=value):
                return [repr(value)]
            case ast.Subscript(value=ast.Name() | ast.Attribute() as base, slice=inner):
                return self._subscript(self._name(base), inner)
            case ast.Name() | ast.Attribute():
                return [self._name(node)]
            case _:
                self._foreign = True
                return [ast.dump(node)]

    def _subscript(self, base: str, inner: ast.expr) -> list[str]:
        arguments = inner.elts if isinstance(inner, ast.Tuple) else [inner]
        match base:
            case "Optional":
                return [*self._members(inner), "None"]
            case "Union":
                return [member for argument in arguments for member in self._members(argument)]
            case "Literal":
                return [f"Literal[{ast.unparse(argument)}]" for argument in arguments]
            case _:
                texts = [" | ".join(sorted(set(self._members(argument)))) for argument in arguments]
                return [f"{base}[{', '.join(texts)}]"]

    def _name(self, node: ast.expr) -> str:
        name = ast.unparse(node)
        target = self._resolve(name)
        if target is None:
            if name not in _PLAIN and name != "...":
                self._foreign = True
            return name
        target = target.replace("typing_extensions.", "typing.", 1)
        if target in _RENAMED:
            return _RENAMED[target]
        if target.startswith(f"{self._generated}."):
            return target.rsplit(".", maxsplit=1)[-1]
        if target.split(".", maxsplit=1)[0] not in _KNOWN_MODULES:
            self._foreign = True
        return target
