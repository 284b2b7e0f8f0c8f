"""What every part of the loader shares: findings, typed access to nodes, references, and a cache of shared objects."""

from __future__ import annotations

import math
from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass, field
from types import MappingProxyType
from typing import TypeVar, cast

from accord.contract.load_names import NAME_KEY, Named, Names, Section, section_of
from accord.contract.schema import NO_EXTENSIONS, JsonValue
from accord.diagnostics import Diagnostic, Severity, Span
from accord.source.data import to_data
from accord.source.document import Document, Resolved
from accord.source.identifiers import Base
from accord.source.node import Entry, MappingNode, Node, ScalarNode, SequenceNode, text_of
from accord.source.parsed import shorten

T = TypeVar("T")


@dataclass(frozen=True, slots=True, kw_only=True)
class At:
    """A node that is being loaded, with the base that its references are relative to; ``target`` where it is a declared
    component."""

    node: Node
    base: Base
    target: Resolved | None = None

    def to(self, node: Node) -> At:
        """Another node of the same file and base."""
        return At(node=node, base=self.base)


@dataclass(frozen=True, slots=True, kw_only=True)
class Found:
    """An object behind a chain of references, if there was one.

    ``named`` is the first target of the chain. ``siblings`` are the keys beside the references (3.1: they override).
    """

    node: MappingNode
    base: Base
    named: Named | None = None
    key: tuple[str, str] | None = None
    siblings: Mapping[str, Entry] = field(default_factory=dict[str, Entry])

    def to(self, node: Node) -> At:
        """A node inside of the object."""
        return At(node=node, base=self.base)


@dataclass(slots=True)
class _Cached:
    """A shared object and the errors that were found while it was loaded."""

    value: object
    faults: tuple[Diagnostic, ...]


class LoadContext:
    """The state of one run of the loader; every part of the loader holds it."""

    def __init__(self, document: Document) -> None:
        self.document = document
        self.version = document.version
        self.diagnostics: dict[Diagnostic, None] = {}
        # Loading is nested (operation, parameter, schema), and so are those who want to know what went
        # wrong.
        self._collectors: list[list[Diagnostic]] = []
        self._cache: dict[tuple[str, tuple[str, str]], _Cached] = {}
        self._active: set[tuple[str, tuple[str, str]]] = set()
        self.names = Names(document, self.add)

    # Findings

    def add(self, diagnostic: Diagnostic) -> None:
        """Keep a finding; an error becomes a fault of everything that is being loaded."""
        self.diagnostics.setdefault(diagnostic)
        if diagnostic.severity is Severity.ERROR:
            # Each of them, not only the innermost: a fault of a parameter is one of its operation too.
            for collector in self._collectors:
                collector.append(diagnostic)

    def error(self, code: str, message: str, span: Span, hint: str = "") -> None:
        """Report something that keeps the part of the contract around it from being used as written."""
        self.add(Diagnostic(code=code, message=message, span=span, hint=hint))

    def recoverable_error(self, code: str, message: str, span: Span, hint: str = "") -> None:
        """Report an error whose meaning is clear all the same: the operation around it is served as if it were right."""
        self.diagnostics.setdefault(Diagnostic(code=code, message=message, span=span, hint=hint))

    def warn(self, code: str, message: str, span: Span, hint: str = "") -> None:
        """Report something that is likely not what the author meant."""
        self.add(Diagnostic(code=code, message=message, span=span, hint=hint, severity=Severity.WARNING))

    def collecting(self, load: Callable[[], T]) -> tuple[T, tuple[Diagnostic, ...]]:
        """The result of *load* and the errors found on the way."""
        collector: list[Diagnostic] = []
        self._collectors.append(collector)
        try:
            value = load()
        finally:
            self._collectors.pop()
        return value, tuple(dict.fromkeys(collector))

    def aside(self, load: Callable[[], T]) -> T:
        """The result of *load*, whose errors are reported but are no faults of the operation around it."""
        collectors, self._collectors = self._collectors, []
        try:
            return load()
        finally:
            self._collectors = collectors

    def wrong_type(self, node: Node, expected: str, what: str) -> None:
        """Report a value of another JSON type than *what* takes."""
        self.error("structure-type", f"{what} must be {expected}, not {describe(node)}", node.span)

    # References

    def follow(self, at: At, section: Section, what: str) -> Found | None:
        """The object at *at*, or behind its chain of ``$ref``; ``None`` (reported) where there is none."""
        node, base = at.node, at.base
        first: Named | None = None
        key: tuple[str, str] | None = None
        siblings: dict[str, Entry] = {}
        seen: set[tuple[str, str]] = set()
        if at.target is not None:
            first = self.names.of(section, at.target)
            node, base, key = first.target.node, first.target.base, first.target.key
            seen.add(key)
        while isinstance(node, MappingNode) and "$ref" in node.entries:
            ref = node.entries["$ref"].value
            target = self.resolve(ref, base, section)
            if target is None:
                return None
            # The reference that the user wrote comes first, so its siblings win over those further along
            # the chain.
            siblings = {**{k: e for k, e in node.entries.items() if k != "$ref"}, **siblings}
            named = self.names.of(section, target)
            if first is None:
                first = named
            if named.target.key in seen:
                self.error(
                    "ref-cycle",
                    "this reference leads back to itself",
                    ref.span,
                    "Refer to the object itself.",
                )
                return None
            target = named.target
            seen.add(target.key)
            node, base, key = target.node, target.base, target.key
        mapping = self.mapping(node, what)
        if mapping is None:
            return None
        # A path item's `$ref` is no Reference object in 3.0: its siblings count (see `load_operations`).
        if self.version == "3.0" and section != "pathItems":
            # One finding is enough: the others have the same cause.
            ignored = next((entry for key, entry in siblings.items() if not key.startswith("x-")), None)
            if ignored is not None:
                self.ignored_sibling(ignored)
            siblings = {}
        return Found(node=mapping, base=base, named=first, key=key, siblings=siblings)

    def ignored_sibling(self, entry: Entry) -> None:
        """Report a key beside ``$ref`` in OpenAPI 3.0."""
        self.warn(
            "ref-siblings",
            f"{shorten(entry.key)} stands beside a $ref and is ignored in OpenAPI 3.0",
            entry.span,
            hint="Use allOf with the $ref in it, or OpenAPI 3.1.",
        )

    def resolve(self, ref: Node, base: Base, section: Section) -> Resolved | None:
        """The target of one reference; ``None`` (reported) where there is none or it is of another kind."""
        text = text_of(ref)
        if text is None:
            self.wrong_type(ref, "text", "$ref")
            return None
        found = self.document.resolve(text, base, at=ref.span)
        if isinstance(found, Diagnostic):
            self.add(found)
            return None
        other = section_of(found.pointer)
        if other is not None and other != section:
            message = (
                f"the reference leads to components/{other}, but one of components/{section} belongs here"
            )
            self.error("ref-kind", message, ref.span, f"Refer to one of components/{section}.")
            return None
        return found

    def cached(self, section: str, key: tuple[str, str] | None, load: Callable[[], T]) -> T | None:
        """Load a shared object once. Its faults count for everybody who uses it.

        ``None`` (reported) for an object that contains itself, which has no finite form.
        """
        if key is None:
            return load()
        full = (section, key)
        known = self._cache.get(full)
        if known is None:
            # It is being loaded further up: an object inside of itself.
            if full in self._active:
                return None
            self._active.add(full)
            value, faults = self.collecting(load)
            self._active.discard(full)
            self._cache[full] = _Cached(value, faults)
            return value
        # Whoever uses a broken object is broken as well, also where it was loaded for somebody else.
        for fault in known.faults:
            self.add(fault)
        return cast("T", known.value)  # the section decides the type of what was stored

    # Typed access

    def mapping(self, node: Node | None, what: str) -> MappingNode | None:
        """*node* if it is a mapping; anything else is reported."""
        if node is None or isinstance(node, MappingNode):
            return node
        self.wrong_type(node, "an object", what)
        return None

    def entries(self, node: Node | None, what: str) -> Iterator[Entry]:
        """The entries of a mapping; none (reported) for anything else."""
        mapping = self.mapping(node, what)
        if mapping is not None:
            yield from mapping.entries.values()

    def items(self, node: Node | None, what: str) -> list[Node]:
        """The items of a list; none (reported) for anything else."""
        if node is None:
            return []
        if isinstance(node, SequenceNode):
            return node.items
        self.wrong_type(node, "a list", what)
        return []

    def text(self, mapping: MappingNode, key: str) -> str | None:
        """Text under *key*. A number or boolean is reported, and its spelling is used."""
        node = mapping.get(key)
        return None if node is None else self.as_text(node, f"`{key}`")

    def as_text(self, node: Node, what: str) -> str | None:
        """The text of *node*; a number or boolean is reported, and its spelling is used."""
        if isinstance(node, ScalarNode):
            if isinstance(node.value, str):
                return node.value
            if node.value is not None:
                hint = f'Quote it: "{node.raw}".'
                message = f"{what} must be text, not {describe(node)}"
                self.recoverable_error("structure-type", message, node.span, hint)
                return node.raw
        self.wrong_type(node, "text", what)
        return None

    def texts(self, node: Node | None, what: str) -> tuple[str, ...]:
        """The texts in a list; an item that is none is reported and left out."""
        found = (self.as_text(item, f"each item of {what}") for item in self.items(node, what))
        return tuple(text for text in found if text is not None)

    def flag(self, mapping: MappingNode, key: str) -> bool | None:
        """The boolean under *key*; ``None`` where there is none, and (reported) for anything else."""
        node = mapping.get(key)
        if node is None:
            return None
        if isinstance(node, ScalarNode) and isinstance(node.value, bool):
            return node.value
        self.wrong_type(node, "true or false", f"`{key}`")
        return None

    def number(self, node: Node, what: str) -> int | float | None:
        """A finite number; ``None`` (reported) for anything else."""
        value = node.value if isinstance(node, ScalarNode) else None
        if isinstance(value, (int, float)) and not isinstance(value, bool) and math.isfinite(value):
            return value
        self.wrong_type(node, "a number", what)
        return None

    def integer(self, node: Node, what: str) -> int | None:
        """A whole number; ``2.0`` is one, as in JSON Schema."""
        value = node.value if isinstance(node, ScalarNode) else None
        if isinstance(value, int) and not isinstance(value, bool):
            return value
        # JSON Schema, Core, 6.3: a number whose fraction is zero is an integer.
        if isinstance(value, float) and value.is_integer():
            return int(value)
        self.wrong_type(node, "a whole number", what)
        return None

    def required_text(self, mapping: MappingNode, key: str, what: str) -> str | None:
        """Text that *what* cannot do without."""
        if key not in mapping.entries:
            self.error("structure-required", f"{what} has no `{key}`", mapping.span)
            return None
        return self.text(mapping, key)

    def extensions(self, mapping: MappingNode) -> Mapping[str, JsonValue]:
        """The ``x-*`` keys, apart from the one that names things."""
        found = {
            key: to_data(entry.value)
            for key, entry in mapping.entries.items()
            if key.startswith("x-") and key != NAME_KEY
        }
        return MappingProxyType(found) if found else NO_EXTENSIONS

    def plain_object(self, mapping: MappingNode, key: str) -> Mapping[str, JsonValue]:
        """The object under *key* as JSON data; empty where there is none."""
        node = self.mapping(mapping.get(key), f"`{key}`")
        if node is None:
            return NO_EXTENSIONS
        data = to_data(node)
        return MappingProxyType(data) if isinstance(data, dict) else NO_EXTENSIONS

    def external_docs(self, mapping: MappingNode) -> str | None:
        """The address in ``externalDocs``."""
        node = self.mapping(mapping.get("externalDocs"), "`externalDocs`")
        return None if node is None else self.text(node, "url")


def describe(node: Node) -> str:
    """The JSON type of *node* and its value, in words."""
    if isinstance(node, MappingNode):
        return "an object"
    if isinstance(node, SequenceNode):
        return "a list"
    match node.value:
        case None:
            return "null"
        case bool():
            return f"the boolean {node.raw}"
        case int() | float():
            return f"the number {shorten(node.raw)[1:-1]}"
        case str():
            return f"the text {shorten(node.value)}"
