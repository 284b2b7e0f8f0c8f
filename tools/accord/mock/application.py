"""A FastAPI application that serves contracts with mocked answers."""

from __future__ import annotations

import json
from collections.abc import Awaitable, Callable, Mapping, Sequence
from dataclasses import dataclass, replace
from functools import partial
from itertools import chain, count
from pathlib import Path
from types import SimpleNamespace
from typing import Any, Literal

from fastapi import FastAPI
from starlette.requests import Request

from accord.contract.model import Api
from accord.contract.schema import JsonValue
from accord.diagnostics import Diagnostic, sort_diagnostics
from accord.emit.python.package import published
from accord.errors import UsageError
from accord.mock.bodies import Bodies
from accord.mock.declarations import Declared, declare_api
from accord.mock.resources import Conditions, Deleted, Locations
from accord.mock.responder import MockContext, Responder
from accord.runtime import (
    Errors,
    InstallError,
    Rejection,
    RuntimeSettings,
    Unauthorized,
    Version,
    create_app,
)
from accord.runtime.version import INTERFACE


@dataclass(frozen=True, slots=True, kw_only=True)
class MockContract:
    """A contract to mock, with its bundled document."""

    api: Api
    document: Mapping[str, JsonValue]


@dataclass(frozen=True, slots=True, kw_only=True)
class MockOptions:
    """``seed`` decides every sample. ``formats`` says whether ``format`` is asserted, of requests and of samples.
    ``docs`` offers Swagger UI and ReDoc. ``tokens`` are the credentials that are accepted (a key, a token, or
    ``user:password``); without any, whatever a client sends is."""

    seed: int = 0
    tokens: frozenset[str] = frozenset()
    formats: Literal["assert", "annotate"] = "assert"
    docs: bool = True


@dataclass(frozen=True, slots=True, kw_only=True)
class MockApp:
    """The application, the path prefix of each contract by its name, operations that answer 501 with the reason
    (``name: METHOD /path: why``), and everything that was found."""

    app: FastAPI
    prefixes: Mapping[str, str]
    unserved: tuple[str, ...] = ()
    diagnostics: tuple[Diagnostic, ...] = ()


def mock_app(contracts: Sequence[MockContract], folder: Path, options: MockOptions) -> MockApp:
    """An application that serves *contracts* side by side, each under the path of its first server.

    *folder* is an empty one in which the application keeps what the runtime reads at its start.

    Raises:
        UsageError: two contracts ask for the same prefix.
    """
    # FastAPI's own pages would describe no operation: those of a contract are not its routes.
    app = create_app(title="Mock", openapi_url=None, docs_url=None, redoc_url=None)
    prefixes: dict[str, str] = {}
    found: list[Diagnostic] = []
    unserved: list[str] = []
    for contract in contracts:
        declared = declare_api(contract.api, options.formats)
        # With a number where a contract in another folder has the name.
        names = chain([contract.api.name], (f"{contract.api.name}-{number}" for number in count(2)))
        name = next(name for name in names if name not in prefixes)
        taken = next((known for known, prefix in prefixes.items() if prefix == declared.prefix), None)
        if taken is not None:
            raise UsageError(
                f"{taken} and {name} are both served under {declared.prefix or '/'}",
                hint="give each contract its own path in servers[0].url, or mock them separately",
            )
        prefixes[name] = declared.prefix
        found.extend(declared.diagnostics)
        # The runtime reads a package at its start; it need not be importable.
        package = folder / f"version{len(prefixes)}"
        _write(package, contract, declared)
        try:
            _install(app, replace(contract.api, name=name), declared, package, options)
        except InstallError as error:
            raise UsageError(
                f"{name} cannot be served: {error}", hint="see what the contract declares"
            ) from error
        unserved += [
            f"{name}: {operation.method} {operation.path}: {'; '.join(operation.unsupported)}"
            for operation, _ in declared.operations
            if operation.unsupported
        ]
    return MockApp(app=app, prefixes=prefixes, unserved=tuple(unserved), diagnostics=sort_diagnostics(found))


def _write(package: Path, contract: MockContract, declared: Declared) -> None:
    """Write what the runtime reads of a generated package."""
    package.mkdir()
    (package / "guard.json").write_text(json.dumps(declared.guard), encoding="utf-8")
    (package / "openapi.json").write_text(published(contract.document), encoding="utf-8")
    (package / "manifest.json").write_text(json.dumps({"runtime": INTERFACE}), encoding="utf-8")


def _install(app: FastAPI, api: Api, declared: Declared, package: Path, options: MockOptions) -> None:
    """Install one contract, each operation with a :class:`Responder` in the place of an implementation."""
    asserted = options.formats == "assert"
    bodies = Bodies(api, formats=asserted)
    context = MockContext(
        seed=options.seed,
        bodies=bodies,
        conditions=Conditions(api, bodies, options.seed),
        deleted=Deleted(),
        locations=Locations(api, formats=asserted, seed=options.seed),
        operations=api.operations,
    )
    version = Version(
        app,
        name=api.name,
        package=package,
        prefix=declared.prefix,
        security=_security(options.tokens) if declared.has_security else None,
        errors=_errors(declared, context),
        # A sample that breaks the contract is a fault of the mock, and must be seen.
        settings=RuntimeSettings(mode="check", debug=True, docs=options.docs),
    )
    for declaration, operation in declared.operations:
        responder = None if declaration.unsupported else Responder(declaration, operation, context)
        version.operation(declaration, None if responder is None else _provider(responder))
    version.open()


def _provider(responder: Responder) -> Callable[[Request], Awaitable[Any]]:
    """A dependency that gives the implementation of one operation for one request."""

    async def provide(request: Request) -> Any:  # Any: an implementation of whatever is declared
        # Every operation is declared with `response` as its method.
        return SimpleNamespace(response=partial(responder.response, request))

    return provide


class _Doorkeeper:
    """Takes the credentials that were named, or any where none were: a mock asks whether there are some."""

    def __init__(self, tokens: frozenset[str]) -> None:
        self._tokens = tokens

    def __getattr__(self, name: str) -> Callable[..., Awaitable[str]]:
        async def identify(**given: Any) -> str:  # Any: credentials of whatever kind
            given.pop("scopes", None)
            # Basic credentials come as two arguments, and are named as `user:password`.
            shown = ":".join(str(value) for value in given.values())
            if self._tokens and shown not in self._tokens:
                raise Unauthorized("The mock is configured to accept other credentials.")
            return shown

        return identify


def _security(tokens: frozenset[str]) -> Callable[[], Awaitable[Any]]:
    """A dependency that gives the ``Security`` of the mock."""
    doorkeeper = _Doorkeeper(tokens)

    async def provide() -> Any:  # Any: the Security of whatever is declared
        return doorkeeper

    return provide


def _errors(declared: Declared, context: MockContext) -> Errors:
    """Rejections of the runtime in the body that the contract documents, where that is no problem of RFC 9457."""
    responses = {
        declaration.key: {response.status: response for response in operation.responses}
        for declaration, operation in declared.operations
    }
    errors = Errors()

    @errors.rejection
    def body_of(rejection: Rejection) -> object | None:
        documented = responses.get(rejection.operation or "", {})
        status = next((str(s) for s in rejection.tries if str(s) in documented), None)
        if status is None:
            return None
        sent = int(status) if status.isdigit() else rejection.status
        seed = f"{context.seed} {rejection.operation} {status}"
        return context.bodies.rejection(documented[status], sent, rejection.detail, seed)

    return errors
