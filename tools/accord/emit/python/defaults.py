"""Defaults of parameters, held against their own schemas: a wrong one must not reach an implementation."""

from __future__ import annotations

from collections.abc import Iterator

import jsonschema_rs

from accord.contract.json_schema import SchemaOptions, definition_ref, schemas_document, to_json_schema
from accord.contract.model import Api, Parameter
from accord.contract.schema import UNSET, JsonValue, Schema, Unset
from accord.contract.schemas.references import default_of
from accord.emit.python.guard import BACKTRACK_LIMIT, refusal_of_pattern


class Defaults:
    """The defaults of the optional parameters of one contract."""

    def __init__(self, api: Api) -> None:
        self._api = api
        self._validator: jsonschema_rs.Draft202012Validator | None = None
        self._keys = {id(schema): str(index) for index, schema in enumerate(_with_default(api))}

    def of(self, parameter: Parameter) -> JsonValue | Unset:
        """The default of *parameter*; ``UNSET`` if it has none."""
        schema = _schema(parameter)
        return UNSET if parameter.required or schema is None else default_of(schema, self._api.schemas)

    def accepted(self, parameter: Parameter) -> bool:
        """Whether the default of *parameter* follows its schema."""
        key = self._keys[id(_schema(parameter))]
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


def _schema(parameter: Parameter) -> Schema | None:
    return parameter.content[0].schema if parameter.content else parameter.schema


def _with_default(api: Api) -> Iterator[Schema]:
    for operation in api.operations:
        for parameter in operation.parameters:
            schema = _schema(parameter)
            if (
                schema is not None
                and not parameter.required
                and not isinstance(default_of(schema, api.schemas), Unset)
            ):
                yield schema
