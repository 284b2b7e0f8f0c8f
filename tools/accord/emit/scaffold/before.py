"""The contract as the hand-written code knew it, read from the ``protocols.py`` that was generated from it.

That is the file in the generated folder as long as it is older than the contract, afterwards the one of the last commit.
"""

from __future__ import annotations

import ast
import re
import subprocess
from collections.abc import Mapping
from dataclasses import dataclass, field
from pathlib import Path
from types import MappingProxyType
from typing import Final

from accord.emit.python.plan import Signature
from accord.emit.tree import has_header

_ROUTE: Final = re.compile(r"[A-Z]+ /\S*")


@dataclass(frozen=True, slots=True, kw_only=True)
class FormerMethod:
    """A method of the former contract: its protocol's name, its route (``GET /items``) and its signature."""

    protocol: str
    name: str
    route: str
    signature: Signature


@dataclass(frozen=True, slots=True, kw_only=True)
class Before:
    """The former methods, by protocol and name, and by route."""

    methods: Mapping[tuple[str, str], FormerMethod] = field(default_factory=lambda: MappingProxyType({}))
    routes: Mapping[str, FormerMethod] = field(default_factory=lambda: MappingProxyType({}))

    def method(self, protocol: str, name: str) -> FormerMethod | None:
        """The method that the protocol had."""
        return self.methods.get((protocol, name))


def former_contract(generated: Path, package: str, current: str) -> Before:
    """What *package* below *generated* was before the contract became what prints *current* as its ``protocols.py``."""
    file = generated / package / "protocols.py"
    try:
        text = file.read_text(encoding="utf-8")
    except (OSError, UnicodeDecodeError):
        text = current
    if text == current:
        text = _committed(file) or current
    return Before() if text == current or not has_header(text) else read_protocols(text)


def read_protocols(text: str) -> Before:
    """The methods of a generated ``protocols.py``; nothing where it cannot be read."""
    try:
        tree = ast.parse(text)
    except (SyntaxError, ValueError):
        return Before()
    found: dict[tuple[str, str], FormerMethod] = {}
    for cls in (node for node in tree.body if isinstance(node, ast.ClassDef)):
        for node in cls.body:
            if isinstance(node, ast.AsyncFunctionDef):
                route = (ast.get_docstring(node) or "").partition("\n")[0]
                found[cls.name, node.name] = FormerMethod(
                    protocol=cls.name,
                    name=node.name,
                    route=route if _ROUTE.fullmatch(route) else "",
                    signature=_signature(node),
                )
    return Before(
        methods=found,
        routes={
            former_method.route: former_method for former_method in found.values() if former_method.route
        },
    )


def _signature(node: ast.AsyncFunctionDef) -> Signature:
    arguments = {
        argument.arg: "" if argument.annotation is None else ast.unparse(argument.annotation)
        for argument in node.args.kwonlyargs
    }
    return Signature(arguments=arguments, returns="" if node.returns is None else ast.unparse(node.returns))


def _committed(file: Path) -> str | None:
    """The file as the last commit has it; ``None`` without one, or without git."""
    if not file.parent.is_dir():
        return None
    command = ["git", "show", f"HEAD:./{file.name}"]
    try:
        done = subprocess.run(command, cwd=file.parent, capture_output=True, check=False, timeout=30)  # noqa: S603  # own arguments
        return done.stdout.decode() if done.returncode == 0 else None
    except (OSError, subprocess.SubprocessError, UnicodeDecodeError):
        return None
