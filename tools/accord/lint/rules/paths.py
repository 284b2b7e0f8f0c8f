"""Rules about paths and their templates."""

from __future__ import annotations

import re
from collections import defaultdict
from collections.abc import Iterator
from dataclasses import dataclass
from typing import Final

from accord.lint.model import RuleContext, Site, follow, later_of
from accord.lint.registry import Finding, error, info, warning
from accord.lint.text import listing, quoted
from accord.source.grammar import METHODS
from accord.source.node import Entry, MappingNode, ScalarNode, SequenceNode

TEMPLATE = re.compile(r"\{([^{}]*)\}")


def template_names(path: str) -> list[str]:
    """Names of the parameters in a path template, in order."""
    return TEMPLATE.findall(path)


def path_entries(site: Site) -> list[Entry]:
    """The paths of a Paths object."""
    return [entry for key, entry in site.entries.items() if not key.startswith("x-")]


def _duplicate(site: Site, _: RuleContext) -> Iterator[Finding]:
    first: dict[str, Entry] = {}
    for entry in path_entries(site):
        # OpenAPI, Paths Object: templated paths with the same hierarchy but different names are identical.
        shape = TEMPLATE.sub("{}", entry.key)
        earlier = first.setdefault(shape, entry)
        if earlier is not entry:
            yield Finding(
                entry.span,
                f"path {quoted(entry.key)} is the same as {quoted(earlier.key)} (line {earlier.line}): "
                "paths that differ only in parameter names are the same",
            )


@dataclass(frozen=True, slots=True)
class _Route:
    """A path by its segments, with the schemas of its parameters."""

    entry: Entry
    segments: list[str]
    schemas: dict[str, Site]

    def takes(self, position: int, literal: str) -> bool:
        """Whether the parameter in this segment can have the value *literal*."""
        schema = self.schemas.get(self.segments[position][1:-1])
        return schema is None or _can_be(schema, literal)


_MAX_COMPARED: Final = 2_000
"""Paths of one length that each further one is compared with; the time must not grow with their square."""


def _ambiguous(site: Site, context: RuleContext) -> Iterator[Finding]:
    by_length: dict[int, list[_Route]] = defaultdict(list)
    for entry in path_entries(site):
        if "{" not in entry.key:
            continue
        route = _Route(entry, entry.key.split("/"), _schemas_of(context.index.at(entry.value), context))
        others = by_length[len(route.segments)]
        clash = next((other for other in others if _clash(other, route)), None)
        if clash is not None:
            yield Finding(
                entry.span,
                f"paths {quoted(clash.entry.key)} (line {clash.entry.line}) and {quoted(entry.key)} "
                "match the same URL, and neither is more specific",
            )
        if len(others) < _MAX_COMPARED:
            others.append(route)


def _clash(left: _Route, right: _Route) -> bool:
    """Whether some URL matches both, each being the more specific one in another segment."""
    left_wins = right_wins = False
    for position, (text, other) in enumerate(zip(left.segments, right.segments, strict=True)):
        one_open, other_open = _is_open(text), _is_open(other)
        # The segments take the same texts, so that this one decides nothing.
        if text == other or (one_open and other_open):
            continue
        # `/files/{name}.json` beside `/files/{id}`.
        if ("{" in text and not one_open) or ("{" in other and not other_open):
            return False  # a segment of text and parameter: rarely the same URL, not worth a warning
        if not one_open and not other_open:
            return False
        if not (right.takes(position, text) if other_open else left.takes(position, other)):
            return False
        left_wins |= other_open
        right_wins |= one_open
    # Where one is more specific in every segment that differs, it comes first, and nothing is ambiguous.
    return left_wins and right_wins


def _schemas_of(path_item: Site | None, context: RuleContext) -> dict[str, Site]:
    """Schemas of the path parameters by name; those of the path item, else of its first operation that has them."""
    found: dict[str, Site] = {}
    if path_item is None or path_item.kind != "path-item":
        return found
    for owner in [*_chain(path_item), *operations_of(path_item, context)]:
        for _, target in path_parameters(owner, context)[0]:
            schema = context.index.child(target, "schema")
            if schema is not None:
                found.setdefault(target.text("name") or "", schema)
    return found


def _can_be(schema: Site, literal: str) -> bool:
    """Whether a value of *schema* can be written as *literal*."""
    enum = schema.items("enum")
    if enum:
        return any(isinstance(node, ScalarNode) and str(node.value) == literal for node in enum)
    match schema.text("type"):
        case "integer" | "number":
            return bool(_NUMBER.fullmatch(literal))
        case "boolean":
            return literal in {"true", "false"}
        # The usual way out: `/items/{id}` beside `/items/search` is no conflict where ids are UUIDs.
        case "string" if schema.text("format") == "uuid":
            return bool(_UUID.fullmatch(literal))
        case _:
            return True


_NUMBER: Final = re.compile(r"[-+]?[0-9.eE+]+")
_UUID: Final = re.compile(r"[0-9a-fA-F]{8}(?:-[0-9a-fA-F]{4}){3}-[0-9a-fA-F]{12}")


def _is_open(segment: str) -> bool:
    """Whether a segment is a parameter and nothing else."""
    return segment.startswith("{") and segment.endswith("}") and segment.count("{") == 1


def _malformed(site: Site, _: RuleContext) -> Iterator[Finding]:
    for entry in path_entries(site):
        rest = TEMPLATE.sub("", entry.key)
        names = template_names(entry.key)
        if "{" in rest or "}" in rest:
            yield Finding(entry.span, f"braces of path {quoted(entry.key)} do not pair")
        elif "" in names:
            yield Finding(entry.span, f"path {quoted(entry.key)} has a parameter without a name")
        repeated = sorted({name for name in names if names.count(name) > 1})
        if repeated:
            message = f"path {quoted(entry.key)} uses the parameter {listing(repeated)} more than once"
            yield Finding(entry.span, message)


def _query_in_path(site: Site, _: RuleContext) -> Iterator[Finding]:
    for entry in path_entries(site):
        plain = TEMPLATE.sub("", entry.key)
        for mark, what in (("?", "a query string"), ("#", "a fragment")):
            if mark in plain:
                yield Finding(entry.span, f"path {quoted(entry.key)} contains {what}")
                break


def _slash_twins(site: Site, _: RuleContext) -> Iterator[Finding]:
    shapes = {TEMPLATE.sub("{}", entry.key): entry for entry in path_entries(site)}
    for shape, entry in shapes.items():
        # Many servers answer one of them with a redirect to the other.
        twin = shapes.get(shape[:-1]) if len(shape) > 1 and shape.endswith("/") else None
        if twin is not None:
            message = f"paths {quoted(twin.key)} and {quoted(entry.key)} differ by a trailing slash only"
            yield Finding(later_of(twin, entry).span, message)


def operations_of(path_item: Site, context: RuleContext) -> list[Site]:
    """Operations of a path item, looking through its reference."""
    found: list[Site] = []
    for item in _chain(path_item):
        for key, entry in item.entries.items():
            if key in METHODS:
                operation = context.index.at(entry.value)
                if operation is not None and operation.kind == "operation":
                    found.append(operation)
        found.extend(context.index.children(item, "additionalOperations"))
    return found


def _chain(path_item: Site) -> Iterator[Site]:
    """A path item and those that it refers to."""
    seen: set[int] = set()
    site: Site | None = path_item
    while site is not None and id(site) not in seen:
        seen.add(id(site))
        yield site
        # Fields of both path items count (see `contract.load_operations`).
        site = site.target


def path_parameters(owner: Site, context: RuleContext) -> tuple[list[tuple[Site, Site]], bool]:
    """Parameters with ``in: path`` of a path item or operation (each with the place that lists it), and whether all of
    the list could be resolved."""
    listed = context.index.children(owner, "parameters")
    resolved = [(site, target) for site in listed if (target := follow(site)) is not None]
    written = owner.get("parameters")
    complete = written is None or (isinstance(written, SequenceNode) and len(resolved) == len(written.items))
    return [(site, target) for site, target in resolved if target.text("in") == "path"], complete


def _may_declare(owner: Site, context: RuleContext) -> set[str]:
    """Names of path parameters, and of those whose location is wrong: that fault is told by itself."""
    found = (target for _, target in context.index.resolved(owner, "parameters"))
    return {
        t.text("name") or ""
        for t in found
        if t.text("in") not in {"query", "header", "cookie", "querystring"}
    }


def _undeclared(site: Site, context: RuleContext) -> Iterator[Finding]:
    for path_item in (item for item in context.index.of("path-item") if item.parent is site and item.entry):
        yield from _undeclared_in(path_item, context)


def _undeclared_in(path_item: Site, context: RuleContext) -> Iterator[Finding]:
    """Names in the template of one path that nothing declares."""
    names = [name for name in dict.fromkeys(template_names(path_item.key)) if name]
    operations = operations_of(path_item, context)
    if not names or not operations:
        return
    shared: set[str] = set()
    for item in _chain(path_item):
        _, complete = path_parameters(item, context)
        # What cannot be resolved may declare them.
        if not complete or (item.ref is not None and item.target is None):
            return
        shared |= _may_declare(item, context)
    lacking: dict[str, list[Site]] = {name: [] for name in names if name not in shared}
    for operation in operations:
        _, complete = path_parameters(operation, context)
        declared = _may_declare(operation, context)
        for name, sites in lacking.items():
            if complete and name not in declared:
                sites.append(operation)
    for name, sites in lacking.items():
        # One finding for the path in place of one for each of its operations.
        if len(sites) == len(operations):
            yield Finding(
                path_item.at, f"parameter {quoted(name)} of path {quoted(path_item.key)} is not declared"
            )
        else:
            for operation in sites:
                yield Finding(
                    operation.at,
                    f"{operation.key.upper()} {path_item.key} does not declare the path parameter "
                    f"{quoted(name)}",
                )


def _undeclared_extra(site: Site, context: RuleContext) -> Iterator[Finding]:
    for path_item in (item for item in context.index.of("path-item") if item.parent is site and item.entry):
        names = template_names(path_item.key)
        owners = [*_chain(path_item), *operations_of(path_item, context)]
        for owner in owners:
            for place, target in path_parameters(owner, context)[0]:
                name = target.text("name")
                if name is not None and name not in names:
                    at = place.node.span if place.ref is None else place.value_at("$ref")
                    message = f"path parameter {quoted(name)} is not in the template {quoted(path_item.key)}"
                    yield Finding(at, message)


def _empty_path_item(site: Site, _: RuleContext) -> Iterator[Finding]:
    if isinstance(site.node, MappingNode) and site.entry is not None and site.parent is not None:
        # OpenAPI allows it where access control hides operations; in a file by hand it is forgotten work.
        if site.parent.kind == "paths" and not site.entries:
            yield Finding(site.at, f"path {quoted(site.key)} has no operation")


def _beside_ref(site: Site, _: RuleContext) -> Iterator[Finding]:
    for key, entry in site.entries.items():
        if key not in {"$ref", "summary", "description"} and not key.startswith("x-"):
            message = (
                f"{quoted(key)} beside the `$ref` of a path item: OpenAPI does not define which one counts"
            )
            yield Finding(entry.span, message)


RULES: Final = (
    error("path-duplicate", _duplicate, on=("paths",)).rule(
        summary="Two paths differ only in the names of their parameters.",
        why="They match the same URLs, so only one of them can ever be reached. OpenAPI forbids it.",
        hint="Merge the operations under one path.",
    ),
    warning("path-ambiguous", _ambiguous, on=("paths",)).rule(
        summary="Two paths match the same URL and neither is more specific.",
        why="Which operation gets the request depends on the router.",
        hint="Give one of them a segment of its own.",
    ),
    error("path-template-malformed", _malformed, on=("paths",)).rule(
        summary="A path template with unpaired braces, a nameless or a repeated parameter.",
        why="Tools cannot determine which part of the URL is the parameter.",
        hint="Write each parameter once, as `{name}`.",
    ),
    warning("path-with-query", _query_in_path, on=("paths",)).rule(
        summary="A path contains a query string or a fragment.",
        why="Routers compare the path of a URL only, so such a path never matches.",
        hint="Describe it by query parameters.",
    ),
    warning("path-slash-twins", _slash_twins, on=("paths",)).rule(
        summary="Two paths differ by a trailing slash only.",
        why="Servers and proxies redirect one to the other, and clients do not know which one to use.",
        hint="Keep one of them.",
    ),
    info("path-empty", _empty_path_item, on=("path-item",)).rule(
        summary="A path without any operation.",
        why="Every request to it is rejected. This may be intended, but often it is a leftover.",
        hint="Add an operation or remove the path.",
    ),
    error("path-param-undeclared", _undeclared, on=("paths",)).rule(
        summary="A parameter of the path template is not declared.",
        why="Its type and meaning are unknown; OpenAPI demands a parameter with `in: path` for each.",
        hint="Add a parameter of that name with `in: path` and `required: true`.",
    ),
    error("path-param-extra", _undeclared_extra, on=("paths",)).rule(
        summary="A path parameter that is not in the template.",
        why="It is required and can never be given.",
        hint="Add it to the path as `{name}`, or remove it.",
    ),
    warning("path-item-beside-ref", _beside_ref, on=("path-item",), keys=("$ref",)).rule(
        summary="A path item with a `$ref` and fields of its own.",
        why="OpenAPI does not define what holds when both say something; tools differ.",
        hint="Move the fields into the file that is referred to, or write the path item out.",
    ),
)
