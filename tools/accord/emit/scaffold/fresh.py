"""Files that an implementation starts with: classes that answer 501, one module for each group of operations."""

from __future__ import annotations

from collections.abc import Collection, Sequence
from dataclasses import dataclass

from accord.emit.python.imports import Imports
from accord.emit.python.plan import PlannedScheme, PyGroup, PyVersion
from accord.emit.python.protocols import method_signature, signature_imports
from accord.emit.python.security import method_signature as scheme_signature
from accord.emit.python.text import docstring, literal, one_line
from accord.emit.scaffold.wanted import group_module


@dataclass(frozen=True, slots=True, kw_only=True)
class Packages:
    """Import names of the implementations and of all generated code."""

    implementation: str
    generated: str


def print_group(version: PyVersion, group: PyGroup, package: str, principal: str) -> str:
    """The module of a group, whose generated code is in *package*; *principal* is a full name."""
    imports = Imports(
        "from typing import final",
        "from typing_extensions import override",
        f"from {package} import protocols",
        *signature_imports([group], package=package),
    )
    base = f"protocols.{group.protocol}"
    module, _, name = principal.rpartition(".")
    if group.has_principal:
        imports.add([f"from {module} import {name}"])
        base += f"[{name}]"
    said = docstring(group.description or f"Operations of {group.name}")
    methods = "".join(
        f"\n    @override\n    {method_signature(operation, name).definition(operation.declared.function)}\n"
        f"        raise protocols.not_implemented({literal(operation.declared.key)})\n"
        for operation in group.operations
    )
    return (
        docstring(f"{group.implementation} of {version.source}", indent=0)
        + "\nfrom __future__ import annotations\n\n"
        + imports.text()
        + f"\n\n@final\nclass {group.implementation}({base}):\n{said}{methods}"
        + f"\n\ndef {group.argument}() -> {group.implementation}:\n"
        + docstring(
            "Give the implementation for one request; it may ask for dependencies as any FastAPI dependency."
        )
        + f"    return {group.implementation}()\n"
    )


PRINCIPAL_MODULE = '''"""Who makes a request."""

from __future__ import annotations

from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class Principal:
    """What operations know about who called them; made by ``security``."""

    name: str
'''


def print_security(version: PyVersion, package: str, principal: str) -> str:
    """The module of the security schemes; *principal* is a full name."""
    module, _, name = principal.rpartition(".")
    imports = Imports(
        "from typing import final",
        "from typing_extensions import override",
        f"from {package} import security as schemes",
        f"from {module} import {name}",
    )
    return (
        docstring(f"Security of {version.source}", indent=0)
        + "\nfrom __future__ import annotations\n\n"
        + imports.text()
        + f"\n\n@final\nclass Authentication(schemes.Security[{name}]):\n"
        + docstring("Tells who makes a request.")
        + "".join(_security_method(scheme, name) for scheme in version.schemes)
        + "\n\ndef security() -> Authentication:\n"
        + docstring("Give the security for one request.")
        + "    return Authentication()\n"
    )


def _security_method(scheme: PlannedScheme, principal: str) -> str:
    declared = scheme.declared
    return (
        f"\n    @override\n    {scheme_signature(declared, principal).definition(declared.method)}\n"
        f"        raise schemes.not_implemented({literal(f'security scheme {declared.name}')})\n"
    )


def print_app(
    versions: Sequence[PyVersion], folders: Sequence[str], places: Packages, errors: Collection[str]
) -> str:
    """The application that serves *versions*, those of the folders *errors* with their own ``errors``."""
    package, generated = places.implementation, places.generated
    imports = Imports(
        "from accord.runtime import create_app", f"from {generated} import {', '.join(folders)}"
    )
    for version, folder in zip(versions, folders, strict=True):
        for group in version.groups:
            name = f"{group.argument} as {folder}_{group.argument}"
            imports.add([f"from {package}.{folder}.{group_module(group)} import {name}"])
        if version.schemes:
            imports.add([f"from {package}.{folder}.security import security as {folder}_security"])
        if folder in errors:
            imports.add([f"from {package}.{folder}.errors import errors as {folder}_errors"])
    title = one_line(versions[0].title) if versions else "API"
    return (
        docstring("The application: every version on one FastAPI application.", indent=0)
        + "\nfrom __future__ import annotations\n\n"
        + imports.text()
        + f"\napp = create_app(title={literal(title)})\n"
        + "".join(
            f"{install_call(version, folder, errors=folder in errors)}\n"
            for version, folder in zip(versions, folders, strict=True)
        )
    )


def install_call(version: PyVersion, folder: str, *, errors: bool = False) -> str:
    """The call that serves a version with the providers of fresh files."""
    arguments = [f"{group.argument}={folder}_{group.argument}" for group in version.groups]
    if version.schemes:
        arguments.append(f"security={folder}_security")
    if errors:
        arguments.append(f"errors={folder}_errors")
    return f"{folder}.install({', '.join(['app', *arguments])})"
