"""Writes decorators as the assignments that they are short for, since mutmut leaves decorated functions alone."""

from __future__ import annotations

from typing import Final

import libcst as cst
import libcst.matchers as m
from typing_extensions import override

_KEPT: Final = frozenset({"staticmethod", "classmethod", "overload"})
"""The first two are mutated as they are; the last is no function at all."""


_CACHES: Final = m.Name("cache") | m.Name("lru_cache") | m.Call(func=m.Name("lru_cache"))


def undecorated(source: str) -> str:
    """*source* with ``name = decorator(name)`` behind a function in the place of each ``@decorator`` on it.

    A cache is emptied in each process that is forked: what was found before a mutant came is not its response.
    """
    return cst.parse_module(source).visit(_Undecorate()).code


class _Undecorate(cst.CSTTransformer):
    @override
    def leave_FunctionDef(
        self, original_node: cst.FunctionDef, updated_node: cst.FunctionDef
    ) -> cst.FunctionDef | cst.FlattenSentinel[cst.BaseStatement]:
        name = updated_node.name.value
        decorators = [decorator.decorator for decorator in updated_node.decorators]
        if not decorators or any(_stays(name, decorator) for decorator in decorators):
            return updated_node
        value: cst.BaseExpression = cst.Name(name)
        for decorator in reversed(decorators):
            value = cst.Call(func=decorator, args=[cst.Arg(value)])
        assignment = cst.Assign(targets=[cst.AssignTarget(cst.Name(name))], value=value)
        statements: tuple[cst.BaseStatement, ...] = (
            updated_node.with_changes(decorators=(), lines_after_decorators=()),
            cst.SimpleStatementLine([assignment]),
        )
        if m.matches(decorators[0], _CACHES):
            forget = f"__import__('os').register_at_fork(after_in_child={name}.cache_clear)"
            statements = (*statements, cst.parse_statement(forget))
        return cst.FlattenSentinel(statements)


def _stays(name: str, decorator: cst.BaseExpression) -> bool:
    """Whether a decorator cannot be written behind its function: ``@name.setter`` needs what the name was before."""
    if isinstance(decorator, cst.Name) and decorator.value in _KEPT:
        return True
    return bool(m.findall(decorator, m.Name(name)))
