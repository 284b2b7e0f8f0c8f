"""Two walks over a bundled document: one that looks at its objects, and one that rewrites them, leaves first."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping
from typing import TypeAlias

from accord.contract.schema import JsonValue
from accord.publish.model import Object
from accord.source.grammar import FieldType, Kind, field_type
from accord.source.pointer import join

Rewriter: TypeAlias = Callable[[Object, str], JsonValue]
"""Takes an object whose parts are rewritten already, and its pointer in the document as it was."""


def objects_in(value: JsonValue, kind: Kind) -> Iterator[tuple[Object, Kind]]:
    """*value*, an object of *kind* or a list of such, and all objects in it with their kinds.

    A reference is an object of the kind that it stands for. The caller may change what it was given.
    """
    if isinstance(value, list):
        for item in value:
            yield from objects_in(item, kind)
    elif isinstance(value, dict) and kind != "data":
        yield value, kind
        for key, member in list(value.items()):
            where = field_type(kind, key)
            inner = list(member.values()) if where.shape == "map" and isinstance(member, dict) else [member]
            for item in inner:
                yield from objects_in(item, where.kind)


def rewrite(
    value: JsonValue, rewriters: Mapping[Kind, Rewriter], *, kind: Kind = "openapi", pointer: str = ""
) -> JsonValue:
    """A copy of *value*, an object of *kind*, with each object in it replaced by what its kind's rewriter gives.

    References are objects of the kind that they stand for. Data (examples, defaults, extensions) is copied as it is.
    Boolean schemas are spelled as objects, but for ``additionalProperties``, where every reader knows them.
    """
    if kind == "schema" and isinstance(value, bool):
        return {} if value else {"not": {}}
    if not isinstance(value, dict):
        return value
    result = {
        key: _member(member, field_type(kind, key), rewriters, join(pointer, key))
        for key, member in value.items()
    }
    rewriter = rewriters.get(kind)
    return result if rewriter is None else rewriter(result, pointer)


def rewrite_document(document: Object, rewriters: Mapping[Kind, Rewriter]) -> Object:
    """:func:`rewrite` of a whole document."""
    result = rewrite(document, rewriters)
    assert isinstance(result, dict)  # no rewriter takes the document itself away
    return result


def _member(
    value: JsonValue, where: FieldType, rewriters: Mapping[Kind, Rewriter], pointer: str
) -> JsonValue:
    """What a field holds, rewritten."""
    if where.kind == "data" or (isinstance(value, bool) and pointer.endswith("/additionalProperties")):
        return value
    if where.shape == "list" and isinstance(value, list):
        return [
            rewrite(item, rewriters, kind=where.kind, pointer=join(pointer, index))
            for index, item in enumerate(value)
        ]
    if where.shape == "map" and isinstance(value, dict):
        return {
            name: rewrite(item, rewriters, kind=where.kind, pointer=join(pointer, name))
            for name, item in value.items()
        }
    return rewrite(value, rewriters, kind=where.kind, pointer=pointer)
