"""Values in messages that schemas describe, paired between two versions, and the messages around them."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, field

from accord.contract.media_types import essence
from accord.contract.model import Header, MediaType, Parameter
from accord.contract.schema import JsonValue, Schema
from accord.diagnostics import Span
from accord.diff.lane import Lane
from accord.diff.listing import Home
from accord.diff.model import Direction, Message, OperationRef, Site
from accord.diff.node import ANY, Conj

Frame = Callable[[JsonValue], Message]
"""Puts a value into the rest of its message, as the sender would send it."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Slot:
    """One value of a message, as both versions describe it."""

    lane: Lane
    direction: Direction
    old: Conj
    new: Conj
    old_home: Home
    new_home: Home
    old_span: Span
    new_span: Span
    operation: OperationRef
    site: Site
    frame: Frame = field(compare=False)


def conj(schema: Schema | None) -> Conj:
    """*schema* as what applies; nothing written allows everything."""
    return ANY if schema is None else Conj((schema,))


def schema_of(value: Parameter | Header) -> Schema | None:
    """The schema of a parameter or header, wherever it stands."""
    return value.content[0].schema if value.content else value.schema


def is_text(value: Parameter | Header) -> bool:
    """Whether the value is written in a style, not in a media type."""
    return not value.content


def covering(name: str, content: tuple[MediaType, ...]) -> MediaType | None:
    """The entry of *content* that describes the media type *name*: as written, without parameters, or by a range."""
    wanted = essence(name)
    exact = next((m for m in content if m.name.strip().lower() == name.strip().lower()), None)
    if exact is not None:
        return exact
    kind = wanted.partition("/")[0]
    for candidate in (wanted, f"{kind}/*", "*/*"):
        found = next((m for m in content if essence(m.name) == candidate), None)
        if found is not None:
            return found
    return None


def covers(wider: str, name: str) -> bool:
    """Whether the media type or range *wider* holds all of *name*."""
    own, wanted = essence(wider), essence(name)
    return own in {wanted, f"{wanted.partition('/')[0]}/*", "*/*"}


def is_written(name: str) -> bool:
    """Whether values of this media type are text: in fields, or as a whole."""
    one = essence(name)
    is_whole = one.startswith("text/") and not one.endswith(("json", "xml"))
    return is_whole or one in {"application/x-www-form-urlencoded", "multipart/form-data"}
