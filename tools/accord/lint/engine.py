"""Runs every stage over one contract and tells each fault once."""

from __future__ import annotations

import sys
from collections import defaultdict
from collections.abc import Sequence
from dataclasses import dataclass
from functools import cache

from accord.contract.load import Loaded
from accord.contract.model import Api, SpecVersion
from accord.contract.schema import Ref, Schema
from accord.contract.schemas.walk import walk
from accord.contract.visit import all_operations, operation_schemas, response_schemas, value_schemas
from accord.diagnostics import Diagnostic, Span, sort_diagnostics
from accord.lint.catalogue import RULES
from accord.lint.model import Context, Index
from accord.lint.registry import Dispatch
from accord.lint.rules.references import circle
from accord.lint.rules.structural import INVALID
from accord.lint.structure import Fault, check_structure
from accord.lint.walk import Walker
from accord.source.document import Document

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
    walker = Walker(document)
    index = walker.walk()
    api = loaded.api
    root = index.sites[0]
    faults = check_structure(root, index.roots, api.spec_version)
    context = Context(
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
    read = [*loaded.diagnostics, *walker.unresolved]
    told = [*document.diagnostics, *meaning, *_unexplained(faults, [*document.diagnostics, *meaning])]
    return sort_diagnostics([*told, *_untold(read, told, faults, Scope(index, document))])


@dataclass(frozen=True, slots=True)
class Scope:
    """What is needed to tell whether two findings are about one place."""

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


@cache
def _dispatch(version: SpecVersion) -> Dispatch:
    return Dispatch(RULES, version)


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


def _untold(
    read: Sequence[Diagnostic], told: Sequence[Diagnostic], faults: Sequence[Fault], scope: Scope
) -> list[Diagnostic]:
    """Findings of the loader that structure and rules do not tell in the same line.

    The loader reports only what keeps it from reading on; where a rule or the structure stage looks at the same place,
    theirs is the more precise sentence.
    """
    index, document = scope.index, scope.document
    structural = frozenset[Span]().union(*(fault.places for fault in faults))
    neighbours: dict[tuple[str, int], list[Diagnostic]] = defaultdict(list)
    for finding in told:
        neighbours[finding.span.file, finding.span.line].append(finding)
    minified = {
        tree.source.display
        for tree in document.files.values()
        if len(tree.source.text) > _MINIFIED * (tree.source.text.count("\n") + 1)
    }

    def is_told(finding: Diagnostic) -> bool:
        reach = _NEAR if finding.span.file in minified else sys.maxsize
        return any(
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
        and not is_told(finding)
    ]


def _circles(index: Index) -> set[tuple[str, int]]:
    """File and line of every reference that is part of a circle of nothing but references."""
    links = (link for site in index.of("schema") if site.target is not None for link in circle(site))
    places = (link.value_at("$ref") for link in links)
    return {(place.file, place.line) for place in places}
