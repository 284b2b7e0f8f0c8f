"""Rejections in the contract's own form, where that is not a problem of RFC 9457: the start of an ``errors.py``.

The runtime rejects requests before an operation is reached. Where the contract documents an error body of its own for that,
only the project knows what goes into it; this makes a first proposal, which belongs to the project from then on.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator
from dataclasses import dataclass
from typing import Final, assert_never

from accord.contract.media_types import essence, is_json
from accord.contract.model import Api
from accord.contract.schema import Assertions, BooleanSchema, Ref, Schema
from accord.contract.schemas.normal import normal_form

_REJECTED: Final = frozenset("400 401 403 404 406 413 415 422 429 501 503 4XX 5XX default".split())
"""Documented statuses under which the runtime itself may answer."""

_SAID: Final = frozenset("code detail details error message msg reason status title".split())
"""Optional properties that a rejection has something to say for."""

# Error bodies that are nested deeper describe more than a rejection.
_DEEP: Final = 4


@dataclass(frozen=True, slots=True, kw_only=True)
class DocumentedRejections:
    """How a contract documents rejections: ``body`` is a Python expression over ``rejection`` (``None``: there is none, or none
    was found), ``covered`` says that it fits wherever the contract has a form of its own."""

    body: str | None
    covered: bool


def documented_rejections(api: Api) -> DocumentedRejections:
    """Propose a body for what the runtime rejects."""
    found = Counter(_Proposal(api).of(schema, 0) for schema in _documented(api))
    bodies = [body for body, _count in found.most_common() if body is not None]
    body = bodies[0] if bodies else None
    return DocumentedRejections(body=body, covered=None not in found and len(found) < 2)


def errors_module(body: str, source: str) -> str:
    """The text of an ``errors.py`` for *body*."""
    return (
        f'"""Errors of {source}: how domain exceptions and rejected requests are answered."""\n\n'
        "from __future__ import annotations\n\n"
        "from accord.runtime import Errors, Rejection\n\n"
        "errors = Errors()\n\n\n"
        "@errors.rejection\n"
        "def rejected(rejection: Rejection) -> object:\n"
        '    """The documented body for a request that never reaches its operation."""\n'
        f"    return {body}\n"
    )


def _documented(api: Api) -> Iterator[Schema]:
    """The schemas of JSON bodies under which the runtime may reject, except those of problems."""
    for operation in api.operations:
        for response in operation.responses:
            if response.status in _REJECTED:
                for content in response.content:
                    name = essence(content.name)
                    if is_json(name) and name != "application/problem+json" and content.schema is not None:
                        yield content.schema


class _Proposal:
    """Finds an expression for a schema; ``None`` where nothing sensible is there to be said."""

    def __init__(self, api: Api) -> None:
        self._api = api

    def of(self, schema: Schema, depth: int, name: str = "") -> str | None:
        """An expression for *schema*; *name* is the property that it would be the value of."""
        match schema:
            case BooleanSchema():
                return "rejection.detail" if schema.value else None
            case Ref(target=target):
                named = self._api.schemas.get(target)
                return None if named is None or depth > _DEEP else self.of(named.schema, depth + 1, name)
            case Assertions():
                return self._value(schema, depth, name)
            case _:
                assert_never(schema)

    def _value(self, schema: Assertions, depth: int, name: str) -> str | None:
        """An expression for a schema of keywords."""
        types = schema.types or ()
        properties = normal_form([schema], self._api.schemas).declared
        if schema.enum:
            return repr(schema.enum[0]) if name and isinstance(schema.enum[0], str | int | None) else None
        if "object" in types or properties:
            return self._object(schema, depth)
        if "integer" in types or "number" in types:
            return "rejection.status"
        if "string" in types:
            plain = schema.format is None and schema.string.pattern is None
            said = "rejection.kind.value" if name.lower().endswith(("code", "type")) else "rejection.detail"
            return said if plain else None
        if "boolean" in types:
            return "False"
        if "array" in types and not schema.array.min_items:
            return "[]"
        if "null" in types:
            return "None"
        return "rejection.detail" if not types and not schema.all_of and not schema.one_of else None

    def _object(self, schema: Assertions, depth: int) -> str | None:
        """A dictionary with the required properties, and with those that there is something to say for."""
        if depth > _DEEP:
            return None
        normal = normal_form([schema], self._api.schemas)
        properties = {p.name: p for part in normal.parts for p in part.object.properties}
        required = normal.required
        parts: list[str] = []
        for name in dict.fromkeys(
            [*(prop for prop in properties if prop in required), *required, *properties]
        ):
            if name not in required and name.lower() not in _SAID:
                continue
            prop = properties.get(name)
            value = "rejection.detail" if prop is None else self.of(prop.schema, depth + 1, name)
            if value is None and name in required:
                return None
            if value is not None:
                parts.append(f"{name!r}: {value}")
        return f"{{{', '.join(parts)}}}" if parts or not required else None
