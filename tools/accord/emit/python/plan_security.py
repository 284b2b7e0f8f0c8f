"""Security of a contract in the Python view: schemes become methods, requirements become principals."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping, Sequence
from typing import assert_never

from accord.contract.model import (
    Api,
    ApiKeyScheme,
    HttpScheme,
    MutualTlsScheme,
    OAuth2Scheme,
    OpenIdConnectScheme,
    Operation,
    SchemeUse,
    SecurityScheme,
)
from accord.diagnostics import Diagnostic, Severity
from accord.emit.python.plan import PyScheme, PyUse
from accord.emit.python.scope import Planned, Scope
from accord.runtime.declare import SchemeKind

Alternatives = tuple[tuple[PyUse, ...], ...]


def plan_schemes(
    api: Api, operations: Iterable[Operation], method_name: Callable[[str], str]
) -> Mapping[str, PyScheme]:
    """The schemes that *operations* use, by their name and in the order of the contract.

    *method_name* gives each scheme its unique method.
    """
    used = {use.name for op in operations for requirement in op.security for use in requirement.schemes}
    return {
        name: _scheme(declared, method_name)
        for name, declared in api.security_schemes.items()
        if name in used
    }


def plan_security(
    scope: Scope, operation: Operation, schemes: Mapping[str, PyScheme]
) -> Planned[Alternatives]:
    """The alternatives of *operation*; none for a public one.

    An alternative with a scheme that is not declared is left out, which makes the operation stricter. If none is left,
    its faults are the reason why it must not be served.
    """
    found: list[Diagnostic] = []
    alternatives: list[tuple[PyUse, ...]] = []
    for requirement in operation.security:
        missing = [use for use in requirement.schemes if use.name not in schemes]
        found.extend(_unmet(use) for use in missing)
        uses = tuple(
            PyUse(scheme=schemes[use.name], scopes=use.scopes)
            for use in requirement.schemes
            if use.name in schemes
        )
        if not missing and uses not in alternatives:
            alternatives.append(uses)
    if operation.security and not alternatives:
        return Planned(value=(), faults=tuple(found))
    scope.found.extend(found)
    public = alternatives == [()]  # nothing but "no credentials"
    return Planned(value=() if public else tuple(alternatives))


def _unmet(use: SchemeUse) -> Diagnostic:
    return Diagnostic(
        code="security-scheme-unknown",
        message=f"the contract declares no security scheme {use.name!r}",
        span=use.span,
        hint="Declare it under components/securitySchemes; until then no request can meet this.",
        severity=Severity.WARNING,
    )


def principal_annotation(alternatives: Alternatives, principal: str) -> str:
    """The type of the argument ``principal``, whose single one is called *principal*; empty for a public operation."""
    kinds: list[str] = []
    for uses in sorted(alternatives, key=lambda uses: not uses):  # None comes last, as people write it
        match len(uses):
            case 0:
                kind = "None"
            case 1:
                kind = principal
            case count:
                kind = f"tuple[{', '.join([principal] * count)}]"
        if kind not in kinds:
            kinds.append(kind)
    return " | ".join(kinds)


def _scheme(scheme: SecurityScheme, method_name: Callable[[str], str]) -> PyScheme:
    match scheme:
        case ApiKeyScheme(name=name, parameter=parameter, location=location):
            return PyScheme(
                name=name,
                method=method_name(name),
                kind="apiKey",
                location=location,
                parameter=parameter,
                http_scheme="",
                arguments=("key",),
                description=scheme.description or "",
            )
        case HttpScheme(name=name, scheme="basic"):
            return _in_authorization(scheme, method_name(name), ("username", "password"))
        case HttpScheme(name=name, scheme="bearer"):
            return _in_authorization(scheme, method_name(name), ("token",))
        case HttpScheme(name=name):
            return _in_authorization(scheme, method_name(name), ("credentials",))
        case OAuth2Scheme(name=name) | OpenIdConnectScheme(name=name):
            return _in_authorization(scheme, method_name(name), ("token",))
        case MutualTlsScheme(name=name):
            return PyScheme(
                name=name,
                method=method_name(name),
                kind="mutualTLS",
                location="header",
                parameter="",
                http_scheme="",
                arguments=("certificate",),
                description=scheme.description or "",
            )
        case _:
            assert_never(scheme)


def _in_authorization(
    scheme: HttpScheme | OAuth2Scheme | OpenIdConnectScheme, method: str, arguments: Sequence[str]
) -> PyScheme:
    kind: SchemeKind
    match scheme:
        case HttpScheme(scheme="basic"):
            kind, http_scheme = "basic", "Basic"
        case HttpScheme(scheme="bearer"):
            kind, http_scheme = "bearer", "Bearer"
        case HttpScheme(scheme=other):
            kind, http_scheme = "http", other[:1].upper() + other[1:]
        case OAuth2Scheme():
            kind, http_scheme = "oauth2", "Bearer"
        case OpenIdConnectScheme():
            kind, http_scheme = "openIdConnect", "Bearer"
        case _:
            assert_never(scheme)
    return PyScheme(
        name=scheme.name,
        method=method,
        kind=kind,
        location="header",
        parameter="Authorization",
        http_scheme=http_scheme,
        arguments=tuple(arguments),
        description=scheme.description or "",
    )
