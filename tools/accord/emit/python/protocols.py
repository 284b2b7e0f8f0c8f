"""``protocols.py``: one protocol for each group of operations, which an implementation subclasses."""

from __future__ import annotations

from collections.abc import Iterable

from accord.emit.python.imports import Imports
from accord.emit.python.plan import PyGroup, PyOperation, PyVersion
from accord.emit.python.plan_security import principal_annotation
from accord.emit.python.text import docstring, one_line
from accord.emit.tree import header

MODELS_IMPORT = "from . import models"
PRINCIPAL = "PrincipalT_contra"


def print_protocols(version: PyVersion) -> str:
    """The module, with the groups in the order of their first operation."""
    start = f"{header(version.source)}\n" + docstring(f"Operations of {version.source}", indent=0)
    if not version.groups:
        return start
    generic = any(group.has_principal for group in version.groups)
    imports = Imports("from typing import Protocol", *signature_imports(version.groups, package="."))
    if generic:
        imports.add(["from typing import TypeVar"])
    parts = [start, "\nfrom __future__ import annotations\n\n", imports.text()]
    if generic:
        parts.append(f'\n{PRINCIPAL} = TypeVar("{PRINCIPAL}", contravariant=True)\n')
    parts.extend(_print_group(group) for group in version.groups)
    return "".join(parts)


def signature_imports(groups: Iterable[PyGroup], *, package: str) -> list[str]:
    """What the signatures of *groups* need; *package* is the version's package."""
    found: list[str] = []
    for operation in (operation for group in groups for operation in group.operations):
        text = _signature(operation, "")
        for type_ in operation.types:
            found.extend(type_.imports - {MODELS_IMPORT})
        found.extend(
            f"from {package} import {module}" for module in ("models", "responses") if f"{module}." in text
        )
    return found


def method_definition(operation: PyOperation, principal: str) -> str:
    """The line ``async def ...:`` of an operation, whose single principal is of the type *principal*."""
    return f"async def {operation.function}{_signature(operation, principal)}:"


def _signature(operation: PyOperation, principal: str) -> str:
    arguments: list[str] = []
    if operation.security:
        arguments.append(f"principal: {principal_annotation(operation.security, principal)}")
    arguments += [f"{parameter.argument}: {parameter.annotation}" for parameter in operation.parameters]
    if operation.body is not None:
        arguments.append(f"body: {operation.body.annotation}")
    if operation.media_type is not None:
        arguments.append(f"{operation.media_type.argument}: {operation.media_type.type.expr}")
    own = f", *, {', '.join(arguments)}" if arguments else ""
    return f"(self{own}) -> {operation.returns}"


def _print_group(group: PyGroup) -> str:
    base = f"Protocol[{PRINCIPAL}]" if group.has_principal else "Protocol"
    said = docstring(group.description or f"Operations of {group.name}")
    methods = (
        f"\n    {method_definition(operation, PRINCIPAL)}\n"
        + docstring(
            f"{operation.method} {operation.path}",
            one_line(operation.summary),
            "Deprecated." if operation.deprecated else None,
            indent=8,
        )
        + "        ...\n"
        for operation in group.operations
    )
    return f"\n\nclass {group.protocol}({base}):\n{said}{''.join(methods)}"
