"""``Version``: what ``install`` of a generated package calls to serve one contract on an application."""

from __future__ import annotations

import json
import logging
from importlib.resources import files
from importlib.resources.abc import Traversable
from typing import Any, Final

from fastapi import FastAPI

from accord.runtime.bindings import missing
from accord.runtime.declare import Operation
from accord.runtime.dispatch import InstallError, Registry, Served, registry_of
from accord.runtime.documents import add_documents
from accord.runtime.errors import Errors
from accord.runtime.guard import Guard, GuardError
from accord.runtime.handlers import AppHandlers
from accord.runtime.operations import CompiledOperation, VersionContext
from accord.runtime.providers import AnyCallable, Provider, Providers
from accord.runtime.rejections import RejectionWriter
from accord.runtime.settings import RuntimeSettings, Violation
from accord.runtime.strict_json import JsonValue

logger: Final = logging.getLogger("accord.runtime")

INTERFACE: Final = "0.1"
"""What generated code may expect of this runtime; ``manifest.json`` says what it does expect."""


class Version:
    """Installs one version of a contract on an application: ``operation`` declares, ``open`` checks, compiles and serves.

    Args:
        app: Where it is served: any ``FastAPI`` application that has not started.
        name: The version's name, ``v1``; also the realm of its challenges.
        package: The generated package, in which ``guard.json``, ``openapi.json`` and ``manifest.json`` lie; or a folder
            with these three, for declarations that no package makes.
        prefix: Its path on the application, such as ``/api/v1``; ``""`` or ``/`` for none.
        security: The provider of its ``Security``; ``None`` where the contract has no security.
        errors: How domain exceptions are answered.
        settings: What an operator may set.

    Raises:
        InstallError: where the package does not fit this runtime, or the application cannot take it.
    """

    def __init__(  # noqa: PLR0913 - keywords of generated code
        self,
        app: FastAPI,
        *,
        name: str,
        package: str | Traversable,
        prefix: str,
        security: Provider[Any] | None = None,  # Any: the version's Security[P]; `install` has the type
        errors: Errors | None = None,
        settings: RuntimeSettings | None = None,
    ) -> None:
        # Paths of a contract begin with a slash; a prefix of `/` would double it.
        prefix = prefix.rstrip("/")
        if prefix and not prefix.startswith("/"):
            raise InstallError(f"{name}: prefix {prefix!r} must start with '/'")
        self._name = name
        self._prefix = prefix
        self._app = app
        self._settings = settings or RuntimeSettings()
        self._errors = errors
        self._security = security
        self._contract, self._guard = _load(package, name)
        self._declared: list[tuple[Operation, AnyCallable]] = []

    def operation(self, operation: Operation, provider: Provider[Any] | None) -> None:  # Any: see `security`
        """Declare that *provider* gives the implementation of *operation* (``None``: of an unsupported one)."""
        self._declared.append((operation, _unprovided if provider is None else provider))

    def open(self) -> None:
        """Check and compile everything that was declared, and serve it from now on.

        Raises:
            InstallError: where an implementation lacks an operation, or a path, name or prefix is taken.
        """
        # Before anything is put on the application: a failed start must not leave half a version behind.
        faults = missing(self._declared)
        if faults:
            lines = "\n".join(f"  {fault}" for fault in faults)
            raise InstallError(
                f"{self._name}: {len(faults)} operation{'s' if len(faults) > 1 else ''} not implemented. "
                f"Run `accord scaffold`, or write by hand:\n{lines}"
            )
        registry = registry_of(self._app)
        rejection_writer = RejectionWriter(self._guard, self._errors, self._settings.max_reported_errors)
        served = Served(self._name, self._prefix, rejection_writer)
        registry.add_version(served)
        try:
            self._serve_operations(registry, served)
        except (GuardError, TypeError, ValueError) as error:
            raise InstallError(f"{self._name}: {error}") from error
        add_documents(self._app, registry, served, self._contract, docs=self._settings.docs)

    def _serve_operations(self, registry: Registry, served: Served) -> None:
        """Compile every operation and put it on its path; whatever is wrong with one stops the start."""
        context = VersionContext(
            version=self._name,
            prefix=self._prefix,
            guard=self._guard,
            settings=self._settings,
            errors=self._errors,
            providers=Providers(self._app),
            security=self._security,
            handlers=AppHandlers(self._app),
            report=self._report,
        )
        for operation, provider in self._declared:
            path, choices = operation.path, operation.path_choices
            put, names = registry.add(served, operation.method.upper(), path, choices)
            put(CompiledOperation(operation, provider, names, context).serve)

    def _report(self, violation: Violation) -> None:
        """Log a broken response, and hand it to ``on_violation``."""
        logger.error(
            "%s: the response breaks the contract at %s: %s",
            violation.operation,
            violation.clause,
            "; ".join(violation.reasons),
        )
        if self._settings.on_violation is not None:
            self._settings.on_violation(violation)


def _unprovided() -> None:
    """Stands for the provider of an operation that is only refused."""


def _load(package: str | Traversable, name: str) -> tuple[bytes, Guard]:
    """The contract's bytes and its guard."""
    root = files(package) if isinstance(package, str) else package
    try:
        manifest: JsonValue = json.loads(root.joinpath("manifest.json").read_bytes())
        contract = root.joinpath("openapi.json").read_bytes()
        guard = json.loads(root.joinpath("guard.json").read_bytes())
    except (OSError, ValueError) as error:
        raise InstallError(
            f"{name}: package {package} is not complete, run `accord generate`: {error}"
        ) from error
    needed = manifest.get("runtime") if isinstance(manifest, dict) else None
    if not isinstance(needed, str) or not _fits(needed):
        raise InstallError(
            f"{name}: package {package} was generated for runtime {needed}, this is {INTERFACE}: "
            "run `accord generate` with the Accord that serves it"
        )
    try:
        return contract, Guard(guard)
    except GuardError as error:
        raise InstallError(f"{name}: {error}") from error


def _fits(needed: str) -> bool:
    """Whether this runtime serves code generated for *needed*: the same line, and nothing newer than it knows."""
    try:
        wanted = tuple(int(part) for part in needed.split("."))
    except ValueError:
        return False
    present = tuple(int(part) for part in INTERFACE.split("."))
    # Before 1.0 a minor release may change the interface.
    if present[0] == 0:
        return wanted[:2] == present[:2]
    return wanted[:1] == present[:1] and wanted <= present
