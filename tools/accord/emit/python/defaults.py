"""Defaults of parameters, held against their own schemas: a wrong one must not reach an implementation."""

from __future__ import annotations

from accord.contract.model import Api, Parameter
from accord.contract.schema import UNSET, JsonValue, NamedSchema, Ref, Schema, Unset, annotations_of
from accord.contract.schemas.validation import Validators


class Defaults:
    """The defaults of the optional parameters of one contract."""

    def __init__(self, api: Api) -> None:
        self._api = api
        self._validators = Validators(api.schemas)

    def of(self, parameter: Parameter) -> JsonValue | Unset:
        """The default of *parameter*; ``UNSET`` if it has none."""
        schema = _schema(parameter)
        return UNSET if parameter.required or schema is None else _default(schema, self._api)

    def accepted(self, parameter: Parameter) -> bool:
        """Whether *parameter* has a default that follows its schema."""
        schema, default = _schema(parameter), self.of(parameter)
        if schema is None or isinstance(default, Unset):
            return False
        return self._validators.is_valid(schema, "request", default)


def _schema(parameter: Parameter) -> Schema | None:
    return parameter.content[0].schema if parameter.content else parameter.schema


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
