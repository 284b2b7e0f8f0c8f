"""Walks over the IR that more than one feature needs."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from typing import assert_never

from accord.contract.model import Api, Encoding, Header, MediaType, Operation, Parameter, Response
from accord.contract.schema import (
    ArrayAssertions,
    Assertions,
    BooleanSchema,
    ObjectAssertions,
    Ref,
    Schema,
)


def children(schema: Schema) -> Iterator[Schema]:
    """The schemas that stand directly inside of *schema*; a :class:`Ref` has none."""
    match schema:
        case BooleanSchema() | Ref():
            return
        case Assertions():
            yield from schema.all_of
            yield from schema.any_of
            yield from schema.one_of
            if schema.not_ is not None:
                yield schema.not_
            if schema.conditional is not None:
                branches = (
                    schema.conditional.condition,
                    schema.conditional.then,
                    schema.conditional.otherwise,
                )
                yield from (branch for branch in branches if branch is not None)
            if schema.string.content_schema is not None:
                yield schema.string.content_schema
            yield from _of_array(schema.array)
            yield from _of_object(schema.object)
        case _:
            assert_never(schema)


def _of_array(array: ArrayAssertions) -> Iterator[Schema]:
    yield from array.prefix_items
    for single in (array.items, array.contains, array.unevaluated_items):
        if single is not None:
            yield single


def _of_object(group: ObjectAssertions) -> Iterator[Schema]:
    yield from (item.schema for item in group.properties)
    yield from (schema for _, schema in group.pattern_properties)
    yield from (schema for _, schema in group.dependent_schemas)
    for single in (group.additional_properties, group.property_names, group.unevaluated_properties):
        if single is not None:
            yield single


def walk(*schemas: Schema) -> Iterator[Schema]:
    """Each schema and everything inside of it, in document order, without stepping through references."""
    pending = list(reversed(schemas))
    while pending:
        schema = pending.pop()
        yield schema
        pending.extend(reversed(list(children(schema))))


def referred(*schemas: Schema) -> Iterator[str]:
    """The names that the schemas refer to, by ``$ref`` and by discriminator mappings; with repetitions."""
    for schema in walk(*schemas):
        if isinstance(schema, Ref):
            yield schema.target
        elif isinstance(schema, Assertions) and schema.discriminator is not None:
            yield from (target for _, target in schema.discriminator.mapping)
            if schema.discriminator.default_mapping is not None:
                yield schema.discriminator.default_mapping


def media_schemas(media_types: Iterable[MediaType]) -> Iterator[Schema]:
    """The schemas of media types, with those of the headers of their parts."""
    for media_type in media_types:
        if media_type.schema is not None:
            yield media_type.schema
        if media_type.item_schema is not None:
            yield media_type.item_schema
        encodings: list[Encoding] = [*media_type.encoding, *media_type.prefix_encoding]
        if media_type.item_encoding is not None:
            encodings.append(media_type.item_encoding)
        for encoding in encodings:
            yield from value_schemas(encoding.headers)


def value_schemas(values: Iterable[Parameter | Header]) -> Iterator[Schema]:
    """The schemas of parameters or headers."""
    for value in values:
        if value.schema is not None:
            yield value.schema
        yield from media_schemas(value.content)


def response_schemas(response: Response) -> Iterator[Schema]:
    """The schemas of a response: its headers, then its content."""
    yield from value_schemas(response.headers)
    yield from media_schemas(response.content)


def operation_schemas(operation: Operation) -> Iterator[Schema]:
    """The outermost schemas of an operation, its callbacks included."""
    yield from value_schemas(operation.parameters)
    if operation.body is not None:
        yield from media_schemas(operation.body.content)
    for response in operation.responses:
        yield from response_schemas(response)
    for callback in operation.callbacks:
        for inner in callback.operations:
            yield from operation_schemas(inner)


def all_operations(api: Api) -> Iterator[Operation]:
    """The operations of paths, then those of webhooks, each followed by those of its callbacks."""
    for operation in api.operations:
        yield from _with_callbacks(operation)
    for webhook in api.webhooks:
        for operation in webhook.operations:
            yield from _with_callbacks(operation)


def _with_callbacks(operation: Operation) -> Iterator[Operation]:
    yield operation
    for callback in operation.callbacks:
        for inner in callback.operations:
            yield from _with_callbacks(inner)
