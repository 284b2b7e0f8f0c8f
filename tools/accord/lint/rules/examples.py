"""Rules about defaults and examples against their schemas."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace
from typing import Final

from accord.contract.schema import Assertions, Schema
from accord.contract.schemas.values import types_of
from accord.lint.model import RuleContext, Site
from accord.lint.registry import Check, Finding, error, warning
from accord.lint.values import Mismatch, Nature, Value, mismatches, object_examples, schema_values
from accord.source.data import to_data


def _found(context: RuleContext) -> dict[str, list[Mismatch]]:
    """Mismatches by group, worked out once: one validator holds all schemas."""
    groups: dict[str, list[Value]] = {
        "default": schema_values(context, "default"),
        "schema": [*schema_values(context, "example"), *schema_values(context, "examples")],
        "object": object_examples(context),
        "enum": _enum_values(context),
    }
    # One pass over all values, since making the validator costs more than asking it.
    group_of = {id(value): group for group, values in groups.items() for value in values}
    found: dict[str, list[Mismatch]] = {group: [] for group in groups}
    for value, mismatch in mismatches([v for values in groups.values() for v in values], context):
        found[group_of[id(value)]].append(mismatch)
    return found


def _enum_values(context: RuleContext) -> list[Value]:
    """Values of enums, each with what else its schema demands: that it stands in the enum is plain."""
    rest: dict[int, Schema] = {}
    values = [value for value in schema_values(context, "enum") if _has_right_type(value)]
    for value in values:
        if isinstance(value.schema, Assertions) and id(value.schema) not in rest:
            # Once for each schema: an enum of a thousand values has one schema.
            rest[id(value.schema)] = replace(value.schema, enum=None)
    return [replace(value, schema=rest.get(id(value.schema), value.schema)) for value in values]


def _has_right_type(value: Value) -> bool:
    """Values of the wrong type are told by `enum-type-mismatch`."""
    types = value.schema.types if isinstance(value.schema, Assertions) else None
    return types is None or bool(types_of(to_data(value.node)).intersection(types))


def _check(groups: dict[str, str], nature: Nature) -> Check:
    """A check that tells the mismatches of one nature in some groups, each in its own words."""

    def check(_: Site, context: RuleContext) -> Iterator[Finding]:
        found = context.once(_found)
        for group, words in groups.items():
            for mismatch in found[group]:
                if mismatch.nature == nature:
                    yield Finding(mismatch.at, f"{words} {mismatch.text}", hint=mismatch.hint)

    return check


_DEFAULT: Final = {"default": "the default"}
_SCHEMA: Final = {"schema": "the example of this schema"}
_OBJECT: Final = {"object": "the example"}
_ENUM: Final = {"enum": "the enum value"}

RULES: Final = (
    error("default-mismatch", _check(_DEFAULT, "value"), on=("openapi",)).rule(
        summary="A default that is not valid for its own schema.",
        why="Leaving the value out would give a value that may not be sent.",
        hint="Correct the default or the schema.",
    ),
    error("schema-example-mismatch", _check(_SCHEMA, "value"), on=("openapi",)).rule(
        summary="An example of a schema that is not valid for the schema.",
        why="A client that copies the example gets an error response; mocks and tests that use it fail.",
        hint="Correct the example or the schema.",
    ),
    error("example-mismatch", _check(_OBJECT, "value"), on=("openapi",)).rule(
        summary="An example of a parameter, header or body that is not valid for its schema.",
        why="A client that copies the example gets an error response; mocks and tests that use it fail.",
        hint="Correct the example or the schema.",
    ),
    warning(
        "value-format-mismatch", _check({**_DEFAULT, **_SCHEMA, **_OBJECT}, "format"), on=("openapi",)
    ).rule(
        summary="A default or an example whose only fault is its format.",
        why="Formats are asserted by default, so the value is not valid.",
        hint="Write the value in that format.",
    ),
    warning("example-write-only", _check(_OBJECT, "direction"), on=("openapi",)).rule(
        summary="An example of a response that shows a writeOnly property.",
        why="The property never appears in a response, but the example shows it.",
        hint="Remove the property from the example.",
    ),
    warning("enum-value-impossible", _check(_ENUM, "value"), on=("openapi",)).rule(
        summary="An enum value that is not valid for the rest of its schema.",
        why="It can never be sent: the length, the pattern or a bound beside the enum excludes it.",
        hint="Correct the value, or remove the restriction.",
    ),
)
