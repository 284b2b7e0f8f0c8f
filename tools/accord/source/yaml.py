"""YAML 1.2 (core schema) with the place of each key and value, on the event stream of libyaml.

Only events come from the library: nothing in a file can construct an object. Line and column count from 1, columns in
code points.
"""

from __future__ import annotations

from dataclasses import dataclass, field, replace
from typing import Final

import yaml
from yaml import (
    AliasEvent,
    CollectionEndEvent,
    DocumentStartEvent,
    Event,
    MappingStartEvent,
    ScalarEvent,
    SequenceStartEvent,
)

# The parser alone: loaders of PyYAML bring a constructor, which builds Python objects from tags.
from yaml._yaml import CParser

from accord.diagnostics import Diagnostic, Severity
from accord.source.limits import Budget
from accord.source.node import Entry, MappingNode, Node, ScalarNode, SequenceNode, SourceFile
from accord.source.parsed import Parsed, ParseStoppedError, Reporter, shorten
from accord.source.scalars import ScalarValue, is_oversized, resolve_plain
from accord.source.yaml_faults import explain, unprintable

# libyaml follows YAML 1.1, where these three end a line; in YAML 1.2 they are ordinary characters.
_OLD_LINE_ENDS: Final = "\x85\u2028\u2029"
_PRIVATE_USE: Final = range(0xE000, 0xF900)
_CORE: Final = "tag:yaml.org,2002:"


def parse_yaml(file: SourceFile, budget: Budget) -> Parsed:
    """Read ``file.text``. Never raises: what is wrong is in ``Parsed.diagnostics``.

    An empty file has a null as its root.
    """
    composer = _Composer(file, budget)
    try:
        root = composer.compose()
    except ParseStoppedError as error:
        return Parsed(root=None, diagnostics=(*composer.diagnostics, error.diagnostic))
    return Parsed(root=root, diagnostics=tuple(composer.diagnostics))


@dataclass(slots=True)
class _Frame:
    """A container that is being filled; ``key`` is the key that waits for its value."""

    node: MappingNode | SequenceNode
    anchor: str | None
    key: ScalarNode | None = None
    is_bad_key: bool = False
    merges: list[Node] = field(default_factory=list[Node])


class _Composer(Reporter):
    """Builds the tree of one file out of events."""

    def __init__(self, file: SourceFile, budget: Budget) -> None:
        super().__init__(file, budget)
        self.anchors: dict[str, Node] = {}
        self.open_anchors: set[str] = set()
        self.stack: list[_Frame] = []
        self.root: Node | None = None
        self.last_scalar: ScalarEvent | None = None
        self.restore: dict[int, str] = {}

    def compose(self) -> Node:
        """The root of the file."""
        text = self._neutral_text()
        parser = CParser(text)
        try:
            self._events(parser)
        except yaml.MarkedYAMLError as error:
            # libyaml's own words name states of its parser.
            raise self._syntax(error, text) from None
        except yaml.YAMLError as error:
            fault = unprintable(text)
            if fault is None:
                raise self.stop("yaml-syntax", str(error).splitlines()[0], (1, 1)) from None
            raise self.stop("yaml-syntax", fault.message, (fault.line, fault.column), fault.hint) from None
        finally:
            # Frees the memory of libyaml, which holds the whole text.
            parser.dispose()
        if self.root is None:
            return ScalarNode(None, "", True, self.file, 1, 1)  # noqa: FBT003
        return self.root

    def _syntax(self, error: yaml.MarkedYAMLError, text: str) -> ParseStoppedError:
        """The error to raise for what libyaml cannot parse."""
        fault = explain(error, text, self.last_scalar)
        return self.stop("yaml-syntax", fault.message, (fault.line, fault.column), fault.hint)

    def _neutral_text(self) -> str:
        """The text with the line ends of YAML 1.1 replaced by characters that it does not use itself."""
        text = self.file.text
        present = [char for char in _OLD_LINE_ENDS if char in text]
        if not present:
            return text
        free = (code for code in _PRIVATE_USE if chr(code) not in text)
        self.restore = {next(free): char for char in present}
        return text.translate({ord(char): chr(code) for code, char in self.restore.items()})

    def _events(self, parser: CParser) -> None:
        """Take every event of the file; it may hold one document only."""
        documents = 0
        while (event := parser.get_event()) is not None:
            if isinstance(event, ScalarEvent):
                self.last_scalar = event
                self._add(self._scalar(event), event.anchor)
            elif isinstance(event, (MappingStartEvent, SequenceStartEvent)):
                self._open(event)
            elif isinstance(event, CollectionEndEvent):
                self._close(event)
            elif isinstance(event, AliasEvent):
                self._add(self._alias(event), None)
            elif isinstance(event, DocumentStartEvent):
                documents += 1
                if documents > 1:
                    place = _place(event)
                    hint = "Keep one document in each file."
                    raise self.stop("yaml-multiple-documents", "a second document starts here", place, hint)

    def _open(self, event: MappingStartEvent | SequenceStartEvent) -> None:
        """A mapping or a list starts."""
        place = _place(event)
        node: MappingNode | SequenceNode = (
            MappingNode({}, self.file, *place)
            if isinstance(event, MappingStartEvent)
            else SequenceNode([], self.file, *place)
        )
        if event.tag is not None and event.tag not in {"!", _CORE + "map", _CORE + "seq"}:
            self._unknown_tag(event.tag, place)
        if event.anchor is not None:
            # An alias inside of the container would make the tree endless, so the anchor counts from its
            # end on only.
            self.anchors.pop(event.anchor, None)
            self.open_anchors.add(event.anchor)
        self.budget.nodes += 1
        # A stack of its own: the depth of a document must not become the depth of Python's stack.
        self.stack.append(_Frame(node, event.anchor))
        self.check_limits(len(self.stack), place)

    def _close(self, event: CollectionEndEvent) -> None:
        """A mapping or a list is complete."""
        frame = self.stack.pop()
        node = frame.node
        if isinstance(node, MappingNode):
            if frame.merges:
                _merge(node, frame.merges)
            first = next(iter(node.entries.values()), None)
            # The event of a block mapping with an anchor or a tag starts there; people look at its first key.
            if first is not None and not frame.merges and self._is_block(event):
                node.line, node.column = first.line, first.column
        if frame.anchor is not None:
            self.open_anchors.discard(frame.anchor)
        self._add(node, frame.anchor)

    def _is_block(self, end: CollectionEndEvent) -> bool:
        """A flow collection ends with its bracket; the end of a block is a place without a character."""
        assert end.start_mark is not None
        assert end.end_mark is not None
        return end.start_mark.index == end.end_mark.index

    def _add(self, node: Node, anchor: str | None) -> None:
        """Put a complete value where it belongs: into a list, as a key, behind a key, or at the root."""
        if anchor is not None:
            self.anchors[anchor] = node
        if not self.stack:
            self.root = node
            return
        frame = self.stack[-1]
        container = frame.node
        if isinstance(container, SequenceNode):
            container.items.append(node)
        elif frame.is_bad_key:
            frame.is_bad_key = False
        elif frame.key is None:
            self._start_entry(frame, node)
        else:
            key, frame.key = frame.key, None
            self._finish_entry(frame, container, key, node)

    def _start_entry(self, frame: _Frame, node: Node) -> None:
        """Take a key; what cannot be one is reported, and its value left out."""
        if isinstance(node, ScalarNode):
            frame.key = node
            return
        frame.is_bad_key = True
        self.report(
            "yaml-complex-key",
            "a mapping or a list cannot be a key",
            (node.line, node.column),
            hint="JSON knows text as a key only; quote it if text is meant.",
        )

    def _finish_entry(self, frame: _Frame, container: MappingNode, key: ScalarNode, value: Node) -> None:
        """Put key and value into *container*."""
        # A type of YAML 1.1 (yaml.org/type/merge.html) that 1.2 dropped; contracts in the wild use it.
        if key.plain and key.raw == "<<" and _is_mergeable(value):
            self._note_merge(key)
            frame.merges.append(value)
            return
        text = key.raw
        # Taken out and put in again, so that the last entry stands at its own place in the order.
        before = container.entries.pop(text, None)
        if before is not None:
            self.duplicate_key(text, (key.line, key.column), before.line)
        container.entries[text] = Entry(text, key.value, key.plain, value, self.file, key.line, key.column)

    def _note_merge(self, key: ScalarNode) -> None:
        """Warn about a merge key, which other readers of YAML 1.2 do not know."""
        warning = Diagnostic(
            code="yaml-merge-key",
            message="the merge key << belongs to YAML 1.1; other readers of YAML 1.2 take it for an ordinary key",
            span=key.span,
            hint="Write the entries out, or share them by $ref.",
            severity=Severity.WARNING,
        )
        self.diagnostics.append(warning)

    def _alias(self, event: AliasEvent) -> Node:
        """What an alias stands for; null (reported) for one without an anchor."""
        place = _place(event)
        assert event.anchor is not None
        node = self.anchors.get(event.anchor)
        if node is None:
            if event.anchor in self.open_anchors:
                message = f"the alias *{event.anchor} stands inside of what it repeats"
            else:
                message = f"the alias *{event.anchor} has no anchor in front of it"
            self.report("yaml-alias", message, place, hint=f"Define it before use with &{event.anchor}.")
            return ScalarNode(None, "", True, self.file, *place)  # noqa: FBT003
        if isinstance(node, ScalarNode):
            self.budget.alias_nodes += 1
            self.check_limits(len(self.stack), place)
            # A scalar is reported where it is used; containers keep the place where they stand, since their
            # children do.
            return replace(node, line=place[0], column=place[1])
        room = self.budget.limits.alias_nodes - self.budget.alias_nodes
        # A few aliases of aliases make a billion nodes (the "billion laughs"): they are counted before they
        # are used.
        size, height = measure(node, room)
        self.budget.alias_nodes += size
        self.check_limits(len(self.stack) + height, place)
        return node

    def _scalar(self, event: ScalarEvent) -> ScalarNode:
        """A scalar, resolved by the core schema."""
        line, column = _place(event)
        self.budget.nodes += 1
        raw: str = event.value
        if self.restore:
            raw = raw.translate(self.restore)
        is_plain = not event.style
        tag = event.tag
        if tag is not None:
            return ScalarNode(self._tagged(tag, raw, (line, column)), raw, is_plain, self.file, line, column)
        if not is_plain:
            return ScalarNode(raw, raw, False, self.file, line, column)  # noqa: FBT003
        value = resolve_plain(raw)
        # Cheaper than isinstance; this runs for each of millions of scalars.
        if value.__class__ is float:
            self.check_number(value, raw, (line, column))
        elif value.__class__ is str and is_oversized(raw):
            self.oversized_number((line, column))
        return ScalarNode(value, raw, True, self.file, line, column)  # noqa: FBT003

    def _tagged(self, tag: str, raw: str, place: tuple[int, int]) -> ScalarValue:
        """The value of a scalar with an explicit tag."""
        if tag in {"!", _CORE + "str"}:
            return raw
        kinds: dict[str, tuple[type, ...]] = {
            _CORE + "int": (int,),
            _CORE + "float": (float, int),
            _CORE + "bool": (bool,),
            _CORE + "null": (type(None),),
        }
        if tag not in kinds:
            self._unknown_tag(tag, place)
            return raw
        value = resolve_plain(raw)
        if type(value) not in kinds[tag]:
            self.report("yaml-tag", f"{shorten(raw)} does not fit its tag !!{tag.removeprefix(_CORE)}", place)
            return raw
        return float(value) if tag == _CORE + "float" and isinstance(value, int) else value

    def _unknown_tag(self, tag: str, place: tuple[int, int]) -> None:
        """Report a tag that JSON has no meaning for."""
        shown = tag.replace(_CORE, "!!")
        self.report(
            "yaml-tag",
            f"the tag {shown} means nothing in a contract",
            place,
            hint="Remove it: JSON has objects, lists, strings, numbers, booleans and null only.",
        )


def _place(event: Event) -> tuple[int, int]:
    """Line and column of an event, from 1; events that come from a text always have a mark."""
    mark = event.start_mark
    assert mark is not None
    return mark.line + 1, mark.column + 1


def measure(node: Node, room: int) -> tuple[int, int]:
    """How many values *node* holds (it stops counting behind *room*) and how many levels of containers."""
    size, height = 0, 0
    pending = [(node, 1)]
    while pending and size <= room:
        current, level = pending.pop()
        size += 1
        if isinstance(current, ScalarNode):
            continue
        height = max(height, level)
        if isinstance(current, MappingNode):
            pending.extend((entry.value, level + 1) for entry in current.entries.values())
        else:
            pending.extend((item, level + 1) for item in current.items)
    return size, height


def _is_mergeable(value: Node) -> bool:
    """Whether a merge key can take its entries from *value*."""
    if isinstance(value, SequenceNode):
        return all(isinstance(item, MappingNode) for item in value.items)
    return isinstance(value, MappingNode)


def _merge(node: MappingNode, merges: list[Node]) -> None:
    """Put the entries of *merges* in front; the mapping's own entries win, then those merged first."""
    merged: dict[str, Entry] = {}
    for source in merges:
        parts = source.items if isinstance(source, SequenceNode) else [source]
        for part in parts:
            assert isinstance(part, MappingNode)
            for key, entry in part.entries.items():
                merged.setdefault(key, entry)
    own = node.entries
    node.entries = {key: entry for key, entry in merged.items() if key not in own} | own
