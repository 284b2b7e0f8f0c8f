"""Server-sent events: what the schema of an event says about the text in ``data``."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from typing import assert_never

from accord.contract.json_schema import is_json_text
from accord.contract.schema import Assertions, BooleanSchema, NamedSchema, Ref, Schema


def json_data(event: Schema, schemas: Mapping[str, NamedSchema]) -> bool | None:
    """Whether the ``data`` of every event that *event* describes is JSON text with a schema of its own.

    ``False``: it is text. ``None``: the schema describes no ``data``, describes it as something that is no string, or
    mixes both.
    """
    kinds = {_kind(schema, schemas) for schema in _data(event, schemas, frozenset())}
    return kinds.pop() if len(kinds) == 1 else None


def _data(schema: Schema, schemas: Mapping[str, NamedSchema], seen: frozenset[str]) -> Iterator[Schema]:
    """Every schema that a branch of *schema* gives for the property ``data``."""
    match schema:
        case BooleanSchema():
            return
        case Ref(target=target):
            if target not in seen and target in schemas:
                yield from _data(schemas[target].schema, schemas, seen | {target})
        case Assertions():
            yield from (one.schema for one in schema.object.properties if one.name == "data")
            for branch in (*schema.all_of, *schema.any_of, *schema.one_of):
                yield from _data(branch, schemas, seen)
        case _:
            assert_never(schema)


def _kind(schema: Schema, schemas: Mapping[str, NamedSchema]) -> bool | None:
    seen: set[str] = set()
    while isinstance(schema, Ref):
        if schema.target in seen or schema.target not in schemas:
            return None
        seen.add(schema.target)
        schema = schemas[schema.target].schema
    if isinstance(schema, BooleanSchema):
        return None
    if is_json_text(schema.string):
        return True
    texts = schema.types == ("string",) or (
        schema.enum is not None and all(isinstance(v, str) for v in schema.enum)
    )
    return False if texts else None
