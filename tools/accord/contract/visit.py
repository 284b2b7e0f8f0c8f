"""Walks over operations, messages and their parts; what stands in a schema says ``contract/schemas/walk.py``."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator
from dataclasses import replace
from typing import TypeVar

from accord.contract.model import (
    Api,
    Callback,
    Encoding,
    Header,
    MediaType,
    Operation,
    Parameter,
    Response,
    Webhook,
)
from accord.contract.schema import Schema

H = TypeVar("H", Callback, Webhook)


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


def schema_of(value: Parameter | Header) -> Schema | None:
    """The schema of a parameter or header: its own, or that of its one media type."""
    return value.content[0].schema if value.content else value.schema


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


def with_operations(holders: tuple[H, ...], change: Callable[[Operation], Operation]) -> tuple[H, ...]:
    """Callbacks or webhooks with *change* of each of their operations in its place."""
    return tuple([replace(item, operations=tuple(map(change, item.operations))) for item in holders])
