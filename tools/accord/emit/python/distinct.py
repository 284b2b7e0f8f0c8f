"""What ``isinstance`` can tell about values of a type, so that a union of types can be told apart."""

from __future__ import annotations

import ast
from collections.abc import Iterator
from typing import Final

from accord.contract.schema import Schema
from accord.emit.python.place import Place
from accord.emit.python.pytype import TypeText, base_name
from accord.emit.python.types import SchemaTypes

_NUMBERS: Final = frozenset({"int", "float", "bool"})
_TOO_DEEP: Final = 10


class _UnknownError(Exception):
    """A type of which ``isinstance`` tells nothing."""


def classes_of(types: SchemaTypes, schema: Schema | None, hint: str) -> frozenset[str] | None:
    """Names of the classes of the values of *schema* in a request; ``None`` where they are not known.

    *hint* names an inline object, as in :meth:`SchemaTypes.annotation`. Numbers count as one class: Python mixes them.
    """
    if schema is None:
        return None
    built = types.builder.build(schema, Place(view="request", hint=hint))
    try:
        return frozenset(_classes(types, built, 0))
    except _UnknownError:
        return None


def _classes(types: SchemaTypes, built: TypeText, depth: int) -> Iterator[str]:
    if built.nullable:
        yield "None"
    for member in built.members:
        yield from _of_member(types, member, depth)


def _of_member(types: SchemaTypes, member: str, depth: int) -> Iterator[str]:
    models = TypeText(members=(member,)).models
    plain = member.startswith("\x00")
    if plain or (
        models and member.startswith("Annotated[")
    ):  # a class, an alias, or a tagged union of classes
        for _, name in models:
            aliased = types.builder.members_of(name)
            if aliased and depth > _TOO_DEEP:
                raise _UnknownError
            if aliased:
                yield from _classes(types, TypeText(members=aliased), depth + 1)
            else:
                yield f"models.{name}"
        return
    base = base_name(member)
    match base:
        case "Any" | "object":
            raise _UnknownError
        case "Literal":
            tree = ast.parse(member, mode="eval").body
            assert isinstance(tree, ast.Subscript)
            values = tree.slice.elts if isinstance(tree.slice, ast.Tuple) else [tree.slice]
            yield from {_class(type(ast.literal_eval(value)).__name__) for value in values}
        case _:
            yield _class(base)


def _class(name: str) -> str:
    return "number" if name in _NUMBERS else name
