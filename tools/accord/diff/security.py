"""Security: every set of credentials that was enough must stay enough."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

from accord.contract.model import (
    Api,
    ApiKeyScheme,
    HttpScheme,
    MutualTlsScheme,
    OAuth2Scheme,
    OpenIdConnectScheme,
    SecurityRequirement,
    SecurityScheme,
)
from accord.diff.gather import Exchange, Finding, Gather, breaks, harmless, place
from accord.diff.model import RequestMessage, Site, Verdict


@dataclass(frozen=True, slots=True)
class Credential:
    """What a scheme wants to see on the wire; schemes of one kind and place are the same under any name."""

    kind: str
    where: str


def compare_security(gather: Gather, exchange: Exchange) -> None:
    """The alternatives of one operation."""
    if exchange.reverse:
        return
    old_api, new_api = gather.lanes.apis["old"], gather.lanes.apis["new"]
    old = [_credentials(r, old_api, new_api) for r in exchange.old.security] or [{}]
    new = [_credentials(r, new_api, old_api) for r in exchange.new.security] or [{}]
    if _as_set(old) == _as_set(new):
        return
    refused = next((one for one in old if not any(_is_enough(one, other) for other in new)), None)
    text = f"security changed from {_shown(old)} to {_shown(new)}"
    verdict: Verdict = harmless("every set of credentials that was enough still is")
    code = "security-changed"
    if refused is not None:
        code = "security-tightened"
        message = _message(gather, exchange, refused)
        reason = f"{_one(refused)} is not enough: {_shown(new)} is demanded"
        spans = [r.span for r in exchange.new.security] or [exchange.new.span]
        verdict = breaks(exchange, "request", message, ("security", reason), spans[0])
    gather.add(
        Finding(
            code=code,
            message=text,
            verdict=verdict,
            site=Site(location="security"),
            direction="request",
            key=(text,),
            old=place(exchange.old.security[0].span if exchange.old.security else exchange.old.span),
            new=place(exchange.new.security[0].span if exchange.new.security else exchange.new.span),
        ),
        exchange.ref,
    )


def _credentials(requirement: SecurityRequirement, api: Api, other: Api) -> dict[Credential, frozenset[str]]:
    """Scopes by what has to be shown. A scheme that one version does not define goes by its name in both."""
    out: dict[Credential, frozenset[str]] = {}
    for use in requirement.schemes:
        is_known = use.name in api.security_schemes and (
            use.name in other.security_schemes or not _uses(other, use.name)
        )
        what = credential(api.security_schemes[use.name]) if is_known else Credential("unknown", use.name)
        out[what] = out.get(what, frozenset()) | frozenset(use.scopes)
    return out


def _uses(api: Api, name: str) -> bool:
    return any(use.name == name for o in api.operations for r in o.security for use in r.schemes)


def credential(scheme: SecurityScheme) -> Credential:
    """What *scheme* wants to see: OAuth and OpenID tokens are bearer tokens of their issuer."""
    match scheme:
        case ApiKeyScheme():
            parameter = scheme.parameter.lower() if scheme.location == "header" else scheme.parameter
            return Credential("apiKey", f"{scheme.location} {parameter}")
        case HttpScheme():
            return Credential("http", scheme.scheme)
        case OAuth2Scheme():
            return Credential("oauth2", "")
        case OpenIdConnectScheme():
            return Credential("openIdConnect", scheme.url)
        case MutualTlsScheme():
            return Credential("mutualTLS", "")


def _is_enough(had: Mapping[Credential, frozenset[str]], wanted: Mapping[Credential, frozenset[str]]) -> bool:
    return all(what in had and scopes <= had[what] for what, scopes in wanted.items())


def _as_set(
    alternatives: list[dict[Credential, frozenset[str]]],
) -> set[frozenset[tuple[Credential, frozenset[str]]]]:
    return {frozenset(one.items()) for one in alternatives}


def _message(gather: Gather, exchange: Exchange, had: Mapping[Credential, frozenset[str]]) -> RequestMessage:
    message = gather.messages.request(exchange.old, "old")
    shown: list[tuple[str, str, str]] = []
    for what, scopes in had.items():
        if what.kind == "apiKey":
            location, _, name = what.where.partition(" ")
            shown.append((location, name, "<key>"))
        elif what.kind == "http":
            shown.append(("header", "Authorization", f"{what.where.capitalize()} <credentials>"))
        elif what.kind != "mutualTLS":
            listed = f" with {', '.join(sorted(scopes))}" if scopes else ""
            shown.append(("header", "Authorization", f"Bearer <token{listed}>"))
    return RequestMessage(
        method=message.method,
        path=message.path,
        parameters=(*message.parameters, *shown),
        media_type=message.media_type,
        body=message.body,
    )


def _shown(alternatives: list[dict[Credential, frozenset[str]]]) -> str:
    return " or ".join(_one(one) for one in alternatives)


def _one(credentials: Mapping[Credential, frozenset[str]]) -> str:
    parts: list[str] = []
    for what, scopes in credentials.items():
        listed = f" ({', '.join(sorted(scopes))})" if scopes else ""
        parts.append(f"{what.kind} {what.where}".strip() + listed)
    return " and ".join(parts) or "none"
