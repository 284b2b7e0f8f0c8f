"""How text on the wire becomes JSON data: the ``declare.Wire`` of a schema.

``wire_of`` gives the one reading of a text, ``alternatives_of`` all that a parameter or header may mean, ``nested_tree`` that
of values in brackets (style ``deepObject``).
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping
from dataclasses import replace
from typing import Final

from accord.contract.schema import (
    NO_ANNOTATIONS,
    NO_NUMBER,
    BooleanSchema,
    NamedSchema,
    Schema,
    SchemaType,
)
from accord.contract.schemas.values import type_of
from accord.diagnostics import Diagnostic, Span
from accord.emit.python.files import variants
from accord.emit.python.shapes import Folder, Shape
from accord.runtime.declare import Array, Either, File, Json, Object, Scalar, ScalarKind, Tree, Wire

_SCALARS: Final[tuple[ScalarKind, ...]] = ("null", "boolean", "integer", "number", "string")
_ANYTHING: Final = BooleanSchema(value=True, span=Span("", 1, 1))


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
        return WireReader(Folder(schemas), is_read=is_read).wire(schema)
    except UnreadableError as why:
        return why.finding(schema.span)


class WireReader:
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
        return [variant for variant in self._variants(schema) if not variant.impossible]

    def is_list(self, shapes: list[Shape]) -> bool:
        """Whether text that is read gives "one or a list of them" as a list."""
        kinds = {group for shape in shapes for group in groups_of(shape)}
        return self._is_read and kinds == {"array", "scalar"} and self._one_or_list(shapes)

    def _one_or_list(self, shapes: list[Shape]) -> bool:
        """Whether a list may hold whatever may stand alone, each item by itself."""
        lists = [shape for shape in shapes if shape.is_array and (shape.array.min_items or 0) <= 1]
        items = [
            _plain(variant)
            for shape in lists
            if not shape.array.prefix_items and shape.array.contains is None
            for variant in self._variants(shape.array.items or _ANYTHING)
        ]
        alone = [_plain(shape) for shape in shapes if not shape.is_array]
        # A text with commas may be cut: no part of it may be too short, or lack what a pattern wants, where the whole has it.
        cut = any(shape.string.min_length or shape.string.pattern for shape in alone)
        return bool(alone) and not cut and all(shape in items for shape in alone)

    def _variants(self, schema: Schema) -> Iterator[Shape]:
        """The shapes of *schema*, one for each combination of its alternatives."""
        for shape in variants(self._folder, schema):
            if shape.choices:
                raise UnreadableError(
                    "The alternatives of the schema are nested too deeply to be read from text"
                )
            yield shape

    def array(self, shapes: list[Shape]) -> Array:
        """What reads arrays of any of *shapes*."""
        items: list[Shape] = []
        prefix: tuple[Scalar | Json, ...] = ()
        for shape in shapes:
            if shape.array.prefix_items:
                prefix = tuple(self._inner(list(self._variants(item))) for item in shape.array.prefix_items)
            if shape.array.items is not None and not _is_false(shape.array.items):
                items.extend(self._variants(shape.array.items))
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
                additional.extend(self._variants(shape.additional))
        return Object(properties=properties, additional=self._inner(additional) if additional else None)

    def _property(self, name: str, schema: Schema) -> Scalar | Array | Json:
        shapes = list(self._variants(schema))
        kinds = {group for shape in shapes for group in groups_of(shape)}
        if "object" in kinds and self._nested:
            return self._inner(shapes)
        if "object" in kinds:
            raise UnreadableError(
                f"The property {name!r} is an object inside of an object, which has no spelling as text"
            )
        if self._nested and kinds == {"array", "scalar"} and not self.is_list(self.shapes(schema)):
            lists = [shape for shape in shapes if "array" in groups_of(shape)]
            alone = [shape for shape in shapes if groups_of(shape) != ["array"]]
            return replace(self.array(lists), alone=scalar_of(alone))
        wire = self.wire(schema)
        return wire if isinstance(wire, Scalar | Array) else Scalar()

    def _inner(self, shapes: list[Shape]) -> Scalar | Json:
        """What reads a value inside of another."""
        kinds = {group for shape in shapes for group in groups_of(shape)}
        if not kinds & {"array", "object"}:
            return scalar_of(shapes)
        if not self._nested:
            raise UnreadableError(
                "An array or object stands inside of another one, which has no spelling as text"
            )
        alone = [
            shape for shape in shapes if not {*groups_of(shape)} <= {"array", "object"} or not _kinds(shape)
        ]
        return Json(text=scalar_of(alone)) if alone else Json()

    def _merged(
        self, name: str, first: Scalar | Array | Json, second: Scalar | Array | Json
    ) -> Scalar | Array | Json:
        """How a property is read that several alternatives have."""
        match first, second:
            case Scalar(kinds=item), Scalar(kinds=other):
                return _ordered({*item, *other})
            case ((Json() | Scalar()), (Json() | Scalar())):
                texts = [wire.text if isinstance(wire, Json) else wire for wire in (first, second)]
                kinds: set[ScalarKind] = {kind for text in texts if text for kind in text.kinds}
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
    return replace(shape, annotations=NO_ANNOTATIONS, visited=frozenset())


def scalar_of(shapes: list[Shape]) -> Scalar:
    """What reads scalars of any of *shapes*."""
    found = {kind for shape in shapes for kind in _kinds(shape) or {"string"}}
    return _ordered({kind for kind in _SCALARS if kind in found})


def _ordered(kinds: set[ScalarKind]) -> Scalar:
    if not kinds:
        return Scalar()
    less = kinds - {"integer"} if "number" in kinds else kinds
    return Scalar(kinds=tuple(kind for kind in _SCALARS if kind in less))


def groups_of(shape: Shape) -> list[str]:
    """What *shape* may be, in its order: ``scalar``, ``array``, ``object``; empty for null alone, and for anything."""
    kinds = shape.inferred_types if shape.enum is None or shape.types is not None else sorted(_kinds(shape))
    named = (kind if kind in {"array", "object"} else "scalar" for kind in kinds or () if kind != "null")
    return list(dict.fromkeys(named))


def _kinds(shape: Shape) -> set[SchemaType]:
    """JSON types that the shape allows; empty for any."""
    if shape.enum is not None and shape.types is None:
        return {type_of(value) for value in shape.enum}
    return set(shape.inferred_types or ())


def _is_false(schema: Schema) -> bool:
    return isinstance(schema, BooleanSchema) and not schema.value


_MOST: Final = 8
"""Alternatives of one kind that are read apart from each other; of more, what reads all of them together."""


def alternatives_of(
    schema: Schema, schemas: Mapping[str, NamedSchema], *, is_read: bool
) -> Wire | Diagnostic:
    """The wire of *schema*: one reading, or ``Either`` with all in the order of the contract's alternatives.

    Arrays are read together first and each alternative for itself afterwards, likewise objects and restricted scalars;
    then comes, where values stand inside of others, JSON as a whole.
    """
    reader = WireReader(Folder(schemas), is_read=is_read, nested=True)
    try:
        shapes = reader.shapes(schema)
        if reader.is_list(shapes):
            return reader.array(shapes)
        alternatives = _Alternatives(reader).of(shapes)
    except UnreadableError as why:
        return why.finding(schema.span)
    distinct = [reading for index, reading in enumerate(alternatives) if reading not in alternatives[:index]]
    return distinct[0] if len(distinct) == 1 else Either(tuple(distinct))


class _Alternatives:
    def __init__(self, reader: WireReader) -> None:
        self._reader = reader

    def of(self, shapes: list[Shape]) -> list[Wire]:
        """All alternatives of a value that has one of *shapes*."""
        groups: dict[str, list[Shape]] = {}
        for shape in shapes:
            for group in groups_of(shape):
                groups.setdefault(group, []).append(shape)
        found: list[Wire] = []
        nested = False
        for group, members in (groups or {"scalar": shapes}).items():
            match group:
                case "array":
                    wires = self._each(members, self._reader.array)
                case "object":
                    wires = self._objects(members)
                case _:
                    wires = self._scalars(members)
            nested = nested or any(_holds_json(wire) for wire in wires)
            found.extend(wires)
        return [*found, Json()] if nested else found

    def _objects(self, shapes: list[Shape]) -> list[Wire]:
        found = self._each(shapes, self._reader.object)
        return [*found, *(many for wire in found if (many := _always_many(wire)) != wire)]

    def _each(self, shapes: list[Shape], read: Callable[[list[Shape]], Wire]) -> list[Wire]:
        together = read(shapes)
        apart = [read([shape]) for shape in shapes] if 1 < len(shapes) <= _MOST else []
        conflicting = [wire for wire in apart if _differs(wire, together)]
        return [together, *conflicting]

    def _scalars(self, shapes: list[Shape]) -> list[Wire]:
        together = scalar_of(shapes)
        if "string" not in together.kinds or not any(_is_restricted(shape) for shape in shapes):
            return [together]
        return [together, *(Scalar((kind,)) for kind in together.kinds if kind != "null")]


def _is_restricted(shape: Shape) -> bool:
    """Whether a text that spells something else may be rejected as that, and be right as a string."""
    return len(groups_of(shape)) > 0 and (
        shape.number != NO_NUMBER
        or (shape.enum is not None and any(not isinstance(v, str) for v in shape.enum))
    )


def _differs(wire: Wire, together: Wire) -> bool:
    match wire, together:
        case Object(properties=own), Object(properties=shared):
            return any(own[name] != shared.get(name) for name in own)
        case _:
            return wire != together


def _holds_json(wire: Wire) -> bool:
    match wire:
        case Array():
            return any(isinstance(alternative, Json) for alternative in (wire.items, *wire.prefix))
        case Object():
            inner = [*wire.properties.values(), wire.additional]
            return any(
                isinstance(alternative, Json) or (isinstance(alternative, Array) and _holds_json(alternative))
                for alternative in inner
            )
        case _:
            return False


def _always_many(wire: Wire) -> Wire:
    """*wire* with a property that comes once as an array of one item."""
    if not isinstance(wire, Object):
        return wire
    properties = {
        name: Array(prop.items, prop.prefix) if isinstance(prop, Array) else prop
        for name, prop in wire.properties.items()
    }
    return Object(properties=properties, additional=wire.additional)


_DEEPEST: Final = 6
"""Levels that are declared; what stands deeper is anything, and the guard judges it."""
_ANY_TREE: Final = Tree()


def nested_tree(schema: Schema, schemas: Mapping[str, NamedSchema]) -> Tree | None:
    """How text in brackets becomes a value of *schema*; ``None`` for a flat object, which OpenAPI's own rule reads."""
    if isinstance(wire_of(schema, schemas), Object):
        return None
    return _tree(Folder(schemas), schema, 0)


def _tree(folder: Folder, schema: Schema, depth: int) -> Tree:
    if depth > _DEEPEST:
        return _ANY_TREE
    found: Tree | None = None
    for shape in variants(folder, schema):
        if not shape.impossible:
            tree = _of_shape(folder, shape, depth)
            found = tree if found is None else _merged_trees(found, tree)
    return _ANY_TREE if found is None else found


def _of_shape(folder: Folder, shape: Shape, depth: int) -> Tree:
    kinds = _kinds(shape)
    if not kinds:
        return _ANY_TREE
    properties: dict[str, Tree] = {}
    additional: Tree | None = None
    if "object" in kinds:
        properties = {name: _tree(folder, member.schema, depth + 1) for name, member in shape.members.items()}
        free = shape.additional is None or isinstance(shape.additional, BooleanSchema)
        if shape.additional is not None and not free:
            additional = _tree(folder, shape.additional, depth + 1)
        elif not properties:
            additional = _ANY_TREE
    items: Tree | None = None
    if "array" in kinds:
        items = _ANY_TREE if shape.array.items is None else _tree(folder, shape.array.items, depth + 1)
    scalars: tuple[ScalarKind, ...] = tuple([kind for kind in _SCALARS if kind in kinds])
    scalar = Scalar(scalars) if set(scalars) - {"null"} or not kinds - {"null"} else None
    return Tree(scalar=scalar, items=items, properties=properties, additional=additional)


def _merged_trees(first: Tree, second: Tree) -> Tree:
    """What reads a value of either."""
    if _ANY_TREE in (first, second):
        return _ANY_TREE
    kinds: set[ScalarKind] = {
        *(first.scalar.kinds if first.scalar else ()),
        *(second.scalar.kinds if second.scalar else ()),
    }
    properties = dict(first.properties)
    for name, prop in second.properties.items():
        properties[name] = _merged_trees(properties[name], prop) if name in properties else prop
    return Tree(
        scalar=Scalar(tuple(kind for kind in _SCALARS if kind in kinds)) if kinds else None,
        items=_either_tree(first.items, second.items),
        properties=properties,
        additional=_either_tree(first.additional, second.additional),
    )


def _either_tree(first: Tree | None, second: Tree | None) -> Tree | None:
    if first is None or second is None:
        return second if first is None else first
    return _merged_trees(first, second)
