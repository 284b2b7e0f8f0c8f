"""Rules about defaults and examples against their schemas."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Final

from accord.diagnostics import Severity
from accord.lint.model import Context, Site
from accord.lint.registry import Finding, Rule
from accord.lint.values import Mismatch, Value, mismatches, object_examples, schema_values

_GROUPS: Final = ("default", "schema", "object")


def _found(context: Context) -> dict[str, list[Mismatch]]:
    """Mismatches by group, worked out once: one validator holds all schemas."""
    known = context.memo.get("mismatches")
    if isinstance(known, dict):
        return known
    groups: dict[str, list[Value]] = {
        "default": schema_values(context, "default"),
        "schema": [*schema_values(context, "example"), *schema_values(context, "examples")],
        "object": object_examples(context),
    }
    group_of = {id(value): group for group, values in groups.items() for value in values}
    found: dict[str, list[Mismatch]] = {group: [] for group in groups}
    for value, mismatch in mismatches([v for values in groups.values() for v in values], context):
        found[group_of[id(value)]].append(mismatch)
    context.memo["mismatches"] = found
    return found


def _defaults(_: Site, context: Context) -> Iterator[Finding]:
    for mismatch in _found(context)["default"]:
        yield Finding(at=mismatch.at, message=f"the default {mismatch.text}")


def _schema_examples(_: Site, context: Context) -> Iterator[Finding]:
    for mismatch in _found(context)["schema"]:
        if not mismatch.only_format:
            yield Finding(at=mismatch.at, message=f"the example of this schema {mismatch.text}")


def _examples(_: Site, context: Context) -> Iterator[Finding]:
    for mismatch in _found(context)["object"]:
        if not mismatch.only_format:
            yield Finding(at=mismatch.at, message=f"the example {mismatch.text}")


def _formats(_: Site, context: Context) -> Iterator[Finding]:
    for group in ("schema", "object"):
        for mismatch in _found(context)[group]:
            if mismatch.only_format:
                yield Finding(at=mismatch.at, message=f"the example {mismatch.text}")


RULES: Final = (
    Rule(
        code="default-mismatch",
        severity=Severity.ERROR,
        summary="A default that its own schema refuses.",
        why="Leaving the value out would give a value that may not be sent.",
        hint="Correct the default or the schema.",
        on=("openapi",),
        check=_defaults,
    ),
    Rule(
        code="schema-example-mismatch",
        severity=Severity.ERROR,
        summary="An example of a schema that the schema refuses.",
        why="Who copies the example gets a refusal; mocks and tests that use it fail.",
        hint="Correct the example or the schema.",
        on=("openapi",),
        check=_schema_examples,
    ),
    Rule(
        code="example-mismatch",
        severity=Severity.ERROR,
        summary="An example of a parameter, header or body that its schema refuses.",
        why="Who copies the example gets a refusal; mocks and tests that use it fail.",
        hint="Correct the example or the schema.",
        on=("openapi",),
        check=_examples,
    ),
    Rule(
        code="example-format-mismatch",
        severity=Severity.WARNING,
        summary="An example whose only fault is its format.",
        why="Formats are asserted by default, so the example is refused.",
        hint="Write the example in that format.",
        on=("openapi",),
        check=_formats,
    ),
)
