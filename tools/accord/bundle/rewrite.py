"""The walk that copies a document into one file and rewrites its references on the way."""

from __future__ import annotations

from collections import deque
from dataclasses import dataclass
from typing import Final

from accord.contract.load_context import At
from accord.contract.load_dynamic import dynamic_name
from accord.contract.load_names import NAME_KEY, SECTIONS, Named, Names, Section, as_section, section_of
from accord.contract.load_schema import mapping_target
from accord.contract.schema import JsonValue
from accord.diagnostics import Span
from accord.source.data import to_data
from accord.source.document import Document, Resolved
from accord.source.grammar import SECTION_KINDS, FieldType, Kind, field_type
from accord.source.identifiers import Base
from accord.source.node import Entry, MappingNode, Node, ScalarNode, SequenceNode, text_of
from accord.source.pointer import join, to_fragment

_SECTION_OF: Final[dict[Kind, Section]] = {SECTION_KINDS[section]: section for section in SECTIONS}
_DROPPED: Final = frozenset({"$id", "$anchor"})
_DEFINITIONS: Final = frozenset({"$defs", "definitions"})


@dataclass(frozen=True, slots=True)
class _Fixup:
    """An ``operationRef`` whose target may be placed only later."""

    owner: dict[str, JsonValue]
    target: Resolved


class Bundler:
    """Copies one document; ``source_map`` is filled by :meth:`run`."""

    def __init__(self, document: Document, names: Names) -> None:
        self.source_map: dict[str, Span] = {}
        self._document = document
        self._names = names
        self._entry = document.entry.origin
        self._components: dict[str, dict[str, JsonValue]] = {}
        self._done: set[tuple[Section, str]] = set()
        self._queue: deque[tuple[Section, Named]] = deque()
        self._inlined: dict[tuple[str, str], str] = {}
        self._placed: dict[tuple[str, int, int], str] = {}
        self._fixups: list[_Fixup] = []

    def run(self) -> dict[str, JsonValue]:
        """The whole document."""
        root = self._document.root_node
        self.source_map[""] = root.span
        base = self._document.base
        self._declare_components()
        result: dict[str, JsonValue] = {}
        for entry in root.entries.values():
            if entry.key == "components" and isinstance(entry.value, MappingNode):
                result["components"] = self._own_components(entry, base)
            else:
                self._member(result, entry, base, "openapi", "")
        self._pull_queued()
        self._attach_components(result)
        for fixup in self._fixups:
            span = fixup.target.span
            pointer = self._placed.get((span.file, span.line, span.column))
            if pointer is not None:
                fixup.owner["operationRef"] = to_fragment(pointer)
        return result

    # Components

    def _declare_components(self) -> None:
        """Everything that the entry declares is written in its own place, however early it is referred to."""
        for section in SECTIONS:
            for entry in self._document.components(section).values():
                named = self._names.of(section, self._names.entry_component(section, entry))
                self._done.add((section, named.name))

    def _own_components(self, components: Entry, base: Base) -> dict[str, JsonValue]:
        """The entry's components, in the order in which they stand there."""
        self.source_map["/components"] = components.span
        node = components.value
        assert isinstance(node, MappingNode)
        result: dict[str, JsonValue] = {}
        for entry in node.entries.values():
            section = as_section(entry.key)
            if section is None or not isinstance(entry.value, MappingNode):
                self._member(result, entry, base, "components", "/components")
                continue
            self.source_map[join("/components", section)] = entry.span
            written: dict[str, JsonValue] = {}
            for component in entry.value.entries.values():
                named = self._names.of(section, self._names.entry_component(section, component))
                if named.name not in written:
                    written[named.name] = self._component(section, named, component.span)
            self._components[section] = written
            result[section] = {}  # filled when all of it is known; the place in the order counts
        return result

    def _component(self, section: Section, named: Named, span: Span) -> JsonValue:
        """One component under its name."""
        pointer = join("/components", section, named.name)
        self.source_map[pointer] = span
        return self._emit(At(node=named.target.node, base=named.target.base), SECTION_KINDS[section], pointer)

    def _pull_queued(self) -> None:
        """Write the components that references asked for, and those that these ask for."""
        while self._queue:
            section, named = self._queue.popleft()
            written = self._components.setdefault(section, {})
            written[named.name] = self._component(section, named, named.target.span)

    def _attach_components(self, result: dict[str, JsonValue]) -> None:
        """Put all sections into *result*."""
        if not self._components:
            return
        components = result.setdefault("components", {})
        if not isinstance(components, dict):
            return
        for section in SECTIONS:
            written = self._components.get(section)
            if written is not None:
                components[section] = written
        self.source_map.setdefault("/components", self._document.root_node.span)

    # Copying

    def _member(
        self, result: dict[str, JsonValue], entry: Entry, base: Base, kind: Kind, pointer: str
    ) -> None:
        """Copy one entry of an object of *kind*, which stands at *pointer*."""
        inner = join(pointer, entry.key)
        self.source_map[inner] = entry.span
        result[entry.key] = self._slot(At(node=entry.value, base=base), field_type(kind, entry.key), inner)

    def _slot(self, at: At, place: FieldType, pointer: str) -> JsonValue:
        """Copy what a field holds: an object, a list of them, or a mapping to them."""
        node = at.node
        if place.shape == "list" and isinstance(node, SequenceNode):
            items: list[JsonValue] = []
            for index, item in enumerate(node.items):
                inner = join(pointer, index)
                self.source_map[inner] = item.span
                items.append(self._emit(at.to(item), place.kind, inner))
            return items
        if place.shape == "map" and isinstance(node, MappingNode):
            mapping: dict[str, JsonValue] = {}
            for entry in node.entries.values():
                inner = join(pointer, entry.key)
                self.source_map[inner] = entry.span
                if place.kind == "operation":
                    self._place(entry, inner)
                mapping[entry.key] = self._emit(at.to(entry.value), place.kind, inner)
            return mapping
        return self._emit(at, place.kind, pointer)

    def _emit(self, at: At, kind: Kind, pointer: str) -> JsonValue:
        """Copy one value."""
        node = at.node
        if isinstance(node, ScalarNode):
            return to_data(node)
        if isinstance(node, SequenceNode):
            return self._slot(at, FieldType("data", "list"), pointer)
        if kind == "data":
            return self._slot(at, FieldType("data", "map"), pointer)
        if kind == "path-item" and "$ref" in node.entries:
            inlined = self._inline(node, at.base, pointer)
            if inlined is not None:
                return inlined
        if kind == "discriminator":
            return self._discriminator(node, at.base, pointer)
        return self._object(node, at.base, kind, pointer)

    def _object(self, node: MappingNode, base: Base, kind: Kind, pointer: str) -> dict[str, JsonValue]:
        """Copy one object, its references rewritten."""
        result: dict[str, JsonValue] = {}
        if kind == "schema":
            base = self._document.enter(node, base)
        section = _SECTION_OF.get(kind)
        is_pulled = base.origin != self._entry
        for entry in node.entries.values():
            key = entry.key
            if (section is not None and key == NAME_KEY) or (kind == "schema" and key in _DROPPED):
                continue
            # Definitions of another file become components where something refers to them.
            if kind == "schema" and is_pulled and key in _DEFINITIONS and not _has_anchor(entry.value):
                continue
            if kind == "path-item":
                self._place(entry, join(pointer, key))
            self._member(result, entry, base, kind, pointer)
            if section is not None and key in {"$ref", "$dynamicRef"}:
                result[key] = self._rewritten(entry, base, section)
        if kind == "link":
            self._note_operation_ref(node, base, result)
        return result

    def _place(self, entry: Entry, pointer: str) -> None:
        """Note where an operation came to stand, for links that refer to it."""
        span = entry.span
        self._placed.setdefault((span.file, span.line, span.column), pointer)

    def _inline(self, node: MappingNode, base: Base, pointer: str) -> JsonValue | None:
        """The path item of another file in its place, with the keys beside the reference in front."""
        ref = node.entries["$ref"].value
        target = self._resolve(ref, base)
        if target is None or target.origin == self._entry or not isinstance(target.node, MappingNode):
            return None
        before = self._inlined.get(target.key)
        # A path item inside of itself (by a callback) has no end: inside, a reference says the same.
        if before is not None and pointer.startswith(before + "/"):
            return {"$ref": to_fragment(before)}
        self._inlined[target.key] = pointer
        siblings = MappingNode(
            {key: entry for key, entry in node.entries.items() if key != "$ref"},
            node.file,
            node.line,
            node.column,
        )
        own = self._object(siblings, base, "path-item", pointer)
        inlined = self._emit(At(node=target.node, base=target.base), "path-item", pointer)
        if not isinstance(inlined, dict):
            return inlined
        for key, value in inlined.items():
            own.setdefault(key, value)
        return own

    def _discriminator(self, node: MappingNode, base: Base, pointer: str) -> dict[str, JsonValue]:
        """Copy a discriminator, whose mapping holds references that are not written as such."""
        result: dict[str, JsonValue] = {}
        for entry in node.entries.values():
            self._member(result, entry, base, "discriminator", pointer)
            if entry.key == "mapping" and isinstance(entry.value, MappingNode):
                values = entry.value.entries.values()
                result["mapping"] = {item.key: self._mapped(item.value, base) for item in values}
            elif entry.key == "defaultMapping":
                result["defaultMapping"] = self._mapped(entry.value, base)
        return result

    def _mapped(self, value: Node, base: Base) -> JsonValue:
        """A value of a mapping, as it leads to the same schema in the bundle."""
        text = text_of(value)
        if text is None:
            return self._emit(At(node=value, base=base), "data", "")
        target = mapping_target(self._document, text, base, value)
        if target is None:
            return text
        pointer = self._pointer_to(target, "schemas")
        # A bare name stays one, as the author wrote it.
        return text if pointer == join("/components/schemas", text) else to_fragment(pointer)

    # References

    def _resolve(self, ref: Node, base: Base) -> Resolved | None:
        """The target of a reference; ``None`` where it has none, which the loader has reported."""
        text = text_of(ref)
        found = None if text is None else self._document.resolve(text, base, at=ref.span)
        return found if isinstance(found, Resolved) else None

    def _rewritten(self, entry: Entry, base: Base, section: Section) -> JsonValue:
        """A reference as it leads to the same target in the bundle."""
        target = self._resolve(entry.value, base)
        value = entry.value
        written = value.value if isinstance(value, ScalarNode) else None
        other = None if target is None else section_of(target.pointer)
        if target is None or (other is not None and other != section):
            return written
        pointer = self._pointer_to(target, section)
        name = dynamic_name(value, target) if entry.key == "$dynamicRef" else None
        return to_fragment(pointer) if name is None else "#" + name

    def _pointer_to(self, target: Resolved, section: Section) -> str:
        """Where *target* stands in the bundle; it is queued if it comes from another file."""
        named = self._names.of(section, target)
        if not named.component:
            return self._names.bundled_pointer(named.target.pointer)
        if (section, named.name) not in self._done:
            self._done.add((section, named.name))
            self._queue.append((section, named))
        return join("/components", section, named.name)

    def _note_operation_ref(self, node: MappingNode, base: Base, result: dict[str, JsonValue]) -> None:
        """Remember a link to an operation whose place in the bundle is not known yet."""
        ref = node.get("operationRef")
        target = None if ref is None else self._resolve(ref, base)
        if target is not None and (target.origin != self._entry or base.origin != self._entry):
            self._fixups.append(_Fixup(result, target))


def _has_anchor(definitions: Node) -> bool:
    """Whether a definition may be the target of a ``$dynamicRef`` from elsewhere, though no reference names it."""
    entries = definitions.entries.values() if isinstance(definitions, MappingNode) else ()
    return any(
        isinstance(entry.value, MappingNode) and "$dynamicAnchor" in entry.value.entries for entry in entries
    )
