"""Finds the IR of a schema by the place where it is written."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from typing import assert_never

from accord.contract.model import Api, Encoding, Header, MediaType, Operation, Parameter, Response
from accord.contract.schema import Assertions, BooleanSchema, Ref, Schema
from accord.diagnostics import Span


def schemas_by_place(api: Api) -> dict[Span, Schema]:
    """Every schema of the contract except plain references, by its place."""
    found: dict[Span, Schema] = {}
    waiting: list[Schema] = [named.schema for named in api.schemas.values()]
    waiting.extend(_roots(api))
    while waiting:
        schema = waiting.pop()
        match schema:
            case Ref():
                pass
            case BooleanSchema():
                found.setdefault(schema.span, schema)
            case Assertions():
                if schema.span not in found:
                    found[schema.span] = schema
                waiting.extend(parts(schema))
            case _:
                assert_never(schema)
    return found


def parts(schema: Assertions) -> Iterator[Schema]:
    """The schemas that stand directly in *schema*."""
    yield from (p.schema for p in schema.object.properties)
    yield from (s for _, s in schema.object.pattern_properties)
    yield from (s for _, s in schema.object.dependent_schemas)
    yield from schema.array.prefix_items
    yield from schema.all_of
    yield from schema.any_of
    yield from schema.one_of
    single = [
        schema.object.additional_properties,
        schema.object.property_names,
        schema.object.unevaluated_properties,
        schema.array.items,
        schema.array.contains,
        schema.array.unevaluated_items,
        schema.string.content_schema,
        schema.not_,
    ]
    if schema.conditional is not None:
        single += [schema.conditional.condition, schema.conditional.then, schema.conditional.otherwise]
    yield from (s for s in single if s is not None)


def _roots(api: Api) -> Iterator[Schema]:
    """Schemas that stand outside of ``components/schemas``."""
    yield from _parameters(api.parameters.values())
    yield from _responses(api.responses.values())
    for operation in (*api.operations, *(op for hook in api.webhooks for op in hook.operations)):
        yield from _operation(operation)


def _operation(operation: Operation) -> Iterator[Schema]:
    yield from _parameters(operation.parameters)
    if operation.body is not None:
        yield from _content(operation.body.content)
    yield from _responses(operation.responses)
    for callback in operation.callbacks:
        for inner in callback.operations:
            yield from _operation(inner)


def _parameters(parameters: Iterable[Parameter | Header]) -> Iterator[Schema]:
    for parameter in parameters:
        if parameter.schema is not None:
            yield parameter.schema
        yield from _content(parameter.content)


def _responses(responses: Iterable[Response]) -> Iterator[Schema]:
    for response in responses:
        yield from _parameters(response.headers)
        yield from _content(response.content)


def _content(content: Iterable[MediaType]) -> Iterator[Schema]:
    for media_type in content:
        if media_type.schema is not None:
            yield media_type.schema
        if media_type.item_schema is not None:
            yield media_type.item_schema
        encodings: list[Encoding] = [*media_type.encoding, *media_type.prefix_encoding]
        if media_type.item_encoding is not None:
            encodings.append(media_type.item_encoding)
        for encoding in encodings:
            yield from _parameters(encoding.headers)
