"""Rules about schemas in relation to each other: cycles, discriminators and branches."""

from __future__ import annotations

import json
from collections.abc import Iterator, Mapping
from typing import Final, assert_never

from accord.contract.schema import Assertions, BooleanSchema, NamedSchema, Ref, Schema
from accord.diagnostics import Severity, Span
from accord.lint.model import Context, Site, follow
from accord.lint.registry import Finding, Rule
from accord.lint.rules.shapes import branches, in_place, is_resolved, own_types, properties_of
from accord.lint.text import listing, quoted
from accord.source.data import to_data
from accord.source.node import ScalarNode


def _endless(_: Site, context: Context) -> Iterator[Finding]:
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
        yield Finding(at=at, message=message)


def _finite_names(schemas: Mapping[str, NamedSchema]) -> set[str]:
    """Names of the schemas that some finite value can match, as far as recursion is concerned."""
    finite: set[str] = set()
    waiting = dict(schemas)
    grown = True
    while grown:
        grown = False
        for name in list(waiting):
            if _is_finite(waiting[name].schema, finite, schemas):
                finite.add(name)
                del waiting[name]
                grown = True
    return finite


def _is_finite(schema: Schema, finite: set[str], schemas: Mapping[str, NamedSchema]) -> bool:
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


def _is_finite_as(kind: str, schema: Assertions, ok: object) -> bool:
    assert callable(ok)
    if kind == "object":
        return all(ok(p.schema) for p in schema.object.properties if p.name in schema.object.required)
    if kind == "array":
        array = schema.array
        demanded = array.min_items or 0
        fixed = array.prefix_items[:demanded]
        rest = array.items if demanded > len(array.prefix_items) else None
        return all(ok(item) for item in fixed) and (rest is None or bool(ok(rest)))
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
    match schema:
        case BooleanSchema():
            return
        case Ref(target=target):
            yield target
        case Assertions():
            required = [p.schema for p in schema.object.properties if p.name in schema.object.required]
            inner = [*schema.all_of, *schema.any_of, *schema.one_of, *required, *schema.array.prefix_items]
            if schema.array.items is not None and (schema.array.min_items or 0) > 0:
                inner.append(schema.array.items)
            for part in inner:
                yield from _targets(part)
        case _:
            assert_never(schema)


def _discriminator_property(site: Site, context: Context) -> Iterator[Finding]:
    owner = site.parent
    name = site.text("propertyName")
    if owner is None or name is None:
        return
    shared = in_place(owner, context, through=("allOf",))
    own = {property_name for part in shared for property_name in part.mapping("properties")}
    lacking = [
        _branch_name(branch, index)
        for index, (branch, target) in enumerate(branches(owner, context), start=1)
        if is_resolved(target, context)
        and name not in properties_of(target, context)
        and name not in own
        and not _is_null(target)
    ]
    if lacking:
        word = "branch" if len(lacking) == 1 else "branches"
        yield Finding(
            at=site.where("propertyName"),
            message=f"{word} {listing(lacking)} of the union declares no property {quoted(name)}"
            if len(lacking) == 1
            else f"{word} {listing(lacking)} of the union declare no property {quoted(name)}",
        )
    elif not branches(owner, context) and own and name not in own and is_resolved(owner, context):
        message = f"the schema declares no property {quoted(name)}, which tells its variants apart"
        yield Finding(at=site.where("propertyName"), message=message)


def _branch_name(branch: Site, index: int) -> str:
    ref = branch.ref
    return ref.rsplit("/", 1)[-1] if ref is not None else str(index)


def _is_null(schema: Site) -> bool:
    return own_types(schema) == frozenset({"null"})


def _discriminator_optional(site: Site, context: Context) -> Iterator[Finding]:
    owner = site.parent
    name = site.text("propertyName")
    if owner is None or name is None:
        return
    candidates = [(b, t) for b, t in branches(owner, context) if not _is_null(t)] or [(owner, owner)]
    shared = _demands(owner, name, context)
    lacking = [
        _branch_name(branch, index)
        for index, (branch, target) in enumerate(candidates, start=1)
        if name in properties_of(target, context) and not shared and not _demands(target, name, context)
    ]
    if lacking:
        where = f" in {listing(lacking)}" if branches(owner, context) else ""
        message = f"property {quoted(name)} decides the variant and is not required{where}"
        yield Finding(at=site.where("propertyName"), message=message)


def _demands(schema: Site, name: str, context: Context) -> bool:
    parts = in_place(schema, context, through=("allOf",))
    return any(name in dict(part.texts("required")) for part in parts)


def _mapping(site: Site, context: Context) -> Iterator[Finding]:
    names = _schema_names(context)
    for tag, entry in site.mapping("mapping").items():
        node = entry.value
        if not isinstance(node, ScalarNode) or not isinstance(node.value, str) or node.value in names:
            continue
        if context.lookup(node.value, site) is None:
            message = f"mapping of {quoted(tag)} leads to no schema: {quoted(node.value)}"
            yield Finding(at=entry.span, message=message)


def _schema_names(context: Context) -> set[str]:
    components = context.index.at(context.root.get("components"))
    return set() if components is None else set(components.mapping("schemas"))


def _mapping_stranger(site: Site, context: Context) -> Iterator[Finding]:
    """A mapping to a schema that is no branch of the union."""
    owner = site.parent
    if owner is None or "mapping" not in site.entries:
        return
    pairs = branches(owner, context)
    known = {id(target.node) for _, target in pairs} | {
        id(branch.target.node) for branch, _ in pairs if branch.target
    }
    if not known or len(pairs) != len(owner.items("oneOf")) + len(owner.items("anyOf")):
        return
    components = context.index.at(context.root.get("components"))
    named = {} if components is None else components.mapping("schemas")
    for tag, entry in site.mapping("mapping").items():
        text = entry.value.value if isinstance(entry.value, ScalarNode) else None
        if not isinstance(text, str):
            continue
        node = named[text].value if text in named else context.lookup(text, site)
        target = context.index.at(node)
        resolved = None if target is None else follow(target)
        if target is not None and resolved is not None and not known & {id(target.node), id(resolved.node)}:
            message = f"mapping of {quoted(tag)} leads to {quoted(text)}, which is no branch of the union"
            yield Finding(at=entry.span, message=message)


def _discriminator_alone(site: Site, context: Context) -> Iterator[Finding]:
    owner = site.parent
    if owner is None or owner.items("oneOf") or owner.items("anyOf") or owner.items("allOf"):
        return
    if id(owner.node) not in context.once(_extended):
        yield Finding(at=site.at, message="a discriminator without variants: nothing extends this schema")


def _extended(context: Context) -> frozenset[int]:
    """``id`` of the nodes of the schemas that some ``allOf`` refers to."""
    targets = (schema.target for schema in context.index.of("schema") if schema.field == "allOf")
    return frozenset(id(target.node) for target in targets if target is not None)


def _repeated_branch(site: Site, context: Context) -> Iterator[Finding]:
    for keyword in ("oneOf", "anyOf", "allOf"):
        seen: dict[str, int] = {}
        for branch in context.index.children(site, keyword):
            key = json.dumps(to_data(branch.node), sort_keys=True)
            if key in seen:
                effect = (
                    "a value that matches it never matches exactly one"
                    if keyword == "oneOf"
                    else "it has no effect"
                )
                yield Finding(at=branch.node.span, message=f"the same branch twice in `{keyword}`: {effect}")
            seen[key] = 1


def _all_of_types(site: Site, context: Context) -> Iterator[Finding]:
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
            yield Finding(at=at, message=message)
            return


def _wide(types: frozenset[str]) -> frozenset[str]:
    return types | {"integer"} if "number" in types else types


def _closed_all_of(site: Site, context: Context) -> Iterator[Finding]:
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
            if part is not target
            for name, _ in part.texts("required")
        }
        forbidden = sorted(demanded - own.keys())
        if forbidden:
            message = f"this branch of `allOf` forbids {listing(forbidden)}, which another branch demands"
            yield Finding(at=branch.node.span, message=message)


RULES: Final = (
    Rule(
        code="schema-endless",
        severity=Severity.WARNING,
        summary="A schema that contains itself through required properties only.",
        why="No finite value matches, so no request or answer can be written.",
        hint="Make one of the properties optional or nullable, or put it into an array.",
        on=("openapi",),
        check=_endless,
    ),
    Rule(
        code="discriminator-property-missing",
        severity=Severity.ERROR,
        summary="A branch of a union does not declare the property that tells the branches apart.",
        why="Values of that branch cannot be recognised.",
        hint="Declare the property in every branch, and require it.",
        on=("discriminator",),
        check=_discriminator_property,
    ),
    Rule(
        code="discriminator-property-optional",
        severity=Severity.INFO,
        summary="The property of a discriminator is not required.",
        why="A value without it belongs to no branch; OpenAPI demands that it is required.",
        hint="Add it to `required`.",
        on=("discriminator",),
        check=_discriminator_optional,
    ),
    Rule(
        code="discriminator-mapping-unresolved",
        severity=Severity.ERROR,
        summary="A discriminator maps a value to a schema that does not exist.",
        why="Values with that tag cannot be read.",
        hint="Name a schema under `components/schemas`.",
        on=("discriminator",),
        keys=frozenset({"mapping"}),
        check=_mapping,
    ),
    Rule(
        code="discriminator-mapping-stranger",
        severity=Severity.WARNING,
        summary="A discriminator maps a value to a schema that is no branch of the union.",
        why="A value with that tag matches no branch and is always refused.",
        hint="Add the schema to the union, or remove the mapping.",
        on=("discriminator",),
        keys=frozenset({"mapping"}),
        check=_mapping_stranger,
    ),
    Rule(
        code="discriminator-alone",
        severity=Severity.INFO,
        summary="A discriminator without a union, in a schema that nothing extends.",
        why="It has no effect.",
        hint="Add `oneOf`, or extend the schema by `allOf`.",
        on=("discriminator",),
        check=_discriminator_alone,
    ),
    Rule(
        code="branch-repeated",
        severity=Severity.WARNING,
        summary="The same branch twice in oneOf, anyOf or allOf.",
        why="In `oneOf` values of that branch are always refused; elsewhere it has no effect.",
        hint="Remove one of them.",
        on=("schema",),
        keys=frozenset({"oneOf", "anyOf", "allOf"}),
        check=_repeated_branch,
    ),
    Rule(
        code="all-of-contradictory",
        severity=Severity.WARNING,
        summary="Branches of an `allOf` demand different types.",
        why="No value can match.",
        hint="Use `anyOf` or `oneOf`, or correct a type.",
        on=("schema",),
        keys=frozenset({"allOf"}),
        check=_all_of_types,
    ),
    Rule(
        code="all-of-closed",
        severity=Severity.WARNING,
        summary="A branch of an `allOf` forbids a property that another branch demands.",
        why="`additionalProperties: false` sees the properties of its own branch only: no value can match.",
        hint="Use `unevaluatedProperties: false` beside `allOf` (OpenAPI 3.1), or merge the branches.",
        on=("schema",),
        keys=frozenset({"allOf"}),
        check=_closed_all_of,
    ),
)
