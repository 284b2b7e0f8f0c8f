"""Whoever is stopped is told what to do: every error that ends a command has a hint."""

from __future__ import annotations

import ast
from collections.abc import Iterator
from pathlib import Path

TOOLS = Path(__file__).parents[2] / "tools" / "accord"
ENDINGS = {"UsageError", "WriteError", "EnvironmentFaultError", "ServiceStartError"}


def raised() -> Iterator[tuple[str, ast.Call]]:
    for path in sorted(TOOLS.rglob("*.py")):
        for node in ast.walk(ast.parse(path.read_text(encoding="utf-8"))):
            if isinstance(node, ast.Call) and isinstance(node.func, ast.Name) and node.func.id in ENDINGS:
                yield f"{path.relative_to(TOOLS)}:{node.lineno}", node


def test_every_error_that_ends_a_command_has_a_hint() -> None:
    calls = list(raised())
    assert len(calls) > 20, "the errors are found at all"
    assert [place for place, call in calls if "hint" not in {k.arg for k in call.keywords}] == []
