"""Runs every stage over one contract and tells each fault once."""

from __future__ import annotations

from collections.abc import Sequence
from functools import cache

from accord.contract.load import Loaded
from accord.contract.model import SpecVersion
from accord.diagnostics import Diagnostic, sort_diagnostics
from accord.lint.catalogue import RULES
from accord.lint.model import Context
from accord.lint.registry import Dispatch
from accord.lint.schemas import schemas_by_place
from accord.lint.rules.structural import INVALID
from accord.lint.structure import Fault, check_structure
from accord.lint.walk import Walker
from accord.source.document import Document


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
        schemas=schemas_by_place(api),
        document=document,
        is_complete=not walker.unresolved,
        broken=frozenset(fault.owner for fault in faults),
    )
    dispatch = _dispatch(api.spec_version)
    meaning = [finding for site in index.sites for finding in dispatch.run(site, context)]
    read = [*document.diagnostics, *loaded.diagnostics, *walker.unresolved]
    return sort_diagnostics(_once(read, faults, meaning))


@cache
def _dispatch(version: SpecVersion) -> Dispatch:
    return Dispatch(RULES, version)


def _once(
    read: Sequence[Diagnostic], faults: Sequence[Fault], meaning: Sequence[Diagnostic]
) -> list[Diagnostic]:
    """Drop what another stage says better: the structure stage and the rules name a fault more precisely than the
    loader, which only needs to go on, and a rule knows more about a value than the official schema."""
    structural = [fault.diagnostic for fault in faults]
    explained = {finding.span for finding in meaning if finding.severity.rank == 0}
    kept = [*meaning, *(f for f in structural if f.code != INVALID.code or f.span not in explained)]
    told: dict[tuple[str, int], int] = {}
    for finding in kept:
        place = (finding.span.file, finding.span.line)
        told[place] = min(finding.severity.rank, told.get(place, finding.severity.rank))
    for finding in dict.fromkeys(read):
        rank = told.get((finding.span.file, finding.span.line))
        if rank is None or rank > finding.severity.rank:
            kept.append(finding)
    return kept
