"""Defaults of parameters, held against their own schemas: a wrong one must not reach an implementation."""

from __future__ import annotations

from accord.contract.model import Api, Parameter
from accord.contract.schema import UNSET, JsonValue, Unset
from accord.contract.schemas.references import default_of
from accord.contract.schemas.validation import Validators
from accord.contract.visit import schema_of


class Defaults:
    """The defaults of the optional parameters of one contract."""

    def __init__(self, api: Api) -> None:
        self._api = api
        self._validators = Validators(api.schemas)

    def of(self, parameter: Parameter) -> JsonValue | Unset:
        """The default of *parameter*; ``UNSET`` if it has none."""
        schema = schema_of(parameter)
        return UNSET if parameter.required or schema is None else default_of(schema, self._api.schemas)

    def accepted(self, parameter: Parameter) -> bool:
        """Whether *parameter* has a default that follows its schema."""
        schema, default = schema_of(parameter), self.of(parameter)
        if schema is None or isinstance(default, Unset):
            return False
        return self._validators.is_valid(schema, "request", default)
