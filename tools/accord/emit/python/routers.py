"""``routers.py``: ``install``, which declares one operation after the other to the runtime."""

from __future__ import annotations

from accord.emit.python.declared import DeclarationPrinter
from accord.emit.python.imports import Imports
from accord.emit.python.plan import PlannedOperation, PyVersion
from accord.emit.python.text import docstring, literal
from accord.emit.tree import header


def print_routers(version: PyVersion) -> str:
    """The module."""
    printer = DeclarationPrinter()
    for scheme in version.schemes:
        printer.constant(scheme.declared.name, scheme.declared)
    calls = "".join(
        f"    version.operation({_operation(operation, printer)}, {_provider(version, operation)})\n"
        for operation in version.operations
    )
    principal = any(group.has_principal for group in version.groups) or bool(version.schemes)
    parts = [
        f"{header(version.source)}\n",
        docstring(f"Routes of {version.source}", indent=0),
        "\nfrom __future__ import annotations\n\n",
        _imports(version, printer, principal=principal).text(),
        '\nPrincipalT = TypeVar("PrincipalT")\n' if principal else "",
        printer.constants(),
        f"\n\ndef install({_install_arguments(version)}) -> None:\n",
        docstring(f"Serve {version.source} under {version.prefix or '/'} on an application."),
        f"    version = {_version(version)}\n",
        calls,
        "    version.open()\n",
    ]
    return "".join(parts)


def _operation(operation: PlannedOperation, printer: DeclarationPrinter) -> str:
    for response, component in zip(operation.declared.responses, operation.components, strict=True):
        if component is not None:
            printer.constant(component, response, str(response.status))
    return printer.source(operation.declared)


def _imports(version: PyVersion, printer: DeclarationPrinter, *, principal: bool) -> Imports:
    imports = Imports(
        "from fastapi import FastAPI",
        "from accord.runtime import Errors, RuntimeSettings, Version, declare",
        *printer.imports,
    )
    if principal:
        imports.add(["from typing import TypeVar"])
    if version.groups:
        imports.add(["from accord.runtime import Provider", "from . import protocols"])
    if version.schemes:
        imports.add(["from accord.runtime import Provider", "from .security import Security"])
    return imports


def _install_arguments(version: PyVersion) -> str:
    arguments = ["app: FastAPI", "*"]
    for group in version.groups:
        generic = "[PrincipalT]" if group.has_principal else ""
        arguments.append(f"{group.argument}: Provider[protocols.{group.protocol}{generic}]")
    if version.schemes:
        arguments.append("security: Provider[Security[PrincipalT]]")
    arguments += ["errors: Errors | None = None", "settings: RuntimeSettings | None = None"]
    return ", ".join(arguments) + ","  # the comma puts each on its own line


def _version(version: PyVersion) -> str:
    security = "security=security, " if version.schemes else ""
    return (
        f"Version(app, name={literal(version.name)}, package=__package__ or '', prefix={literal(version.prefix)}, "
        f"{security}errors=errors, settings=settings)"
    )


def _provider(version: PyVersion, operation: PlannedOperation) -> str:
    if operation.declared.unsupported:
        return "None"
    return next(group.argument for group in version.groups if group.name == operation.declared.group)
