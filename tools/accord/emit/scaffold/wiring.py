"""Whether the project binds what the contract has: its calls of ``<version>.install(...)`` are read, never rewritten."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass

import libcst as cst
from typing_extensions import override

from accord.diagnostics import Diagnostic, Severity
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
            found += [
                _read(module, node)
                for node in finder.found
                if (name := dotted(node.func)) is not None and index.resolve(module, name) in targets
            ]
    return found


def _read(module: SourceModule, node: cst.Call) -> InstallCall:
    names = tuple(argument.keyword.value for argument in node.args if argument.keyword is not None)
    return InstallCall(
        module=module, node=node, arguments=names, open=any(argument.star for argument in node.args)
    )


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
    for name in (name for name, required in known.items() if required):
        if name not in call.arguments:
            yield Diagnostic(
                code="provider-missing",
                message=f"this call gives no provider for {name!r}",
                span=call.module.place(call.node),
                hint=f"Add: {name}={name}, with: from {providers[name]} import {name}"
                if name in providers
                else f"Add: {name}=...",
                severity=Severity.WARNING,
            )
    for name in call.arguments:
        if name not in known and name != "app":
            yield Diagnostic(
                code="provider-unknown",
                message=f"this call gives a provider {name!r}, which the contract has no operations for",
                span=call.module.place(call.node),
                hint=f"Remove: {name}=...",
                severity=Severity.WARNING,
            )
