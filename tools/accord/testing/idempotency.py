"""Requests that may be repeated by a key (draft-ietf-httpapi-idempotency-key-header): each case has a key of its own.

A generator likes the simplest key and sends it with one body after the other, which a service rejects rightly, or
answers by what an earlier case was told. So every key that the contract allows is replaced by a new one, and a key
that it forbids is sent as it is.
"""

from __future__ import annotations

import uuid
from collections.abc import Iterable
from typing import Final

from accord.contract.model import Operation
from accord.testing.contract import Contract
from accord.testing.exchange import HeaderList
from accord.testing.fresh import shuffled

HEADER: Final = "idempotency-key"


def with_own_keys(contract: Contract, operation: Operation, headers: Iterable[tuple[str, str]]) -> HeaderList:
    """The headers of a request, with another key where the operation declares the header and the key is valid."""
    return tuple(
        (name, _own(contract, operation, value) if name.lower() == HEADER else value)
        for name, value in headers
    )


def _own(contract: Contract, operation: Operation, key: str) -> str:
    """A new key where the contract allows one, otherwise *key*."""
    schemas = [
        parameter.schema
        for parameter in operation.parameters
        if parameter.location == "header"
        and parameter.name.lower() == HEADER
        and parameter.schema is not None
    ]

    def is_valid(value: str) -> bool:
        return all(contract.is_valid(schema, "request", value) for schema in schemas)

    if not schemas or not is_valid(key):
        return key
    return next((new for new in (str(uuid.uuid4()), shuffled(key)) if is_valid(new)), key)
