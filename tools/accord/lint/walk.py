"""Walks a document as the grammar says, through references and over files, and lists every object once."""

from __future__ import annotations

from accord.diagnostics import Diagnostic
from accord.lint.model import Index, Reached, Site, children_of
from accord.source.document import Document
from accord.source.grammar import REFERABLE, Kind
from accord.source.node import MappingNode


class Walker:
    """Collects the sites of one contract. ``unresolved`` are the references that lead nowhere."""

    __slots__ = (
        "_by_kind",
        "_by_node",
        "_document",
        "_misplaced",
        "_referring",
        "_roots",
        "_sites",
        "unresolved",
    )

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
        enter = self._document.enter if self._document.uses_ids else None
        waiting = [root]
        while waiting:
            site = waiting.pop()
            if id(site.node) in self._by_node:
                continue  # an alias: the same node, already seen
            self._by_node[id(site.node)] = site
            self._sites.append(site)
            self._by_kind.setdefault(site.kind, []).append(site)
            if enter is not None and site.kind == "schema":
                site.base = enter(site.node, site.base)
            if site.kind in REFERABLE and site.ref is not None:
                self._referring.append(site)
            waiting.extend(reversed(list(children_of(site))))

    def _follow(self, site: Site) -> None:
        ref = site.ref
        assert ref is not None
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
