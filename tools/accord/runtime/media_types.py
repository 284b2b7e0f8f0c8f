"""Media types: parsing and matching (RFC 9110, section 8.3), and what bodies of them are. ``negotiation.py`` reads
``Accept``."""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Final, Literal, TypeAlias

from accord.runtime.declare import Items

ContentKind: TypeAlias = Literal["json", "events", "items", "text", "binary"]
"""What a body is: a JSON value, server-sent events, JSON items, ``str``, or bytes."""

_TOKEN: Final = r"[!#$%&'*+.^_`|~0-9A-Za-z-]+"  # noqa: S105 - the grammar's name for it
_TYPE: Final = re.compile(rf"\s*({_TOKEN})/({_TOKEN})\s*")
# Names in use for one format, which was long without a registered one.
_LINES: Final = frozenset(
    f"application/{name}"
    for name in "jsonl x-jsonl jsonlines x-jsonlines json-lines ndjson x-ndjson x-json-stream".split()
)
"""Media types of JSON texts with a line each."""
_PARAMETER: Final = re.compile(rf'\s*;\s*(?:({_TOKEN})=({_TOKEN}|"(?:[^"\\]|\\.)*"))?\s*')

_OF_THE_MESSAGE: Final = frozenset({"charset", "boundary"})
"""Parameters that tell how a message is written, not what it is."""


@dataclass(frozen=True, slots=True)
class MediaType:
    """A media type or range, in lower case (values of parameters are kept)."""

    type: str
    subtype: str
    parameters: Mapping[str, str] = field(default_factory=dict[str, str])

    @property
    def is_range(self) -> bool:
        """Whether it stands for many."""
        return "*" in self.type or "*" in self.subtype

    @property
    def is_open(self) -> bool:
        """Whether a response has to name more than is declared: of a range the concrete type, of multipart the boundary."""
        return self.is_range or self.type == "multipart"

    @property
    def specificity(self) -> int:
        """A number that grows with how much it says: ``*/*``, ``type/*``, ``application/*+json``, a full type; parameters add
        to it."""
        subtype = 0 if self.subtype == "*" else 200 if "*" in self.subtype else 300
        return 100 * (self.type != "*") + subtype + len(self.parameters)

    @property
    def is_text(self) -> bool:
        """Whether a body of it is text in the charset of the message."""
        return self.type == "text" or (self.type, self.subtype) == ("application", "x-www-form-urlencoded")

    def covers(self, other: MediaType) -> bool:
        """Whether *other*, a type or a range, lies within this type or range, parameters aside."""
        if self.type not in {"*", other.type}:
            return False
        # Contracts write ranges such as `application/*+json`, which HTTP does not know.
        before, star, after = self.subtype.partition("*")
        if not star:
            return self.subtype == other.subtype
        return other.subtype.startswith(before) and other.subtype.endswith(after)

    def accepts(self, other: MediaType) -> bool:
        """Whether this type or range, as a contract declares it, covers *other*, whose further parameters do not matter."""
        return self.covers(other) and all(
            name in _OF_THE_MESSAGE or other.parameters.get(name) == value
            for name, value in self.parameters.items()
        )


def parse_media_type(text: str) -> MediaType | None:
    """*text* as a media type; ``None`` where it is none."""
    found = _TYPE.match(text)
    if found is None:
        return None
    parameters: dict[str, str] = {}
    position = found.end()
    while position < len(text):
        parameter = _PARAMETER.match(text, position)
        if parameter is None or parameter.end() == position:
            return None
        if parameter[1] is not None:
            value = parameter[2]
            if value.startswith('"'):
                value = re.sub(r"\\(.)", r"\1", value[1:-1])
            parameters[parameter[1].lower()] = value
        position = parameter.end()
    return MediaType(found[1].lower(), found[2].lower(), parameters)


def is_json(media_type: MediaType) -> bool:
    """Whether bodies of it are JSON."""
    return media_type.subtype == "json" or media_type.subtype.endswith("+json")


def content_kind(media_type: MediaType) -> ContentKind:
    """The kind of value that an implementation gives or receives for bodies of *media_type*."""
    full = f"{media_type.type}/{media_type.subtype}"
    if full == "text/event-stream":
        return "events"
    if full in _LINES or framing_of(media_type).framing == "sequence":
        return "items"
    if is_json(media_type):
        return "json"
    # XML is text to an implementation: nothing here reads it.
    is_xml = media_type.subtype == "xml" or media_type.subtype.endswith("+xml")
    return "text" if media_type.is_text or is_xml else "binary"


def framing_of(media_type: MediaType) -> Items:
    """How items of a sequential media type are told apart."""
    subtype = media_type.subtype
    return Items("sequence" if subtype == "json-seq" or subtype.endswith("+json-seq") else "lines")
