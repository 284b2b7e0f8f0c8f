"""The words of findings: quoting, lists, "did you mean", and the names of types and of OpenAPI's objects."""

from __future__ import annotations

import json
from collections.abc import Iterable, Mapping
from difflib import get_close_matches
from types import MappingProxyType
from typing import Final

from accord.source.grammar import Kind

MAX_SHOWN = 100


def quoted(name: str) -> str:
    """*name* in backquotes, on one line and shortened, so that a finding stays one line."""
    # Text of a contract must not steer a terminal, nor break the line of a finding.
    shown = name.encode("unicode_escape").decode("ascii") if not name.isprintable() else name
    if len(shown) > MAX_SHOWN:
        shown = shown[: MAX_SHOWN - 1] + "…"
    return f"`{shown}`"


def listing(names: Iterable[str], last: str = "and") -> str:
    """``a, b and c``, each quoted; long lists are cut."""
    shown = [quoted(name) for name in names]
    if len(shown) > 8:
        shown = [*shown[:7], f"{len(shown) - 7} more"]
    if len(shown) < 2:
        return "".join(shown)
    return f"{', '.join(shown[:-1])} {last} {shown[-1]}"


def close_matches(name: str, known: Iterable[str], *, cutoff: float = 0.75) -> list[str]:
    """Known names that *name* is probably a misspelling of, the best first."""
    # `operationID` is nearer to `operationId` than any count of letters says.
    lowered = {candidate.lower(): candidate for candidate in sorted(known)}
    return [lowered[match] for match in get_close_matches(name.lower(), lowered, n=2, cutoff=cutoff)]


def did_you_mean(name: str, known: Iterable[str]) -> str:
    """A hint that names the close matches, or nothing."""
    matches = close_matches(name, known)
    return f"Did you mean {listing(matches, 'or')}?" if matches else ""


TYPE_WORDS: Final[Mapping[str, str]] = MappingProxyType(
    {
        "null": "null",
        "boolean": "a boolean",
        "integer": "an integer",
        "number": "a number",
        "string": "a string",
        "array": "an array",
        "object": "an object",
    }
)
"""JSON types with their article."""


def json_type(value: object) -> str:
    """The name of the JSON type of a value; every number is a ``number``."""
    match value:
        case None:
            return "null"
        case bool():
            return "boolean"
        case str():
            return "string"
        case list():
            return "array"
        case dict():
            return "object"
        case _:
            return "number"


def as_json(value: object) -> str:
    """A value as JSON text, but a string as itself; for sentences."""
    return value if isinstance(value, str) else json.dumps(value, ensure_ascii=False, default=str)


TITLES: Mapping[Kind, str] = MappingProxyType(
    {
        "openapi": "the OpenAPI object",
        "info": "the Info object",
        "contact": "the Contact object",
        "license": "the License object",
        "external-docs": "an External Documentation object",
        "server": "a Server object",
        "server-variable": "a Server Variable object",
        "tag": "a Tag object",
        "components": "the Components object",
        "paths": "the Paths object",
        "path-item": "a Path Item object",
        "operation": "an Operation object",
        "parameter": "a Parameter object",
        "request-body": "a Request Body object",
        "media-type": "a Media Type object",
        "encoding": "an Encoding object",
        "responses": "a Responses object",
        "response": "a Response object",
        "header": "a Header object",
        "example": "an Example object",
        "link": "a Link object",
        "callback": "a Callback object",
        "schema": "a Schema object",
        "discriminator": "a Discriminator object",
        "xml": "an XML object",
        "security-scheme": "a Security Scheme object",
        "oauth-flows": "an OAuth Flows object",
        "oauth-flow": "an OAuth Flow object",
        "security-requirement": "a Security Requirement object",
    }
)
"""Each kind with its article."""
