"""Rules about schemas in relation to each other: cycles, discriminators and branches."""

from __future__ import annotations

import json
from collections import defaultdict
from collections.abc import Callable, Iterator, Mapping
from typing import Final, assert_never

from accord.contract.schema import Assertions, BooleanSchema, NamedSchema, Ref, Schema, SchemaType
from accord.diagnostics import Span
from accord.lint.model import RuleContext, Site
from accord.lint.registry import Finding, warning
from accord.lint.rules.shapes import in_place, own_types
from accord.lint.text import listing, quoted
from accord.source.data import to_data
from accord.source.node import ScalarNode


def _endless(_: Site, context: RuleContext) -> Iterator[Finding]:
    """Schemas that no finite value can match."""
    schemas = context.api.schemas
    finite = _finite_names(schemas)
    sites = {site.node.span: site for site in context.index.of("schema")}
    for name, named in schemas.items():
        if name in finite or not isinstance(named.schema, Assertions) or named.schema.span not in sites:
            continue
        site = sites[named.schema.span]
        if not _names_itself(name, schemas):
            continue  # it only contains an endless one, which is told by itself
        at: Span = site.where("required")
        message = f"schema {quoted(name)} contains itself through required properties: no finite value exists"
        yield Finding(at, message)


def _finite_names(schemas: Mapping[str, NamedSchema]) -> set[str]:
    """Names of the schemas that some finite value can match, as far as recursion is concerned."""
    dependents: dict[str, list[str]] = defaultdict(list)
    for name, named in schemas.items():
        for target in _targets(named.schema):
            dependents[target].append(name)
    finite: set[str] = set()
    waiting = list(schemas)
    while waiting:
        name = waiting.pop()
        # Least fixed point: nothing is finite until a value without the others is found.
        if name not in finite and _is_finite(schemas[name].schema, finite, schemas):
            finite.add(name)
            waiting.extend(dependents[name])
    return finite


def _is_finite(schema: Schema, finite: set[str], schemas: Mapping[str, NamedSchema]) -> bool:
    """Whether some finite value can match *schema*, given those that are known to have one."""
    match schema:
        case BooleanSchema():
            return True
        case Ref(target=target):
            return target in finite or target not in schemas
        case Assertions():
            return _is_finite_value(schema, finite, schemas)
        case _:
            assert_never(schema)


def _is_finite_value(schema: Assertions, finite: set[str], schemas: Mapping[str, NamedSchema]) -> bool:
    """The same for a schema of keywords."""

    def ok(part: Schema) -> bool:
        return _is_finite(part, finite, schemas)

    if schema.enum is not None:
        return True
    if not all(ok(branch) for branch in schema.all_of):
        return False
    for choice in (schema.any_of, schema.one_of):
        if choice and not any(ok(branch) for branch in choice):
            return False
    return schema.types is None or any(_is_finite_as(kind, schema, ok) for kind in schema.types)


def _is_finite_as(kind: SchemaType, schema: Assertions, ok: Callable[[Schema], bool]) -> bool:
    """The same for values of one JSON type; *ok* asks about what is inside."""
    if kind == "object":
        return all(ok(p.schema) for p in schema.object.properties if p.name in schema.object.required)
    if kind == "array":
        array = schema.array
        demanded = array.min_items or 0
        fixed = array.prefix_items[:demanded]
        rest = array.items if demanded > len(array.prefix_items) else None
        return all(ok(item) for item in fixed) and (rest is None or ok(rest))
    return True


def _names_itself(name: str, schemas: Mapping[str, NamedSchema]) -> bool:
    """Whether the schema reaches itself through references."""
    seen: set[str] = set()
    waiting = list(_targets(schemas[name].schema))
    while waiting:
        target = waiting.pop()
        if target == name:
            return True
        if target in schemas and target not in seen:
            seen.add(target)
            waiting.extend(_targets(schemas[target].schema))
    return False


def _targets(schema: Schema) -> Iterator[str]:
    """Names of the schemas that every value of *schema* leads to."""
    match schema:
        case BooleanSchema():
            return
        case Ref(target=target):
            yield target
        case Assertions():
            required = [p.schema for p in schema.object.properties if p.name in schema.object.required]
            # Only ways that every value takes: an optional property or an empty list ends the recursion.
            inner = [*schema.all_of, *schema.any_of, *schema.one_of, *required, *schema.array.prefix_items]
            if schema.array.items is not None and (schema.array.min_items or 0) > 0:
                inner.append(schema.array.items)
            for part in inner:
                yield from _targets(part)
        case _:
            assert_never(schema)


def _repeated_branch(site: Site, context: RuleContext) -> Iterator[Finding]:
    for keyword in ("oneOf", "anyOf", "allOf"):
        seen: dict[str, int] = {}
        for branch in context.index.children(site, keyword):
            # By content: authors copy branches, and the order of keys means nothing.
            key = json.dumps(to_data(branch.node), sort_keys=True)
            if key in seen:
                effect = (
                    "a value that matches it never matches exactly one"
                    if keyword == "oneOf"
                    else "it has no effect"
                )
                yield Finding(branch.node.span, f"the same branch twice in `{keyword}`: {effect}")
            seen[key] = 1


def _all_of_types(site: Site, context: RuleContext) -> Iterator[Finding]:
    parts = list(in_place(site, context, through=("allOf",)))
    typed = [(part, own_types(part)) for part in parts if own_types(part)]
    if len(typed) < 2:
        return
    common = set(_wide(typed[0][1]))
    for part, types in typed[1:]:
        common &= _wide(types)
        if not common:
            first = " or ".join(sorted(typed[0][1]))
            message = (
                f"`allOf` demands type {quoted(first)} and type {quoted(' or '.join(sorted(types)))} at once"
            )
            at = part.where("type") if part.parent is site else site.where("allOf")
            yield Finding(at, message)
            return


def _wide(types: frozenset[str]) -> frozenset[str]:
    """*types* with what they include."""
    # Every integer is a number, so the two together still allow integers.
    return types | {"integer"} if "number" in types else types


def _closed_all_of(site: Site, context: RuleContext) -> Iterator[Finding]:
    """A branch that forbids the properties of another one."""
    pairs = context.index.resolved(site, "allOf")
    if len(pairs) + (1 if site.mapping("properties") else 0) < 2:
        return
    for branch, target in pairs:
        extra = target.get("additionalProperties")
        closed = (
            isinstance(extra, ScalarNode)
            and extra.value is False
            and "patternProperties" not in target.entries
        )
        if not closed:
            continue
        own = target.mapping("properties")
        demanded = {
            name
            for other in [site, *(t for b, t in pairs if b is not branch)]
            for part in in_place(other, context, through=("allOf",))
            # What the closed branch demands itself, it also declares or contradicts on its own.
            if part is not target
            for name, _ in part.texts("required")
        }
        forbidden = sorted(demanded - own.keys())
        if forbidden:
            message = f"this branch of `allOf` forbids {listing(forbidden)}, which another branch demands"
            yield Finding(branch.node.span, message)


RULES: Final = (
    warning("schema-endless", _endless, on=("openapi",)).rule(
        summary="A schema that contains itself through required properties only.",
        why="No finite value matches, so no request or response can be written.",
        hint="Make one of the properties optional or nullable, or put it into an array.",
    ),
    warning("branch-repeated", _repeated_branch, on=("schema",), keys=("oneOf", "anyOf", "allOf")).rule(
        summary="The same branch twice in oneOf, anyOf or allOf.",
        why="In `oneOf`, values of that branch are never valid; elsewhere it has no effect.",
        hint="Remove one of them.",
    ),
    warning("all-of-contradictory", _all_of_types, on=("schema",), keys=("allOf",)).rule(
        summary="Branches of an `allOf` demand different types.",
        why="No value can match.",
        hint="Use `anyOf` or `oneOf`, or correct a type.",
    ),
    warning("all-of-closed", _closed_all_of, on=("schema",), keys=("allOf",)).rule(
        summary="A branch of an `allOf` forbids a property that another branch demands.",
        why="`additionalProperties: false` sees the properties of its own branch only: no value can match.",
        hint="Use `unevaluatedProperties: false` beside `allOf` (OpenAPI 3.1), or merge the branches.",
    ),
)
