"""The vocabulary of ``x-accord-*`` and ``x-sunset``. An extension names policies and dates; none may name code."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from functools import cache
from types import MappingProxyType
from typing import Final

from jsonschema_rs import Validator

from accord.contract.schema import JsonValue
from accord.contract.schemas.validation import validator
from accord.lint.model import RuleContext, Site
from accord.lint.registry import EXTENSION, Finding, error, warning
from accord.lint.text import TITLES, did_you_mean, listing, quoted
from accord.source.data import to_data
from accord.source.grammar import Kind

PREFIX: Final = "x-accord-"


@dataclass(frozen=True, slots=True, kw_only=True)
class Extension:
    """One extension: where it may stand, what its value is (a JSON Schema), and what it does."""

    name: str
    on: tuple[Kind, ...]
    schema: Mapping[str, JsonValue]
    value: str
    """The value in words."""
    purpose: str


EXTENSIONS: Final = (
    Extension(
        name="x-accord-name",
        on=(
            *("schema", "response", "parameter", "request-body", "header", "example", "link", "callback"),
            *("path-item", "media-type"),
        ),
        schema=MappingProxyType({"type": "string", "pattern": "^[A-Za-z][A-Za-z0-9_]{0,99}$"}),
        value="a name of letters, digits and `_` that starts with a letter",
        purpose="The name of the object in the bundle and in generated code, where its own name collides.",
    ),
    Extension(
        name="x-accord-rate-limit",
        on=("operation",),
        schema=MappingProxyType({"type": "string", "pattern": "^[a-z][a-z0-9-]{0,63}$"}),
        value="the name of a policy: lower-case letters, digits and `-`",
        purpose="The rate limit that applies. The numbers stand in the settings of the service.",
    ),
    Extension(
        name="x-accord-deprecated-at",
        on=("operation",),
        schema=MappingProxyType({"type": "string", "anyOf": [{"format": "date"}, {"format": "date-time"}]}),
        value="a date or a date-time",
        purpose="The date since which an operation is deprecated: the `Deprecation` header (RFC 9745).",
    ),
    Extension(
        name="x-sunset",
        on=("operation",),
        schema=MappingProxyType({"type": "string", "anyOf": [{"format": "date"}, {"format": "date-time"}]}),
        value="a date or a date-time",
        purpose="When an operation will be removed: the `Sunset` header (RFC 8594).",
    ),
)

_BY_NAME: Final = {extension.name: extension for extension in EXTENSIONS}
_EVERYWHERE: Final[tuple[Kind, ...]] = tuple(
    # Their keys are names of the contract, so that `x-...` in them is an extension of nobody's.
    kind
    for kind in TITLES
    if kind not in {"paths", "responses", "callback"}
)


@cache
def _validator(name: str) -> Validator:
    return validator(_BY_NAME[name].schema)


def _ours(site: Site) -> list[str]:
    """The keys of *site* that are, or mean to be, extensions of Accord."""
    return [key for key in site.entries if key.startswith(PREFIX) or key in _BY_NAME]


def _unknown(site: Site, _: RuleContext) -> Iterator[Finding]:
    for key in _ours(site):
        if key not in _BY_NAME:
            hint = did_you_mean(key, _BY_NAME) or f"There are {listing(_BY_NAME)}."
            yield Finding(site.where(key), f"unknown extension {quoted(key)}", hint=hint)


def _misplaced(site: Site, _: RuleContext) -> Iterator[Finding]:
    for key in _ours(site):
        extension = _BY_NAME.get(key)
        if extension is not None and site.kind not in extension.on and extension.name.startswith(PREFIX):
            places = " or ".join(TITLES[kind] for kind in extension.on)
            message = f"{quoted(key)} has no meaning in {TITLES[site.kind]}"
            yield Finding(site.where(key), message, hint=f"It belongs into {places}.")


def _invalid(site: Site, _: RuleContext) -> Iterator[Finding]:
    for key in _ours(site):
        extension = _BY_NAME.get(key)
        node = site.get(key)
        if extension is None or node is None or _validator(key).is_valid(to_data(node)):
            continue
        yield Finding(node.span, f"the value of {quoted(key)} is not {extension.value}")


def _not_deprecated(site: Site, _: RuleContext) -> Iterator[Finding]:
    if "x-accord-deprecated-at" in site.entries and not site.is_true("deprecated"):
        message = "`x-accord-deprecated-at` on an operation that is not deprecated"
        yield Finding(site.where("x-accord-deprecated-at"), message)


RULES: Final = (
    error("extension-unknown", _unknown, on=_EVERYWHERE, keys=(EXTENSION,)).rule(
        summary="An `x-accord-*` extension that does not exist.",
        why="It would be silently ignored.",
        hint="See the list of extensions.",
    ),
    error("extension-misplaced", _misplaced, on=_EVERYWHERE, keys=(EXTENSION,)).rule(
        summary="An `x-accord-*` extension on an object that it has no meaning for.",
        why="It would be silently ignored.",
        hint="Move it.",
    ),
    error("extension-invalid", _invalid, on=_EVERYWHERE, keys=(EXTENSION,)).rule(
        summary="An extension with a value that it does not take.",
        why="Extensions name policies, names and dates; nothing else is read from them.",
        hint="See the list of extensions.",
    ),
    warning("deprecation-date-alone", _not_deprecated, on=("operation",), keys=(EXTENSION,)).rule(
        summary="A deprecation date on an operation that is not deprecated.",
        why="The header is sent for deprecated operations only.",
        hint="Add `deprecated: true`.",
    ),
)
