"""Rules about single keywords of a schema: misspelled, contradictory, or without effect."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Final

from accord.contract.schemas.formats import FORMATS
from accord.contract.schemas.keywords import GROUP_OF, schema_keywords
from accord.lint.model import RuleContext, Site, later_of
from accord.lint.registry import ONLY_30, SINCE_31, Finding, error, info, warning
from accord.lint.rules.shapes import own_types
from accord.lint.text import close_matches, did_you_mean, quoted
from accord.source.node import MappingNode, ScalarNode, text_of

_LIKELY_FORMATS: Final = frozenset(name for name in FORMATS if not name.startswith("sf-"))


def _unknown_keyword(site: Site, context: RuleContext) -> Iterator[Finding]:
    known = schema_keywords(context.version)
    for key, entry in site.entries.items():
        if key in known or key.startswith("x-") or key == "nullable" or _is_nested(site):
            continue
        yield Finding(
            entry.span,
            f"unknown keyword {quoted(key)} in a schema: JSON Schema ignores it",
            hint=did_you_mean(
                key, known - {"$recursiveRef", "$recursiveAnchor", "definitions", "dependencies"}
            ),
        )


def _is_nested(site: Site) -> bool:
    """Whether this is no schema but the ``properties`` of one that stands a level too deep (see `schema-nesting`)."""
    parent = site.parent
    kind = (
        parent.mapping("properties").get("type") if parent is not None and site.key == "properties" else None
    )
    return kind is not None and text_of(kind.value) is not None


def _nullable_since_31(site: Site, _: RuleContext) -> Iterator[Finding]:
    yield Finding(site.where("nullable"), "`nullable` has no meaning since OpenAPI 3.1")


def _misapplied(site: Site, context: RuleContext) -> Iterator[Finding]:
    types = own_types(site) - {"null"}
    kinds = {"number" if name == "integer" else name for name in types}
    if not kinds:
        return
    known = schema_keywords(context.version)
    for key, entry in site.entries.items():
        kind = GROUP_OF.get(key)
        if kind is not None and kind not in kinds and key in known and not _is_neutral(site, key):
            message = f"{quoted(key)} has no effect on type {quoted(' or '.join(sorted(types)))}"
            yield Finding(entry.span, message)


def _is_neutral(site: Site, key: str) -> bool:
    """An empty list or mapping, as generators leave behind."""
    return key in {"required", "properties"} and not site.items(key) and not site.mapping(key)


_BOUNDS: Final = (
    ("minimum", "maximum"),
    ("minLength", "maxLength"),
    ("minItems", "maxItems"),
    ("minProperties", "maxProperties"),
    ("minContains", "maxContains"),
)
_BOUND_KEYS: Final = (*(key for pair in _BOUNDS for key in pair), "exclusiveMinimum", "exclusiveMaximum")


def _contradictory_bounds(site: Site, context: RuleContext) -> Iterator[Finding]:
    for low_key, high_key in _BOUNDS:
        low, high = site.number(low_key), site.number(high_key)
        if low is not None and high is not None and low > high:
            message = f"{quoted(low_key)} {low} is greater than {quoted(high_key)} {high}: nothing matches"
            yield Finding(site.where(low_key), message)
    yield from _exclusive_bounds(site, context)


def _exclusive_bounds(site: Site, context: RuleContext) -> Iterator[Finding]:
    low, high = site.number("minimum"), site.number("maximum")
    open_low, open_high = site.number("exclusiveMinimum"), site.number("exclusiveMaximum")
    low_key = "exclusiveMinimum" if open_low is not None else "minimum"
    if context.version == "3.0":
        if (
            low is not None
            and low == high
            and (site.is_true("exclusiveMinimum") or site.is_true("exclusiveMaximum"))
        ):
            yield Finding(site.where("minimum"), "the exclusive bounds are equal: nothing matches")
        return
    least, most = (open_low if open_low is not None else low), (open_high if open_high is not None else high)
    if least is None or most is None or (open_low is None and open_high is None):
        return
    if least >= most:
        yield Finding(site.where(low_key), f"no number lies between the bounds {least} and {most}")


def _array_without_items(site: Site, _: RuleContext) -> Iterator[Finding]:
    described = {"items", "prefixItems", "contains", "$ref", "allOf", "anyOf", "oneOf", "enum", "const"}
    if text_of(site.get("type")) == "array" and not described & site.entries.keys():
        yield Finding(site.where("type"), "an array without `items`: anything may be in it")


def _unknown_format(site: Site, _: RuleContext) -> Iterator[Finding]:
    name = site.text("format")
    if name is None or name in FORMATS:
        return
    near = close_matches(name, _LIKELY_FORMATS)
    if near:
        yield Finding(
            site.where("format"),
            f"unknown format {quoted(name)}",
            hint=f"Did you mean {quoted(near[0])}? An unknown format is not checked.",
        )


def _own_formats(_: Site, context: RuleContext) -> Iterator[Finding]:
    first: dict[str, Site] = {}
    for schema in context.index.of("schema"):
        name = schema.text("format")
        if name and name not in FORMATS and not close_matches(name, _LIKELY_FORMATS):
            first.setdefault(name, schema)
    for name, schema in first.items():
        message = f"format {quoted(name)} is in no registry: it is passed on and not checked"
        yield Finding(schema.where("format"), message)


def _unfit_format(site: Site, _: RuleContext) -> Iterator[Finding]:
    name = site.text("format")
    types = own_types(site) - {"null"}
    if name is None or name not in FORMATS or not types:
        return
    fit = FORMATS[name].types
    if "string" not in fit and types <= {"string", "boolean", "array", "object"}:
        yield Finding(site.where("format"), f"format {quoted(name)} is for numbers")
    elif len(fit) == 1 and "string" in fit and "string" not in types:
        yield Finding(site.where("format"), f"format {quoted(name)} is for strings")


def _read_and_write_only(site: Site, _: RuleContext) -> Iterator[Finding]:
    if site.is_true("readOnly") and site.is_true("writeOnly"):
        later = later_of(site.entries["readOnly"], site.entries["writeOnly"])
        yield Finding(later.span, "`readOnly` and `writeOnly` together: the value can never be sent")


def _nullable_untyped(site: Site, _: RuleContext) -> Iterator[Finding]:
    branches = {"allOf", "anyOf", "oneOf", "$ref", "enum"}
    if site.is_true("nullable") and "type" not in site.entries and not branches & site.entries.keys():
        yield Finding(site.where("nullable"), "`nullable` without `type`: null is allowed already")


def _properties_named_like_keywords(site: Site, _: RuleContext) -> Iterator[Finding]:
    """``properties`` that hold what looks like keywords: one level of nesting is missing."""
    entries = site.mapping("properties")
    kind = entries.get("type")
    inner = entries.get("properties") or entries.get("items")
    if kind is not None and isinstance(kind.value, ScalarNode) and inner is not None:
        if isinstance(inner.value, MappingNode) and isinstance(kind.value.value, str):
            yield Finding(kind.span, "a property `type` that is text: a schema stands one level too deep")


RULES: Final = (
    warning("keyword-unknown", _unknown_keyword, on=("schema",), versions=SINCE_31).rule(
        summary="A keyword that JSON Schema does not know.",
        why="It is silently ignored, so a misspelled restriction does not restrict.",
        hint="Correct the spelling, or start its name with `x-`.",
    ),
    warning(
        "nullable-obsolete", _nullable_since_31, on=("schema",), keys=("nullable",), versions=SINCE_31
    ).rule(
        summary="`nullable` in OpenAPI 3.1 or later.",
        why="It is ignored there: null is not valid, although the author wants to allow it.",
        hint="Add `null` to the types: `type: [string, 'null']`.",
    ),
    warning("keyword-unfit", _misapplied, on=("schema",), keys=("type",)).rule(
        summary="A keyword on a type that it does not apply to.",
        why="It has no effect: `properties` say nothing about a string.",
        hint="Correct `type`, or remove the keyword.",
    ),
    error("bounds-contradictory", _contradictory_bounds, on=("schema",), keys=_BOUND_KEYS).rule(
        summary="A lower bound above the upper bound.",
        why="No value can match.",
        hint="Swap or correct the bounds.",
    ),
    error("array-items-missing", _array_without_items, on=("schema",), keys=("type",), versions=ONLY_30).rule(
        summary="An array without `items` (OpenAPI 3.0).",
        why="OpenAPI 3.0 demands `items` beside `type: array`.",
        hint="Add `items`; `items: {}` allows anything.",
    ),
    warning("array-items-open", _array_without_items, on=("schema",), keys=("type",), versions=SINCE_31).rule(
        summary="An array without `items`.",
        why="Anything may be in it, and generated code has no type for its items.",
        hint="Add `items`; `items: {}` says that anything is meant.",
    ),
    warning("format-unknown", _unknown_format, on=("schema",), keys=("format",)).rule(
        summary="A format that looks like a misspelling of a known one.",
        why="An unknown format is not checked, and generated code falls back to the plain type.",
        hint="Correct the spelling.",
    ),
    info("format-unregistered", _own_formats, on=("openapi",)).rule(
        summary="A format that is in no registry; reported once for each format.",
        why="It documents, but nothing checks it.",
        hint="Add a `pattern` if values must be checked.",
    ),
    warning("format-unfit", _unfit_format, on=("schema",), keys=("format",)).rule(
        summary="A format on a type that it does not apply to.",
        why="It has no effect there.",
        hint="Correct `type` or `format`.",
    ),
    warning("read-and-write-only", _read_and_write_only, on=("schema",), keys=("readOnly",)).rule(
        summary="A schema that is readOnly and writeOnly.",
        why="It may be neither in a request nor in a response.",
        hint="Keep one of the two.",
    ),
    info("nullable-untyped", _nullable_untyped, on=("schema",), keys=("nullable",), versions=ONLY_30).rule(
        summary="`nullable: true` without `type` (OpenAPI 3.0).",
        why="Without a type null is allowed already; often the type was forgotten.",
        hint="Add the type.",
    ),
    error("schema-nesting", _properties_named_like_keywords, on=("schema",), keys=("properties",)).rule(
        summary="`properties` that hold keywords instead of properties.",
        why="A schema was written one level too deep, so the keywords became names of properties.",
        hint="Move them one level up.",
    ),
)
