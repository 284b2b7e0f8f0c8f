"""How text on the wire becomes JSON data: the ``declare.Wire`` of a schema."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import replace
from typing import Final

from accord.contract.schema import (
    NO_ANNOTATIONS,
    BooleanSchema,
    JsonValue,
    NamedSchema,
    Schema,
    SchemaType,
)
from accord.diagnostics import Diagnostic, Span
from accord.emit.python.scalars import kinds_of
from accord.emit.python.shapes import Folder, Shape
from accord.runtime.declare import Array, File, Object, Scalar, ScalarKind, Wire

_SCALARS: Final[tuple[ScalarKind, ...]] = ("null", "boolean", "integer", "number", "string")
_ANYTHING: Final = BooleanSchema(value=True, span=Span("", 1, 1))
_TOO_DEEP: Final = 20


class _UnreadableError(Exception):
    """Text cannot be read so; the message says why."""


def wire_of(
    schema: Schema, schemas: Mapping[str, NamedSchema], *, is_read: bool = False
) -> Wire | Diagnostic:
    """The wire of *schema*; a finding (``wire-unsupported``) where text does not tell what is meant.

    Text that *is_read* may give "one or a list of them" as a list, which the schema allows just as well.
    """
    try:
        return _Reader(Folder(schemas), is_read=is_read).wire(schema)
    except _UnreadableError as why:
        return Diagnostic(
            code="wire-unsupported",
            message=f"{why}.",
            span=schema.span,
            hint="Use one scalar, array or object, or `content: application/json`.",
        )


class _Reader:
    def __init__(self, folder: Folder, *, is_read: bool) -> None:
        self._folder = folder
        self._is_read = is_read

    def wire(self, schema: Schema) -> Wire:
        """The wire of a whole value."""
        shapes = [shape for shape in self._variants(self._folder.fold(schema)) if not shape.impossible]
        kinds = {_group(kind) for shape in shapes for kind in _kinds(shape)} - {"null"}
        if self._is_read and kinds == {"array", "scalar"} and self._one_or_list(shapes):
            return self._array(shapes)
        if len(kinds) > 1:
            raise _UnreadableError(f"Text may mean {' or '.join(sorted(kinds))} here")
        match next(iter(kinds), "scalar"):
            case "array":
                return self._array(shapes)
            case "object":
                return self._object(shapes)
            case _:
                if any(shape.format == "binary" for shape in shapes):
                    return File()
                return _scalar(shapes)

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
            raise _UnreadableError(
                "The alternatives of the schema are nested too deeply to be read from text"
            )
        choice, rest = shape.choices[0], replace(shape, choices=shape.choices[1:])
        for branch in choice.branches:
            merged = self._folder.merge(rest, self._folder.fold(branch, trail=shape.trail))
            yield from self._variants(merged, depth + 1)

    def _array(self, shapes: list[Shape]) -> Array:
        items: list[Shape] = []
        prefix: tuple[Scalar, ...] = ()
        for shape in shapes:
            if shape.array.prefix_items:
                prefix = tuple(self._inner_scalar(item) for item in shape.array.prefix_items)
            if shape.array.items is not None and not _is_false(shape.array.items):
                items.extend(self._variants(self._folder.fold(shape.array.items)))
        return Array(items=_inner(items), prefix=prefix)

    def _object(self, shapes: list[Shape]) -> Object:
        properties: dict[str, Scalar | Array] = {}
        additional: list[Shape] = []
        for shape in shapes:
            for name, member in shape.members.items():
                if _is_false(member.schema):
                    continue
                wire = self._property(name, member.schema)
                known = properties.get(name, wire)
                properties[name] = _merged(name, known, wire)
            if shape.additional is not None and not isinstance(shape.additional, BooleanSchema):
                additional.extend(self._variants(self._folder.fold(shape.additional)))
        return Object(properties=properties, additional=_inner(additional) if additional else None)

    def _property(self, name: str, schema: Schema) -> Scalar | Array:
        shapes = list(self._variants(self._folder.fold(schema)))
        if any(kind == "object" for shape in shapes for kind in _kinds(shape)):
            raise _UnreadableError(
                f"The property {name!r} is an object inside of an object, which has no spelling as text"
            )
        wire = self.wire(schema)
        return wire if isinstance(wire, Scalar | Array) else Scalar()

    def _inner_scalar(self, schema: Schema) -> Scalar:
        return _inner(list(self._variants(self._folder.fold(schema))))


def _plain(shape: Shape) -> Shape:
    """*shape* without what does not restrict."""
    return replace(shape, annotations=NO_ANNOTATIONS, trail=frozenset())


def _inner(shapes: list[Shape]) -> Scalar:
    if any(_group(kind) in {"array", "object"} for shape in shapes for kind in _kinds(shape)):
        raise _UnreadableError(
            "An array or object stands inside of another one, which has no spelling as text"
        )
    return _scalar(shapes)


def _scalar(shapes: list[Shape]) -> Scalar:
    found: set[SchemaType] = set()
    for shape in shapes:
        kinds = _kinds(shape)
        found |= kinds if kinds else {"string"}
    if not found:
        return Scalar()
    if "number" in found:
        found.discard("integer")
    return Scalar(kinds=tuple(kind for kind in _SCALARS if kind in found))


def _kinds(shape: Shape) -> set[SchemaType]:
    """JSON types that the shape allows; empty for any."""
    if shape.enum is not None and shape.types is None:
        return {kind for value in shape.enum for kind in _narrowest(value)}
    return set(shape.inferred_types or ())


def _narrowest(value: JsonValue) -> set[SchemaType]:
    kinds = kinds_of(value)
    return {"integer"} if "integer" in kinds else set(kinds)


def _group(kind: SchemaType) -> str:
    return kind if kind in {"array", "object", "null"} else "scalar"


def _is_false(schema: Schema) -> bool:
    return isinstance(schema, BooleanSchema) and not schema.value


def _merged(name: str, first: Scalar | Array, second: Scalar | Array) -> Scalar | Array:
    """How a property is read that several alternatives have."""
    match first, second:
        case Scalar(kinds=one), Scalar(kinds=other):
            return Scalar(kinds=tuple(kind for kind in _SCALARS if kind in one or kind in other))
        case Array(items=one_item, prefix=prefix), Array(items=other_item):
            merged = _merged(name, one_item, other_item)
            assert isinstance(merged, Scalar)
            return Array(items=merged, prefix=prefix)
        case _:
            raise _UnreadableError(f"The property {name!r} may be a scalar or an array")
