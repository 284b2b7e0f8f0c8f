"""What the contract asks of an implementation: protocols with their methods, in the order of the contract."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, replace
from typing import Final

from accord.emit.python.naming import KEYWORDS
from accord.emit.python.plan import PlannedOperation, PlannedScheme, PyGroup, PyVersion, Signature
from accord.emit.python.protocols import method_signature, signature_imports
from accord.emit.python.security import method_signature as scheme_signature

PRINCIPAL: Final = "Principal"
"""The class that a fresh ``principal.py`` declares."""

PLACEHOLDER: Final = "PrincipalOfTheProject"
"""Stands in definitions where the project's own type of principal goes."""


@dataclass(frozen=True, slots=True, kw_only=True)
class WantedMethod:
    """A method. ``signature`` has :data:`PLACEHOLDER` for the principal, ``imports`` what
    the annotations need, ``stub`` what a stub says that it is, ``route`` is ``GET /items`` (empty for security)."""

    name: str
    stub: str
    route: str
    signature: Signature
    imports: tuple[str, ...]

    @property
    def shown(self) -> str:
        """How findings call it."""
        return f"{self.route} ({self.stub})" if self.route else self.stub


@dataclass(frozen=True, slots=True, kw_only=True)
class WantedClass:
    """A protocol that a class has to implement. ``protocol`` is its full name, ``label`` what people call the group,
    ``file`` where a fresh class goes, ``argument`` what ``install`` calls its provider."""

    label: str
    protocol: str
    folder: str
    file: str
    argument: str
    generic: bool
    methods: tuple[WantedMethod, ...]

    @property
    def name(self) -> str:
        """The protocol's own name."""
        return self.protocol.rsplit(".", maxsplit=1)[-1]

    def method(self, name: str) -> WantedMethod | None:
        """The method of that name."""
        return next((wanted_method for wanted_method in self.methods if wanted_method.name == name), None)


def wanted_classes(version: PyVersion, *, folder: str, package: str) -> Iterator[WantedClass]:
    """The protocols of a version, whose generated code is the package *package*."""
    for group in version.groups:
        yield WantedClass(
            label=group.name,
            protocol=f"{package}.protocols.{group.protocol}",
            folder=folder,
            file=f"{folder}/{group_module(group)}.py",
            argument=group.argument,
            generic=group.has_principal,
            methods=tuple(_operation(group, operation, package) for operation in group.operations),
        )
    if version.schemes:
        yield WantedClass(
            label="security",
            protocol=f"{package}.security.Security",
            folder=folder,
            file=f"{folder}/security.py",
            argument="security",
            generic=True,
            methods=tuple(_scheme(scheme) for scheme in version.schemes),
        )


def _operation(group: PyGroup, operation: PlannedOperation, package: str) -> WantedMethod:
    alone = replace(group, operations=(operation,))
    return WantedMethod(
        name=operation.declared.function,
        stub=operation.declared.key,
        route=f"{operation.declared.method} {operation.declared.path}",
        signature=method_signature(operation, PLACEHOLDER),
        imports=tuple(dict.fromkeys(signature_imports([alone], package=package))),
    )


def _scheme(scheme: PlannedScheme) -> WantedMethod:
    return WantedMethod(
        name=scheme.declared.method,
        stub=f"security scheme {scheme.declared.name}",
        route="",
        signature=scheme_signature(scheme.declared, PLACEHOLDER),
        imports=(),
    )


_FIXED_MODULES: Final = frozenset({"errors", "principal", "security", "__init__"})


def group_module(group: PyGroup) -> str:
    """The name of a fresh module for a group, which is neither a keyword nor one of the modules beside it."""
    return f"{group.argument}_" if group.argument in _FIXED_MODULES | KEYWORDS else group.argument
