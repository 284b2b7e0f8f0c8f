"""``protocols.py``: one protocol for each group of operations, which an implementation subclasses."""

from __future__ import annotations

from collections.abc import Iterable

from accord.emit.python.format import LINE_LENGTH
from accord.emit.python.imports import STUB_IMPORT, Imports
from accord.emit.python.plan import PlannedOperation, PyGroup, PyVersion, Signature
from accord.emit.python.security import principal_annotation
from accord.emit.python.text import docstring, one_line, wrapped
from accord.emit.tree import header

PRINCIPAL = "PrincipalT_contra"
_INDENT = 8
_DEEPER = 8
"""Spaces in front of what follows the first line of an argument's description, below those of the docstring."""
_WIDTH = LINE_LENGTH - _INDENT


def print_protocols(version: PyVersion) -> str:
    """The module, with the groups in the order of their first operation."""
    start = f"{header(version.source)}\n" + docstring(f"Operations of {version.source}", indent=0)
    if not version.groups:
        return start
    generic = any(group.has_principal for group in version.groups)
    imports = Imports(
        "from typing import Protocol", STUB_IMPORT, *signature_imports(version.groups, package=".")
    )
    if generic:
        imports.add(["from typing import TypeVar"])
    parts = [start, "\nfrom __future__ import annotations\n\n", imports.text()]
    if generic:
        parts.append(f'\n{PRINCIPAL} = TypeVar("{PRINCIPAL}", contravariant=True)\n')
    parts.extend(_print_group(group) for group in version.groups)
    return "".join(parts)


def signature_imports(groups: Iterable[PyGroup], *, package: str) -> list[str]:
    """What the signatures of *groups* need; *package* is the version's package."""
    types = [
        type_
        for group in groups
        for operation in group.operations
        for type_ in (operation.returns, *(argument.type for argument in operation.arguments))
    ]
    found = dict.fromkeys(statement for type_ in types for statement in sorted(type_.imports))
    return [statement.replace("from . import", f"from {package} import") for statement in found]


def method_signature(operation: PlannedOperation, principal: str) -> Signature:
    """The signature of an operation, whose single principal is of the type *principal*."""
    security = operation.declared.security
    arguments = {"principal": principal_annotation(security, principal)} if security else {}
    arguments |= {argument.name: argument.type.expr for argument in operation.arguments}
    return Signature(arguments=arguments, returns=operation.returns.expr)


def _print_group(group: PyGroup) -> str:
    base = f"Protocol[{PRINCIPAL}]" if group.has_principal else "Protocol"
    said = docstring(group.description or f"Operations of {group.name}")
    methods = (
        f"\n    {method_signature(operation, PRINCIPAL).definition(operation.declared.function)}\n{_documentation(operation)}        ...\n"
        for operation in group.operations
    )
    return f"\n\nclass {group.protocol}({base}):\n{said}{''.join(methods)}"


def _documentation(operation: PlannedOperation) -> str:
    """The docstring of a method: what the contract says about the operation and each of its arguments."""
    summary = one_line(operation.summary)
    description = wrapped(operation.description, width=_WIDTH)
    return docstring(
        f"{operation.declared.method} {operation.declared.path}",
        summary,
        description if one_line(description) != summary else None,
        "Deprecated." if operation.deprecated else None,
        _arguments(operation),
        indent=_INDENT,
    )


def _arguments(operation: PlannedOperation) -> str:
    """The section ``Args`` of those arguments that the contract describes."""
    entries: list[str] = []
    for argument in operation.arguments:
        if argument.description.strip():
            entry = f"{argument.name}: {argument.description.strip()}"
            first, *more = wrapped(entry, width=_WIDTH - _DEEPER).split("\n")
            entries += [f"    {first}", *(f"        {line}" if line else "" for line in more)]
    return "\n".join(["Args:", *entries]) if entries else ""
