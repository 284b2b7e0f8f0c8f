"""A value of a message as both versions describe it, which is what the comparison of schemas starts from."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, field

from accord.contract.model import Header, Parameter
from accord.contract.schema import JsonValue, Schema
from accord.diagnostics import Span
from accord.diff.model import Message, OperationRef, Site
from accord.diff.proof.node import ANY, Intersection
from accord.diff.proof.transfer import Transfer
from accord.source.pointer import join

Frame = Callable[[JsonValue], Message]
"""Puts a value into the rest of its message, as the sender would send it."""


@dataclass(frozen=True, slots=True)
class Location:
    """Where a schema stands: the named schema that holds it (``""`` outside of one) and the JSON pointer from there."""

    schema: str = ""
    pointer: str = ""

    def inside(self, *segments: str | int) -> Location:
        """The location that *segments* lead to from here."""
        return Location(self.schema, join(self.pointer, *segments))


@dataclass(frozen=True, slots=True, kw_only=True)
class ComparedValue:
    """The body, parameter or header of one operation whose schemas ``old`` and ``new`` are compared.

    ``frame`` makes a whole message of a value, for the witness.
    """

    transfer: Transfer
    old: Intersection
    new: Intersection
    old_location: Location
    new_location: Location
    old_span: Span
    new_span: Span
    operation: OperationRef
    site: Site
    frame: Frame = field(compare=False)


def intersection(schema: Schema | None) -> Intersection:
    """The one *schema* that applies; where none is written everything is allowed."""
    return ANY if schema is None else Intersection((schema,))


def is_text(value: Parameter | Header) -> bool:
    """Whether the value is written in a style, not in a media type."""
    return not value.content
