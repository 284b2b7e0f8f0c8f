"""What generated routers declare, without generating models: JSON in, JSON out, and every check of the runtime."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, replace
from typing import Final

from accord.contract.model import Api
from accord.contract.schema import JsonValue
from accord.diagnostics import Diagnostic
from accord.emit.python.guard import Formats, Guard
from accord.emit.python.planner import plan_version
from accord.emit.python.types import SchemaTypes
from accord.runtime import Answer, declare

_SOURCE: Final = "the contract"


@dataclass(frozen=True, slots=True, kw_only=True)
class Declared:
    """The declarations of a version without Python types, its prefix, the guard that they name, and what was found.

    Each answer of an operation has a class of its own, so that the runtime tells them apart.
    """

    prefix: str
    operations: tuple[declare.Operation, ...]
    guard: JsonValue
    has_security: bool
    diagnostics: tuple[Diagnostic, ...]


def declare_api(api: Api, formats: Formats) -> Declared:
    """The declarations of *api*."""
    types = SchemaTypes(api, shared=SchemaTypes.for_common([api], source=_SOURCE), source=_SOURCE)
    plan = plan_version(api, source=_SOURCE, types=types, guard=Guard(api, formats))
    return Declared(
        prefix=plan.version.prefix,
        operations=tuple(_without_types(operation.declared) for operation in plan.version.operations),
        guard=plan.guard.document(),
        has_security=bool(plan.version.schemes),
        diagnostics=tuple(plan.diagnostics),
    )


def _without_types(operation: declare.Operation) -> declare.Operation:
    body = operation.body
    return replace(
        operation,
        function="answer",
        parameters=tuple(replace(one, type=None) for one in operation.parameters),
        body=None
        if body is None
        else replace(body, content=tuple(replace(one, type=None) for one in body.content)),
        answers=tuple(_answer(one) for one in operation.answers),
    )


def _answer(answer: declare.Answer) -> declare.Answer:
    cls = type(f"Answer{answer.status}", (Answer,), {})
    return replace(
        answer,
        cls=lambda: cls,
        bare=False,
        content=tuple(replace(one, type=None) for one in answer.content),
    )


def by_operation(api: Api) -> Mapping[tuple[str, str], int]:
    """The index of each operation of *api* by method (in capitals) and path."""
    return {(one.method.upper(), one.path): index for index, one in enumerate(api.operations)}
