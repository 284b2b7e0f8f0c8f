"""Whether the project binds what the contract has: its calls of ``<version>.install(...)`` are read, never rewritten."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass

import libcst as cst
from typing_extensions import override

from accord.diagnostics import Diagnostic, warning
from accord.emit.python.plan import PyVersion
from accord.emit.scaffold.classes import ClassIndex
from accord.emit.scaffold.source import SourceModule, dotted


@dataclass(frozen=True, slots=True, kw_only=True)
class InstallCall:
    """A call that serves a version; ``arguments`` are its keywords, ``open`` says that there may be more (``**``)."""

    module: SourceModule
    node: cst.Call
    arguments: tuple[str, ...]
    open: bool


def install_calls(index: ClassIndex, modules: Sequence[SourceModule], package: str) -> list[InstallCall]:
    """The calls of ``install`` of the generated package *package*, in all files."""
    targets = {f"{package}.install", f"{package}.routers.install"}
    found: list[InstallCall] = []
    for module in modules:
        if b"install" in module.data:
            finder = _Calls()
            module.tree.visit(finder)
            for node in finder.found:
                name = dotted(node.func)
                if name is not None and index.resolve(module, name) in targets:
                    arguments = tuple(part.keyword.value for part in node.args if part.keyword is not None)
                    is_open = any(part.star for part in node.args)
                    found.append(InstallCall(module=module, node=node, arguments=arguments, open=is_open))
    return found


class _Calls(cst.CSTVisitor):
    def __init__(self) -> None:
        super().__init__()
        self.found: list[cst.Call] = []

    @override
    def visit_Call(self, node: cst.Call) -> None:
        self.found.append(node)


def install_arguments(version: PyVersion) -> dict[str, bool]:
    """The keyword arguments of ``install`` of *version*, and whether each has to be given."""
    required = [group.argument for group in version.groups] + (["security"] if version.schemes else [])
    return {**dict.fromkeys(required, True), "errors": False, "settings": False}


def unbound(
    call: InstallCall, known: Mapping[str, bool], providers: Mapping[str, str]
) -> Iterator[Diagnostic]:
    """A finding for each argument that ``install`` needs and *call* does not give, and for each that it does not know.

    *providers* has modules in which a function of the argument's name provides it."""
    if call.open:
        return
    place = call.module.place(call.node)
    for name, required in known.items():
        if required and name not in call.arguments:
            hint = f"Add: {name}=..."
            if name in providers:
                hint = f"Add: {name}={name}, with: from {providers[name]} import {name}"
            yield warning("provider-missing", f"this call gives no provider for {name!r}", place, hint)
    for name in call.arguments:
        if name not in known and name != "app":
            message = f"this call gives a provider {name!r}, which the contract has no operations for"
            yield warning("provider-unknown", message, place, f"Remove: {name}=...")
