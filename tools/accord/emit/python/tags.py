"""Whether the tag of a discriminator tells the classes of a union apart for certain."""

from __future__ import annotations

from collections.abc import Sequence

from accord.contract.json_schema import View, is_read_only, is_write_only
from accord.emit.python.naming import attribute_name
from accord.emit.python.shapes import Folder, Shape


def discriminating_field(tag: str, shapes: Sequence[Shape], folder: Folder, view: View) -> str | None:
    """The field of all *shapes* that decides by its literal values; ``None`` where that is not sound.

    Each shape must require the tag and give it string values of its own: then no value that the contract accepts is
    refused for its tag. A mapping is not needed, and one that contradicts the schemas does no harm.
    """
    seen: set[str] = set()
    name = attribute_name(tag)
    for shape in shapes:
        member = shape.members.get(tag)
        if member is None or tag not in shape.required or is_write_only(member.schema, folder.schemas):
            return None
        if view == "request" and is_read_only(member.schema, folder.schemas):
            return None
        values = folder.fold(member.schema).enum
        if not values or not all(isinstance(value, str) for value in values):
            return None
        texts = {value for value in values if isinstance(value, str)}
        if texts & seen or sum(attribute_name(other) == name for other in shape.members) != 1:
            return None
        seen |= texts
    return name
