"""Rules about parameters and headers."""

from __future__ import annotations

import re
from collections.abc import Iterator
from typing import Final

from accord.lint.model import RuleContext, Site, follow
from accord.lint.registry import Finding, error, info, warning
from accord.lint.rules.shapes import types_of
from accord.lint.text import quoted

# RFC 9110, section 5.6.2; a cookie's name is a token as well (RFC 6265, section 4.1.1).
_TOKEN: Final = re.compile(r"[!#$%&'*+.^_`|~0-9A-Za-z-]+")
_IGNORED_PARAMETERS: Final = {
    "accept": "by the media types of the responses",
    "content-type": "by the media types of the request body",
    "authorization": "by `security`",
}
"""Header parameters that OpenAPI ignores (Parameter Object, field `name`), and what says the same in their place."""


def _duplicates(site: Site, context: RuleContext) -> Iterator[Finding]:
    first: dict[tuple[str, str], Site] = {}
    for place, target in context.index.resolved(site, "parameters"):
        name, location = target.text("name"), target.text("in")
        if name is None or location is None:
            continue
        key = _identity(name, location)
        earlier = first.setdefault(key, place)
        if earlier is not place:
            message = (
                f"{location} parameter {quoted(name)} is listed twice (first in line {earlier.node.line})"
            )
            yield Finding(place.node.span, message)


def _ignored_header(site: Site, _: RuleContext) -> Iterator[Finding]:
    name = site.text("name")
    if site.text("in") == "header" and name is not None and name.lower() in _IGNORED_PARAMETERS:
        yield Finding(
            site.value_at("name"),
            f"a header parameter {quoted(name)} is ignored",
            hint=f"It is described {_IGNORED_PARAMETERS[name.lower()]}.",
        )


def _ignored_response_header(site: Site, _: RuleContext) -> Iterator[Finding]:
    for entry in site.mapping("headers").values():
        if entry.key.lower() == "content-type":
            message = "a response header `Content-Type` is ignored: the keys of `content` say it"
            yield Finding(entry.span, message)


def _header_name(site: Site, _: RuleContext) -> Iterator[Finding]:
    name = site.text("name")
    if name is not None and site.text("in") in {"header", "cookie"} and not _TOKEN.fullmatch(name):
        yield Finding(site.value_at("name"), f"{quoted(name)} cannot be the name of a {site.text('in')}")


def _response_header_name(site: Site, _: RuleContext) -> Iterator[Finding]:
    for entry in site.mapping("headers").values():
        if not _TOKEN.fullmatch(entry.key):
            yield Finding(entry.span, f"{quoted(entry.key)} cannot be the name of a header")


# OpenAPI, "Style Values": which style is defined for which type.
_STYLES_FOR: Final = {
    "deepObject": frozenset({"object"}),
    "spaceDelimited": frozenset({"array", "object"}),
    "pipeDelimited": frozenset({"array", "object"}),
}


def _style(site: Site, context: RuleContext) -> Iterator[Finding]:
    style = site.text("style")
    wanted = _STYLES_FOR.get(style or "")
    schema = context.index.child(site, "schema")
    if style is None or wanted is None or schema is None:
        return
    types = types_of(schema, context)
    if types and not types & wanted:
        message = f"style {quoted(style)} cannot write a value of type {quoted(sorted(types)[0])}"
        yield Finding(site.value_at("style"), message)


def _required_with_default(site: Site, context: RuleContext) -> Iterator[Finding]:
    schema = context.index.at(site.get("schema"))
    if site.is_true("required") and schema is not None and "default" in schema.entries:
        name = quoted(site.text("name") or "")
        message = f"parameter {name} is required and has a default: the default is never used"
        yield Finding(schema.where("default"), message)


def _repeats_security(_: Site, context: RuleContext) -> Iterator[Finding]:
    """Parameters that repeat an API key, told once for each key."""
    keys = {
        _identity(target.text("name"), target.text("in")): scheme
        for scheme in context.index.of("security-scheme")
        if (target := follow(scheme)) is not None and target.text("type") == "apiKey"
    }
    found: dict[str, list[Site]] = {}
    for parameter in context.index.of("parameter"):
        scheme = keys.get(_identity(parameter.text("name"), parameter.text("in")))
        # A shared parameter is reported at its declaration, not at each use.
        if scheme is not None and parameter.ref is None:
            found.setdefault(scheme.key, []).append(parameter)
    for name, parameters in found.items():
        first = parameters[0]
        amount = "a parameter repeats" if len(parameters) == 1 else f"{len(parameters)} parameters repeat"
        yield Finding(first.value_at("name"), f"{amount} the API key of security scheme {quoted(name)}")


def _identity(name: str | None, location: str | None) -> tuple[str, str]:
    """What makes two parameters the same; names of headers ignore case."""
    return location or "", (name or "").lower() if location == "header" else name or ""


def _header_twice(site: Site, _: RuleContext) -> Iterator[Finding]:
    seen: dict[str, str] = {}
    for name, entry in site.mapping("headers").items():
        earlier = seen.setdefault(name.lower(), name)
        if earlier != name:
            message = f"header {quoted(name)} is the same as {quoted(earlier)}: names of headers ignore case"
            yield Finding(entry.span, message)


RULES: Final = (
    error("parameter-duplicate", _duplicates, on=("operation", "path-item"), keys=("parameters",)).rule(
        summary="The same parameter twice in one list.",
        why="A parameter is identified by its name and location; tools keep one of the two declarations.",
        hint="Remove one, or rename it.",
    ),
    warning("parameter-ignored", _ignored_header, on=("parameter",), keys=("in",)).rule(
        summary="A header parameter named Accept, Content-Type or Authorization.",
        why="OpenAPI says that it shall be ignored.",
        hint="Remove it.",
    ),
    warning("header-ignored", _ignored_response_header, on=("response",), keys=("headers",)).rule(
        summary="A response header named Content-Type.",
        why="OpenAPI says that it shall be ignored.",
        hint="Remove it.",
    ),
    error("header-name-malformed", _header_name, on=("parameter",), keys=("in",)).rule(
        summary="A header or cookie parameter whose name HTTP does not allow.",
        why="No client can send it.",
        hint="Use letters, digits and `-`.",
    ),
    error(
        "response-header-name-malformed",
        _response_header_name,
        on=("response", "encoding"),
        keys=("headers",),
    ).rule(
        summary="A response header whose name HTTP does not allow.",
        why="No server can send it.",
        hint="Use letters, digits and `-`.",
    ),
    warning("style-unfit", _style, on=("parameter",), keys=("style",)).rule(
        summary="A parameter style that cannot write values of the parameter's type.",
        why="`deepObject` is for objects, `spaceDelimited` and `pipeDelimited` are for arrays and objects.",
        hint="Use `form`.",
    ),
    info("default-unused", _required_with_default, on=("parameter",), keys=("schema",)).rule(
        summary="A required parameter with a default.",
        why="A required parameter is always sent, so the default says something else than `required`.",
        hint="Remove the default, or `required: true`.",
    ),
    info("parameter-repeats-security", _repeats_security, on=("openapi",)).rule(
        summary="Parameters that repeat an API key of a security scheme; reported once for each key.",
        why="The credential is then read twice, and the two declarations can disagree.",
        hint="Leave it to `security`.",
    ),
    warning("header-duplicate", _header_twice, on=("response", "encoding"), keys=("headers",)).rule(
        summary="Two headers whose names differ in upper and lower case only.",
        why="They are one header to HTTP.",
        hint="Remove one of them.",
    ),
)
