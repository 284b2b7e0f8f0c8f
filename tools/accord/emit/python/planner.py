"""From a contract to its Python view: names are given, types are chosen, and what cannot be served is found."""

from __future__ import annotations

import builtins
import re
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import datetime
from typing import Final

from accord.contract.model import Api, Operation
from accord.contract.schema import BooleanSchema, Schema
from accord.diagnostics import Diagnostic, Severity
from accord.emit.python.defaults import Defaults
from accord.emit.python.guard import Guard
from accord.emit.python.naming import (
    KEYWORDS,
    TYPE_NAMES,
    Names,
    group_of,
    method_name,
    operation_class_prefix,
    operation_method_name,
    pascal,
)
from accord.emit.python.plan import PyAnswerClass, PyGroup, PyOperation, PyScheme, PyVersion
from accord.emit.python.plan_answers import plan_answers
from accord.emit.python.plan_requests import plan_body, plan_parameters, served_parameters
from accord.emit.python.plan_security import plan_schemes, plan_security
from accord.emit.python.routers import INSTALL_NAMES
from accord.emit.python.scope import Scope
from accord.emit.python.servers import own_server, prefix_of
from accord.emit.python.support import unsupported
from accord.emit.python.types import SchemaTypes

_METHOD_NAMES: Final = KEYWORDS | TYPE_NAMES | {"datetime", "models", "responses", "uuid"}
"""Names that the annotations of a class use and that its methods therefore may not hide."""

_ANSWER_CLASSES: Final = frozenset(
    {"Answer", "ClassVar", "ErrorAnswer", "EventStream", "Literal", "NoReturn"}
)
"""Names that ``responses.py`` imports."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Plan:
    """A planned version, and what was found on the way. ``guard`` has an entry for everything that it declares."""

    version: PyVersion
    guard: Guard
    diagnostics: tuple[Diagnostic, ...]


def plan_version(api: Api, *, source: str, types: SchemaTypes, guard: Guard) -> Plan:
    """The Python view of *api*; *source* is the contract as the user knows it (``spec/v1/``)."""
    return _Planner(api, types, guard).plan(source)


class _Planner:
    def __init__(self, api: Api, types: SchemaTypes, guard: Guard) -> None:
        self._api = api
        self._types = types
        self._guard = guard
        self._defaults = Defaults(api)
        self._found: list[Diagnostic] = []
        self._classes: dict[str, PyAnswerClass] = {}
        self._class_names = Names()
        self._class_names.reserve(*_ANSWER_CLASSES)

    def plan(self, source: str) -> Plan:
        prefix, found = prefix_of(self._api)
        self._found.extend(found)
        operations = self._distinct_operations()
        shared = self._name_shared(operations)
        scheme_names = Names()
        schemes = plan_schemes(
            self._api, operations, lambda name: scheme_names.give(_method(method_name(name)))
        )
        groups = self._name_groups(operations)
        functions: dict[str, Names] = {group.name: Names() for group in groups.values()}
        planned: list[PyOperation] = []
        for operation, key in self._keyed(operations):
            scope = Scope(
                api=self._api,
                types=self._types,
                guards=self._guard,
                defaults=self._defaults,
                shared_names=shared,
                key=key,
                prefix=operation_class_prefix(operation),
            )
            group = groups[group_of(operation)]
            function = functions[group.name].give(
                _method(operation_method_name(operation)), source=key, span=operation.span
            )
            bare = PyOperation(
                key=key,
                method=operation.method,
                path=operation.path,
                group=group.name,
                function=function,
                summary=operation.summary or "",
            )
            planned.append(self._operation(scope, operation, bare, schemes))
            self._found.extend(scope.found)
        for name, names in functions.items():
            self._report_clashes(names, f"In the group {name}, the operations")
        self._report_clashes(self._class_names, "The answers")
        self._report_clashes(scheme_names, "The security schemes")
        self._report_sending()
        served = [operation for operation in planned if not operation.unsupported]
        used = {use.scheme.name for operation in served for uses in operation.security for use in uses}
        version = PyVersion(
            name=self._api.name,
            source=source,
            title=self._api.info.title,
            prefix=prefix,
            groups=tuple(
                replace(group, operations=members)
                for group in groups.values()
                if (members := tuple(one for one in served if one.group == group.name))
            ),
            operations=tuple(planned),
            answers=tuple(self._classes.values()),
            schemes=tuple(scheme for name, scheme in schemes.items() if name in used),
        )
        return Plan(version=version, guard=self._guard, diagnostics=(*self._found, *self._guard.diagnostics))

    def _operation(
        self, scope: Scope, operation: Operation, bare: PyOperation, schemes: Mapping[str, PyScheme]
    ) -> PyOperation:
        answers = plan_answers(scope, operation, self._class_names)
        parameters = plan_parameters(scope, operation)
        body = plan_body(scope, operation.body)
        security, refused = plan_security(self._api, operation, schemes)
        for cls in answers.value.classes:
            self._add_class(cls)
        scope.found.extend(own_server(self._api, operation))
        scope.found.extend(
            unsupported("unsupported-callback", f"the callback {callback.name!r} is not sent", callback.span)
            for callback in operation.callbacks
        )
        faults = [*parameters.faults, *body.faults, *answers.faults]
        if refused and not security:
            faults.extend(refused)
        scope.found.extend([*faults, *(one for one in refused if one not in faults)])
        reasons = tuple(dict.fromkeys(f"{one.code}: {one.message}" for one in [*operation.faults, *faults]))
        if reasons:
            return replace(bare, answers=answers.value.answers, unsupported=reasons)
        if parameters.value:
            self._guard.add_parameters(f"{scope.key}.parameters", _parameter_schemas(operation))
        return replace(
            bare,
            parameters=parameters.value,
            body=body.value,
            answers=answers.value.answers,
            returns=answers.value.returns,
            security=security,
            deprecated=operation.deprecated,
            deprecated_at=self._date(scope, operation, "x-accord-deprecated-at"),
            sunset=self._date(scope, operation, "x-sunset"),
            rate_limit=_text(operation, "x-accord-rate-limit"),
        )

    def _add_class(self, cls: PyAnswerClass) -> None:
        """Remember a class; a shared response under another status adds that status to it."""
        known = self._classes.get(cls.name)
        if known is None:
            self._classes[cls.name] = cls
        elif not set(cls.statuses) <= set(known.statuses):
            self._classes[cls.name] = replace(known, statuses=(*known.statuses, *cls.statuses))

    def _distinct_operations(self) -> tuple[Operation, ...]:
        """The operations without those that no request could tell from an earlier one."""
        first: dict[tuple[str, str], Operation] = {}
        for operation in self._api.operations:
            known = first.setdefault(
                (operation.method, re.sub(r"\{[^{}]*\}", "{}", operation.path)), operation
            )
            if known is not operation:
                self._found.append(
                    Diagnostic(
                        code="operation-duplicate",
                        message=f"{operation.method} {operation.path} takes the same requests as {known.path} "
                        f"({known.path_span})",
                        span=operation.path_span,
                        hint="Requests go to the first; remove one of them or make their paths differ.",
                        severity=Severity.WARNING,
                    )
                )
        return tuple(first.values())

    def _keyed(self, operations: Sequence[Operation]) -> Iterable[tuple[Operation, str]]:
        """Each operation with its key; an operationId that is taken gives way to method and path."""
        used: dict[str, Operation] = {}
        for operation in operations:
            key = operation.operation_id or f"{operation.method} {operation.path}"
            if key in used:
                self._found.append(
                    Diagnostic(
                        code="operation-id-duplicate",
                        message=f"the operationId {key!r} is taken by {used[key].method} {used[key].path}",
                        span=operation.operation_id_span or operation.span,
                        hint="Give each operation its own; this one is named after its method and path.",
                        severity=Severity.WARNING,
                    )
                )
                operation = replace(operation, operation_id=None)  # noqa: PLW2901 (the name gives way, too)
                key = f"{operation.method} {operation.path}"
            used[key] = operation
            yield operation, key

    def _name_shared(self, operations: Iterable[Operation]) -> dict[str, str]:
        """Class names of the shared responses that operations use. Those of ``spec/common`` come first, by name, so
        that every version gives them the same."""
        used = {
            response.component.name: response
            for operation in operations
            for response in operation.responses
            if response.component is not None
        }

        def order(name: str) -> tuple[bool, str]:
            component = used[name].component
            shared = component is not None and component.origin.startswith("common/")
            return not shared, name if shared else ""

        return {
            name: self._class_names.give(_answer_class(name), source=name, span=used[name].span)
            for name in sorted(used, key=order)
        }

    def _name_groups(self, operations: Iterable[Operation]) -> dict[str, PyGroup]:
        """A group for each tag that comes first on an operation, by the tag."""
        arguments, protocols, classes = Names(), Names(), Names()
        arguments.reserve(*INSTALL_NAMES)
        classes.reserve("Principal", "Security")
        descriptions = {tag.name: tag.description or tag.summary or "" for tag in self._api.tags}
        groups: dict[str, PyGroup] = {}
        for operation in operations:
            tag = group_of(operation)
            if tag in groups:
                continue
            name = arguments.give(_argument(tag), source=tag, span=operation.span)
            groups[tag] = PyGroup(
                name=name,
                argument=name,
                protocol=protocols.give(f"{pascal(tag, prefix='Group')}Api"),
                implementation=classes.give(
                    _free(pascal(tag, prefix="Group"), {"Principal", "Security"}, "Api")
                ),
                description=descriptions.get(tag, ""),
                operations=(),
            )
        self._report_clashes(arguments, "The groups")
        return groups

    def _report_clashes(self, names: Names, what: str) -> None:
        found = (clash.diagnostic(what) for clash in names.clashes)
        self._found.extend(one for one in found if one is not None)

    def _report_sending(self) -> None:
        self._found.extend(
            unsupported("unsupported-webhook", f"the webhook {webhook.name!r} is not sent", webhook.span)
            for webhook in self._api.webhooks
        )

    def _date(self, scope: Scope, operation: Operation, extension: str) -> str | None:
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


def _parameter_schemas(operation: Operation) -> dict[str, dict[str, tuple[Schema, bool]]]:
    found: dict[str, dict[str, tuple[Schema, bool]]] = {}
    for one in served_parameters(operation):
        schema = one.content[0].schema if one.content else one.schema
        anything = BooleanSchema(value=True, span=one.span)
        found.setdefault(one.location, {})[one.name] = (schema or anything, one.required)
    return found


def _is_date(text: str) -> bool:
    try:
        datetime.fromisoformat(text)
    except ValueError:
        return False
    return True


def _text(operation: Operation, extension: str) -> str | None:
    value = operation.extensions.get(extension)
    return value if isinstance(value, str) else None


def _free(name: str, taken: Iterable[str], suffix: str) -> str:
    return f"{name}{suffix}" if name in taken else name


def _method(name: str) -> str:
    return _free(name, _METHOD_NAMES, "_")


def _argument(tag: str) -> str:
    return _free(method_name(tag), INSTALL_NAMES, "_")


def _answer_class(name: str) -> str:
    taken = _ANSWER_CLASSES | KEYWORDS
    text = pascal(name, prefix="Response")
    return f"{text}Response" if text in taken or hasattr(builtins, text) else text
