"""Rules about the values that a schema names: enums, required names, defaults and examples."""

from __future__ import annotations

import json
from collections import defaultdict
from collections.abc import Iterator
from typing import Final

from accord.contract.schema import JsonValue
from accord.contract.schemas.keywords import IN_PLACE
from accord.contract.schemas.values import types_of
from accord.lint.model import RuleContext, Site
from accord.lint.registry import Finding, error, warning
from accord.lint.rules.shapes import in_place, is_open, is_resolved, own_types, properties_of
from accord.lint.text import as_json, did_you_mean, listing, quoted
from accord.source.data import to_data
from accord.source.node import Node, SequenceNode


def _enum_types(site: Site, _: RuleContext) -> Iterator[Finding]:
    types = own_types(site)
    if not types:
        return
    wrong = [(value, node) for value, node in _enum(site) if not types & types_of(value)]
    if not wrong:
        return
    values = listing([as_json(value) for value, _node in wrong])
    verb = "value {} is" if len(wrong) == 1 else "values {} are"
    message = f"enum {verb.format(values)} not of type {quoted(' or '.join(sorted(types)))}"
    yield Finding(wrong[0][1].span, message, hint=_quoting(wrong[0][0], types))


def _quoting(value: JsonValue, types: frozenset[str]) -> str:
    """What to do about a value of the wrong type, where quotes are the likely slip."""
    match value:
        case None if "null" not in types:
            return "Allow null by the type too."
        case bool() | int() | float() if "string" in types:
            return "Put it in quotes."
        case str() if value.lstrip("-").isdigit() and types & {"integer", "number"}:
            return "Write it without quotes."
        case _:
            return ""


def _enum(site: Site) -> list[tuple[JsonValue, Node]]:
    """The values of ``enum`` with their places."""
    return [(to_data(node), node) for node in site.items("enum")]


def _const_type(site: Site, _: RuleContext) -> Iterator[Finding]:
    types = own_types(site)
    node = site.get("const")
    if types and node is not None and not types & types_of(to_data(node)):
        name = " or ".join(sorted(types))
        yield Finding(node.span, f"`const` {quoted(as_json(to_data(node)))} is not of type {quoted(name)}")


def _enum_duplicates(site: Site, _: RuleContext) -> Iterator[Finding]:
    seen: set[str] = set()
    for value, node in _enum(site):
        key = json.dumps(value, sort_keys=True)
        if key in seen:
            yield Finding(node.span, f"enum value {quoted(as_json(value))} stands twice")
        seen.add(key)


def _enum_empty(site: Site, _: RuleContext) -> Iterator[Finding]:
    if isinstance(site.get("enum"), SequenceNode) and not site.items("enum"):
        yield Finding(site.where("enum"), "`enum` is empty: nothing matches")


def _required_undeclared(site: Site, context: RuleContext) -> Iterator[Finding]:
    family = _family(site, context)
    if not any(part.mapping("properties") for part in in_place(site, context)):
        # In `anyOf` branches authors list required names only, and declare the properties beside the union.
        return  # a lone `required` in a branch speaks about properties of its surroundings
    # A property may be described by something else than its name.
    if any(not is_resolved(part, context) or is_open(part, context) for part in family):
        return
    known: set[str] = set()
    for part in family:
        known |= properties_of(part, context).keys()
    for name, node in site.texts("required"):
        if name not in known:
            message = f"required property {quoted(name)} is not declared under `properties`"
            yield Finding(node.span, message, hint=did_you_mean(name, known))


def _family(site: Site, context: RuleContext) -> list[Site]:
    """The schema with those around it, or around a reference to it, that apply to the same value."""
    family = [site]
    waiting = [site]
    while waiting and len(family) < _LIMIT:
        part = waiting.pop()
        ancestors = [
            referrer
            for referrer in context.once(_referrers).get(id(part.node), ())
            if referrer.field in IN_PLACE
        ]
        for place in [part, *ancestors]:
            if place.field in IN_PLACE and place.parent is not None and place.parent not in family:
                family.append(place.parent)
                waiting.append(place.parent)
    return family


_LIMIT: Final = 100


def _referrers(context: RuleContext) -> dict[int, list[Site]]:
    """References by the ``id`` of the node that they lead to."""
    found: dict[int, list[Site]] = defaultdict(list)
    for site in context.index.of("schema"):
        if site.target is not None:
            found[id(site.target.node)].append(site)
    return found


def _required_duplicates(site: Site, _: RuleContext) -> Iterator[Finding]:
    for name, node in site.repeated("required"):
        yield Finding(node.span, f"{quoted(name)} stands twice in `required`")


RULES: Final = (
    error("enum-type-mismatch", _enum_types, on=("schema",), keys=("enum",)).rule(
        summary="An enum value of another type than the schema.",
        why="It can never match.",
        hint="Correct the value or `type`.",
    ),
    error("const-type-mismatch", _const_type, on=("schema",), keys=("const",)).rule(
        summary="A `const` of another type than the schema.",
        why="Nothing can match.",
        hint="Correct the value or `type`.",
    ),
    warning("enum-duplicate", _enum_duplicates, on=("schema",), keys=("enum",)).rule(
        summary="The same enum value twice.",
        why="Often one of the two was meant to be another value.",
        hint="Remove one of them.",
    ),
    error("enum-empty", _enum_empty, on=("schema",), keys=("enum",)).rule(
        summary="An empty enum.",
        why="No value can match.",
        hint="List the values, or remove `enum`.",
    ),
    warning("required-undeclared", _required_undeclared, on=("schema",), keys=("required",)).rule(
        summary="`required` names a property that is not declared.",
        why="It is demanded without a type: nearly always a misspelling.",
        hint="Declare the property, or correct the name.",
    ),
    error("required-duplicate", _required_duplicates, on=("schema",), keys=("required",)).rule(
        summary="The same name twice in `required`.",
        why="JSON Schema demands unique names; often one of the two was meant to be another.",
        hint="Remove one of them.",
    ),
)
