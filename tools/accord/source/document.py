"""A contract as its author wrote it: one entry file and every file that it refers to, with places.

Files are read when a reference first names them, so :attr:`Document.files` and :attr:`Document.diagnostics` grow while
the contract is loaded.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass, replace
from pathlib import Path
from types import MappingProxyType
from typing import Final

from accord.diagnostics import Diagnostic, Severity, Span
from accord.errors import ContractUnusableError, UsageError
from accord.source.discover import root_of
from accord.source.files import FileTree, absolute, display_path, read_file
from accord.source.identifiers import Base, Identifiers, Place, base_of, join_uri
from accord.source.limits import DEFAULT_LIMITS, Budget, Limits
from accord.source.node import (
    Entry,
    MappingNode,
    Node,
    ScalarNode,
    SequenceNode,
    SourceFile,
    step_into,
    text_of,
)
from accord.source.parsed import shorten
from accord.source.pointer import join, split
from accord.source.refs import RejectedReference, local_origin, missing, outside, split_ref, suggest, within
from accord.source.versions import OpenApiVersion, read_version

_IDENTIFYING: Final = ("$id", "$anchor", "$dynamicAnchor", "$self")
# A pointer may step through references; more of them than this is a circle.
_MAX_HOPS: Final = 100
_CIRCLE: Final = "the reference leads through a circle of references"


@dataclass(frozen=True, slots=True, kw_only=True)
class Resolved:
    """The target of a reference.

    ``base`` is what holds where the target stands (a ``$id`` of its own is not yet applied); ``pointer`` leads to it
    from the root of the file ``origin``; ``span`` is the place of the key that names it, or its own.
    """

    node: Node
    base: Base
    origin: str
    pointer: str
    span: Span

    @property
    def key(self) -> tuple[str, str]:
        """What makes the target the same target, however it was referred to."""
        return self.origin, self.pointer


class Document:
    """A contract with all files that were read for it. Made by :func:`read_document`.

    ``root_node`` is the tree of the entry file. References are resolved one step at a time by :meth:`resolve`, which reads further
    files as they are named; nothing leaves ``root``.
    """

    def __init__(self, *, entry: Path, root: Path, limits: Limits, show: Callable[[Path], str]) -> None:
        self.root = root
        self.path = absolute(entry)
        self._typed = entry
        self._show = show
        self._budget = Budget(limits)
        self._limits = limits
        self._files: dict[str, FileTree] = {}
        self._rejections: dict[str, RejectedReference] = {}
        self._diagnostics: list[Diagnostic] = []
        self._ids = Identifiers()
        # By origin, base and text of the reference: contracts repeat the same few references tens of
        # thousands of times.
        self._resolved: dict[tuple[str, str, str], Resolved | Diagnostic] = {}
        self.uses_ids = False
        tree = self._read_entry(self.path)
        assert isinstance(tree.root, MappingNode)
        self.entry: SourceFile = tree.source
        self.root_node: MappingNode = tree.root
        openapi, version, findings = read_version(tree.root, tree.source)
        self.openapi: str = openapi
        self.version: OpenApiVersion = version
        self._diagnostics.extend(findings)
        self._index(tree)

    @property
    def files(self) -> Mapping[str, FileTree]:
        """Every file read so far, by its origin; the entry comes first."""
        return MappingProxyType(self._files)

    @property
    def diagnostics(self) -> tuple[Diagnostic, ...]:
        """What is wrong with the text of the files read so far."""
        return tuple(self._diagnostics)

    @property
    def limits(self) -> Limits:
        """The limits it was read with."""
        return self._limits

    @property
    def base(self) -> Base:
        """The base of the entry file."""
        return self.base_of_file(self.entry.origin)

    def components(self, section: str) -> Mapping[str, Entry]:
        """The entries of one section of the entry file's components; empty where there are none."""
        components = self.root_node.get("components")
        found = components.get(section) if isinstance(components, MappingNode) else None
        return found.entries if isinstance(found, MappingNode) else {}

    def base_of_file(self, origin: str) -> Base:
        """The base at the root of a file that was read."""
        return self._root_place(origin).base

    def enter(self, node: Node, base: Base) -> Base:
        """The base inside of the schema *node*, which stands where *base* holds."""
        return base_of(node, base) if self.uses_ids else base

    def dynamic_anchors(self) -> Iterator[tuple[str, Resolved]]:
        """Every ``$dynamicAnchor`` of the files read so far, by its name."""
        return ((name, _resolved(place)) for name, place in self._ids.dynamic)

    def resource(self, node: Node, base: Base) -> Resolved | None:
        """*node* as a schema resource of its own, if it has an ``$id`` and the contract any ``$dynamicAnchor``."""
        if not self._ids.dynamic or not isinstance(node, MappingNode) or "$id" not in node.entries:
            return None
        place = self._ids.resources.get(base_of(node, base).uri)
        if place is None or place.node is not node:
            return None
        return _resolved(place)

    def resolve(self, ref: str, base: Base, *, at: Span) -> Resolved | Diagnostic:
        """One step: the node that *ref*, written at *at* where *base* holds, points to.

        The target may be a reference itself. A :class:`Diagnostic` (``ref-*``) tells why there is none.
        """
        return self._resolve(ref, base, at, hops=0)

    def _resolve(self, ref: str, base: Base, at: Span, *, hops: int) -> Resolved | Diagnostic:
        """One step, remembered; *hops* counts the references that the way led through."""
        key = (base.origin, base.uri, ref)
        known = self._resolved.get(key)
        if isinstance(known, Diagnostic):
            # The same reference written elsewhere is reported there as well.
            return replace(known, span=at)
        if known is not None:
            return known
        # Until it is known, a way that leads back here is a circle.
        circle = Diagnostic(code="ref-cycle", message=_CIRCLE, span=at)
        self._resolved[key] = circle
        found = self._resolve_anew(ref, base, at, hops)
        self._resolved[key] = found
        return found

    def _resolve_anew(self, ref: str, base: Base, at: Span, hops: int) -> Resolved | Diagnostic:
        """One step that was not taken before."""
        path, fragment = split_ref(ref)
        start = self._resource(path, base)
        if isinstance(start, RejectedReference):
            return Diagnostic(code=start.code, message=start.message, hint=start.hint, span=at)
        if fragment and not fragment.startswith("/"):
            found = self._anchor(fragment, start, at)
        else:
            found = self._walk(start, fragment, at, hops)
            # Only a reference that would find nothing otherwise: where the strict reading finds something,
            # it is the one that holds.
            if isinstance(found, Diagnostic) and not path and start.pointer:
                found = self._from_file_root(ref, base, at, hops) or found
        return found

    def _from_file_root(self, ref: str, base: Base, at: Span, hops: int) -> Resolved | None:
        """Strictly, ``#/components/...`` below a ``$id`` looks into that schema; most authors mean the file."""
        _, fragment = split_ref(ref)
        found = self._walk(self._root_place(base.origin), fragment, at, hops)
        if isinstance(found, Diagnostic):
            return None
        self._diagnostics.append(
            Diagnostic(
                code="ref-below-id",
                message=f"{shorten(ref, 100)} is relative to the $id around it, where it finds nothing; the file's root was taken",
                span=at,
                hint="Remove the $id, or name the file in the reference.",
                severity=Severity.WARNING,
            )
        )
        return found

    def _resource(self, path: str, base: Base) -> Place | RejectedReference:
        """The root that a fragment is relative to."""
        if not path:
            return self._ids.resources.get(base.uri) or self._root_place(base.origin)
        if self.uses_ids:
            # An `$id` names what it names before files do (JSON Schema, Core, 8.2.1), so that a contract
            # may use identifiers that are URLs.
            uri = join_uri(base.uri, path)
            known = None if uri is None else self._ids.resources.get(uri)
            if known is not None:
                return known
        origin = local_origin(path, base.origin)
        if isinstance(origin, RejectedReference):
            return origin
        tree = self._tree(origin, path)
        return tree if isinstance(tree, RejectedReference) else self._root_place(origin)

    def _root_place(self, origin: str) -> Place:
        """The root of a file that was read, with the base that holds there."""
        node = self._files[origin].root
        assert node is not None
        base = Base.of_file(origin)
        if self.uses_ids:
            base = self._ids.files.get(origin, base)
        return Place(node=node, base=base, pointer="")

    def _anchor(self, name: str, start: Place, at: Span) -> Resolved | Diagnostic:
        """The part that a plain-name fragment (``$anchor``) names."""
        uri = self.enter(start.node, start.base).uri
        place = self._ids.anchors.get((uri, name))
        if place is None:
            names = [anchor for base, anchor in self._ids.anchors if base == uri]
            message = f"there is no $anchor {shorten(name)} in {start.base.origin}"
            hint = suggest(name, names) or "A JSON pointer starts with '#/'."
            return Diagnostic(code="ref-unresolved", message=message, span=at, hint=hint)
        return _resolved(place)

    def _walk(self, start: Place, fragment: str, at: Span, hops: int) -> Resolved | Diagnostic:
        """Follow a JSON pointer, through references where it has to."""
        node, base, pointer, span = start.node, start.base, start.pointer, start.node.span
        for segment in split(fragment):
            # RFC 6901 knows no references, but authors write pointers through them and most tools follow.
            while isinstance(node, MappingNode) and segment not in node.entries and "$ref" in node.entries:
                onward = self._through(node, base, at, hops)
                if isinstance(onward, Diagnostic):
                    return onward
                hops += 1
                node, base, pointer, span = onward.node, onward.base, onward.pointer, onward.span
            inner = self.enter(node, base)
            step = step_into(node, segment)
            if step is None:
                return _unresolved(node, segment, fragment, base, at)
            (node, span), base, pointer = step, inner, join(pointer, segment)
        return Resolved(node=node, base=base, origin=base.origin, pointer=pointer, span=span)

    def _through(self, node: MappingNode, base: Base, at: Span, hops: int) -> Resolved | Diagnostic:
        """The target of the reference *node*, on a pointer that leads further than it."""
        ref = text_of(node.entries["$ref"].value)
        if hops >= _MAX_HOPS:
            return Diagnostic(code="ref-cycle", message=_CIRCLE, span=at)
        if ref is None:
            message = "the reference leads through a $ref that is not text"
            return Diagnostic(code="ref-unresolved", message=message, span=at)
        return self._resolve(ref, self.enter(node, base), at, hops=hops + 1)

    def _tree(self, origin: str, path: str) -> FileTree | RejectedReference:
        """The file, read once; a rejection where it is missing, outside, or cannot be parsed."""
        rejection = self._rejections.get(origin)
        if rejection is not None:
            return rejection
        tree = self._files.get(origin)
        if tree is None:
            read = self._read(origin, path)
            if isinstance(read, RejectedReference):
                self._rejections[origin] = read
                return read
            tree = read
        if tree.root is None:
            message = f"the file {shorten(path, 100)} cannot be parsed"
            return RejectedReference("ref-file-unusable", message, f"Repair {tree.source.display} first.")
        return tree

    def _read(self, origin: str, path: str) -> FileTree | RejectedReference:
        """Read one more file; a rejection where that cannot be done."""
        target = self.root / origin
        try:
            # After symbolic links: a link in the folder may lead out of it.
            if not within(self.root, origin):
                return outside(path)
            if len(self._files) >= self._limits.files:
                return RejectedReference(
                    "limit-files", f"the contract has more than {self._limits.files} files", "Merge some."
                )
            display = self._show(target)
            tree = read_file(target, display=display, origin=origin, budget=self._budget)
        except (FileNotFoundError, ValueError, RuntimeError):  # a loop of links is a RuntimeError
            folder = target.parent
            return missing(path, (item.name for item in folder.iterdir()) if folder.is_dir() else ())
        except OSError as error:
            return RejectedReference(
                "ref-file-unusable",
                f"the file {shorten(path, 100)} cannot be read: {error.strerror}",
                "Make it a plain file that this user may read.",
            )
        self._files[origin] = tree
        self._diagnostics.extend(tree.diagnostics)
        self._index(tree)
        return tree

    def _index(self, tree: FileTree) -> None:
        """Enter the identifiers of a file; OpenAPI 3.0 has none."""
        if tree.root is None or self.version == "3.0":
            return
        # Looking for the words in the text costs next to nothing, and spares nearly every contract a walk
        # over all of its nodes.
        if any(keyword in tree.source.text for keyword in _IDENTIFYING):
            self.uses_ids = True
            self._ids.add_file(tree.source.origin, tree.root)

    def _read_entry(self, entry: Path) -> FileTree:
        """Read the entry file, without which there is no contract."""
        try:
            origin = entry.relative_to(self.root).as_posix()
        except ValueError:
            raise UsageError(
                f"{self._typed} does not lie in the folder of the contracts, {self.root}",
                hint="Move it there, or name a folder that holds both.",
            ) from None
        display = self._show(entry)
        try:
            tree = read_file(entry, display=display, origin=origin, budget=self._budget)
        except FileNotFoundError:
            raise ContractUnusableError(f"{display}: there is no such file") from None
        except OSError as error:
            raise ContractUnusableError(f"{display}: cannot be read: {error.strerror}") from None
        self._files[origin] = tree
        self._diagnostics.extend(tree.diagnostics)
        finding = _entry_fault(tree)
        if finding is not None:
            found = (*tree.diagnostics, finding) if finding not in tree.diagnostics else tree.diagnostics
            raise ContractUnusableError(
                f"{finding.span}: {finding.message}", hint=finding.hint, diagnostics=found
            )
        return tree


def read_document(
    entry: Path,
    *,
    root: Path | None = None,
    limits: Limits = DEFAULT_LIMITS,
    show: Callable[[Path], str] | None = None,
) -> Document:
    """Read the contract that starts in the file *entry*.

    *root* is the folder of all contracts, which no reference may leave; see ``discover.root_of`` for its default.
    *show* gives the name by which findings call a file (default: its path, relative where that is natural).

    Raises:
        ContractUnusableError: the entry is missing, cannot be parsed, or is no OpenAPI 3.0, 3.1 or 3.2.
        UsageError: the entry does not lie in *root*.
    """
    folder = root_of(entry) if root is None else absolute(root)
    return Document(
        entry=entry, root=folder, limits=limits, show=show or (lambda path: display_path(path, entry))
    )


def _resolved(place: Place) -> Resolved:
    """What an identifier names, as the target of a reference."""
    node, base = place.node, place.base
    return Resolved(node=node, base=base, origin=base.origin, pointer=place.pointer, span=node.span)


def _entry_fault(tree: FileTree) -> Diagnostic | None:
    """Why the entry cannot be used at all."""
    root = tree.root
    if root is None:
        return tree.diagnostics[-1]
    if isinstance(root, MappingNode):
        return None
    if isinstance(root, ScalarNode) and root.value is None and not root.raw:
        message, hint = "the file is empty", "A contract starts with `openapi: 3.1.0`."
    else:
        kind = "a list" if isinstance(root, SequenceNode) else "a single value"
        message, hint = f"a contract is a mapping, this is {kind}", "It starts with `openapi: 3.1.0`."
    return Diagnostic(code="document-not-object", message=message, span=root.span, hint=hint)


def _unresolved(node: Node, segment: str, fragment: str, base: Base, at: Span) -> Diagnostic:
    """The finding about a pointer that leads to nothing, with the keys that look most like its segment."""
    names = node.entries if isinstance(node, MappingNode) else ()
    where = shorten(fragment, 120)
    message = f"nothing stands at {where} in {base.origin}: there is no {shorten(segment)}"
    return Diagnostic(
        code="ref-unresolved",
        message=message,
        span=at,
        hint=suggest(segment, names) or "Write it there, or correct the pointer.",
    )
