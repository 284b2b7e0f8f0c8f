"""A start for an implementation: classes that answer 501, written once and never overwritten.

For each version there is a module for each group, ``principal.py`` and ``security.py`` where the contract protects
operations, and one ``app.py`` for all versions. What exists is read (never run) and reported instead.
"""

from __future__ import annotations

import ast
import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path

from accord.diagnostics import Diagnostic, Severity, Span
from accord.emit.python.format import format_sources
from accord.emit.python.imports import Imports
from accord.emit.python.naming import KEYWORDS
from accord.emit.python.plan import PyGroup, PyScheme, PyVersion
from accord.emit.python.protocols import method_definition, signature_imports
from accord.emit.python.security import security_arguments
from accord.emit.python.text import docstring, literal, one_line
from accord.emit.tree import Tree

_PRINCIPAL = "Principal"
_SECURITY = "security"
_FIXED_MODULES = frozenset({"principal", _SECURITY, "__init__"}) | KEYWORDS


@dataclass(frozen=True, slots=True, kw_only=True)
class ScaffoldOptions:
    """Where the scaffold goes.

    ``folder`` is the folder of implementations as findings show it, ``package`` its import name, ``generated`` the
    import name of the generated code.
    """

    folder: Path
    package: str = "impl"
    generated: str = "generated"


@dataclass(frozen=True, slots=True, kw_only=True)
class Scaffold:
    """What is to be written, what exists and stays, and which operations existing classes lack (or have too many)."""

    tree: Tree
    kept: tuple[str, ...]
    diagnostics: tuple[Diagnostic, ...]


def scaffold(versions: Sequence[PyVersion], folders: Sequence[str], options: ScaffoldOptions) -> Scaffold:
    """Plan the scaffold of *versions*, whose generated packages are called *folders*.

    Raises:
        OSError: an existing file cannot be read.
    """
    files: dict[str, str] = {}
    kept: list[str] = []
    found: list[Diagnostic] = []
    for version, folder in zip(versions, folders, strict=True):
        existing = _Existing(options.folder, folder)
        for group in version.groups:
            known = existing.implementation(group)
            if known is not None:
                kept.append(known.path)
                found.extend(_compare(group, known))
        wanted = _version_files(version, folder, options)
        for group in version.groups:
            path = f"{folder}/{_module(group)}.py"
            if existing.implementation(group) is not None:
                del wanted[path]
            elif (options.folder / path).exists():
                found.append(_without_class(group, options.folder / path))
        files.update(wanted)
    # A package of its own, not a namespace: another one of the same name elsewhere must not hide it.
    files["__init__.py"] = docstring("Implementations of the contracts", indent=0)
    files["app.py"] = _print_app(versions, folders, options)
    if (options.folder / "app.py").exists():
        found.extend(_not_installed(versions, folders, options.folder / "app.py"))
    existing_paths = [path for path in files if (options.folder / path).exists()]
    kept.extend(path for path in existing_paths if path not in kept)
    missing = {path: text for path, text in files.items() if path not in existing_paths}
    return Scaffold(
        tree=Tree(format_sources(missing)),
        kept=tuple(sorted(set(kept))),
        diagnostics=tuple(found),
    )


def _version_files(version: PyVersion, folder: str, options: ScaffoldOptions) -> dict[str, str]:
    files = {f"{folder}/__init__.py": docstring(f"Implementation of {version.source}", indent=0)}
    if version.schemes:
        files[f"{folder}/principal.py"] = _PRINCIPAL_MODULE
        files[f"{folder}/security.py"] = _print_security(version, folder, options)
    for group in version.groups:
        files[f"{folder}/{_module(group)}.py"] = _print_group(version, group, folder, options)
    return files


def _module(group: PyGroup) -> str:
    return f"{group.argument}_" if group.argument in _FIXED_MODULES else group.argument


def _print_group(version: PyVersion, group: PyGroup, folder: str, options: ScaffoldOptions) -> str:
    package = f"{options.generated}.{folder}"
    imports = Imports(
        "from typing import final",
        "from typing_extensions import override",
        "from accord.runtime import not_implemented",
        f"from {package} import protocols",
        *signature_imports([group], package=package),
    )
    base = f"protocols.{group.protocol}"
    if group.has_principal:
        imports.add([f"from {options.package}.{folder}.principal import {_PRINCIPAL}"])
        base += f"[{_PRINCIPAL}]"
    said = docstring(group.description or f"Operations of {group.name}")
    methods = "".join(
        f"\n    @override\n    {method_definition(operation, _PRINCIPAL)}\n"
        f"        raise not_implemented({literal(operation.key)})\n"
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


_PRINCIPAL_MODULE = '''"""Who makes a request."""

from __future__ import annotations

from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class Principal:
    """What operations know about who called them; made by ``security``."""

    name: str
'''


def _print_security(version: PyVersion, folder: str, options: ScaffoldOptions) -> str:
    package = f"{options.generated}.{folder}"
    imports = Imports(
        "from typing import final",
        "from typing_extensions import override",
        "from accord.runtime import not_implemented",
        f"from {package}.security import Security",
        f"from {options.package}.{folder}.principal import {_PRINCIPAL}",
    )
    return (
        docstring(f"Security of {version.source}", indent=0)
        + "\nfrom __future__ import annotations\n\n"
        + imports.text()
        + f"\n\n@final\nclass Authentication(Security[{_PRINCIPAL}]):\n"
        + docstring("Tells who makes a request.")
        + "".join(_security_method(scheme) for scheme in version.schemes)
        + "\n\ndef security() -> Authentication:\n"
        + docstring("Give the security for one request.")
        + "    return Authentication()\n"
    )


def _security_method(scheme: PyScheme) -> str:
    return (
        f"\n    @override\n    async def {scheme.method}({security_arguments(scheme)}) -> {_PRINCIPAL}:\n"
        f"        raise not_implemented({literal(f'security scheme {scheme.name}')})\n"
    )


def _print_app(versions: Sequence[PyVersion], folders: Sequence[str], options: ScaffoldOptions) -> str:
    imports = Imports(
        "from accord.runtime import create_app", f"from {options.generated} import {', '.join(folders)}"
    )
    for version, folder in zip(versions, folders, strict=True):
        for group in version.groups:
            name = f"{group.argument} as {folder}_{group.argument}"
            imports.add([f"from {options.package}.{folder}.{_module(group)} import {name}"])
        if version.schemes:
            imports.add([f"from {options.package}.{folder}.security import security as {folder}_security"])
    title = one_line(versions[0].title) if versions else "API"
    return (
        docstring("The application: every version on one FastAPI application.", indent=0)
        + "\nfrom __future__ import annotations\n\n"
        + imports.text()
        + f"\napp = create_app(title={literal(title)})\n"
        + "".join(f"{_install(version, folder)}\n" for version, folder in zip(versions, folders, strict=True))
    )


def _install(version: PyVersion, folder: str) -> str:
    arguments = [f"{group.argument}={folder}_{group.argument}" for group in version.groups]
    if version.schemes:
        arguments.append(f"security={folder}_security")
    return f"{folder}.install({', '.join(['app', *arguments])})"


def _not_installed(versions: Sequence[PyVersion], folders: Sequence[str], app: Path) -> Iterator[Diagnostic]:
    """A finding for each version that an existing ``app.py`` does not mention."""
    text = app.read_text(encoding="utf-8", errors="replace")
    for version, folder in zip(versions, folders, strict=True):
        if not re.search(rf"\b{re.escape(folder)}\b", text):
            yield Diagnostic(
                code="version-not-installed",
                message=f"{version.source} is not served here",
                span=Span(app.as_posix(), 1, 1),
                hint=f"Add: {_install(version, folder)}",
                severity=Severity.WARNING,
            )


@dataclass(frozen=True, slots=True, kw_only=True)
class _Known:
    """A class that implements a group already; ``shown`` is its file as findings show it."""

    path: str
    shown: str
    line: int
    column: int
    methods: dict[str, tuple[int, int, bool]]
    """Line, column and whether it is marked ``@override``, by name."""


class _Existing:
    """The classes in a version's folder of implementations, by the protocol that they subclass."""

    def __init__(self, root: Path, folder: str) -> None:
        self._by_protocol: dict[str, _Known] = {}
        place = root / folder
        for file in sorted(place.rglob("*.py")) if place.is_dir() else ():
            for name, known in _classes(file, file.relative_to(root).as_posix()):
                self._by_protocol.setdefault(name, known)

    def implementation(self, group: PyGroup) -> _Known | None:
        return self._by_protocol.get(group.protocol)


def _classes(file: Path, path: str) -> Iterator[tuple[str, _Known]]:
    try:
        module = ast.parse(file.read_bytes())
    except (SyntaxError, ValueError):
        return  # the type checkers will say so; the file stays
    for node in ast.walk(module):
        if isinstance(node, ast.ClassDef):
            for base in node.bases:
                target = base.value if isinstance(base, ast.Subscript) else base
                name = target.attr if isinstance(target, ast.Attribute) else getattr(target, "id", "")
                known = _Known(
                    path=path,
                    shown=file.as_posix(),
                    line=node.lineno,
                    column=node.col_offset + 1,
                    methods=_methods(node),
                )
                yield name, known


def _methods(node: ast.ClassDef) -> dict[str, tuple[int, int, bool]]:
    return {
        one.name: (
            one.lineno,
            one.col_offset + 1,
            any(getattr(mark, "attr", getattr(mark, "id", "")) == "override" for mark in one.decorator_list),
        )
        for one in node.body
        if isinstance(one, ast.FunctionDef | ast.AsyncFunctionDef)
    }


def _compare(group: PyGroup, known: _Known) -> Iterator[Diagnostic]:
    for operation in group.operations:
        if operation.function not in known.methods:
            yield Diagnostic(
                code="operation-not-implemented",
                message=f"{operation.method} {operation.path} ({operation.key}) has no method {operation.function!r}",
                span=Span(known.shown, known.line, known.column),
                hint=f"Add: {method_definition(operation, _PRINCIPAL)} ...",
            )
    wanted = {operation.function for operation in group.operations}
    for name, (line, column, marked) in known.methods.items():
        if marked and name not in wanted and not name.startswith("_"):
            yield Diagnostic(
                code="operation-unknown",
                message=f"the contract has no operation of {group.name} with the method {name!r}",
                span=Span(known.shown, line, column),
                hint="Remove it, or rename it after the operation that it implements.",
            )


def _without_class(group: PyGroup, file: Path) -> Diagnostic:
    return Diagnostic(
        code="implementation-missing",
        message=f"no class here implements {group.protocol}",
        span=Span(file.as_posix(), 1, 1),
        hint=f"Subclass protocols.{group.protocol}, or move the file away and scaffold again.",
        severity=Severity.ERROR,
    )
