"""Security requirements: every set of credentials that was sufficient must stay sufficient."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, replace

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
from accord.diff.model import RequestMessage, Site, Verdict
from accord.diff.report.findings import Exchange, Finding, Findings, breaking, compatible, place


@dataclass(frozen=True, slots=True)
class Credential:
    """What a scheme expects on the wire. Schemes of one kind and place are equal, whatever their names."""

    kind: str
    where: str


def compare_security(findings: Findings, exchange: Exchange) -> None:
    """Compare the alternatives of one operation."""
    # The service sends webhooks and callbacks; OpenAPI does not say with what credentials.
    if exchange.reverse:
        return
    old_api, new_api = findings.comparisons.apis["old"], findings.comparisons.apis["new"]
    # No requirement at all means that no credentials are needed, as the empty requirement `{}` does.
    old = [_credentials(r, old_api, new_api) for r in exchange.old.security] or [{}]
    new = [_credentials(r, new_api, old_api) for r in exchange.new.security] or [{}]
    before, after = ({frozenset(credentials.items()) for credentials in side} for side in (old, new))
    if before == after:
        return
    refused = next((had for had in old if not any(_is_sufficient(had, wanted) for wanted in new)), None)
    text = f"security changed from {_shown(old)} to {_shown(new)}"
    verdict: Verdict = compatible("every set of credentials that was sufficient still is")
    code = "security-changed"
    if refused is not None:
        code = "security-tightened"
        message = _message(findings, exchange, refused)
        reason = f"{_text(refused)} is not sufficient: {_shown(new)} is required"
        spans = [r.span for r in exchange.new.security] or [exchange.new.span]
        verdict = breaking(exchange, "request", message, ("security", reason), spans[0])
    sides = (exchange.old, exchange.new)
    places = [place(operation.security[0] if operation.security else operation) for operation in sides]
    site = Site(location="security")
    finding = Finding(code=code, message=text, verdict=verdict, site=site, direction="request", key=(text,))
    findings.add(finding, (places[0], places[1]), exchange.ref)


def _credentials(requirement: SecurityRequirement, api: Api, other: Api) -> dict[Credential, frozenset[str]]:
    """The scopes of a requirement by credential. A scheme that one version does not define is known by its name."""
    out: dict[Credential, frozenset[str]] = {}
    for use in requirement.schemes:
        uses = (other_use for o in other.operations for r in o.security for other_use in r.schemes)
        is_known = use.name in api.security_schemes and (
            use.name in other.security_schemes or all(other_use.name != use.name for other_use in uses)
        )
        what = credential(api.security_schemes[use.name]) if is_known else Credential("unknown", use.name)
        out[what] = out.get(what, frozenset()) | frozenset(use.scopes)
    return out


def credential(scheme: SecurityScheme) -> Credential:
    """What *scheme* expects. Tokens of OAuth and OpenID are bearer tokens of their issuer."""
    match scheme:
        case ApiKeyScheme():
            parameter = scheme.parameter.lower() if scheme.location == "header" else scheme.parameter
            return Credential("apiKey", f"{scheme.location} {parameter}")
        case HttpScheme():
            return Credential("http", scheme.scheme)
        case OAuth2Scheme():
            # Flows and URLs say how a token is got, not what is sent.
            return Credential("oauth2", "")
        case OpenIdConnectScheme():
            return Credential("openIdConnect", scheme.url)
        case MutualTlsScheme():
            return Credential("mutualTLS", "")


def _is_sufficient(
    had: Mapping[Credential, frozenset[str]], wanted: Mapping[Credential, frozenset[str]]
) -> bool:
    # More than is required does no harm: a client that had two scopes may be asked for one of them.
    return all(what in had and scopes <= had[what] for what, scopes in wanted.items())


def _message(
    findings: Findings, exchange: Exchange, had: Mapping[Credential, frozenset[str]]
) -> RequestMessage:
    message = findings.messages.request(exchange.old, "old")
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
    return replace(message, parameters=(*message.parameters, *shown))


def _shown(alternatives: list[dict[Credential, frozenset[str]]]) -> str:
    return " or ".join(map(_text, alternatives))


def _text(credentials: Mapping[Credential, frozenset[str]]) -> str:
    parts: list[str] = []
    for what, scopes in credentials.items():
        listed = f" ({', '.join(sorted(scopes))})" if scopes else ""
        parts.append(f"{what.kind} {what.where}".strip() + listed)
    return " and ".join(parts) or "none"
