"""``Location`` of what was created: a path that the contract has, with sampled parameters."""

from __future__ import annotations

import json
import re
from collections.abc import Mapping
from typing import Final
from urllib.parse import quote

from starlette.requests import Request

from accord.contract.model import Api, Header, Operation, Parameter
from accord.contract.schema import JsonValue
from accord.contract.schemas.samples import NoSampleError, Sampler

_VARIABLE: Final = re.compile(r"\{([^{}]+)\}")


class Locations:
    """Finds where the resource lies that an operation creates: one segment below its own path, and readable."""

    def __init__(self, api: Api, *, formats: bool, seed: int) -> None:
        self._readers: Mapping[str, Operation] = {o.path: o for o in api.operations if o.method == "GET"}
        self._sampler = Sampler(api.schemas, view="request", formats=formats)
        self._seed = seed

    def of(self, operation: Operation, request: Request, header: Header) -> str | None:
        """The path of what *request* creates; ``None`` where the contract has none that the header may name."""
        start = operation.path.rstrip("/") + "/"
        reader = next(
            (
                one
                for path, one in self._readers.items()
                if path.startswith(start) and re.fullmatch(r"\{[^{}]+\}", path[len(start) :])
            ),
            None,
        )
        if reader is None:
            return None
        parameter = next(
            p
            for p in reader.parameters
            if p.location == "path" and f"{{{p.name}}}" in reader.path[len(start) :]
        )
        value = self._value(parameter, request)
        if value is None:
            return None
        location = f"{request.url.path.rstrip('/')}/{quote(value, safe='')}"
        if header.schema is None or self._sampler.is_valid(header.schema, location):
            return location
        return None

    def _value(self, parameter: Parameter, request: Request) -> str | None:
        """A value for the path parameter; ``None`` where none can be sampled."""
        if parameter.schema is None:
            return None
        seed = f"{self._seed} {request.url.path} {parameter.name}"
        try:
            return _text(self._sampler.sample(parameter.schema, seed=seed))
        except NoSampleError:
            return None


def _text(value: JsonValue) -> str | None:
    """*value* in a path; ``None`` for what has no plain spelling there."""
    match value:
        case str():
            return value or None
        case dict() | list():
            return None
        case _:
            return json.dumps(value)
