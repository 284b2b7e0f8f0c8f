"""Security schemes and requirements."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Final, Literal, TypedDict

from accord.contract.load_context import At, Found, LoadContext
from accord.contract.load_media import overridden
from accord.contract.model import (
    ApiKeyScheme,
    HttpScheme,
    MutualTlsScheme,
    OAuth2Scheme,
    OAuthFlow,
    OpenIdConnectScheme,
    SchemeUse,
    SecurityRequirement,
    SecurityScheme,
)
from accord.contract.schema import JsonValue
from accord.diagnostics import Span
from accord.source.node import Entry, MappingNode, Node
from accord.source.refs import suggest

_TYPES: Final = ("apiKey", "http", "oauth2", "openIdConnect", "mutualTLS")
_KEY_PLACES: Final[Mapping[str, Literal["query", "header", "cookie"]]] = {
    "query": "query",
    "header": "header",
    "cookie": "cookie",
}


class _Common(TypedDict):
    """What every kind of scheme has."""

    name: str
    description: str | None
    extensions: Mapping[str, JsonValue]
    span: Span


def load_scheme(context: LoadContext, entry: Entry, at: At) -> SecurityScheme | None:
    """One entry of ``components.securitySchemes``; ``None`` (reported) where it cannot be used."""
    found = context.follow(at, "securitySchemes", "a security scheme")
    if found is None:
        return None
    node = found.node
    common = _Common(
        name=entry.key if found.named is None else found.named.name,
        description=overridden(context, found, "description"),
        extensions=context.extensions(node),
        span=entry.span,
    )
    kind = context.required_text(node, "type", "the security scheme")
    match kind:
        case None:
            return None
        case "apiKey":
            return _api_key(context, node, common)
        case "http":
            scheme = context.required_text(node, "scheme", "the security scheme")
            if scheme is None:
                return None
            return HttpScheme(
                # RFC 9110, section 11.1: names of schemes ignore case.
                scheme=scheme.lower(),
                bearer_format=context.text(node, "bearerFormat"),
                **common,
            )
        case "oauth2":
            return OAuth2Scheme(flows=_flows(context, found), **common)
        case "openIdConnect":
            url = context.required_text(node, "openIdConnectUrl", "the security scheme")
            return None if url is None else OpenIdConnectScheme(url=url, **common)
        case "mutualTLS":
            return MutualTlsScheme(**common)
        case _:
            hint = suggest(kind, _TYPES) or "Types are " + ", ".join(_TYPES) + "."
            message = f"{kind!r} is not a type of security scheme"
            context.error("structure-value", message, node.entries["type"].value.span, hint)
            return None


def _api_key(context: LoadContext, node: MappingNode, common: _Common) -> ApiKeyScheme | None:
    """An API key; ``None`` (reported) where nobody could say where it stands."""
    parameter = context.required_text(node, "name", "the security scheme")
    place = context.required_text(node, "in", "the security scheme")
    if parameter is None or place is None:
        return None
    location = _KEY_PLACES.get(place)
    if location is None:
        message = f"an API key cannot be in {place!r}"
        context.error(
            "structure-value", message, node.entries["in"].value.span, "Use query, header or cookie."
        )
        return None
    return ApiKeyScheme(parameter=parameter, location=location, **common)


def _flows(context: LoadContext, found: Found) -> tuple[OAuthFlow, ...]:
    """The flows of OAuth 2. Nothing at run time depends on them; they are for documentation, lint and diff."""
    # Reported and kept: a token is read from `Authorization` whatever flow gave it.
    if "flows" not in found.node.entries:
        context.error("structure-required", "the security scheme has no `flows`", found.node.span)
    flows: list[OAuthFlow] = []
    for entry in context.entries(found.node.get("flows"), "`flows`"):
        if entry.key.startswith("x-"):
            continue
        node = context.mapping(entry.value, "a flow")
        if node is None:
            continue
        scopes = [
            (scope.key, context.as_text(scope.value, "the description of a scope") or "")
            for scope in context.entries(node.get("scopes"), "`scopes`")
            if not scope.key.startswith("x-")
        ]
        flows.append(
            OAuthFlow(
                kind=entry.key,
                authorization_url=context.text(node, "authorizationUrl"),
                token_url=context.text(node, "tokenUrl"),
                refresh_url=context.text(node, "refreshUrl"),
                device_authorization_url=context.text(node, "deviceAuthorizationUrl"),
                scopes=tuple(scopes),
                span=entry.span,
            )
        )
    return tuple(flows)


def load_requirements(context: LoadContext, node: Node | None) -> tuple[SecurityRequirement, ...] | None:
    """The value of ``security``; ``None`` where there is none, which differs from an empty list."""
    if node is None:
        return None
    requirements: list[SecurityRequirement] = []
    for item in context.items(node, "`security`"):
        mapping = context.mapping(item, "a security requirement")
        if mapping is None:
            continue
        uses = [
            SchemeUse(name=entry.key, scopes=context.texts(entry.value, "a list of scopes"), span=entry.span)
            for entry in mapping.entries.values()
        ]
        requirements.append(SecurityRequirement(schemes=tuple(uses), span=mapping.span))
    return tuple(requirements)
