"""Runs every stage over one contract (text, structure, meaning) and reports each fault once."""

from __future__ import annotations

import sys
from collections import defaultdict
from collections.abc import Sequence
from dataclasses import dataclass
from functools import cache, partial
from typing import Final

from accord.contract.load import Loaded
from accord.contract.model import Api
from accord.contract.schema import Ref, Schema
from accord.contract.schemas.walk import walk
from accord.contract.visit import all_operations, operation_schemas, response_schemas, value_schemas
from accord.diagnostics import Diagnostic, Span, sort_diagnostics
from accord.lint.catalogue import RULES
from accord.lint.model import Index, Reached, RuleContext, Site, children_of
from accord.lint.registry import Dispatch
from accord.lint.rules.references import circle
from accord.lint.rules.structural import INVALID
from accord.lint.structure import Fault, check_structure
from accord.source.document import Document
from accord.source.grammar import REFERABLE, Kind
from accord.source.node import MappingNode

_ALWAYS_RULED = frozenset({"ref-siblings", "parameter-ignored", "header-ignored"})
"""Codes of the loader that rules report in full, each place by itself."""
_CLEARER = frozenset({"schema-nesting"})
"""Rules that explain what the structure stage sees at the same place."""
_TEXTUAL = ("yaml-", "json-", "number-", "openapi-")
"""Beginnings of the reader's codes about a value as it is written."""
_MINIFIED = 500
"""Characters per line from which on a line is no place: there a finding is told near by only within..."""
_NEAR = 60
"""...this many columns."""


def validate(document: Document, loaded: Loaded) -> tuple[Diagnostic, ...]:
    """Every finding about a contract that could be read: of its text, its structure and its meaning, sorted."""
    # Structure comes first: where the shape is wrong, a rule about the meaning would only say the same in
    # other words.
    walker = Walker(document)
    index = walker.walk()
    api = loaded.api
    root = index.sites[0]
    faults = check_structure(root, index.roots, api.spec_version)
    context = RuleContext(
        api=api,
        version=api.spec_version,
        root=root,
        index=index,
        schemas=_schemas_by_place(api),
        document=document,
        is_complete=not walker.unresolved,
        broken=frozenset(id(fault.owner) for fault in faults),
    )
    dispatch = _dispatch(api.spec_version)
    meaning = [finding for site in index.sites for finding in dispatch.run(site, context)]
    # The loader reads on as far as it can, so that rules find all they can in one run.
    read = [*loaded.diagnostics, *walker.unresolved]
    reported = [*document.diagnostics, *meaning, *_unexplained(faults, [*document.diagnostics, *meaning])]
    return sort_diagnostics([*reported, *_unreported(read, reported, faults, Scope(index, document))])


@dataclass(frozen=True, slots=True)
class Scope:
    """The document and its index, by which it is decided whether two findings are about one place."""

    index: Index
    document: Document


def _schemas_by_place(api: Api) -> dict[Span, Schema]:
    """Every schema of the contract except plain references, by its place."""
    roots = [named.schema for named in api.schemas.values()]
    roots += value_schemas(api.parameters.values())
    roots += [schema for response in api.responses.values() for schema in response_schemas(response)]
    roots += [schema for operation in all_operations(api) for schema in operation_schemas(operation)]
    found: dict[Span, Schema] = {}
    for schema in walk(*roots):
        if not isinstance(schema, Ref):
            found.setdefault(schema.span, schema)
    return found


_dispatch: Final = cache(partial(Dispatch, RULES))
"""The rules of a version by what they look at; made once for all contracts of a process."""


def _unexplained(faults: Sequence[Fault], others: Sequence[Diagnostic]) -> list[Diagnostic]:
    """Structural findings that neither the reader nor a rule says better at the same place."""
    errors = {finding.span for finding in others if finding.severity.rank == 0}
    clearer = {
        finding.span for finding in others if finding.code in _CLEARER or finding.code.startswith(_TEXTUAL)
    }
    return [
        fault.diagnostic
        for fault in faults
        if not fault.places & clearer
        and not (fault.diagnostic.code == INVALID.code and fault.diagnostic.span in errors)
    ]


def _unreported(
    read: Sequence[Diagnostic], reported: Sequence[Diagnostic], faults: Sequence[Fault], scope: Scope
) -> list[Diagnostic]:
    """Findings of the loader that structure and rules do not tell in the same line.

    The loader reports only what keeps it from reading on; where a rule or the structure stage looks at the same place,
    theirs is the more precise sentence.
    """
    index, document = scope.index, scope.document
    structural = frozenset[Span]().union(*(fault.places for fault in faults))
    neighbours: dict[tuple[str, int], list[Diagnostic]] = defaultdict(list)
    for finding in reported:
        neighbours[finding.span.file, finding.span.line].append(finding)
    minified = {
        tree.source.display
        for tree in document.files.values()
        # On one line of a minified file everything is near everything else.
        if len(tree.source.text) > _MINIFIED * (tree.source.text.count("\n") + 1)
    }

    def is_reported(finding: Diagnostic) -> bool:
        reach = _NEAR if finding.span.file in minified else sys.maxsize
        return any(
            # A warning never hides an error.
            other.severity.rank <= finding.severity.rank
            and abs(other.span.column - finding.span.column) <= reach
            for other in neighbours[finding.span.file, finding.span.line]
        )

    circles = _circles(index)
    return [
        finding
        for finding in dict.fromkeys(read)
        if finding.code not in _ALWAYS_RULED
        and not (finding.code == "ref-cycle" and (finding.span.file, finding.span.line) in circles)
        and not (finding.code.startswith("structure-") and finding.span in structural)
        and not is_reported(finding)
    ]


def _circles(index: Index) -> set[tuple[str, int]]:
    """File and line of every reference that is part of a circle of nothing but references."""
    links = (link for site in index.of("schema") if site.target is not None for link in circle(site))
    places = (link.value_at("$ref") for link in links)
    return {(place.file, place.line) for place in places}


class Walker:
    """Collects the sites of one contract. ``unresolved`` are the references that lead nowhere."""

    def __init__(self, document: Document) -> None:
        self._document = document
        self._sites: list[Site] = []
        self._by_kind: dict[Kind, list[Site]] = {}
        self._by_node: dict[int, Site] = {}
        self._roots: list[Site] = []
        self._referring: list[Site] = []
        self._misplaced: list[tuple[Site, Site]] = []
        self.unresolved: list[Diagnostic] = []

    def walk(self) -> Index:
        """All objects of the document, and all that they refer to."""
        self._visit(Site("openapi", self._document.root_node, self._document.base, None, None, ""))
        done = 0
        # The references of a reached file are appended while this runs.
        while done < len(self._referring):
            self._follow(self._referring[done])
            done += 1
        return Index(self._sites, self._by_kind, self._by_node, self._roots, self._misplaced)

    def _visit(self, root: Site) -> None:
        """Enter *root* and everything below it that is not entered yet."""
        enter = self._document.enter if self._document.uses_ids else None
        waiting = [root]
        while waiting:
            site = waiting.pop()
            if id(site.node) in self._by_node:
                continue  # an alias: the same node, already seen
            # Nodes have no equality of their own: an alias is the same node, equal text elsewhere is
            # another one.
            self._by_node[id(site.node)] = site
            self._sites.append(site)
            self._by_kind.setdefault(site.kind, []).append(site)
            if enter is not None and site.kind == "schema":
                # An `$id` changes what references inside of the schema are relative to.
                site.base = enter(site.node, site.base)
            if site.kind in REFERABLE and site.ref is not None:
                self._referring.append(site)
            waiting.extend(reversed(list(children_of(site))))

    def _follow(self, site: Site) -> None:
        """Resolve one reference; what it reaches for the first time is entered as well."""
        ref = site.ref
        assert ref is not None
        # Resolving may read another file, whose references then stand at the end of the list.
        found = self._document.resolve(ref, site.base, at=site.value_at("$ref"))
        if isinstance(found, Diagnostic):
            self.unresolved.append(found)
            return
        known = self._by_node.get(id(found.node))
        if known is None:
            reached = Reached(referrer=site, at=found.span, pointer=found.pointer)
            known = Site(site.kind, found.node, found.base, None, None, "", reached=reached)
            self._roots.append(known)
            self._visit(known)
        if known.kind == site.kind:
            site.target = known
        elif isinstance(found.node, MappingNode):
            self._misplaced.append((site, known))
