"""How a file says what a generated signature needs: by the names that it has, or by imports that it gets."""

from __future__ import annotations

import ast
from collections.abc import Iterable, Mapping
from dataclasses import dataclass

from typing_extensions import override

from accord.emit.scaffold.source import SourceModule


@dataclass(frozen=True, slots=True, kw_only=True)
class Need:
    """A name that new code uses: ``target`` is what it stands for, ``bound`` how generated code calls it. Other
    targets in ``instead`` serve as well; ``runtime`` needs more than a name for the type checker."""

    target: str
    bound: str
    runtime: bool = False
    instead: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True, kw_only=True)
class Words:
    """``names`` maps what generated code says to what the file says, ``statements`` are the imports that it lacks."""

    names: Mapping[str, str]
    statements: tuple[str, ...]


def need_of(statement: str) -> list[Need]:
    """What a generated import statement binds."""
    front, _, imported = statement.rpartition("import ")
    name, _, alias = imported.partition(" as ")
    module = front.removeprefix("from ").strip()
    return [Need(target=f"{module}.{name}" if module else name, bound=alias or name)]


def words(module: SourceModule, needs: Iterable[Need]) -> Words:
    """Find a word for each of *needs* in *module*, or an import that brings one and hides nothing."""
    names: dict[str, str] = {}
    statements: list[str] = []
    taken = set(module.taken)
    for need in needs:
        if need.bound in names:
            continue
        known = _known(module, need)
        if known is None:
            known = _free(need, taken)
            taken.add(known)
            statements.append(_statement(need, known))
        names[need.bound] = known
    return Words(names=names, statements=tuple(statements))


def _known(module: SourceModule, need: Need) -> str | None:
    targets = (need.target, *need.instead)
    if need.target in {f"{module.name}.{need.bound}"} and need.bound in module.taken:
        return need.bound  # declared here
    found: dict[str, str] = {}
    for name, binding in module.bindings.items():
        if not binding.runtime and (need.runtime or not module.has_future_annotations):
            continue
        for target in targets:
            front, _, last = target.rpartition(".")
            if binding.target == target:
                found.setdefault(target, name)
            elif binding.target == front and (front in _PLAIN_MODULES or target in need.instead):
                found.setdefault(target, f"{name}.{last}")
    # The name that generated code uses is the least surprising one of several.
    return next((found[target] for target in targets if target in found), None)


_PLAIN_MODULES = frozenset({"typing", "typing_extensions", "accord.runtime"})
"""Modules whose names may be said over the module."""


def _free(need: Need, taken: set[str]) -> str:
    """The usual name, or one with more of its module in front where the usual one means something else."""
    if need.bound not in taken:
        return need.bound
    parts = need.target.split(".")
    name = need.bound
    for part in reversed(parts[:-1] or ["the"]):
        name = f"{part}_{name}"
        if name not in taken:
            return name
    while name in taken:
        name = f"{name}_"
    return name


def _statement(need: Need, name: str) -> str:
    front, _, last = need.target.rpartition(".")
    source = f"from {front} import {last}" if front else f"import {last}"
    return source if name == last else f"{source} as {name}"


def spoken(annotation: str, names: Mapping[str, str]) -> str:
    """*annotation* with its names said as *names* has them."""
    if all(name == said for name, said in names.items()):
        return annotation
    return ast.unparse(_Rename(names).visit(ast.parse(annotation, mode="eval")))


class _Rename(ast.NodeTransformer):
    def __init__(self, names: Mapping[str, str]) -> None:
        self._names = names

    @override
    def generic_visit(self, node: ast.AST) -> ast.AST:
        if isinstance(node, ast.Name) and node.id in self._names:
            return ast.parse(self._names[node.id], mode="eval").body
        return super().generic_visit(node)
