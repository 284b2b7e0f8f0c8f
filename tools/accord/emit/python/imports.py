"""Import blocks of generated modules, in the order that isort and ruff agree on."""

from __future__ import annotations

import sys
from collections.abc import Iterable

STUB_IMPORT = "from accord.runtime import not_implemented as not_implemented"
"""What stubs raise, passed on by the module of their protocol: a class imports that anyway, so that no import is left over
when the last stub is implemented."""

_THIRD_PARTY = frozenset({"fastapi", "pydantic", "starlette", "typing_extensions"})


class Imports:
    """Collects import statements and prints each name once, in sections."""

    __slots__ = ("_modules", "_names")

    def __init__(self, *statements: str) -> None:
        self._modules: set[str] = set()
        self._names: dict[str, set[str]] = {}
        self.add(statements)

    def add(self, statements: Iterable[str]) -> None:
        """Add statements such as ``import datetime as dt`` and ``from typing import Literal``."""
        for statement in statements:
            if statement.startswith("from "):
                module, _, names = statement[5:].partition(" import ")
                self._names.setdefault(module, set()).update(name.strip() for name in names.split(","))
            else:
                self._modules.add(statement.removeprefix("import "))

    def text(self) -> str:
        """The block with an empty line between sections, and a line end."""
        sections: dict[tuple[int, int], list[str]] = {}
        for module in sorted(self._modules):
            sections.setdefault(_section(module.split()[0]), []).append(f"import {module}")
        for module in sorted(self._names):
            names = ", ".join(sorted(self._names[module], key=_by_kind))
            sections.setdefault(_section(module), []).append(f"from {module} import {names}")
        order = sorted({section[0] for section in sections})
        blocks = [
            "\n".join(
                line for section in sorted(sections) if section[0] == number for line in sections[section]
            )
            for number in order
        ]
        return "\n\n".join(blocks) + "\n" if blocks else ""


def _section(module: str) -> tuple[int, int]:
    """Section, and place in it: relative imports go from far to near."""
    if module.startswith("."):
        return 4, -(len(module) - len(module.lstrip(".")))
    top = module.split(".", maxsplit=1)[0]
    if top in sys.stdlib_module_names:
        return 1, 0
    return (2 if top in _THIRD_PARTY else 3), 0


def _by_kind(name: str) -> tuple[int, str]:
    plain = name.split(" as ", maxsplit=1)[0]
    return (0 if len(plain) > 1 and plain.isupper() else 1 if plain[:1].isupper() else 2), plain
