"""Webhooks and callbacks in the Python view: requests that the service sends, with typed bodies."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass

from accord.contract.json_schema import View
from accord.contract.model import Api, MediaType, Operation, Response
from accord.contract.schema import BooleanSchema, Schema
from accord.diagnostics import Diagnostic
from accord.emit.python.guard import Guard
from accord.emit.python.naming import Names, pascal, reason_name, sent_words, snake
from accord.emit.python.plan_names import clash_findings
from accord.emit.python.pytype import PyType
from accord.emit.python.types import SchemaTypes
from accord.runtime.declare import Location, Style


@dataclass(frozen=True, slots=True, kw_only=True)
class PySentContent:
    """A media type of a body that is sent or received."""

    media_type: str
    guard: str
    type: PyType


@dataclass(frozen=True, slots=True, kw_only=True)
class PySentParameter:
    """A parameter of a request that is sent."""

    name: str
    location: Location
    required: bool
    style: Style
    explode: bool
    type: PyType


@dataclass(frozen=True, slots=True, kw_only=True)
class PySentAnswer:
    """What a receiver may answer."""

    status: str
    content: tuple[PySentContent, ...]
    headers: tuple[str, ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class PySent:
    """A request that the service sends; ``constant`` is its name in ``webhooks.py``."""

    constant: str
    key: str
    name: str
    method: str
    expression: str | None
    caused_by: tuple[str, str] | None
    summary: str
    parameters: tuple[PySentParameter, ...]
    content: tuple[PySentContent, ...]
    has_body: bool
    body_required: bool
    answers: tuple[PySentAnswer, ...]
    security: tuple[tuple[tuple[str, tuple[str, ...]], ...], ...]

    @property
    def types(self) -> tuple[PyType, ...]:
        """Every type that it names."""
        contents = (*self.content, *(one for answer in self.answers for one in answer.content))
        return (*(one.type for one in self.parameters), *(one.type for one in contents))


@dataclass(frozen=True, slots=True, kw_only=True)
class _Source:
    """An operation as the contract has it, and where it stands."""

    operation: Operation
    name: str
    alone: bool
    caused_by: Operation | None = None


def plan_webhooks(
    api: Api, types: SchemaTypes, guard: Guard
) -> tuple[tuple[PySent, ...], tuple[Diagnostic, ...]]:
    """Every request that the contract says the service sends, in its order, and findings about their names."""
    constants = Names()
    constants.reserve("WEBHOOKS", "PrincipalT", "TYPE_CHECKING")
    keys: set[str] = set()
    planned = [_Planner(types, guard).plan(one, constants, keys) for one in _sources(api)]
    return tuple(planned), tuple(clash_findings(constants, "The webhooks"))


def _sources(api: Api) -> Iterator[_Source]:
    for webhook in api.webhooks:
        for operation in webhook.operations:
            yield _Source(operation=operation, name=webhook.name, alone=len(webhook.operations) == 1)
            yield from _callbacks(operation)
    for operation in api.operations:
        yield from _callbacks(operation)


def _callbacks(operation: Operation) -> Iterator[_Source]:
    for callback in operation.callbacks:
        for inner in callback.operations:
            alone = len(callback.operations) == 1
            yield _Source(operation=inner, name=callback.name, alone=alone, caused_by=operation)
            yield from _callbacks(inner)


class _Planner:
    def __init__(self, types: SchemaTypes, guard: Guard) -> None:
        self._types = types
        self._guard = guard

    def plan(self, source: _Source, constants: Names, keys: set[str]) -> PySent:
        operation = source.operation
        words = sent_words(operation, source.name, source.caused_by, alone=source.alone)
        constant = constants.give(
            snake(words, prefix="webhook").upper(), source=source.name, span=operation.span
        )
        key, number = f"sent:{source.name} {operation.method}", 2
        while key in keys:
            key, number = f"sent:{source.name} {operation.method} {number}", number + 1
        keys.add(key)
        prefix = pascal(words, prefix="Webhook")
        body = operation.body
        self._guard_parameters(operation, key)
        return PySent(
            constant=constant,
            key=key,
            name=source.name,
            method=operation.method,
            expression=None if source.caused_by is None else operation.path,
            caused_by=None if source.caused_by is None else (source.caused_by.method, source.caused_by.path),
            summary=operation.summary or operation.description or "",
            parameters=self._parameters(operation, prefix),
            content=()
            if body is None
            else self._contents(body.content, f"{key}.body", "request", f"{prefix}Request"),
            has_body=body is not None,
            body_required=body is not None and body.required,
            answers=tuple(self._answer(one, key, prefix) for one in operation.responses),
            security=_security(operation),
        )

    def _guard_parameters(self, operation: Operation, key: str) -> None:
        found: dict[str, dict[str, tuple[Schema, bool]]] = {}
        for one in operation.parameters:
            schema = one.content[0].schema if one.content else one.schema
            anything = BooleanSchema(value=True, span=one.span)
            found.setdefault(one.location, {})[one.name] = (schema or anything, one.required)
        if found:
            self._guard.add_parameters(f"{key}.parameters", found)

    def _parameters(self, operation: Operation, prefix: str) -> tuple[PySentParameter, ...]:
        return tuple(
            PySentParameter(
                name=one.name,
                location=one.location,
                required=one.required,
                style=one.style,
                explode=one.explode,
                type=self._type(
                    one.content[0].schema if one.content else one.schema, "request", prefix + pascal(one.name)
                ),
            )
            for one in operation.parameters
        )

    def _answer(self, one: Response, key: str, prefix: str) -> PySentAnswer:
        name = f"{prefix}{reason_name(one.status)}Body"
        return PySentAnswer(
            status=one.status,
            content=self._contents(one.content, f"{key}.{one.status}", "response", name),
            headers=tuple(header.name for header in one.headers),
        )

    def _contents(
        self, content: Sequence[MediaType], key: str, view: View, name: str
    ) -> tuple[PySentContent, ...]:
        planned: list[PySentContent] = []
        for media in content:
            schema = media.schema if media.item_schema is None else media.item_schema
            guard = f"{key}.{media.name}"
            self._guard.add(guard, schema or BooleanSchema(value=True, span=media.span), view)
            type_ = self._type(schema, view, name)
            planned.append(PySentContent(media_type=media.name, guard=guard, type=type_))
        return tuple(planned)

    def _type(self, schema: Schema | None, view: View, name: str) -> PyType:
        if schema is None:
            return PyType(expr="Any", imports=frozenset({"from typing import Any"}))
        return self._types.annotation(schema, view=view, name=name)


def _security(operation: Operation) -> tuple[tuple[tuple[str, tuple[str, ...]], ...], ...]:
    if all(not one.schemes for one in operation.security):
        return ()
    return tuple(tuple((use.name, use.scopes) for use in one.schemes) for one in operation.security)
