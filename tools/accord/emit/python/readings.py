"""Everything that the text of a parameter or header may mean: the ``declare.Wire`` of a schema with its readings."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from typing import Final

from accord.contract.schema import NO_NUMBER, NamedSchema, Schema
from accord.diagnostics import Diagnostic
from accord.emit.python.shapes import Folder, Shape
from accord.emit.python.wire import Reader, UnreadableError, groups_of, scalar_of
from accord.runtime.declare import Array, Either, Json, Object, Scalar, Wire

_MOST: Final = 8
"""Alternatives of one kind that are read apart from each other; of more, what reads all of them together."""


def readings_of(schema: Schema, schemas: Mapping[str, NamedSchema], *, is_read: bool) -> Wire | Diagnostic:
    """The wire of *schema*: one reading, or ``Either`` with all in the order of the contract's alternatives.

    Arrays are read together first and each alternative for itself afterwards, likewise objects and restricted scalars;
    then comes, where values stand inside of others, JSON as a whole.
    """
    reader = Reader(Folder(schemas), is_read=is_read, nested=True)
    try:
        shapes = reader.shapes(schema)
        if reader.is_list(shapes):
            return reader.array(shapes)
        readings = _Readings(reader).of(shapes)
    except UnreadableError as why:
        return why.finding(schema.span)
    distinct = [one for index, one in enumerate(readings) if one not in readings[:index]]
    return distinct[0] if len(distinct) == 1 else Either(tuple(distinct))


class _Readings:
    def __init__(self, reader: Reader) -> None:
        self._reader = reader

    def of(self, shapes: list[Shape]) -> list[Wire]:
        """All readings of a value that has one of *shapes*."""
        groups: dict[str, list[Shape]] = {}
        for shape in shapes:
            for group in groups_of(shape):
                groups.setdefault(group, []).append(shape)
        found: list[Wire] = []
        nested = False
        for group, members in (groups or {"scalar": shapes}).items():
            read = {"array": self._arrays, "object": self._objects}.get(group, self._scalars)
            wires = read(members)
            nested = nested or any(_holds_json(one) for one in wires)
            found.extend(wires)
        return [*found, Json()] if nested else found

    def _arrays(self, shapes: list[Shape]) -> list[Wire]:
        return self._each(shapes, self._reader.array)

    def _objects(self, shapes: list[Shape]) -> list[Wire]:
        found = self._each(shapes, self._reader.object)
        return [*found, *(many for one in found if (many := _always_many(one)) != one)]

    def _each(self, shapes: list[Shape], read: Callable[[list[Shape]], Wire]) -> list[Wire]:
        together = read(shapes)
        apart = [read([one]) for one in shapes] if 1 < len(shapes) <= _MOST else []
        conflicting = [one for one in apart if _differs(one, together)]
        return [together, *conflicting]

    def _scalars(self, shapes: list[Shape]) -> list[Wire]:
        together = scalar_of(shapes)
        if "string" not in together.kinds or not any(_is_restricted(one) for one in shapes):
            return [together]
        return [together, *(Scalar((kind,)) for kind in together.kinds if kind != "null")]


def _is_restricted(shape: Shape) -> bool:
    """Whether a text that spells something else may be refused as that, and be right as a string."""
    return len(groups_of(shape)) > 0 and (
        shape.number != NO_NUMBER
        or (shape.enum is not None and any(not isinstance(v, str) for v in shape.enum))
    )


def _differs(one: Wire, together: Wire) -> bool:
    match one, together:
        case Object(properties=own), Object(properties=shared):
            return any(own[name] != shared.get(name) for name in own)
        case _:
            return one != together


def _holds_json(wire: Wire) -> bool:
    match wire:
        case Array():
            return any(isinstance(one, Json) for one in (wire.items, *wire.prefix))
        case Object():
            inner = [*wire.properties.values(), wire.additional]
            return any(
                isinstance(one, Json) or (isinstance(one, Array) and _holds_json(one)) for one in inner
            )
        case _:
            return False


def _always_many(wire: Wire) -> Wire:
    """*wire* with a property that comes once as an array of one item."""
    if not isinstance(wire, Object):
        return wire
    properties = {
        name: Array(one.items, one.prefix) if isinstance(one, Array) else one
        for name, one in wire.properties.items()
    }
    return Object(properties=properties, additional=wire.additional)
