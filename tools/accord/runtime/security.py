"""Security requirements: credentials are read, alternatives tried in the order of the contract, challenges sent.

Rules: alternatives are tried where all their credentials came with the request, and the first that holds gives the
principal. Where several fail, 403 of any is the response, otherwise 401. An empty alternative lets a request through
that brought no complete credentials; credentials that were brought and are not valid are rejected even then.
"""

from __future__ import annotations

import base64
import binascii
import re
from collections.abc import Awaitable, Callable, Mapping, Sequence
from typing import Any, Final, TypeAlias
from urllib.parse import unquote

from accord.runtime.declare import Scheme, Use
from accord.runtime.problems import Rejection, RejectionKind
from accord.runtime.request import COOKIE, Parts, first_or_none, text_header
from accord.runtime.responses import Forbidden, Unauthorized

Credentials: TypeAlias = dict[str, str]
ReadCredentials: TypeAlias = Callable[[Parts], Credentials | None]
GetSecurity: TypeAlias = Callable[[], Awaitable[Any]]  # Any: the version's Security[P]
Authenticate: TypeAlias = Callable[[Parts, GetSecurity], Awaitable[Any]]  # Any: P, tuple of P, or None

AUTHORIZATION: Final = b"authorization"
_TOKEN: Final = re.compile(r"[!#$%&'*+.^_`|~0-9A-Za-z-]+").fullmatch
_BEARER_KINDS: Final = frozenset({"bearer", "oauth2", "openIdConnect"})


def security_headers(alternatives: Sequence[Sequence[Use]]) -> frozenset[bytes]:
    """Lower-case names of the headers in which credentials may stand."""
    names: set[bytes] = set()
    for use in (use for alternative in alternatives for use in alternative):
        scheme = use.scheme
        if scheme.kind == "mutualTLS":
            continue
        if scheme.kind != "apiKey":
            names.add(AUTHORIZATION)
        elif scheme.location == "header":
            names.add(scheme.parameter.lower().encode("latin-1"))
        elif scheme.location == "cookie":
            names.add(COOKIE)
    return frozenset(names)


def compile_security(alternatives: Sequence[Sequence[Use]], realm: str) -> Authenticate:
    """Compile the security requirements of an operation into a function that gives its principal.

    It raises :class:`Rejection` (401 with the challenges of all alternatives, or 403).
    """
    optional = any(not alternative for alternative in alternatives)
    plans = [[(use, compile_credentials(use.scheme)) for use in uses] for uses in alternatives if uses]
    uses = [use for alternative in alternatives for use in alternative]

    async def authenticate(parts: Parts, get_security: GetSecurity) -> Any:  # Any: see Authenticate
        rejected: Unauthorized | None = None
        forbidden: tuple[Forbidden, list[Use]] | None = None
        for plan in plans:
            found = [(use, read(parts)) for use, read in plan]
            # Credentials of another alternative: it is neither tried nor refused.
            if any(credentials is None for _, credentials in found):
                continue
            security = await get_security()
            try:
                principals = [
                    await getattr(security, use.scheme.method)(**credentials, scopes=use.scopes)
                    for use, credentials in found
                    if credentials is not None
                ]
            except Unauthorized as error:
                # The next alternative may hold; what is said of this one counts only where none does.
                rejected = error
            except Forbidden as error:
                forbidden = (error, [use for use, _ in plan])
            else:
                return principals[0] if len(principals) == 1 else tuple(principals)
        # 403 before 401: the caller is known, and other credentials of the same kind would not help.
        if forbidden is not None:
            denial, denied = forbidden
            headers = scope_challenge(denied, realm)
            raise Rejection(RejectionKind.FORBIDDEN, detail=denial.detail, headers=headers)
        if rejected is None and optional:
            return None
        detail = None if rejected is None else rejected.detail
        headers = challenges(uses, realm, invalid=rejected is not None)
        raise Rejection(RejectionKind.UNAUTHORIZED, detail=detail, headers=headers)

    return authenticate


def compile_credentials(scheme: Scheme) -> ReadCredentials:
    """Compile *scheme* into a reader of its credentials: keyword arguments of its method, ``None`` where the request has
    none."""
    match scheme.kind:
        case "apiKey":
            return _compile_key(scheme)
        case "basic":
            return _basic
        case "bearer" | "oauth2" | "openIdConnect":
            return _compile_scheme("Bearer", "token")
        case "http":
            return _compile_scheme(scheme.http_scheme, "credentials")
        case "mutualTLS":
            return _certificate


def _compile_key(scheme: Scheme) -> ReadCredentials:
    """The reader of an API key. One that comes twice is no credential."""
    name = scheme.parameter
    header = name.lower().encode("latin-1")

    def read(parts: Parts) -> Credentials | None:
        key: str | None
        match scheme.location:
            case "header":
                raw = parts.headers.get(header)
                key = None if raw is None else text_header(raw)
            case "query":
                key = first_or_none(parts.query.get(name))
                key = None if key is None else unquote(key, errors="replace")
            case "cookie":
                key = first_or_none(parts.cookies.get(name))
        return {"key": key} if key else None

    return read


def _authorization(parts: Parts, scheme: str) -> str | None:
    """What follows *scheme* (in lower case) in ``Authorization``; ``None`` where there is nothing."""
    raw = parts.headers.get(AUTHORIZATION)
    # RFC 9110, section 11.6.2, has one `Authorization`; of two nobody knows which a proxy looked at.
    if raw is None or (parts.repeated is not None and AUTHORIZATION in parts.repeated):
        return None
    found, _, rest = text_header(raw).partition(" ")
    return rest.strip(" ") or None if found.lower() == scheme else None


def _compile_scheme(name: str, argument: str) -> ReadCredentials:
    """The reader of an HTTP authentication scheme whose credentials are one text."""
    scheme = name.lower()

    def read(parts: Parts) -> Credentials | None:
        text = _authorization(parts, scheme)
        return None if text is None else {argument: text}

    return read


def _basic(parts: Parts) -> Credentials | None:
    """User name and password; ``None`` where the header does not hold them."""
    text = _authorization(parts, "basic")
    if text is None:
        return None
    try:
        # RFC 7617, section 2. Whatever is not exactly this is no credential, so that two services never
        # read different ones.
        raw = base64.b64decode(text, validate=True)
        decoded = raw.decode("utf-8")
    except (binascii.Error, UnicodeDecodeError):
        return None
    # The decoder lets padding pass that does not belong there.
    if base64.b64encode(raw).decode("ascii") != text:
        return None
    username, colon, password = decoded.partition(":")
    return {"username": username, "password": password} if colon else None


def _certificate(parts: Parts) -> Credentials | None:
    """The client's own certificate as PEM, from the TLS extension of ASGI; none where the server could not verify it."""
    # The TLS extension of ASGI; uvicorn does not have it, a proxy's header is read by
    # `accord.service.certificates`.
    extensions: Mapping[str, Any] = parts.scope.get("extensions") or {}  # Any: the server's
    tls: Mapping[str, Any] = extensions.get("tls") or {}
    certificate: str | None = next(iter(tls.get("client_cert_chain") or ()), None)
    return {"certificate": certificate} if certificate and not tls.get("client_cert_error") else None


def _quoted(text: str) -> str:
    """*text* as a quoted string of a header."""
    # RFC 9110, section 5.6.4: the realm and scopes come from the contract, and stand in a header.
    printable = "".join(char for char in text if " " <= char <= "~")
    return '"' + printable.replace("\\", "\\\\").replace('"', '\\"') + '"'


def challenges(uses: Sequence[Use], realm: str, *, invalid: bool) -> list[tuple[str, str]]:
    """The ``WWW-Authenticate`` headers of a 401, one for each scheme of *uses*; *invalid*: a token came, and was not valid."""
    texts = dict.fromkeys(_challenge(use.scheme, realm, invalid=invalid) for use in uses)
    return [("WWW-Authenticate", text) for text in texts if text]


def _challenge(scheme: Scheme, realm: str, *, invalid: bool) -> str:
    """The challenge of one scheme; empty where its name could not stand in a header."""
    match scheme.kind:
        case "apiKey":
            # Not a registered scheme: RFC 9110 wants a challenge in each 401, and a developer wants to know the place.
            return f"ApiKey realm={_quoted(realm)}, in={_quoted(scheme.location)}, name={_quoted(scheme.parameter)}"
        case "basic":
            return f'Basic realm={_quoted(realm)}, charset="UTF-8"'
        case "bearer" | "oauth2" | "openIdConnect":
            error = ', error="invalid_token"' if invalid else ""
            return f"Bearer realm={_quoted(realm)}{error}"
        case "http":
            name = scheme.http_scheme
            return f"{name} realm={_quoted(realm)}" if _TOKEN(name) else ""
        case "mutualTLS":
            return f"ClientCertificate realm={_quoted(realm)}"  # not registered either


def scope_challenge(uses: Sequence[Use], realm: str) -> list[tuple[str, str]]:
    """The challenge of RFC 6750 that names the scopes which a token lacks."""
    scopes = [scope for use in uses if use.scheme.kind in _BEARER_KINDS for scope in use.scopes]
    if not scopes:
        return []
    text = f'Bearer realm={_quoted(realm)}, error="insufficient_scope", scope={_quoted(" ".join(scopes))}'
    return [("WWW-Authenticate", text)]
