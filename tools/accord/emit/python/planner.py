"""From a contract to its Python view: names are given, types are chosen, and what cannot be served is found."""

from __future__ import annotations

import contextlib
import re
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass, replace
from datetime import datetime
from urllib.parse import unquote, urlsplit

from accord.contract.model import Api, Operation, Server
from accord.diagnostics import Diagnostic, warning
from accord.emit.python.defaults import Defaults
from accord.emit.python.guard import Guard
from accord.emit.python.naming import Names, operation_class_prefix
from accord.emit.python.operation_context import OperationContext, parameter_schemas
from accord.emit.python.plan import Argument, PlannedOperation, PyGroup, PyVersion, ResponseClass
from accord.emit.python.plan_bodies import plan_body
from accord.emit.python.plan_names import (
    OperationNames,
    distinct_operations,
    name_shared_responses,
    response_names,
    scheme_method,
    with_keys,
)
from accord.emit.python.plan_requests import path_choices, plan_parameters, served_parameters
from accord.emit.python.plan_responses import negotiated, plan_responses, returned
from accord.emit.python.pytype import PyType
from accord.emit.python.security import plan_schemes, plan_security
from accord.emit.python.support import unsupported
from accord.emit.python.types import SchemaTypes
from accord.emit.python.webhooks import SentRequest, plan_webhooks
from accord.runtime import declare
from accord.runtime.declare import Either


@dataclass(frozen=True, slots=True, kw_only=True)
class Plan:
    """A planned version, and what was found on the way. ``guard`` has an entry for everything that it declares."""

    version: PyVersion
    guard: Guard
    diagnostics: tuple[Diagnostic, ...]
    sent: tuple[SentRequest, ...] = ()


def plan_version(api: Api, *, source: str, types: SchemaTypes, guard: Guard) -> Plan:
    """The Python view of *api*; *source* is the contract as the user knows it (``spec/v1/``)."""
    operations, duplicates = distinct_operations(api)
    keyed, same_ids = with_keys(operations)
    planner = _Planner(api, [operation for operation, _ in keyed], types, guard)
    planned = [planner.operation(operation, key) for operation, key in keyed]
    prefix, server = prefix_of(api)
    served = [operation for operation in planned if not operation.declared.unsupported]
    used = {use.scheme.name for operation in served for uses in operation.declared.security for use in uses}
    version = PyVersion(
        name=api.name,
        source=source,
        title=api.info.title,
        prefix=prefix,
        groups=tuple(_with_members(planner.names.groups.values(), served)),
        operations=tuple(planned),
        responses=tuple(planner.classes.values()),
        schemes=tuple(scheme for name, scheme in planner.schemes.items() if name in used),
    )
    webhooks = [
        unsupported("unsupported-webhook", f"the webhook {webhook.name!r} is not sent", webhook.span)
        for webhook in api.webhooks
    ]
    sent, clashes = plan_webhooks(api, types, guard)
    found = (*server, *duplicates, *same_ids, *planner.findings(), *webhooks, *clashes, *guard.diagnostics)
    return Plan(version=version, guard=guard, diagnostics=found, sent=sent)


def _with_members(groups: Iterable[PyGroup], served: Sequence[PlannedOperation]) -> Iterator[PyGroup]:
    for group in groups:
        members = tuple(operation for operation in served if operation.declared.group == group.name)
        if members:
            yield replace(group, operations=members)


class _Planner:
    """Plans one operation after the other in the scopes of names of their version."""

    def __init__(self, api: Api, operations: Sequence[Operation], types: SchemaTypes, guard: Guard) -> None:
        self.classes: dict[str, ResponseClass] = {}
        self.names = OperationNames(api, operations)
        self._api = api
        self._types = types
        self._guard = guard
        self._defaults = Defaults(api)
        self._class_names = response_names()
        self._shared = name_shared_responses(operations, self._class_names)
        self._scheme_names = Names()
        self.schemes = plan_schemes(api, operations, lambda name: scheme_method(name, self._scheme_names))
        self._found: list[Diagnostic] = []

    def findings(self) -> tuple[Diagnostic, ...]:
        """Everything found so far."""
        return (
            *self._found,
            *self.names.clashes(),
            *self._class_names.findings("The responses"),
            *self._scheme_names.findings("The security schemes"),
        )

    def operation(self, operation: Operation, key: str) -> PlannedOperation:
        """The Python view of *operation*."""
        scope = OperationContext(
            api=self._api,
            types=self._types,
            guards=self._guard,
            defaults=self._defaults,
            shared_names=self._shared,
            key=key,
            prefix=operation_class_prefix(operation),
        )
        planned = self._planned(scope, operation)
        self._found += [*scope.found, *own_server(self._api, operation)]
        self._found += [
            unsupported("unsupported-callback", f"the callback {callback.name!r} is not sent", callback.span)
            for callback in operation.callbacks
        ]
        return planned

    def _planned(self, scope: OperationContext, operation: Operation) -> PlannedOperation:
        responses = plan_responses(scope, operation, self._class_names)
        # Reasons are told in the order of an exchange: parameters and body come before responses.
        faults, scope.faults = scope.faults, []
        parameters = plan_parameters(scope, operation)
        body, arguments = plan_body(scope, operation.body)
        scope.faults += faults
        security = plan_security(scope, operation, self.schemes)
        for response in responses:
            if response.response is not None:
                self._add_class(response.response)
        scope.found += scope.faults
        reasons = [f"{fault.code}: {fault.message}" for fault in [*operation.faults, *scope.faults]]
        declared = declare.Operation(
            key=scope.key,
            method=operation.method,
            path=operation.path,
            group=self.names.group(operation).name,
            function=self.names.method(operation, scope.key),
            responses=tuple(response.declared for response in responses),
            unsupported=tuple(dict.fromkeys(reasons)),
        )
        planned = PlannedOperation(
            declared=declared, components=tuple(response.component for response in responses)
        )
        if reasons:
            return planned
        self._guard_parameters(scope.key, operation, [parameter for parameter, _ in parameters])
        arguments = [*(argument for _, argument in parameters), *arguments]
        media_type = _media_type(negotiated(responses), arguments)
        choices = path_choices(operation, self._api.schemas) or {}
        return replace(
            planned,
            declared=replace(
                declared,
                path_choices={name: list(texts) for name, texts in choices.items()},
                parameters=tuple(parameter for parameter, _ in parameters),
                body=body,
                media_type=media_type[0].name if media_type else None,
                security=security,
                deprecated_at=_date(scope, operation, "x-accord-deprecated-at"),
                sunset=_date(scope, operation, "x-sunset"),
                rate_limit=rate
                if isinstance(rate := operation.extensions.get("x-accord-rate-limit"), str)
                else None,
            ),
            arguments=(*arguments, *media_type),
            returns=returned(responses),
            summary=operation.summary or "",
            description=operation.description or "",
            deprecated=operation.deprecated,
        )

    def _guard_parameters(
        self, key: str, operation: Operation, parameters: Sequence[declare.Parameter]
    ) -> None:
        if not parameters:
            return
        schemas = parameter_schemas(served_parameters(operation))
        self._guard.add_parameters(f"{key}.parameters", schemas)
        for parameter in parameters:
            if isinstance(parameter.wire, Either) and parameter.wire.guard is not None:
                schema, _ = schemas[parameter.location][parameter.name]
                self._guard.add(parameter.wire.guard, schema, "request")

    def _add_class(self, cls: ResponseClass) -> None:
        """Remember a class; a shared response under another status adds that status to it."""
        known = self.classes.get(cls.name)
        if known is None:
            self.classes[cls.name] = cls
        elif not set(cls.statuses) <= set(known.statuses):
            self.classes[cls.name] = replace(known, statuses=(*known.statuses, *cls.statuses))


def _media_type(type_: PyType | None, arguments: Sequence[Argument]) -> list[Argument]:
    """The argument for the media type that ``Accept`` chooses, if there is a choice, beside *arguments*."""
    if type_ is None:
        return []
    name, taken = "media_type", {argument.name for argument in arguments}
    while name in taken:
        name += "_"
    return [Argument(name=name, type=type_)]


def _date(scope: OperationContext, operation: Operation, extension: str) -> str | None:
    """The date that *extension* gives; one that is none is reported and counts as absent."""
    value = operation.extensions.get(extension)
    if value is None:
        return None
    with contextlib.suppress(ValueError):
        if isinstance(value, str):
            datetime.fromisoformat(value)
            return value
    message = f"{extension} of {scope.key} is no date (YYYY-MM-DD) or date-time of RFC 3339"
    scope.found.append(warning("extension-invalid", message, operation.span, "No header is sent for it."))
    return None


def prefix_of(api: Api) -> tuple[str, tuple[Diagnostic, ...]]:
    """The path of the first server without its last slash (``""`` for the root), and findings.

    Variables have their default values. A relative URL counts from the root of the service.
    """
    if not api.servers:
        return "", ()
    server = api.servers[0]
    path = _path(server)
    if path is None:
        message = f"{server.url!r} gives no plain path"
        return "", (unsupported("unsupported-server-path", message, server.span),)
    return path, ()


def own_server(api: Api, operation: Operation) -> tuple[Diagnostic, ...]:
    """A finding if *operation* has servers of its own with another path."""
    if not operation.servers:
        return ()
    server = operation.servers[0]
    if _path(server) == (_path(api.servers[0]) if api.servers else ""):
        return ()
    message = f"{operation.method} {operation.path} has its own server {server.url!r}"
    return (unsupported("unsupported-operation-server", message, server.span),)


def _path(server: Server) -> str | None:
    values = {variable.name: variable.default for variable in server.variables}
    url = re.sub(r"\{([^{}]*)\}", lambda match: values.get(match[1], match[0]), server.url)
    try:
        path = unquote(urlsplit(url).path, errors="strict")
    except ValueError:
        return None
    segments = [segment for segment in path.split("/") if segment not in {"", "."}]
    plain = all(
        segment != ".." and segment.isprintable() and not set("{}?#\\") & set(segment) for segment in segments
    )
    return "".join(f"/{segment}" for segment in segments) if plain else None
