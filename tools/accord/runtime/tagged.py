"""Unions whose classes are told apart by a tag that is an ordinary string to the schemas."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from pydantic import Discriminator, Tag


def by_tag(wire: str, classes: Mapping[str, str], *, other: str = "") -> Discriminator:
    """Choose the member of a union by the property *wire*.

    Members are marked with :func:`tagged`; *classes* gives the name of the class for each tag. A tag that is missing or
    unknown chooses the member marked *other*: whether it is allowed is the guard's business.
    """
    names = {*classes.values(), other}

    def choose(value: Any) -> str:  # Any: JSON data, or an instance of one of the classes
        if isinstance(value, Mapping):
            tag: object = value.get(wire)  # pyright: ignore[reportUnknownMemberType, reportUnknownVariableType]
            return classes.get(tag, other) if isinstance(tag, str) else other
        name = type(value).__name__
        return name if name in names else other

    return Discriminator(choose)


def tagged(name: str) -> Tag:
    """Marks a member of a union with the name of its class (Pydantic's ``Tag``, which may be a contract's name too)."""
    return Tag(name)
