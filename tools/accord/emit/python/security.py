"""``security.py``: a protocol with one typed method for each security scheme that an operation uses."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Final

from accord.emit.python.plan import PlannedScheme, PyVersion
from accord.emit.python.text import docstring, one_line
from accord.emit.tree import header
from accord.runtime.declare import Scheme, SchemeKind


def print_security(version: PyVersion) -> str:
    """The module; a contract without security has an empty one, so that imports of it never break."""
    start = f"{header(version.source)}\n" + docstring(f"Security schemes of {version.source}", indent=0)
    if not version.schemes:
        return start
    parts = [
        start,
        "\nfrom __future__ import annotations\n\nfrom typing import Protocol, TypeVar\n\n",
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
        f"\n    async def {declared.method}({security_arguments(declared)}) -> PrincipalT_co:\n"
        + docstring(_where(declared), one_line(scheme.description), indent=8)
        + "        ...\n"
    )


def security_arguments(scheme: Scheme) -> str:
    """The parameters of a scheme's method, as in its ``def``."""
    own = ", ".join(f"{argument}: str" for argument in ARGUMENTS[scheme.kind])
    return f"self, *, {own}, scopes: tuple[str, ...]"


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
