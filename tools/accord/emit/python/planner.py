"""From a contract to its Python view: names are given, types are chosen, and what cannot be served is found."""

from __future__ import annotations

from collections.abc import Collection, Sequence
from dataclasses import dataclass, replace
from datetime import datetime

from accord.contract.model import Api, Operation
from accord.contract.schema import BooleanSchema, Schema
from accord.diagnostics import Diagnostic, Severity
from accord.emit.python.adjacent import path_choices
from accord.emit.python.defaults import Defaults
from accord.emit.python.guard import Guard
from accord.emit.python.naming import Names, operation_class_prefix
from accord.emit.python.plan import (
    PyAnswerClass,
    PyGroup,
    PyMediaType,
    PyOperation,
    PyParameter,
    PyVersion,
)
from accord.emit.python.plan_answers import plan_answers
from accord.emit.python.plan_bodies import plan_body
from accord.emit.python.plan_names import (
    OperationNames,
    answer_names,
    clash_findings,
    distinct_operations,
    name_shared_answers,
    scheme_method,
    with_keys,
)
from accord.emit.python.plan_requests import plan_parameters, served_parameters
from accord.emit.python.plan_security import plan_schemes, plan_security
from accord.emit.python.plan_webhooks import PySent, plan_webhooks
from accord.emit.python.pytype import PyType
from accord.emit.python.scope import Scope
from accord.emit.python.servers import own_server, prefix_of
from accord.emit.python.support import unsupported
from accord.emit.python.types import SchemaTypes
from accord.runtime.declare import Either


@dataclass(frozen=True, slots=True, kw_only=True)
class Plan:
    """A planned version, and what was found on the way. ``guard`` has an entry for everything that it declares."""

    version: PyVersion
    guard: Guard
    diagnostics: tuple[Diagnostic, ...]
    sent: tuple[PySent, ...] = ()


def plan_version(api: Api, *, source: str, types: SchemaTypes, guard: Guard) -> Plan:
    """The Python view of *api*; *source* is the contract as the user knows it (``spec/v1/``)."""
    operations, duplicates = distinct_operations(api)
    keyed, same_ids = with_keys(operations)
    planner = _Planner(api, [operation for operation, _ in keyed], types, guard)
    planned = [planner.operation(operation, key) for operation, key in keyed]
    prefix, server = prefix_of(api)
    served = [operation for operation in planned if not operation.unsupported]
    used = {use.scheme.name for operation in served for uses in operation.security for use in uses}
    version = PyVersion(
        name=api.name,
        source=source,
        title=api.info.title,
        prefix=prefix,
        groups=_with_members(planner.names.groups.values(), served),
        operations=tuple(planned),
        answers=tuple(planner.classes.values()),
        schemes=tuple(scheme for name, scheme in planner.schemes.items() if name in used),
    )
    webhooks = [
        unsupported("unsupported-webhook", f"the webhook {one.name!r} is not sent", one.span)
        for one in api.webhooks
    ]
    sent, clashes = plan_webhooks(api, types, guard)
    found = (*server, *duplicates, *same_ids, *planner.findings(), *webhooks, *clashes, *guard.diagnostics)
    return Plan(version=version, guard=guard, diagnostics=found, sent=sent)


def _with_members(groups: Collection[PyGroup], served: Sequence[PyOperation]) -> tuple[PyGroup, ...]:
    members = {group.name: tuple(one for one in served if one.group == group.name) for group in groups}
    return tuple(replace(group, operations=members[group.name]) for group in groups if members[group.name])


class _Planner:
    """Plans one operation after the other in the scopes of names of their version."""

    def __init__(self, api: Api, operations: Sequence[Operation], types: SchemaTypes, guard: Guard) -> None:
        self.classes: dict[str, PyAnswerClass] = {}
        self.names = OperationNames(api, operations)
        self._api = api
        self._types = types
        self._guard = guard
        self._defaults = Defaults(api)
        self._class_names = answer_names()
        self._shared = name_shared_answers(operations, self._class_names)
        self._scheme_names = Names()
        self.schemes = plan_schemes(api, operations, lambda name: scheme_method(name, self._scheme_names))
        self._found: list[Diagnostic] = []

    def findings(self) -> tuple[Diagnostic, ...]:
        """Everything found so far."""
        return (
            *self._found,
            *self.names.clashes(),
            *clash_findings(self._class_names, "The answers"),
            *clash_findings(self._scheme_names, "The security schemes"),
        )

    def operation(self, operation: Operation, key: str) -> PyOperation:
        """The Python view of *operation*."""
        scope = Scope(
            api=self._api,
            types=self._types,
            guards=self._guard,
            defaults=self._defaults,
            shared_names=self._shared,
            key=key,
            prefix=operation_class_prefix(operation),
        )
        named = PyOperation(
            key=key,
            method=operation.method,
            path=operation.path,
            group=self.names.group(operation).name,
            function=self.names.method(operation, key),
            summary=operation.summary or "",
        )
        planned = self._filled(scope, operation, named)
        scope.found.extend(own_server(self._api, operation))
        scope.found.extend(
            unsupported("unsupported-callback", f"the callback {one.name!r} is not sent", one.span)
            for one in operation.callbacks
        )
        self._found.extend(scope.found)
        return planned

    def _filled(self, scope: Scope, operation: Operation, named: PyOperation) -> PyOperation:
        answers = plan_answers(scope, operation, self._class_names)
        parameters = plan_parameters(scope, operation)
        body = plan_body(scope, operation.body)
        security = plan_security(scope, operation, self.schemes)
        for cls in answers.value.classes:
            self._add_class(cls)
        faults = [*parameters.faults, *body.faults, *answers.faults, *security.faults]
        scope.found.extend(faults)
        reasons = dict.fromkeys(f"{one.code}: {one.message}" for one in [*operation.faults, *faults])
        if reasons:
            return replace(named, answers=answers.value.answers, unsupported=tuple(reasons))
        if parameters.value:
            schemas = _parameter_schemas(operation)
            self._guard.add_parameters(f"{scope.key}.parameters", schemas)
            for one in parameters.value:
                if isinstance(one.wire, Either) and one.wire.guard is not None:
                    self._guard.add(one.wire.guard, schemas[one.location][one.name][0], "request")
        return replace(
            named,
            path_choices=path_choices(operation, self._api.schemas) or {},
            parameters=parameters.value,
            body=body.value,
            answers=answers.value.answers,
            media_type=_media_type(answers.value.media_type, parameters.value),
            returns=answers.value.returns,
            security=security.value,
            deprecated=operation.deprecated,
            deprecated_at=_date(scope, operation, "x-accord-deprecated-at"),
            sunset=_date(scope, operation, "x-sunset"),
            rate_limit=_text(operation, "x-accord-rate-limit"),
        )

    def _add_class(self, cls: PyAnswerClass) -> None:
        """Remember a class; a shared response under another status adds that status to it."""
        known = self.classes.get(cls.name)
        if known is None:
            self.classes[cls.name] = cls
        elif not set(cls.statuses) <= set(known.statuses):
            self.classes[cls.name] = replace(known, statuses=(*known.statuses, *cls.statuses))


def _media_type(type_: PyType | None, parameters: Sequence[PyParameter]) -> PyMediaType | None:
    """The argument for the media type that ``Accept`` chooses, beside those of *parameters*."""
    if type_ is None:
        return None
    name = "media_type"
    while any(one.argument == name for one in parameters):
        name += "_"
    return PyMediaType(argument=name, type=type_)


def _parameter_schemas(operation: Operation) -> dict[str, dict[str, tuple[Schema, bool]]]:
    found: dict[str, dict[str, tuple[Schema, bool]]] = {}
    for one in served_parameters(operation):
        schema = one.content[0].schema if one.content else one.schema
        anything = BooleanSchema(value=True, span=one.span)
        found.setdefault(one.location, {})[one.name] = (schema or anything, one.required)
    return found


def _date(scope: Scope, operation: Operation, extension: str) -> str | None:
    """The date that *extension* gives; one that is none is reported and counts as absent."""
    value = operation.extensions.get(extension)
    if value is None:
        return None
    if isinstance(value, str) and _is_date(value):
        return value
    scope.found.append(
        Diagnostic(
            code="extension-invalid",
            message=f"{extension} of {scope.key} is no date (YYYY-MM-DD) or date-time of RFC 3339",
            span=operation.span,
            hint="No header is sent for it.",
            severity=Severity.WARNING,
        )
    )
    return None


def _is_date(text: str) -> bool:
    try:
        datetime.fromisoformat(text)
    except ValueError:
        return False
    return True


def _text(operation: Operation, extension: str) -> str | None:
    value = operation.extensions.get(extension)
    return value if isinstance(value, str) else None
