"""Rules about references and components."""

from __future__ import annotations

import re
from collections.abc import Iterator
from typing import Final

from accord.lint.model import RuleContext, Site
from accord.lint.registry import ONLY_30, Finding, error, info, warning
from accord.lint.text import TITLES, quoted
from accord.source.grammar import Kind
from accord.source.node import Entry, text_of

_NAME: Final = re.compile(r"[A-Za-z0-9._-]+")
_HARMLESS: Final = frozenset({"$ref", "summary", "description"})

_REFERRING: Final[tuple[Kind, ...]] = (
    *("schema", "response", "parameter", "request-body", "header", "example", "link", "callback"),
)
"""Kinds whose references lead to a component; that of a path item may stand beside fields of its own."""


def _self(site: Site, _: RuleContext) -> Iterator[Finding]:
    if site.target is site:
        yield Finding(site.where("$ref"), "this `$ref` points to itself: it describes nothing")


_LONGEST: Final = 50
"""References in a row; the resolver follows no more either."""


def circle(site: Site) -> list[Site]:
    """The references that lead from *site* back to it, itself first; empty where they do not."""
    chain = [site]
    while (following := chain[-1].target) is not None and len(chain) < _LONGEST:
        if following is site:
            return chain
        chain.append(following)
    return []


def _cycle(site: Site, _: RuleContext) -> Iterator[Finding]:
    chain = [] if site.kind == "path-item" else circle(site)
    # Reported once, at the first of its references.
    if len(chain) > 1 and site is min(chain, key=lambda link: (link.node.span, link.key)):
        names = " -> ".join(quoted(link.ref or "") for link in chain)
        yield Finding(site.where("$ref"), f"references in a circle, with nothing but references: {names}")


def _misplaced(_: Site, context: RuleContext) -> Iterator[Finding]:
    for site, target in context.index.misplaced:
        message = f"`$ref` leads to {TITLES[target.kind]}, where {TITLES[site.kind]} is needed"
        yield Finding(site.where("$ref"), message)


def _siblings(site: Site, _: RuleContext) -> Iterator[Finding]:
    for key, entry in _beside_ref(site):
        yield Finding(entry.span, f"{quoted(key)} beside `$ref` is ignored in OpenAPI 3.0")


def _siblings_elsewhere(site: Site, _: RuleContext) -> Iterator[Finding]:
    for key, entry in _beside_ref(site):
        message = f"{quoted(key)} beside `$ref` is ignored: a Reference object has no such field"
        yield Finding(entry.span, message)


def _beside_ref(site: Site) -> Iterator[tuple[str, Entry]]:
    """What stands beside ``$ref`` and is ignored there."""
    for key, entry in site.entries.items() if site.ref is not None else ():
        if key not in _HARMLESS and not key.startswith("x-"):
            yield key, entry


def _component_name(site: Site, _: RuleContext) -> Iterator[Finding]:
    for section in site.entries:
        if section.startswith("x-"):
            continue
        for name, component in site.mapping(section).items():
            if not _NAME.fullmatch(name):
                yield Finding(component.span, f"{quoted(name)} cannot be the name of a component")


_SECTIONS: Final = (
    *("schemas", "responses", "parameters", "examples", "requestBodies", "headers", "links", "callbacks"),
    *("pathItems", "securitySchemes"),
)


def _unused(site: Site, context: RuleContext) -> Iterator[Finding]:
    """Components of the entry document that nothing refers to, from outside of unused components too."""
    # Behind a broken reference anything may be used.
    if site.parent is not context.root or not context.is_complete:
        return
    used = _used(site, context)
    for section in _SECTIONS:
        for component in context.index.children(site, section):
            if id(component.node) not in used:
                yield Finding(component.at, f"component {quoted(component.key)} of `{section}` is never used")


def _used(components: Site, context: RuleContext) -> set[int]:
    """``id`` of the nodes of components that are referred to."""
    used: set[int] = set()
    for site in context.index.sites:
        # A schema that only refers to itself is not used by that.
        if site.target is not None and site.target is not site:
            used.add(id(site.target.node))
        if site.kind == "discriminator":
            used |= _mapped(site, context)
        elif site.kind == "security-requirement":
            schemes = components.mapping("securitySchemes")
            used |= {id(schemes[name].value) for name in site.entries if name in schemes}
    return used | _variants(context)


def _mapped(discriminator: Site, context: RuleContext) -> set[int]:
    """``id`` of the nodes that the mapping of a discriminator names."""
    texts = (text_of(entry.value) for entry in discriminator.mapping("mapping").values())
    nodes = (context.mapped(text, discriminator) for text in texts if text is not None)
    return {id(node) for node in nodes if node is not None}


def _variants(context: RuleContext) -> set[int]:
    """Schemas that extend one with a discriminator are its variants, though nothing refers to them."""
    found: set[int] = set()
    for site in context.index.of("schema"):
        target = site.target
        if site.field == "allOf" and target is not None and "discriminator" in target.entries and site.parent:
            found.add(id(site.parent.node))
    return found


RULES: Final = (
    error("ref-self", _self, on=_REFERRING, keys=("$ref",)).rule(
        summary="A `$ref` that points to itself.",
        why="It describes nothing, and many tools never come back from it.",
        hint="Write the schema that was meant.",
    ),
    error("ref-circle", _cycle, on=_REFERRING, keys=("$ref",)).rule(
        summary="References that lead to each other in a circle.",
        why="None of them describes anything.",
        hint="Write out one of them.",
    ),
    error("ref-kind", _misplaced, on=("openapi",)).rule(
        summary="A `$ref` to an object of another kind.",
        why="A response cannot stand where a schema is needed.",
        hint="Refer to a component of the right section.",
    ),
    warning("ref-siblings-ignored", _siblings, on=("schema",), keys=("$ref",), versions=ONLY_30).rule(
        summary="Keywords beside `$ref` in OpenAPI 3.0.",
        why="They are ignored there: a restriction beside it does not restrict.",
        hint="Wrap the reference: `allOf: [{$ref: ...}]`, and put the keywords beside `allOf`.",
    ),
    warning(
        "reference-fields-ignored",
        _siblings_elsewhere,
        on=(*_REFERRING[1:], "security-scheme"),
        keys=("$ref",),
    ).rule(
        summary="Fields beside the `$ref` of a reference to something else than a schema.",
        why="A Reference object has `summary` and `description` beside it at most; everything else is ignored.",
        hint="Move them to the object that is referred to.",
    ),
    error("component-name-invalid", _component_name, on=("components",)).rule(
        summary="A component whose name OpenAPI does not allow.",
        why="Names of components are letters, digits, `.`, `-` and `_`; others break references and generated names.",
        hint="Rename it.",
    ),
    info("component-unused", _unused, on=("components",)).rule(
        summary="A component that nothing refers to.",
        why="It is read, converted and published for nothing, and often it was meant to be used.",
        hint="Use it or remove it.",
    ),
)
