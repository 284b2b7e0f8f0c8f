"""What generated routers declare, without generating models: JSON in, JSON out, and every check of the runtime.

The text of ``routers.py`` is the one place that knows how a plan becomes declarations. It is run here as an installed
package would run it, apart from the imports of the package itself: they are needed for types alone, and the mock has
none.
"""

from __future__ import annotations

import ast
import inspect
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field, replace
from typing import Any, Final, cast

from accord.contract.model import Api
from accord.contract.schema import JsonValue
from accord.diagnostics import Diagnostic
from accord.emit.python.guard import Formats, Guard
from accord.emit.python.planner import plan_version
from accord.emit.python.routers import print_routers
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
    recorder = _run(print_routers(plan.version))
    return Declared(
        prefix=recorder.prefix,
        operations=tuple(_without_types(operation) for operation in recorder.operations),
        guard=plan.guard.document(),
        has_security=bool(plan.version.schemes),
        diagnostics=tuple(plan.diagnostics),
    )


@dataclass(slots=True)
class _Recorder:
    """Stands for ``accord.runtime.Version`` while ``install`` runs."""

    prefix: str = ""
    operations: list[declare.Operation] = field(default_factory=list[declare.Operation])

    def __call__(self, _: object, **options: Any) -> _Recorder:  # Any: the keywords of Version
        self.prefix = options["prefix"]
        return self

    def operation(self, operation: declare.Operation, _: object) -> None:
        self.operations.append(operation)

    def open(self) -> None:
        """There is nothing to open."""


def _run(source: str) -> _Recorder:
    module = ast.parse(source)
    module.body = [node for node in module.body if not (isinstance(node, ast.ImportFrom) and node.level)]
    names: dict[str, object] = {"__package__": "", "__name__": "accord.mock.declared"}
    # The text is our own printer's: text of a contract stands in it as literals only.
    exec(compile(module, "<routers>", "exec"), names)  # noqa: S102
    recorder = _Recorder()
    names["Version"] = recorder
    install = cast("Callable[..., None]", names["install"])
    given = dict.fromkeys(inspect.signature(install).parameters)
    install(**given)
    return recorder


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
