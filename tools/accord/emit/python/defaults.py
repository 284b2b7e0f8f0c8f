"""Defaults of parameters, held against their own schemas: a wrong one must not reach an implementation."""

from __future__ import annotations

from collections.abc import Iterator

import jsonschema_rs

from accord.contract.json_schema import SchemaOptions, definition_ref, schemas_document, to_json_schema
from accord.contract.model import Api, Header, Parameter
from accord.contract.schema import UNSET, JsonValue, NamedSchema, Ref, Schema, Unset, annotations_of
from accord.emit.python.guard import BACKTRACK_LIMIT, refusal_of_pattern


class Defaults:
    """The defaults of the optional parameters of one contract."""

    def __init__(self, api: Api) -> None:
        self._api = api
        self._validator: jsonschema_rs.Draft202012Validator | None = None
        self._keys = {id(schema): str(index) for index, schema in enumerate(_with_default(api))}

    def of(self, parameter: Parameter) -> JsonValue | Unset:
        """The default of *parameter*; ``UNSET`` if it has none."""
        schema = schema_of(parameter)
        return UNSET if parameter.required or schema is None else _default(schema, self._api)

    def accepted(self, parameter: Parameter) -> bool:
        """Whether the default of *parameter* follows its schema."""
        key = self._keys[id(schema_of(parameter))]
        return self._compiled().is_valid({key: self.of(parameter)})

    def _compiled(self) -> jsonschema_rs.Draft202012Validator:
        if self._validator is None:
            options = SchemaOptions(
                annotations=False, accepts_pattern=lambda text: refusal_of_pattern(text) is None
            )
            document = schemas_document(self._api, "request", options=options)
            document["properties"] = {
                self._keys[id(schema)]: to_json_schema(
                    schema, ref=definition_ref, view="request", schemas=self._api.schemas, options=options
                )
                for schema in _with_default(self._api)
            }
            self._validator = jsonschema_rs.Draft202012Validator(
                document,
                validate_formats=True,
                pattern_options=jsonschema_rs.FancyRegexOptions(backtrack_limit=BACKTRACK_LIMIT),
            )
        return self._validator


def schema_of(described: Parameter | Header) -> Schema | None:
    """The schema of a parameter or header, its own or that of its one media type."""
    return described.content[0].schema if described.content else described.schema


def _with_default(api: Api) -> Iterator[Schema]:
    for operation in api.operations:
        for parameter in operation.parameters:
            schema = schema_of(parameter)
            if schema is not None and not parameter.required and not isinstance(_default(schema, api), Unset):
                yield schema


def _default(schema: Schema, api: Api) -> JsonValue | Unset:
    """The default that stands on *schema* or on what it refers to."""
    seen: set[str] = set()
    while True:
        default = annotations_of(schema).default
        if not isinstance(default, Unset) or not isinstance(schema, Ref):
            return default
        named: NamedSchema | None = api.schemas.get(schema.target)
        if named is None or schema.target in seen:
            return UNSET
        seen.add(schema.target)
        schema = named.schema
