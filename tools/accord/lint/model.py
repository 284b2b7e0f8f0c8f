"""What rules look at: objects of the document with their places (:class:`Site`), and the contract they belong to."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass, field
from typing import TypeVar, cast

from accord.contract.model import Api, SpecVersion
from accord.contract.schema import Schema
from accord.diagnostics import Span
from accord.source.document import Document, Resolved
from accord.source.grammar import DATA, Kind, field_type
from accord.source.identifiers import Base
from accord.source.node import Entry, MappingNode, Node, ScalarNode, SequenceNode, text_of
from accord.source.pointer import join

T = TypeVar("T")

_NOTHING: dict[str, Entry] = {}


@dataclass(frozen=True, slots=True, kw_only=True)
class Reached:
    """How an object is reached that stands outside of the tree of the entry document: by the first reference to it,
    and where it stands in its file."""

    referrer: Site
    at: Span
    pointer: str


@dataclass(slots=True, eq=False)
class Site:
    """One object of OpenAPI in a source file.

    ``entry`` is the key that holds it (``None`` for an item of a list and for the root of a file), ``parent`` the object
    it stands in (``None`` for the root and for what only a ``$ref`` reaches). ``field`` is the field of the parent:
    ``responses``, ``schema``, ``properties``. ``base`` is what references in it are relative to, ``target`` what its own
    ``$ref`` resolves to.
    """

    kind: Kind
    node: Node
    base: Base
    entry: Entry | None
    parent: Site | None
    field: str
    target: Site | None = None
    reached: Reached | None = None
    """How it is reached, if nothing but a reference leads there."""

    @property
    def entries(self) -> dict[str, Entry]:
        """The fields as written; empty where the object is not a mapping."""
        return self.node.entries if isinstance(self.node, MappingNode) else _NOTHING

    @property
    def key(self) -> str:
        """The name it stands under, empty in a list."""
        return "" if self.entry is None else self.entry.key

    @property
    def at(self) -> Span:
        """The place to report for the object as a whole: its key, or its first character."""
        if self.reached is not None:
            return self.reached.at
        return self.node.span if self.entry is None else self.entry.span

    @property
    def pointer(self) -> str:
        """The JSON pointer inside of its file."""
        tokens: list[str | int] = []
        site = self
        while site.parent is not None:
            if site.entry is None:
                tokens += [_position(site.parent.items(site.field), site.node), site.field]
            else:
                tokens.append(site.entry.key)
                if site.entry is not site.parent.entries.get(site.field):
                    tokens.append(site.field)
            site = site.parent
        return join("" if site.reached is None else site.reached.pointer, *reversed(tokens))

    @property
    def ref(self) -> str | None:
        """The text of its ``$ref``."""
        return self.text("$ref")

    def get(self, key: str) -> Node | None:
        """The value under *key*."""
        entry = self.entries.get(key)
        return None if entry is None else entry.value

    def text(self, key: str) -> str | None:
        """The value under *key* where it is a string."""
        return text_of(self.get(key))

    def number(self, key: str) -> int | float | None:
        """The value under *key* where it is a number."""
        match self.get(key):
            case ScalarNode(value=bool()):
                return None
            case ScalarNode(value=int() | float() as number):
                return number
            case _:
                return None

    def is_true(self, key: str) -> bool:
        """Whether ``true`` stands under *key*."""
        node = self.get(key)
        return isinstance(node, ScalarNode) and node.value is True

    def items(self, key: str) -> list[Node]:
        """The items of the list under *key*; empty where there is no list."""
        node = self.get(key)
        return node.items if isinstance(node, SequenceNode) else []

    def texts(self, key: str) -> list[tuple[str, Node]]:
        """The strings of the list under *key* with their places."""
        found = ((text_of(item), item) for item in self.items(key))
        return [(text, item) for text, item in found if text is not None]

    def repeated(self, key: str) -> Iterator[tuple[str, Node]]:
        """The strings of the list under *key* that stand further up in it as well."""
        seen: set[str] = set()
        for text, item in self.texts(key):
            if text in seen:
                yield text, item
            seen.add(text)

    def mapping(self, key: str) -> dict[str, Entry]:
        """The entries of the mapping under *key*; empty where there is none."""
        node = self.get(key)
        return node.entries if isinstance(node, MappingNode) else _NOTHING

    def where(self, key: str) -> Span:
        """The place of the key *key*, of the object itself where it has none."""
        entry = self.entries.get(key)
        return self.at if entry is None else entry.span

    def value_at(self, key: str) -> Span:
        """The place of the value under *key*, of the object itself where it has none."""
        node = self.get(key)
        return self.at if node is None else node.span

    def ancestor(self, kind: Kind) -> Site | None:
        """The nearest object of *kind* around it, also around the reference that leads to it."""
        site = self.holder
        while site is not None and site.kind != kind:
            site = site.holder
        return site

    @property
    def holder(self) -> Site | None:
        """The object that it stands in, or that holds the reference by which it is reached."""
        return self.parent if self.reached is None else self.reached.referrer.parent


def _position(items: list[Node], node: Node) -> int:
    """The index of *node* among *items*."""
    return next((position for position, item in enumerate(items) if item is node), 0)


def later_of(first: Entry, second: Entry) -> Entry:
    """The one that stands further down in their file: where two keys are wrong together, it is the one to report."""
    return max(first, second, key=lambda entry: (entry.line, entry.column))


def children_of(site: Site) -> Iterator[Site]:
    """The objects that stand in *site*, in the order of the document, with its own base."""
    base = site.base
    for key, entry in site.entries.items():
        child = field_type(site.kind, key)
        if child == DATA:
            continue
        value = entry.value
        if child.shape == "one":
            # A boolean is a schema; any other wrong value is reported by the structure stage.
            if isinstance(value, MappingNode) or (child.kind == "schema" and _is_boolean(value)):
                yield Site(child.kind, value, base, entry, site, key)
        elif child.shape == "list":
            if isinstance(value, SequenceNode):
                for item in value.items:
                    yield Site(child.kind, item, base, None, site, key)
        elif isinstance(value, MappingNode):
            for inner in value.entries.values():
                yield Site(child.kind, inner.value, base, inner, site, key)


def _is_boolean(node: Node) -> bool:
    """Whether *node* is ``true`` or ``false``."""
    return isinstance(node, ScalarNode) and isinstance(node.value, bool)


@dataclass(slots=True, eq=False)
class Index:
    """All objects of a contract over all its files, by kind and by node.

    ``sites`` are in the order of the entry document, then in the order in which references reach other files.
    ``roots`` are those that only a reference reaches. ``misplaced`` are references to an object of another kind.
    """

    sites: list[Site]
    by_kind: Mapping[Kind, list[Site]]
    by_node: Mapping[int, Site]
    roots: list[Site]
    misplaced: list[tuple[Site, Site]]

    def of(self, kind: Kind) -> list[Site]:
        """All objects of *kind*."""
        return self.by_kind.get(kind, [])

    def at(self, node: Node | None) -> Site | None:
        """The object that *node* is."""
        return None if node is None else self.by_node.get(id(node))

    def child(self, site: Site, key: str) -> Site | None:
        """The object under *key* of *site*, with its reference resolved."""
        found = self.at(site.get(key))
        return None if found is None else follow(found)

    def children(self, site: Site, key: str) -> list[Site]:
        """The objects in the list or mapping under *key*, as written."""
        match site.get(key):
            case SequenceNode(items=items):
                nodes = items
            case MappingNode(entries=entries):
                nodes = [entry.value for entry in entries.values()]
            case _:
                nodes = []
        return [found for found in map(self.at, nodes) if found is not None]

    def resolved(self, site: Site, key: str) -> list[tuple[Site, Site]]:
        """Like :meth:`children`, each with what it resolves to; those that resolve to nothing are left out."""
        pairs = ((child, follow(child)) for child in self.children(site, key))
        return [(child, target) for child, target in pairs if target is not None]


def follow(site: Site) -> Site | None:
    """*site* itself, or what its reference leads to in the end; ``None`` where that leads nowhere."""
    seen: set[int] = set()
    # The fields beside the `$ref` of a path item count, so it is never replaced by its target.
    while site.ref is not None and site.kind != "path-item":
        if site.target is None or id(site) in seen:
            return None
        seen.add(id(site))
        site = site.target
    return site


@dataclass(slots=True, eq=False, kw_only=True)
class RuleContext:
    """The contract that a rule looks at, as a whole. ``schemas`` finds the IR of a Schema object by its place."""

    api: Api
    version: SpecVersion
    root: Site
    index: Index
    schemas: Mapping[Span, Schema]
    document: Document
    memo: dict[object, object] = field(default_factory=dict[object, object])
    is_complete: bool = True
    """Whether every reference leads somewhere: without that nobody can tell what is unused."""
    broken: frozenset[int] = frozenset()
    """``id`` of the nodes whose structure is wrong: rules about meaning leave them alone."""

    def once(self, work: Callable[[RuleContext], T]) -> T:
        """The result of *work*, which is done once for a whole contract, whichever rule asks first."""
        # By the function itself: rules share what is dear to work out, and need no order among them for it.
        if work not in self.memo:
            self.memo[work] = work(self)
        return cast("T", self.memo[work])

    def lookup(self, ref: str, site: Site) -> Node | None:
        """What a reference that stands in *site* leads to."""
        found = self.document.resolve(ref, site.base, at=site.at)
        return found.node if isinstance(found, Resolved) else None

    def mapped(self, text: str, discriminator: Site) -> Node | None:
        """What a value of the mapping of *discriminator* leads to: a schema of the entry by its name, or a reference."""
        components = self.index.at(self.root.get("components"))
        named = _NOTHING if components is None else components.mapping("schemas")
        return named[text].value if text in named else self.lookup(text, discriminator)

    def schema(self, site: Site) -> Schema | None:
        """The IR of a Schema object, through its reference; ``None`` where the contract does not use it."""
        found = self.schemas.get(site.node.span)
        if found is None and site.ref is not None:
            target = follow(site)
            return None if target is None else self.schemas.get(target.node.span)
        return found
