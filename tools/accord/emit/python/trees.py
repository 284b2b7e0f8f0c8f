"""Values in brackets: the ``declare.Tree`` of a schema whose style is ``deepObject``."""

from __future__ import annotations

from typing import Final

from accord.contract.schema import BooleanSchema, Schema, SchemaType
from accord.contract.schemas.values import types_of
from accord.emit.python.files import variants
from accord.emit.python.scope import Scope
from accord.emit.python.shapes import Folder, Shape
from accord.runtime.declare import Object, Scalar, ScalarKind, Tree

_KINDS: Final[tuple[ScalarKind, ...]] = ("null", "boolean", "integer", "number", "string")
_DEEPEST: Final = 6
"""Levels that are declared; what stands deeper is anything, and the guard judges it."""
_ANYTHING: Final = Tree()


def nested_tree(scope: Scope, schema: Schema) -> Tree | None:
    """How text in brackets becomes a value of *schema*; ``None`` for a flat object, which OpenAPI's own rule reads."""
    if isinstance(scope.types.wire(schema), Object):
        return None
    return _tree(Folder(scope.api.schemas), schema, 0)


def _tree(folder: Folder, schema: Schema, depth: int) -> Tree:
    if depth > _DEEPEST:
        return _ANYTHING
    found: Tree | None = None
    for shape in variants(folder, schema):
        if not shape.impossible:
            one = _of_shape(folder, shape, depth)
            found = one if found is None else _merged(found, one)
    return _ANYTHING if found is None else found


def _of_shape(folder: Folder, shape: Shape, depth: int) -> Tree:
    kinds = _kinds(shape)
    if not kinds:
        return _ANYTHING
    properties: dict[str, Tree] = {}
    additional: Tree | None = None
    if "object" in kinds:
        properties = {name: _tree(folder, member.schema, depth + 1) for name, member in shape.members.items()}
        free = shape.additional is None or isinstance(shape.additional, BooleanSchema)
        if shape.additional is not None and not free:
            additional = _tree(folder, shape.additional, depth + 1)
        elif not properties:
            additional = _ANYTHING
    items: Tree | None = None
    if "array" in kinds:
        items = _ANYTHING if shape.array.items is None else _tree(folder, shape.array.items, depth + 1)
    scalars: tuple[ScalarKind, ...] = tuple([kind for kind in _KINDS if kind in kinds])
    scalar = Scalar(scalars) if set(scalars) - {"null"} or not kinds - {"null"} else None
    return Tree(scalar=scalar, items=items, properties=properties, additional=additional)


def _kinds(shape: Shape) -> set[SchemaType]:
    if shape.enum is not None and shape.types is None:
        return {kind for value in shape.enum for kind in types_of(value)}
    return set(shape.inferred_types or ())


def _merged(first: Tree, second: Tree) -> Tree:
    """What reads a value of either."""
    if _ANYTHING in (first, second):
        return _ANYTHING
    kinds: set[ScalarKind] = {
        *(first.scalar.kinds if first.scalar else ()),
        *(second.scalar.kinds if second.scalar else ()),
    }
    properties = dict(first.properties)
    for name, one in second.properties.items():
        properties[name] = _merged(properties[name], one) if name in properties else one
    return Tree(
        scalar=Scalar(tuple(kind for kind in _KINDS if kind in kinds)) if kinds else None,
        items=_either(first.items, second.items),
        properties=properties,
        additional=_either(first.additional, second.additional),
    )


def _either(first: Tree | None, second: Tree | None) -> Tree | None:
    if first is None or second is None:
        return second if first is None else first
    return _merged(first, second)
