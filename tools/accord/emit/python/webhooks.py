"""``webhooks.py``: what the contract says that the service sends, webhooks and callbacks, planned and printed."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass

from accord.contract.json_schema import View
from accord.contract.model import Api, MediaType, Operation, Response
from accord.contract.schema import BooleanSchema, Schema
from accord.contract.visit import schema_of
from accord.diagnostics import Diagnostic
from accord.emit.python.declared import DeclarationPrinter
from accord.emit.python.guard import Guard
from accord.emit.python.imports import Imports
from accord.emit.python.naming import Names, pascal, reason_name, sent_words, snake
from accord.emit.python.operation_context import parameter_schemas
from accord.emit.python.plan import thunk
from accord.emit.python.pytype import ANY, Thunk
from accord.emit.python.text import docstring, one_line
from accord.emit.python.types import SchemaTypes
from accord.emit.tree import header
from accord.runtime import outgoing


@dataclass(frozen=True, slots=True, kw_only=True)
class SentRequest:
    """A request that the service sends; ``constant`` is its name in ``webhooks.py``."""

    constant: str
    declared: outgoing.Request
    summary: str


@dataclass(frozen=True, slots=True, kw_only=True)
class _Source:
    """An operation as the contract has it, and where it stands."""

    operation: Operation
    name: str
    alone: bool
    caused_by: Operation | None = None


def plan_webhooks(
    api: Api, types: SchemaTypes, guard: Guard
) -> tuple[tuple[SentRequest, ...], tuple[Diagnostic, ...]]:
    """Every request that the contract says the service sends, in its order, and findings about their names."""
    constants = Names("WEBHOOKS", "PrincipalT", "TYPE_CHECKING")
    keys: set[str] = set()
    planned = [_Planner(types, guard).plan(source, constants, keys) for source in _sources(api)]
    return tuple(planned), tuple(constants.findings("The webhooks"))


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

    def plan(self, source: _Source, constants: Names, keys: set[str]) -> SentRequest:
        operation, cause = source.operation, source.caused_by
        words = sent_words(operation, source.name, cause, alone=source.alone)
        constant = constants.give(
            snake(words, prefix="webhook").upper(), source=source.name, span=operation.span
        )
        key, number = f"sent:{source.name} {operation.method}", 2
        while key in keys:
            key, number = f"sent:{source.name} {operation.method} {number}", number + 1
        keys.add(key)
        prefix = pascal(words, prefix="Webhook")
        if operation.parameters:
            self._guard.add_parameters(f"{key}.parameters", parameter_schemas(operation.parameters))
        declared = outgoing.Request(
            key=key,
            name=source.name,
            method=operation.method,
            expression=None if cause is None else operation.path,
            caused_by=None if cause is None else (cause.method, cause.path),
            parameters=self._parameters(operation, prefix),
            body=self._body(operation, key, prefix),
            responses=tuple(self._response(response, key, prefix) for response in operation.responses),
            security=_security(operation),
        )
        summary = operation.summary or operation.description or ""
        return SentRequest(constant=constant, declared=declared, summary=summary)

    def _parameters(self, operation: Operation, prefix: str) -> tuple[outgoing.Parameter, ...]:
        return tuple(
            outgoing.Parameter(
                name=parameter.name,
                location=parameter.location,
                required=parameter.required,
                style=parameter.style,
                explode=parameter.explode,
                type=self._type(schema_of(parameter), "request", prefix + pascal(parameter.name)),
            )
            for parameter in operation.parameters
        )

    def _body(self, operation: Operation, key: str, prefix: str) -> outgoing.Body | None:
        body = operation.body
        if body is None:
            return None
        content = self._contents(body.content, f"{key}.body", "request", f"{prefix}Request")
        return outgoing.Body(content=content, required=body.required)

    def _response(self, response: Response, key: str, prefix: str) -> outgoing.Response:
        name = f"{prefix}{reason_name(response.status)}Body"
        return outgoing.Response(
            status=int(response.status) if response.status.isdecimal() else response.status,
            content=self._contents(response.content, f"{key}.{response.status}", "response", name),
            headers=tuple(header.name for header in response.headers),
        )

    def _contents(
        self, content: Sequence[MediaType], key: str, view: View, name: str
    ) -> tuple[outgoing.Content, ...]:
        planned: list[outgoing.Content] = []
        for media in content:
            schema = media.schema if media.item_schema is None else media.item_schema
            guard = f"{key}.{media.name}"
            self._guard.add(guard, schema or BooleanSchema(value=True, span=media.span), view)
            type_ = self._type(schema, view, name)
            planned.append(outgoing.Content(media_type=media.name, guard=guard, type=type_))
        return tuple(planned)

    def _type(self, schema: Schema | None, view: View, name: str) -> Thunk | None:
        return thunk(ANY if schema is None else self._types.annotation(schema, view=view, name=name))


def _security(operation: Operation) -> tuple[tuple[tuple[str, tuple[str, ...]], ...], ...]:
    if all(not requirement.schemes for requirement in operation.security):
        return ()
    return tuple(
        tuple((use.name, use.scopes) for use in requirement.schemes) for requirement in operation.security
    )


def print_webhooks(requests: Sequence[SentRequest], *, source: str) -> str:
    """The module."""
    printer = DeclarationPrinter()
    printed = "".join(
        f"\n{request.constant}: Final = {printer.source(request.declared)}\n"
        + docstring(_description(request), indent=0)
        for request in requests
    )
    imports = Imports("from typing import Final", "from accord.runtime import outgoing", *printer.imports)
    return (
        f"{header(source)}\n"
        + docstring(f"Requests that the service sends: webhooks and callbacks of {source}", indent=0)
        + "\nfrom __future__ import annotations\n\n"
        + imports.text()
        + printed
        + f"\nWEBHOOKS: Final = ({', '.join(request.constant for request in requests)},)\n"
        + docstring("All of them, in the order of the contract.", indent=0)
    )


def _description(request: SentRequest) -> str:
    cause = request.declared.caused_by
    what = "Webhook" if cause is None else f"Callback of {' '.join(cause)}"
    summary = one_line(request.summary)
    return f"{what}: {summary}" if summary else f"{what} {request.declared.name!r}."
