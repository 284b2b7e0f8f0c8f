"""Rules about discriminators."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Final

from accord.lint.model import RuleContext, Site, follow
from accord.lint.registry import Finding, error, info, warning
from accord.lint.rules.shapes import branches, in_place, is_resolved, own_types, properties_of
from accord.lint.text import listing, quoted
from accord.source.node import Entry, text_of


def _discriminator_property(site: Site, context: RuleContext) -> Iterator[Finding]:
    owner = site.parent
    name = site.text("propertyName")
    if owner is None or name is None:
        return
    # A property may stand beside the union, for all of its branches.
    shared = in_place(owner, context, through=("allOf",))
    own = {property_name for part in shared for property_name in part.mapping("properties")}
    lacking = [
        _branch_name(branch, index)
        for index, (branch, target) in enumerate(branches(owner, context), start=1)
        if is_resolved(target, context)
        and name not in properties_of(target, context)
        and name not in own
        # `null` has no properties; unions use it to say nullable.
        and not _is_null(target)
    ]
    if lacking:
        words = ("branch", "declares") if len(lacking) == 1 else ("branches", "declare")
        message = f"{words[0]} {listing(lacking)} of the union {words[1]} no property {quoted(name)}"
        yield Finding(site.where("propertyName"), message)
    elif not branches(owner, context) and own and name not in own and is_resolved(owner, context):
        message = f"the schema declares no property {quoted(name)}, which selects the variant"
        yield Finding(site.where("propertyName"), message)


def _branch_name(branch: Site, index: int) -> str:
    """What a branch is called in a finding: by its reference, or by its number."""
    ref = branch.ref
    return ref.rsplit("/", 1)[-1] if ref is not None else str(index)


def _is_null(schema: Site) -> bool:
    """Whether a branch only allows null."""
    return own_types(schema) == frozenset({"null"})


def _discriminator_optional(site: Site, context: RuleContext) -> Iterator[Finding]:
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
        yield Finding(site.where("propertyName"), message)


def _demands(schema: Site, name: str, context: RuleContext) -> bool:
    """Whether *schema* requires the property *name*."""
    parts = in_place(schema, context, through=("allOf",))
    return any(name in dict(part.texts("required")) for part in parts)


def _mapping(site: Site, context: RuleContext) -> Iterator[Finding]:
    for tag, entry in site.mapping("mapping").items():
        text = text_of(entry.value)
        if text is not None and context.mapped(text, site) is None:
            yield Finding(entry.span, f"mapping of {quoted(tag)} leads to no schema: {quoted(text)}")


def _mapping_stranger(site: Site, context: RuleContext) -> Iterator[Finding]:
    """A mapping to a schema that is no branch of the union."""
    owner = site.parent
    if owner is None or "mapping" not in site.entries:
        return
    pairs = branches(owner, context)
    known = {id(target.node) for _, target in pairs} | {
        id(branch.target.node) for branch, _ in pairs if branch.target
    }
    # A branch that cannot be resolved might be the one that the mapping means.
    if not known or len(pairs) != len(owner.items("oneOf")) + len(owner.items("anyOf")):
        return
    for tag, entry in site.mapping("mapping").items():
        text = text_of(entry.value)
        if text is None:
            continue
        target = context.index.at(context.mapped(text, site))
        resolved = None if target is None else follow(target)
        if target is not None and resolved is not None and not known & {id(target.node), id(resolved.node)}:
            message = f"mapping of {quoted(tag)} leads to {quoted(text)}, which is no branch of the union"
            yield Finding(entry.span, message)


def _discriminator_alone(site: Site, context: RuleContext) -> Iterator[Finding]:
    owner = site.parent
    if owner is None or owner.items("oneOf") or owner.items("anyOf") or owner.items("allOf"):
        return
    if id(owner.node) not in context.once(_extended):
        yield Finding(site.at, "a discriminator without variants: nothing extends this schema")


def _inline_branch(site: Site, context: RuleContext) -> Iterator[Finding]:
    owner = site.parent
    for branch, target in branches(owner, context) if owner is not None else ():
        # OpenAPI, Discriminator Object: inline schemas are not considered.
        if branch is target and not _is_null(branch) and "properties" in branch.entries:
            yield Finding(
                branch.node.span, "a branch without a name: no value of the discriminator selects it"
            )


def _tags(site: Site, context: RuleContext) -> Iterator[Finding]:
    """Values of the discriminator that the selected branch rejects, or that two branches claim."""
    owner = site.parent
    name = site.text("propertyName")
    if owner is None or name is None:
        return
    claimed: dict[str, str] = {}
    for index, (branch, target) in enumerate(branches(owner, context), start=1):
        shown = _branch_name(branch, index)
        for tag in sorted(_accepted(target, name, context) or ()):
            if tag in claimed and claimed[tag] != shown:
                message = f"branches {quoted(claimed[tag])} and {quoted(shown)} both say {quoted(name)}: {quoted(tag)}"
                yield Finding(site.where("propertyName"), message)
            claimed.setdefault(tag, shown)
    for tag, entry in site.mapping("mapping").items():
        selected = _mapped(site, entry, context)
        accepted = None if selected is None else _accepted(selected, name, context)
        if accepted is not None and tag not in accepted:
            message = (
                f"{quoted(tag)} selects a branch whose {quoted(name)} is {listing(sorted(accepted), 'or')}"
            )
            yield Finding(entry.span, message)


def _mapped(site: Site, entry: Entry, context: RuleContext) -> Site | None:
    """The schema that an entry of a mapping names."""
    text = text_of(entry.value)
    if text is None:
        return None
    found = context.index.at(context.mapped(text, site))
    return None if found is None else follow(found)


def _accepted(schema: Site, name: str, context: RuleContext) -> set[str] | None:
    """The values that a branch allows for the property, where it lists them; ``None`` where it lists none."""
    entry = properties_of(schema, context).get(name)
    prop = None if entry is None else context.index.at(entry.value)
    target = None if prop is None else follow(prop)
    if target is None:
        return None
    const = target.text("const")
    if const is not None:
        return {const}
    values = {text for text, _ in target.texts("enum")}
    return values or None


def _extended(context: RuleContext) -> frozenset[int]:
    """``id`` of the nodes of the schemas that some ``allOf`` refers to."""
    targets = (schema.target for schema in context.index.of("schema") if schema.field == "allOf")
    return frozenset(id(target.node) for target in targets if target is not None)


RULES: Final = (
    error("discriminator-property-missing", _discriminator_property, on=("discriminator",)).rule(
        summary="A branch of a union does not declare the discriminator property.",
        why="Values of that branch cannot be recognised.",
        hint="Declare the property in every branch, and require it.",
    ),
    info("discriminator-property-optional", _discriminator_optional, on=("discriminator",)).rule(
        summary="The property of a discriminator is not required.",
        why="A value without it belongs to no branch; OpenAPI demands that it is required.",
        hint="Add it to `required`.",
    ),
    error("discriminator-mapping-unresolved", _mapping, on=("discriminator",), keys=("mapping",)).rule(
        summary="A discriminator maps a value to a schema that does not exist.",
        why="Values with that tag cannot be read.",
        hint="Name a schema under `components/schemas`.",
    ),
    warning(
        "discriminator-mapping-stranger", _mapping_stranger, on=("discriminator",), keys=("mapping",)
    ).rule(
        summary="A discriminator maps a value to a schema that is no branch of the union.",
        why="A value with that tag matches no branch and is never valid.",
        hint="Add the schema to the union, or remove the mapping.",
    ),
    info("discriminator-alone", _discriminator_alone, on=("discriminator",)).rule(
        summary="A discriminator without a union, in a schema that nothing extends.",
        why="It has no effect.",
        hint="Add `oneOf`, or extend the schema by `allOf`.",
    ),
    warning("discriminator-branch-inline", _inline_branch, on=("discriminator",)).rule(
        summary="A branch of a union with discriminator that is written in place.",
        why="Values are mapped to schemas by their names; a schema without one can never be selected.",
        hint="Move the branch to `components/schemas` and refer to it.",
    ),
    warning("discriminator-tag-clash", _tags, on=("discriminator",)).rule(
        summary="Branches of a union that claim the same value of the discriminator, or forbid the value that selects them.",
        why="A value with that tag fits no branch, or more than one.",
        hint="Give each branch a `const` of its own, equal to its key in `mapping`.",
    ),
)
