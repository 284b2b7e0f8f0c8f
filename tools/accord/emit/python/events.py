"""Server-sent events: what the schema of an event says about the text in ``data``."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from typing import Literal, TypeAlias, assert_never

from accord.contract.json_schema import is_json_text
from accord.contract.schema import Assertions, BooleanSchema, NamedSchema, Ref, Schema
from accord.contract.schemas.normal import resolve

Data: TypeAlias = Literal["json", "text", "either", "nothing"]


def data_of(event: Schema, schemas: Mapping[str, NamedSchema]) -> Data:
    """What the ``data`` of the events is that *event* describes.

    It is JSON where its schema has one for the decoded text, or describes something that is no string; ``nothing``: the
    schema does not describe it.
    """
    kinds: set[Data] = {_kind(schema, schemas) for schema in _data(event, schemas, frozenset())}
    if not kinds:
        return "nothing"
    return kinds.pop() if len(kinds) == 1 else "either"


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


def _kind(schema: Schema, schemas: Mapping[str, NamedSchema]) -> Data:
    schema = resolve(schema, schemas)
    if not isinstance(schema, Assertions):
        return "either"
    if is_json_text(schema.string):
        return "json"
    texts = schema.types == ("string",) or (
        schema.enum is not None and all(isinstance(v, str) for v in schema.enum)
    )
    if texts:
        return "text"
    return "either" if schema.types is None or "string" in schema.types else "json"
