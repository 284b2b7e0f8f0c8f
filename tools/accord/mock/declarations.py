"""What generated routers declare, without generating models: JSON in, JSON out, and every check of the runtime."""

from __future__ import annotations

from dataclasses import dataclass, replace
from typing import Final

from accord.contract.model import Api, Operation
from accord.contract.schema import JsonValue
from accord.diagnostics import Diagnostic
from accord.emit.python.guard import Formats, Guard
from accord.emit.python.planner import plan_version
from accord.emit.python.types import SchemaTypes
from accord.runtime import Response, declare

_SOURCE: Final = "the contract"


@dataclass(frozen=True, slots=True, kw_only=True)
class Declared:
    """The declarations of a version without Python types, each with the operation that it is for, its prefix, the guard that
    they name, and what was found.

    Each response of an operation has a class of its own, so that the runtime tells them apart.
    """

    prefix: str
    operations: tuple[tuple[declare.Operation, Operation], ...]
    guard: JsonValue
    has_security: bool
    diagnostics: tuple[Diagnostic, ...]


def declare_api(api: Api, formats: Formats) -> Declared:
    """The declarations of *api*."""
    types = SchemaTypes(api, shared=SchemaTypes.for_common([api], source=_SOURCE), source=_SOURCE)
    by_path = {(operation.method.upper(), operation.path): operation for operation in api.operations}
    plan = plan_version(api, source=_SOURCE, types=types, guard=Guard(api, formats))
    return Declared(
        prefix=plan.version.prefix,
        operations=tuple(
            (
                _without_types(planned.declared),
                by_path[planned.declared.method.upper(), planned.declared.path],
            )
            for planned in plan.version.operations
        ),
        guard=plan.guard.document(),
        has_security=bool(plan.version.schemes),
        diagnostics=tuple(plan.diagnostics),
    )


def _without_types(operation: declare.Operation) -> declare.Operation:
    body = operation.body
    return replace(
        operation,
        function="response",
        parameters=tuple(replace(parameter, type=None) for parameter in operation.parameters),
        body=None
        if body is None
        else replace(body, content=tuple(replace(content, type=None) for content in body.content)),
        responses=tuple(_response(response) for response in operation.responses),
    )


def _response(response: declare.Response) -> declare.Response:
    cls = type(f"Answer{response.status}", (Response,), {})
    return replace(
        response,
        cls=lambda: cls,
        bare=False,
        content=tuple(replace(content, type=None) for content in response.content),
    )
