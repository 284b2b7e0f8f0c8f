"""Rules about servers."""

from __future__ import annotations

import re
from collections.abc import Iterator
from typing import Final

from accord.lint.model import RuleContext, Site
from accord.lint.registry import ONLY_30, SINCE_31, Finding, error, info, warning
from accord.lint.rules.paths import TEMPLATE
from accord.lint.rules.texts import is_url
from accord.lint.text import did_you_mean, listing, quoted

_CONTROL = re.compile(r"[\s<>\"\\^`|]")


def _undefined_variable(site: Site, _: RuleContext) -> Iterator[Finding]:
    url = site.text("url") or ""
    variables = site.mapping("variables")
    for name in dict.fromkeys(TEMPLATE.findall(url)):
        if name not in variables:
            message = f"variable {quoted(name)} of server URL {quoted(url)} is not defined"
            yield Finding(site.value_at("url"), message, hint=did_you_mean(name, variables))


def _unused_variable(site: Site, _: RuleContext) -> Iterator[Finding]:
    used = TEMPLATE.findall(site.text("url") or "")
    for name, entry in site.mapping("variables").items():
        if name not in used:
            yield Finding(entry.span, f"server variable {quoted(name)} is not in the URL")


def _default_not_in_enum(site: Site, _: RuleContext) -> Iterator[Finding]:
    default = site.text("default")
    values = [text for text, _node in site.texts("enum")]
    if default is not None and values and default not in values:
        message = f"default {quoted(default)} is none of {listing(values, 'or')}"
        yield Finding(site.value_at("default"), message)


def _malformed_url(site: Site, _: RuleContext) -> Iterator[Finding]:
    url = site.text("url")
    if url is None:
        return
    # A variable stands for text that is not known here; any letter does.
    plain = TEMPLATE.sub("x", url)
    problem = ""
    if not url.strip():
        problem = "is empty"
    elif _CONTROL.search(plain):
        problem = "contains a character that a URL cannot hold"
    elif "{" in plain or "}" in plain:
        problem = "has braces that do not pair"
    elif "?" in plain or "#" in plain:
        # OpenAPI, Server Object: the path is appended to the URL.
        problem = "has a query string or a fragment: paths cannot be appended to it"
    elif not is_url(plain):
        problem = "is not a URL"
    if problem:
        yield Finding(site.value_at("url"), f"server URL {quoted(url)} {problem}")


def _trailing_slash(site: Site, _: RuleContext) -> Iterator[Finding]:
    url = site.text("url") or ""
    if len(url) > 1 and url.endswith("/"):
        message = f"server URL {quoted(url)} ends with a slash, and paths start with one"
        yield Finding(site.value_at("url"), message)


def _duplicate(site: Site, context: RuleContext) -> Iterator[Finding]:
    seen: set[str] = set()
    for server in context.index.children(site, "servers"):
        url = server.text("url")
        # With variables two equal URLs may still be two servers.
        if url is not None and url in seen and "variables" not in server.entries:
            yield Finding(server.value_at("url"), f"server URL {quoted(url)} is listed twice")
        if url is not None:
            seen.add(url)


# A name without a dot is one of a local network or of a container.
_LOCAL: Final = re.compile(r"http://(?:localhost|127\.|\[::1\]|0\.0\.0\.0|[^/:.]+(?:[:/]|$))", re.IGNORECASE)


def _insecure(site: Site, _: RuleContext) -> Iterator[Finding]:
    url = site.text("url") or ""
    if url.lower().startswith("http://") and not _LOCAL.match(url):
        yield Finding(site.value_at("url"), f"server URL {quoted(url)} is not encrypted")


def _missing(site: Site, _: RuleContext) -> Iterator[Finding]:
    if not site.items("servers") and site.mapping("paths"):
        yield Finding(site.where("openapi"), "no `servers`: the API is served at the root of its host")


RULES: Final = (
    error("server-variable-undefined", _undefined_variable, on=("server",), keys=("url",)).rule(
        summary="A variable in a server URL is not defined.",
        why="The URL cannot be built: a variable needs a default.",
        hint="Define it under `variables` with a default.",
    ),
    warning("server-variable-unused", _unused_variable, on=("server",), keys=("variables",)).rule(
        summary="A server variable that is not in the URL.",
        why="Setting it has no effect.",
        hint="Use it in the URL as `{name}`, or remove it.",
    ),
    error(
        "server-default-not-in-enum",
        _default_not_in_enum,
        on=("server-variable",),
        keys=("enum",),
        versions=SINCE_31,
    ).rule(
        summary="The default of a server variable is not one of its values.",
        why="The URL made of defaults is then none that the API is served at; OpenAPI 3.1 forbids it.",
        hint="Use one of the values, or add it to `enum`.",
    ),
    warning(
        "server-default-not-in-enum-30",
        _default_not_in_enum,
        on=("server-variable",),
        keys=("enum",),
        versions=ONLY_30,
    ).rule(
        summary="The default of a server variable is not one of its values (OpenAPI 3.0).",
        why="The URL made of defaults is then none that the API is served at; OpenAPI 3.0 advises against it.",
        hint="Use one of the values, or add it to `enum`.",
    ),
    warning("server-url-malformed", _malformed_url, on=("server",), keys=("url",)).rule(
        summary="A server URL that paths cannot be appended to.",
        why="Clients build requests by joining it with a path.",
        hint="Write an absolute URL or a path, such as `https://api.example.org/v1` or `/v1`.",
    ),
    info("server-trailing-slash", _trailing_slash, on=("server",), keys=("url",)).rule(
        summary="A server URL that ends with a slash.",
        why="Joined to a path it gives two slashes, which not every tool repairs.",
        hint="Remove the slash at the end.",
    ),
    warning("server-duplicate", _duplicate, on=("openapi", "path-item", "operation"), keys=("servers",)).rule(
        summary="One server twice.",
        why="Often one of the two was meant to be another.",
        hint="Remove one of them.",
    ),
    info("server-insecure", _insecure, on=("server",), keys=("url",)).rule(
        summary="A public server without TLS.",
        why="Credentials and data travel in the clear.",
        hint="Use `https`.",
    ),
    info("servers-missing", _missing, on=("openapi",)).rule(
        summary="A contract without servers.",
        why="The prefix of the API is the path of its first server; without one it is served at the root.",
        hint="Add `servers`, for instance with the URL `/api/v1`.",
    ),
)
