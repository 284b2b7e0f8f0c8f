"""Rules about security requirements and schemes."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Final

from accord.lint.model import RuleContext, Site, follow
from accord.lint.registry import Finding, error, info, warning
from accord.lint.text import close_matches, did_you_mean, quoted
from accord.source.node import SequenceNode

HTTP_SCHEMES: Final = frozenset(
    """basic bearer concealed digest dpop gnap hoba mutual negotiate oauth privatetoken scram-sha-1 scram-sha-256
    vapid""".split()
)
"""The registry of HTTP authentication schemes."""


def _schemes(context: RuleContext) -> dict[str, Site]:
    """Declared schemes by name; those of the entry document count."""
    components = context.index.at(context.root.get("components"))
    if components is None:
        return {}
    return {site.key: site for site in context.index.children(components, "securitySchemes")}


def _undefined(site: Site, context: RuleContext) -> Iterator[Finding]:
    schemes = _schemes(context)
    for name, entry in site.entries.items():
        if name.startswith(("./", "#/", "http:", "https:")) or name in schemes:
            continue  # 3.2 allows the URI of a scheme
        message = f"security scheme {quoted(name)} is not defined under `components/securitySchemes`"
        yield Finding(entry.span, message, hint=did_you_mean(name, schemes))


def _scopes(site: Site, context: RuleContext) -> Iterator[Finding]:
    schemes = _schemes(context)
    for name in site.entries:
        scheme = follow(schemes[name]) if name in schemes else None
        # The scopes of openIdConnect stand in its discovery document, not in the contract.
        if scheme is None or scheme.text("type") != "oauth2":
            continue
        declared: set[str] = set()
        flows = context.index.at(scheme.get("flows"))
        for flow in context.index.of("oauth-flow"):
            if flow.parent is flows:
                # A scope of any flow will do: which flow a client takes is not part of the requirement.
                declared |= flow.mapping("scopes").keys()
        for scope, node in site.texts(name):
            if scope not in declared:
                message = f"scope {quoted(scope)} is in no flow of the security scheme {quoted(name)}"
                yield Finding(node.span, message, hint=did_you_mean(scope, declared))


def _scopes_unfit(site: Site, context: RuleContext) -> Iterator[Finding]:
    schemes = _schemes(context)
    for name, entry in site.entries.items():
        scheme = follow(schemes[name]) if name in schemes else None
        kind = None if scheme is None else scheme.text("type")
        if (
            # Since 3.1 such a list may hold roles, which nothing checks.
            kind in {"apiKey", "http", "mutualTLS"}
            and isinstance(entry.value, SequenceNode)
            and entry.value.items
        ):
            message = f"scopes are for oauth2 and openIdConnect; {quoted(name)} is of type `{kind}`"
            yield Finding(entry.value.items[0].span, message)


def _http_scheme(site: Site, _: RuleContext) -> Iterator[Finding]:
    scheme = site.text("scheme")
    if site.text("type") != "http" or scheme is None or scheme.lower() in HTTP_SCHEMES:
        return
    # Names may be private, so that only what looks like a misspelling gets a suggestion.
    near = close_matches(scheme, HTTP_SCHEMES)
    hint = f"Did you mean {quoted(near[0])}?" if near else ""
    yield Finding(
        site.value_at("scheme"), f"{quoted(scheme)} is no registered HTTP authentication scheme", hint=hint
    )


def _key_in_query(site: Site, _: RuleContext) -> Iterator[Finding]:
    # Query strings end up in logs, histories and `Referer` (RFC 9110, section 17.9).
    if site.text("type") == "apiKey" and site.text("in") == "query":
        yield Finding(site.where("in"), "an API key in the query string")


def _no_flow(site: Site, _: RuleContext) -> Iterator[Finding]:
    if not any(not key.startswith("x-") for key in site.entries):
        yield Finding(site.at, "an oauth2 scheme without any flow: nobody can get a token")


RULES: Final = (
    error("security-scheme-undefined", _undefined, on=("security-requirement",)).rule(
        summary="A security requirement names a scheme that is not defined.",
        why="Clients do not know what to send.",
        hint="Define it under `components/securitySchemes`.",
    ),
    warning("scope-undefined", _scopes, on=("security-requirement",)).rule(
        summary="A required OAuth2 scope that no flow lists.",
        why="A client cannot ask for it.",
        hint="Add it to `scopes` of a flow.",
    ),
    warning("scopes-unfit", _scopes_unfit, on=("security-requirement",), versions=("3.0",)).rule(
        summary="Scopes on a scheme that has none.",
        why="Only oauth2 and openIdConnect have scopes; elsewhere the list must be empty (3.0) or names roles that "
        "nothing checks.",
        hint="Use an empty list.",
    ),
    warning("http-scheme-unknown", _http_scheme, on=("security-scheme",), keys=("scheme",)).rule(
        summary="An HTTP authentication scheme that is not registered.",
        why="It is often a misspelling; clients do not know it.",
        hint="Use `bearer`, `basic` or another registered scheme.",
    ),
    info("api-key-in-query", _key_in_query, on=("security-scheme",), keys=("in",)).rule(
        summary="An API key in the query string.",
        why="URLs stand in logs, histories and referrers, and the key with them.",
        hint="Take the key from a header.",
    ),
    warning("oauth-flows-empty", _no_flow, on=("oauth-flows",)).rule(
        summary="An oauth2 scheme without flows.",
        why="Nobody can get a token.",
        hint="Describe at least one flow.",
    ),
)
