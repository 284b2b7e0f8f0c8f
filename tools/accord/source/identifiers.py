"""``$id``, ``$anchor``, ``$dynamicAnchor`` (JSON Schema 2020-12) and ``$self`` (OpenAPI 3.2) of one file."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import Final
from urllib.parse import urljoin

from accord.source.grammar import FIELDS
from accord.source.node import MappingNode, Node, SequenceNode, text_of
from accord.source.pointer import join

# Keys whose value is data, not schemas, unless they are names themselves (a property called "example").
_DATA: Final = frozenset({"example", "examples", "default", "enum", "const"})
_NAME_MAPS: Final = {"schemas", *(key for key, held in FIELDS["schema"].items() if held.shape == "map")}


@dataclass(frozen=True, slots=True, kw_only=True)
class Base:
    """What a reference is relative to: a file (its origin) and the base URI that holds in that place.

    ``uri`` is ``/`` and the origin as long as no ``$id`` and no ``$self`` says otherwise.
    """

    origin: str
    uri: str

    @staticmethod
    def of_file(origin: str) -> Base:
        """The base of a whole file."""
        return Base(origin=origin, uri="/" + origin)


@dataclass(frozen=True, slots=True, kw_only=True)
class Place:
    """A node and its pointer in its file. ``base`` holds where it stands; its own ``$id`` is not yet applied."""

    node: Node
    base: Base
    pointer: str


@dataclass(slots=True)
class Identifiers:
    """Everything in the files of a contract that a URI or an anchor addresses."""

    resources: dict[str, Place] = field(default_factory=dict[str, Place])
    """By absolute URI without a fragment."""
    anchors: dict[tuple[str, str], Place] = field(default_factory=dict[tuple[str, str], Place])
    """By base URI and plain name."""
    dynamic: list[tuple[str, Place]] = field(default_factory=list[tuple[str, Place]])
    """Every ``$dynamicAnchor`` with its name, also one whose name another one of the same URI has."""
    files: dict[str, Base] = field(default_factory=dict[str, Base])
    """The base at the root of each file that has a ``$self``, by origin."""

    def add_file(self, origin: str, root: Node) -> None:
        """Enter everything that *root* names."""
        base = Base.of_file(origin)
        own = _text(root, "$self")
        if own is not None:
            # OpenAPI 3.2, `$self`: the base URI of the whole document.
            base = Base(origin=origin, uri=join_uri(base.uri, own) or base.uri)
            self.files[origin] = base
            self.resources[base.uri] = Place(node=root, base=base, pointer="")
        pending: list[tuple[Node, str, Base, bool]] = [(root, "", base, False)]
        while pending:
            node, pointer, base, is_names = pending.pop()
            if isinstance(node, SequenceNode):
                pending.extend(
                    (item, join(pointer, index), base, False) for index, item in enumerate(node.items)
                )
            elif isinstance(node, MappingNode):
                here = base if is_names else self._enter(node, pointer, base)
                for key, entry in node.entries.items():
                    # An example may hold an `$id` of its own: data names nothing.
                    if not is_names and (key in _DATA or key.startswith("x-")):
                        continue
                    # Below `properties` a key named `$id` is a property, not an identifier.
                    names = not is_names and key in _NAME_MAPS
                    pending.append((entry.value, join(pointer, key), here, names))

    def _enter(self, node: MappingNode, pointer: str, base: Base) -> Base:
        """Enter the identifiers of one object; gives the base that holds inside of it."""
        place = Place(node=node, base=base, pointer=pointer)
        if _text(node, "$id") is not None:
            base = base_of(node, base)
            self.resources.setdefault(base.uri, place)
        for keyword in ("$anchor", "$dynamicAnchor"):
            anchor = _text(node, keyword)
            if anchor is not None:
                self.anchors.setdefault((base.uri, anchor), place)
                if keyword == "$dynamicAnchor":
                    self.dynamic.append((anchor, place))
        return base


def join_uri(base: str, reference: str) -> str | None:
    """*reference* without its fragment, relative to *base*; ``None`` for what is no URI at all (``http://[``)."""
    try:
        return urljoin(base, reference.partition("#")[0])
    except ValueError:
        return None


def base_of(node: Node, base: Base) -> Base:
    """The base that holds inside of *node*, which stands where *base* holds."""
    identifier = _text(node, "$id")
    if identifier is None:
        return base
    return Base(origin=base.origin, uri=join_uri(base.uri, identifier) or base.uri)


def _text(node: Node, key: str) -> str | None:
    """Text under *key*, if *node* has any."""
    return text_of(node.get(key)) if isinstance(node, MappingNode) else None
