"""How text on the wire becomes JSON data: the ``declare.Wire`` of a schema."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import replace
from typing import Final

from accord.contract.schema import (
    NO_ANNOTATIONS,
    BooleanSchema,
    NamedSchema,
    Schema,
    SchemaType,
)
from accord.contract.schemas.values import type_of
from accord.diagnostics import Diagnostic, Span
from accord.emit.python.shapes import Folder, Shape
from accord.runtime.declare import Array, File, Json, Object, Scalar, ScalarKind, Wire

_SCALARS: Final[tuple[ScalarKind, ...]] = ("null", "boolean", "integer", "number", "string")
_ANYTHING: Final = BooleanSchema(value=True, span=Span("", 1, 1))
_TOO_DEEP: Final = 20


class UnreadableError(Exception):
    """Text cannot be read so; the message says why."""

    def finding(self, span: Span) -> Diagnostic:
        """The finding (``wire-unsupported``) about a schema at *span*."""
        return Diagnostic(
            code="wire-unsupported",
            message=f"{self}.",
            span=span,
            hint="Use one scalar, array or object, or `content: application/json`.",
        )


def wire_of(
    schema: Schema, schemas: Mapping[str, NamedSchema], *, is_read: bool = False
) -> Wire | Diagnostic:
    """The wire of *schema*; a finding (``wire-unsupported``) where text does not tell what is meant.

    Text that *is_read* may give "one or a list of them" as a list, which the schema allows just as well.
    """
    try:
        return Reader(Folder(schemas), is_read=is_read).wire(schema)
    except UnreadableError as why:
        return why.finding(schema.span)


class Reader:
    """Reads schemas as what text becomes; with *nested* values inside of others are JSON."""

    def __init__(self, folder: Folder, *, is_read: bool, nested: bool = False) -> None:
        self._folder = folder
        self._is_read = is_read
        self._nested = nested

    def wire(self, schema: Schema) -> Wire:
        """The wire of a whole value."""
        shapes = self.shapes(schema)
        kinds = {group for shape in shapes for group in groups_of(shape)}
        if self.is_list(shapes):
            return self.array(shapes)
        if len(kinds) > 1:
            raise UnreadableError(f"Text may mean {' or '.join(sorted(kinds))} here")
        match next(iter(kinds), "scalar"):
            case "array":
                return self.array(shapes)
            case "object":
                return self.object(shapes)
            case _:
                if any(shape.format == "binary" for shape in shapes):
                    return File()
                return scalar_of(shapes)

    def shapes(self, schema: Schema) -> list[Shape]:
        """The shapes of *schema* that a value can have, in the order of its alternatives."""
        return [one for one in self._variants(self._folder.fold(schema)) if not one.impossible]

    def is_list(self, shapes: list[Shape]) -> bool:
        """Whether text that is read gives "one or a list of them" as a list."""
        kinds = {group for shape in shapes for group in groups_of(shape)}
        return self._is_read and kinds == {"array", "scalar"} and self._one_or_list(shapes)

    def _one_or_list(self, shapes: list[Shape]) -> bool:
        """Whether a list may hold whatever may stand alone, each item by itself."""
        lists = [shape for shape in shapes if shape.is_array and (shape.array.min_items or 0) <= 1]
        items = [
            _plain(one)
            for shape in lists
            if not shape.array.prefix_items and shape.array.contains is None
            for one in self._variants(self._folder.fold(shape.array.items or _ANYTHING))
        ]
        alone = [_plain(shape) for shape in shapes if not shape.is_array]
        # A text with commas may be cut: no part of it may be too short, or lack what a pattern wants, where the whole has it.
        cut = any(one.string.min_length or one.string.pattern for one in alone)
        return bool(alone) and not cut and all(one in items for one in alone)

    def _variants(self, shape: Shape, depth: int = 0) -> Iterator[Shape]:
        """*shape* with each combination of its choices folded in."""
        if not shape.choices:
            yield shape
            return
        if depth > _TOO_DEEP:
            raise UnreadableError("The alternatives of the schema are nested too deeply to be read from text")
        choice, rest = shape.choices[0], replace(shape, choices=shape.choices[1:])
        for branch in choice.branches:
            merged = self._folder.merge(rest, self._folder.fold(branch, trail=shape.trail))
            yield from self._variants(merged, depth + 1)

    def array(self, shapes: list[Shape]) -> Array:
        """What reads arrays of any of *shapes*."""
        items: list[Shape] = []
        prefix: tuple[Scalar | Json, ...] = ()
        for shape in shapes:
            if shape.array.prefix_items:
                prefix = tuple(self._inner_of(item) for item in shape.array.prefix_items)
            if shape.array.items is not None and not _is_false(shape.array.items):
                items.extend(self._variants(self._folder.fold(shape.array.items)))
        return Array(items=self._inner(items), prefix=prefix)

    def object(self, shapes: list[Shape]) -> Object:
        """What reads objects of any of *shapes*."""
        properties: dict[str, Scalar | Array | Json] = {}
        additional: list[Shape] = []
        for shape in shapes:
            for name, member in shape.members.items():
                if _is_false(member.schema):
                    continue
                wire = self._property(name, member.schema)
                known = properties.get(name, wire)
                properties[name] = self._merged(name, known, wire)
            if shape.additional is not None and not isinstance(shape.additional, BooleanSchema):
                additional.extend(self._variants(self._folder.fold(shape.additional)))
        return Object(properties=properties, additional=self._inner(additional) if additional else None)

    def _property(self, name: str, schema: Schema) -> Scalar | Array | Json:
        shapes = list(self._variants(self._folder.fold(schema)))
        kinds = {group for shape in shapes for group in groups_of(shape)}
        if "object" in kinds and self._nested:
            return self._inner(shapes)
        if "object" in kinds:
            raise UnreadableError(
                f"The property {name!r} is an object inside of an object, which has no spelling as text"
            )
        if self._nested and kinds == {"array", "scalar"} and not self.is_list(self.shapes(schema)):
            lists = [one for one in shapes if "array" in groups_of(one)]
            alone = [one for one in shapes if groups_of(one) != ["array"]]
            return replace(self.array(lists), alone=scalar_of(alone))
        wire = self.wire(schema)
        return wire if isinstance(wire, Scalar | Array) else Scalar()

    def _inner_of(self, schema: Schema) -> Scalar | Json:
        return self._inner(list(self._variants(self._folder.fold(schema))))

    def _inner(self, shapes: list[Shape]) -> Scalar | Json:
        """What reads a value inside of another."""
        kinds = {group for shape in shapes for group in groups_of(shape)}
        if not kinds & {"array", "object"}:
            return scalar_of(shapes)
        if not self._nested:
            raise UnreadableError(
                "An array or object stands inside of another one, which has no spelling as text"
            )
        alone = [one for one in shapes if not {*groups_of(one)} <= {"array", "object"} or not _kinds(one)]
        return Json(text=scalar_of(alone)) if alone else Json()

    def _merged(
        self, name: str, first: Scalar | Array | Json, second: Scalar | Array | Json
    ) -> Scalar | Array | Json:
        """How a property is read that several alternatives have."""
        match first, second:
            case Scalar(kinds=one), Scalar(kinds=other):
                return _ordered({*one, *other})
            case (
                (Json(text=one), Json(text=other))
                | (Scalar() as one, Json(text=other))
                | (
                    Json(text=one),
                    Scalar() as other,
                )
            ):
                kinds: set[ScalarKind] = {*(one.kinds if one else ()), *(other.kinds if other else ())}
                return Json(text=_ordered(kinds) if kinds else None)
            case Array(), Array():
                items = self._merged(name, first.items, second.items)
                alone = first.alone or second.alone
                return replace(first, items=items if isinstance(items, Scalar) else Json(), alone=alone)
            case (Array() as many, Scalar() as single) | (Scalar() as single, Array() as many) if (
                self._nested
            ):
                known = many.alone.kinds if many.alone else ()
                return replace(many, alone=_ordered({*single.kinds, *known}))
            case _ if self._nested:
                return Json()
            case _:
                raise UnreadableError(f"The property {name!r} may be a scalar or an array")


def _plain(shape: Shape) -> Shape:
    """*shape* without what does not restrict."""
    return replace(shape, annotations=NO_ANNOTATIONS, trail=frozenset())


def scalar_of(shapes: list[Shape]) -> Scalar:
    """What reads scalars of any of *shapes*."""
    found: set[SchemaType] = set()
    for shape in shapes:
        kinds = _kinds(shape)
        found |= kinds if kinds else {"string"}
    return _ordered({kind for kind in _SCALARS if kind in found})


def _ordered(kinds: set[ScalarKind]) -> Scalar:
    if not kinds:
        return Scalar()
    less = kinds - {"integer"} if "number" in kinds else kinds
    return Scalar(kinds=tuple(kind for kind in _SCALARS if kind in less))


def groups_of(shape: Shape) -> list[str]:
    """What *shape* may be, in its order: ``scalar``, ``array``, ``object``; empty for null alone, and for anything."""
    kinds = shape.inferred_types if shape.enum is None or shape.types is not None else sorted(_kinds(shape))
    return list(dict.fromkeys(_group(kind) for kind in kinds or () if kind != "null"))


def _kinds(shape: Shape) -> set[SchemaType]:
    """JSON types that the shape allows; empty for any."""
    if shape.enum is not None and shape.types is None:
        return {type_of(value) for value in shape.enum}
    return set(shape.inferred_types or ())


def _group(kind: SchemaType) -> str:
    return kind if kind in {"array", "object", "null"} else "scalar"


def _is_false(schema: Schema) -> bool:
    return isinstance(schema, BooleanSchema) and not schema.value
