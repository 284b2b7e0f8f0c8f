"""Names of everything that can be referred to: one rule for ``Api`` and for the bundle.

* ``x-accord-name`` on the target decides.
* A component of the entry has the name of its key. One that is only a ``$ref`` to another file gives that target its
  name.
* Elsewhere ``...#/components/schemas/X``, ``...#/$defs/X``, ``...#/X`` and ``...#/types/X`` are ``X``; a whole file is
  named after its stem.
* A pointer into something else (a property, a response) becomes a readable name: ``Pet.name``, ``items_id.get.200``.

Of two targets with one name (``name-clash``) the later one is called after where it stands as well: ``other.Pet`` for
``other.yaml#/Pet``, ``shared.Pet`` for ``shared/Pet.yaml``. A name that ``x-accord-name`` gives twice is an error; the
later one gets a number, so that loading goes on.
"""

from __future__ import annotations

import re
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import PurePosixPath
from typing import Final, Literal, TypeAlias, get_args

from accord.diagnostics import Diagnostic, Severity
from accord.source.document import Document, Resolved
from accord.source.grammar import FIELDS, METHODS
from accord.source.node import Entry, MappingNode, Node, ScalarNode, text_of
from accord.source.pointer import join, split

Section: TypeAlias = Literal[
    "schemas",
    "responses",
    "parameters",
    "examples",
    "requestBodies",
    "headers",
    "securitySchemes",
    "links",
    "callbacks",
    "pathItems",
    "mediaTypes",
]
SECTIONS: Final[tuple[Section, ...]] = get_args(Section)
"""The sections of ``components``, in the order of the OpenAPI specification."""
NAME_KEY: Final = "x-accord-name"

_UNSAFE: Final = re.compile(r"[^A-Za-z0-9._-]+")
_DEFINITIONS: Final = frozenset({"$defs", "definitions"})
# Segments that say where something stands and nothing about what it is.
_STRUCTURE: Final = (
    frozenset(
        {*SECTIONS, "components", "paths", "webhooks", "content", "schema", "properties", "application/json"}
    )
    | _DEFINITIONS
)
# A pointer with one of these leads into a schema, an operation or the like, not to an entry of somebody's own folder.
_KEYWORDS: Final = (
    _STRUCTURE
    | {field for field, held in FIELDS["schema"].items() if held.kind == "schema"}
    | {"itemSchema", "encoding", "requestBody", "x-webhooks", *METHODS, "additionalOperations"}
)


@dataclass(frozen=True, slots=True, kw_only=True)
class Named:
    """A target with its name. ``component`` tells that it stands in a components section of the bundle."""

    name: str
    target: Resolved
    component: bool


class Names:
    """The names of all targets of references, each given on first use: its key in ``Api``, and in the components of the
    bundle."""

    def __init__(self, document: Document, report: Callable[[Diagnostic], None]) -> None:
        self._document = document
        self._report = report
        self._entry = document.entry.origin
        self._aliases: dict[tuple[Section, tuple[str, str]], Resolved] = {}
        self._named: dict[tuple[Section, tuple[str, str]], Named] = {}
        self._claims: dict[tuple[Section, str], Resolved] = {}
        for section in SECTIONS:
            self._claim_entry(section)

    def canonical(self, section: Section, target: Resolved) -> Resolved:
        """The target itself, or what stands behind it where it is only the entry's name for a part of another file."""
        return self._aliases.get((section, target.key), target)

    def of(self, section: Section, target: Resolved) -> Named:
        """The name of *target* in *section*."""
        target = self.canonical(section, target)
        known = self._named.get((section, target.key))
        if known is None:
            given = _given(section, target)
            known = self._claim(
                section, target, given or self._derive(section, target), is_given=given is not None
            )
        return known

    def unclaimed(self, section: Section, target: Resolved, name: str) -> Named:
        """The name of a *target* that nothing refers to: the one it has, or *name* with a number where that is taken."""
        target = self.canonical(section, target)
        known = self._named.get((section, target.key))
        if known is None:
            free = name if (section, name) not in self._claims else self._free(section, name)
            known = Named(name=free, target=target, component=False)
            self._claims[section, free] = target
            self._named[section, target.key] = known
        return known

    def entry_component(self, section: Section, entry: Entry) -> Resolved:
        """The target that a key of the entry's ``components`` stands for, as written (not canonical)."""
        return Resolved(
            node=entry.value,
            base=self._document.base,
            origin=self._entry,
            pointer=join("/components", section, entry.key),
            span=entry.span,
        )

    def bundled_pointer(self, pointer: str) -> str:
        """A pointer into the entry as it is in the bundle, where a component that it leads through may be renamed."""
        segments = split(pointer)
        section = as_section(segments[1]) if len(segments) > 2 and segments[0] == "components" else None
        entry = self._document.components(section).get(segments[2]) if section else None
        if section is None or entry is None:
            return pointer
        named = self.of(section, self.entry_component(section, entry))
        return join("/components", section, named.name, *segments[3:])

    def _claim_entry(self, section: Section) -> None:
        """Give the entry's components of *section* their names, before anything else may take them."""
        # Components that only refer to another file are claimed first: the key that the author gave there
        # is the best name of the target.
        own: list[tuple[Resolved, str]] = []
        for entry in self._document.components(section).values():
            target = self.entry_component(section, entry)
            behind = self._behind(entry.value)
            if behind is None:
                own.append((target, entry.key))
            # A second key for the same target is a component of its own, which refers to it.
            elif (section, behind.key) not in self._named:
                self._aliases[section, target.key] = behind
                given = _given(section, behind)
                self._claim(section, behind, given or entry.key, is_given=given is not None)
            else:
                own.append((target, entry.key))
        for target, key in own:
            given = _given(section, target)
            self._claim(section, target, given or key, is_given=given is not None)

    def _behind(self, node: Node) -> Resolved | None:
        """The part of another file that *node* only refers to."""
        ref = pure_ref(node)
        if ref is None:
            return None
        found = self._document.resolve(str(ref.value), self._document.base, at=ref.span)
        return found if isinstance(found, Resolved) and found.origin != self._entry else None

    def _claim(self, section: Section, target: Resolved, name: str, *, is_given: bool) -> Named:
        """Give *target* a name: *name* where it is free, otherwise the next best (reported)."""
        other = self._claims.get((section, name))
        # Without a name of its own, which somebody chose, it is a part of something.
        if other is not None and not is_given and self._own_name(section, target) is None:
            name = sanitise(".".join(self._readable(target, frozenset())))
            other = self._claims.get((section, name))
        if other is not None:
            free = self._free(section, name) if is_given else self._qualified(section, target, name)
            self._report(_clash(section, target, other, name, free if not is_given else None))
            name = free
        # What stands in another file is pulled into the components; the entry's own parts stay in place.
        component = is_given or target.origin != self._entry or section_of(target.pointer) == section
        named = Named(name=name, target=target, component=component)
        self._claims[section, name] = target
        self._named[section, target.key] = named
        return named

    def _qualified(self, section: Section, target: Resolved, name: str) -> str:
        """The shortest name of *target* that tells its place and is free; *name* with a number where none is."""
        pointer = [sanitise(segment) for segment in split(target.pointer)]
        folders = [] if target.origin == self._entry else _folders(target.origin)
        own = self._own_name(section, target)
        short = [sanitise(own)] if pointer and own is not None else pointer
        outer = [folders[-depth:] for depth in range(1, len(folders) + 1)] or [[]]
        names = (".".join([*place, *inside]) for place in outer for inside in (short, pointer))
        return next(
            (text for text in names if (section, text) not in self._claims), self._free(section, name)
        )

    def _free(self, section: Section, name: str) -> str:
        """*name* with the first number that makes it free."""
        number = 2
        while (section, f"{name}_{number}") in self._claims:
            number += 1
        return f"{name}_{number}"

    def _derive(self, section: Section, target: Resolved) -> str:
        """A name for *target* out of its place."""
        own = self._own_name(section, target)
        return sanitise(own if own is not None else ".".join(self._readable(target, _STRUCTURE)))

    def _own_name(self, section: Section, target: Resolved) -> str | None:
        """The last segment, where it is a name that somebody chose; ``None`` for a pointer into something."""
        segments = split(target.pointer)
        if not segments:
            return PurePosixPath(target.origin).stem
        is_list_item = segments[-1].isdigit()
        if len(segments) == 1 and target.origin != self._entry and segments[0] not in _KEYWORDS:
            return segments[0]
        inside = segments[:-1]
        if len(inside) == 1 and inside[0] in _DEFINITIONS:
            return segments[-1]
        if inside and inside[-1] == section and not set(inside[:-1]) & (_KEYWORDS - {"components"}):
            return segments[-1]
        if target.origin != self._entry and not set(segments) & _KEYWORDS and not is_list_item:
            return segments[-1]
        return None

    def _readable(self, target: Resolved, dropped: frozenset[str]) -> list[str]:
        """The segments of a derived name, without those that say nothing."""
        pointer = self.bundled_pointer(target.pointer) if target.origin == self._entry else target.pointer
        segments = [sanitise(segment) for segment in split(pointer) if segment not in dropped]
        first = split(pointer)[:1]
        starts_named = first and (first[0] == "components" or first[0] not in _KEYWORDS - _DEFINITIONS)
        if target.origin != self._entry and not starts_named:
            segments.insert(0, PurePosixPath(target.origin).stem)
        return segments or split(target.pointer)


def _folders(origin: str) -> list[str]:
    """The folders and the stem of a file, from the outermost on."""
    return [sanitise(part) for part in PurePosixPath(origin).with_suffix("").parts if part not in {"..", "/"}]


def _clash(section: Section, target: Resolved, other: Resolved, name: str, instead: str | None) -> Diagnostic:
    """The finding about two targets with one *name*, of which this one is called *instead*."""
    both = f"this one and the one at {other.span}"
    return Diagnostic(
        code="name-clash",
        message=f"two {section} would be called {name!r}: {both}"
        + ("" if instead is None else f"; this one is called {instead!r}"),
        span=target.span,
        hint=f"Give one of them another name by `{NAME_KEY}: OtherName` beside its keys.",
        severity=Severity.ERROR if instead is None else Severity.WARNING,
        pointer=target.pointer,
    )


def given_name(node: Node) -> str | None:
    """The ``x-accord-name`` of *node*, made fit for a component's key."""
    name = text_of(node.get(NAME_KEY)) if isinstance(node, MappingNode) else None
    return sanitise(name) if name else None


def _given(section: Section, target: Resolved) -> str | None:
    """Security schemes keep their key: requirements name them by it, without a reference."""
    return None if section == "securitySchemes" else given_name(target.node)


def pure_ref(node: Node) -> ScalarNode | None:
    """The value of ``$ref`` where *node* is a reference and nothing else."""
    if not isinstance(node, MappingNode) or len(node.entries) != 1:
        return None
    value = node.get("$ref")
    return value if isinstance(value, ScalarNode) and isinstance(value.value, str) else None


def section_of(pointer: str) -> Section | None:
    """The section of ``components`` that *pointer* names an entry of; ``None`` for any other pointer."""
    segments = pointer.split("/")
    if len(segments) != 4 or segments[1] != "components":
        return None
    return as_section(segments[2])


def as_section(key: str) -> Section | None:
    """*key* as a section of ``components``, if it is one."""
    for section in SECTIONS:
        if section == key:
            return section
    return None


def sanitise(text: str) -> str:
    """*text* with everything replaced that a component's key may not have (``^[A-Za-z0-9._-]+$``)."""
    return _UNSAFE.sub("_", text).strip("_") or "unnamed"
