"""Security schemes and requirements: the methods of ``security.py``, and the principals that operations receive."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping
from typing import Final, TypeAlias, assert_never

from accord.contract.model import (
    Api,
    ApiKeyScheme,
    HttpScheme,
    MutualTlsScheme,
    OAuth2Scheme,
    OpenIdConnectScheme,
    Operation,
    SecurityScheme,
)
from accord.diagnostics import Diagnostic, warning
from accord.emit.python.imports import STUB_IMPORT
from accord.emit.python.operation_context import OperationContext
from accord.emit.python.plan import PlannedScheme, PyVersion, Signature
from accord.emit.python.text import docstring, one_line
from accord.emit.tree import header
from accord.runtime.declare import Scheme, SchemeKind, Use

Alternatives: TypeAlias = tuple[tuple[Use, ...], ...]


def plan_schemes(
    api: Api, operations: Iterable[Operation], method_name: Callable[[str], str]
) -> Mapping[str, PlannedScheme]:
    """The schemes that *operations* use, by their name and in the order of the contract.

    *method_name* gives each scheme its unique method.
    """
    used = {use.name for op in operations for requirement in op.security for use in requirement.schemes}
    return {
        name: PlannedScheme(
            declared=_declared(declared, method_name(name)), description=declared.description or ""
        )
        for name, declared in api.security_schemes.items()
        if name in used
    }


def plan_security(
    scope: OperationContext, operation: Operation, schemes: Mapping[str, PlannedScheme]
) -> Alternatives:
    """The alternatives of *operation*; none for a public one.

    An alternative with a scheme that is not declared is left out, which makes the operation stricter. If none is left,
    that is a fault: the operation must not be served.
    """
    found: list[Diagnostic] = []
    alternatives: list[tuple[Use, ...]] = []
    for requirement in operation.security:
        missing = [use for use in requirement.schemes if use.name not in schemes]
        found += [
            warning(
                "security-scheme-unknown",
                f"the contract declares no security scheme {use.name!r}",
                use.span,
                "Declare it under components/securitySchemes; until then no request can meet this.",
            )
            for use in missing
        ]
        uses = tuple(
            Use(scheme=schemes[use.name].declared, scopes=use.scopes)
            for use in requirement.schemes
            if use.name in schemes
        )
        if not missing and uses not in alternatives:
            alternatives.append(uses)
    if operation.security and not alternatives:
        scope.faults += found
        return ()
    scope.found += found
    return () if alternatives == [()] else tuple(alternatives)  # nothing but "no credentials" is public


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


def _declared(scheme: SecurityScheme, method: str) -> Scheme:
    match scheme:
        case ApiKeyScheme(name=name, parameter=parameter, location=location):
            return Scheme(name=name, method=method, kind="apiKey", location=location, parameter=parameter)
        case HttpScheme(name=name, scheme="basic"):
            return Scheme(name=name, method=method, kind="basic", http_scheme="Basic")
        case HttpScheme(name=name, scheme="bearer"):
            return Scheme(name=name, method=method, kind="bearer", http_scheme="Bearer")
        case HttpScheme(name=name, scheme=other):
            return Scheme(name=name, method=method, kind="http", http_scheme=other[:1].upper() + other[1:])
        case OAuth2Scheme(name=name):
            return Scheme(name=name, method=method, kind="oauth2", http_scheme="Bearer")
        case OpenIdConnectScheme(name=name):
            return Scheme(name=name, method=method, kind="openIdConnect", http_scheme="Bearer")
        case MutualTlsScheme(name=name):
            return Scheme(name=name, method=method, kind="mutualTLS", parameter="")
        case _:
            assert_never(scheme)


def print_security(version: PyVersion) -> str:
    """The module; a contract without security has an empty one, so that imports of it never break."""
    start = f"{header(version.source)}\n" + docstring(f"Security schemes of {version.source}", indent=0)
    if not version.schemes:
        return start
    parts = [
        start,
        "\nfrom __future__ import annotations\n\nfrom typing import Protocol, TypeVar\n\n",
        f"{STUB_IMPORT}\n\n",
        'PrincipalT_co = TypeVar("PrincipalT_co", covariant=True)\n\n\n',
        "class Security(Protocol[PrincipalT_co]):\n",
        docstring(
            "Tells who makes a request from the credentials that come with it.",
            "A method returns the principal, which operations receive, or raises `accord.runtime.Unauthorized` or\n"
            "`accord.runtime.Forbidden`. `scopes` are those that the operation asks for.",
        ),
        *(_method(scheme) for scheme in version.schemes),
    ]
    return "".join(parts)


def _method(scheme: PlannedScheme) -> str:
    declared = scheme.declared
    return (
        f"\n    {method_signature(declared, 'PrincipalT_co').definition(declared.method)}\n"
        + docstring(_where(declared), one_line(scheme.description), indent=8)
        + "        ...\n"
    )


def method_signature(scheme: Scheme, principal: str) -> Signature:
    """The signature of a scheme's method, which gives a *principal*."""
    arguments = dict.fromkeys(ARGUMENTS[scheme.kind], "str")
    return Signature(arguments={**arguments, "scopes": "tuple[str, ...]"}, returns=principal)


ARGUMENTS: Final[Mapping[SchemeKind, tuple[str, ...]]] = {
    "apiKey": ("key",),
    "basic": ("username", "password"),
    "bearer": ("token",),
    "http": ("credentials",),
    "oauth2": ("token",),
    "openIdConnect": ("token",),
    "mutualTLS": ("certificate",),
}
"""The keyword arguments of a scheme's method; see :class:`accord.runtime.declare.Scheme`."""


def _where(scheme: Scheme) -> str:
    if scheme.kind == "apiKey":
        return f"{scheme.name}: API key in the {scheme.location} parameter {scheme.parameter}"
    if scheme.kind == "mutualTLS":
        return f"{scheme.name}: the certificate of the client, as PEM, which the server has verified"
    return f"{scheme.name}: {scheme.http_scheme} credentials in the header Authorization"
