"""What a schema refers to, through chains of references."""

from __future__ import annotations

from collections.abc import Iterator, Mapping

from accord.contract.schema import UNSET, JsonValue, NamedSchema, Ref, Schema, Unset, annotations_of


def chain(schema: Schema, schemas: Mapping[str, NamedSchema]) -> Iterator[Schema]:
    """*schema*, what it refers to, what that refers to: up to a schema that is no reference, is unknown or was there."""
    seen: set[str] = set()
    yield schema
    while isinstance(schema, Ref) and schema.target in schemas and schema.target not in seen:
        seen.add(schema.target)
        schema = schemas[schema.target].schema
        yield schema


def resolve(schema: Schema, schemas: Mapping[str, NamedSchema]) -> Schema | None:
    """The schema at the end of the chain; ``None`` where there is none."""
    *_, last = chain(schema, schemas)
    return None if isinstance(last, Ref) else last


def default_of(schema: Schema, schemas: Mapping[str, NamedSchema]) -> JsonValue | Unset:
    """The first default on the chain."""
    defaults = (annotations_of(part).default for part in chain(schema, schemas))
    return next((default for default in defaults if not isinstance(default, Unset)), UNSET)
