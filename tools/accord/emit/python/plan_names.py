"""The scopes of names of a contract: its operations, groups, shared answers and security schemes."""

from __future__ import annotations

import builtins
import re
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import replace
from typing import Final

from accord.contract.model import Api, Operation
from accord.diagnostics import Diagnostic, warning
from accord.emit.python.naming import (
    KEYWORDS,
    TYPE_NAMES,
    Names,
    group_of,
    method_name,
    operation_key,
    operation_method_name,
    pascal,
)
from accord.emit.python.plan import PyGroup

INSTALL_NAMES: Final = (
    *TYPE_NAMES,
    *("final", "override"),
    *("app", "security", "errors", "settings", "version"),
    *("models", "protocols", "responses", "declare", "outgoing", "tagged", "by_tag", "datetime", "uuid"),
    "annotations",
)
"""Names inside of ``install``, its own, those of what the module imports and those of types, and what every module imports
from the future; and what scaffolded modules use, in which a function of the group's name gives its provider: no group may
have one."""

_METHODS: Final = KEYWORDS | TYPE_NAMES | {"datetime", "models", "override", "responses", "uuid"}
"""Names that the annotations and decorators of a class use and that its methods therefore may not hide."""

_RESPONSES: Final = (
    frozenset({"Response", "ByteStream", "ErrorResponse", "Event", "EventStream", "ItemStream", "Literal"})
    | KEYWORDS
)
"""Names that ``responses.py`` imports."""

_IMPLEMENTATIONS: Final = frozenset({"Principal", "Security"}) | KEYWORDS
"""Names that scaffolded modules import, and those that no class may have."""


class OperationNames:
    """Gives each operation its group and its method in there."""

    def __init__(self, api: Api, operations: Iterable[Operation]) -> None:
        self.groups: dict[str, PyGroup] = {}
        """Without their operations, by tag."""
        self._arguments, self._protocols = Names(*INSTALL_NAMES), Names()
        self._classes = Names(*_IMPLEMENTATIONS)
        descriptions = {tag.name: tag.description or tag.summary or "" for tag in api.tags}
        for operation in operations:
            tag = group_of(operation)
            if tag not in self.groups:
                self.groups[tag] = self._group(tag, operation, descriptions.get(tag, ""))
        self._methods = {tag: Names() for tag in self.groups}

    def group(self, operation: Operation) -> PyGroup:
        """The group of *operation*."""
        return self.groups[group_of(operation)]

    def method(self, operation: Operation, key: str) -> str:
        """The method of *operation*, to be asked for once."""
        wanted = _apart(operation_method_name(operation), _METHODS)
        return self._methods[group_of(operation)].give(wanted, source=key, span=operation.span)

    def clashes(self) -> Iterator[Diagnostic]:
        """Findings about names that had to be numbered."""
        yield from self._arguments.findings("The groups")
        for tag, names in self._methods.items():
            yield from names.findings(f"In the group {tag}, the operations")

    def _group(self, tag: str, operation: Operation, description: str) -> PyGroup:
        argument = _apart(method_name(tag), INSTALL_NAMES)
        argument = self._arguments.give(argument, source=tag, span=operation.span)
        name = pascal(tag, prefix="Group")
        return PyGroup(
            name=argument,
            argument=argument,
            protocol=self._protocols.give(f"{name}Api"),
            implementation=self._classes.give(_apart(name, _IMPLEMENTATIONS, "Operations")),
            description=description,
            operations=(),
        )


def response_names() -> Names:
    """The scope of the classes of ``responses.py``."""
    return Names(*_RESPONSES)


def name_shared_responses(operations: Iterable[Operation], names: Names) -> dict[str, str]:
    """Class names of the shared responses that *operations* use, by component.

    Those of ``spec/common`` come first and by name, so that every version gives them the same.
    """
    used = {
        response.component.name: response
        for operation in operations
        for response in operation.responses
        if response.component is not None
    }

    def order(name: str) -> tuple[bool, str]:
        component = used[name].component
        common = component is not None and component.origin.startswith("common/")
        return not common, name if common else ""

    given: dict[str, str] = {}
    for name in sorted(used, key=order):
        wanted = pascal(name, prefix="Response")
        if wanted in _RESPONSES or hasattr(builtins, wanted):
            wanted = f"{wanted}Response"
        given[name] = names.give(wanted, source=name, span=used[name].span)
    return given


def scheme_method(name: str, names: Names) -> str:
    """The method of a security scheme."""
    return names.give(_apart(method_name(name), _METHODS), source=name)


def distinct_operations(api: Api) -> tuple[list[Operation], list[Diagnostic]]:
    """The operations without those that no request could tell from an earlier one, and a finding for each of these."""
    first: dict[tuple[str, str], Operation] = {}
    found: list[Diagnostic] = []
    for operation in api.operations:
        requests = operation.method, re.sub(r"\{[^{}]*\}", "{}", operation.path)
        known = first.setdefault(requests, operation)
        if known is not operation:
            message = f"{operation.method} {operation.path} takes the same requests as {known.path} ({known.path_span})"
            hint = "Requests go to the first; remove one of them or make their paths differ."
            found.append(warning("operation-duplicate", message, operation.path_span, hint))
    return list(first.values()), found


def with_keys(operations: Sequence[Operation]) -> tuple[list[tuple[Operation, str]], list[Diagnostic]]:
    """Each operation with the key that messages and the guard know it by, and findings.

    An operationId that is taken gives way to method and path.
    """
    used: dict[str, Operation] = {}
    found: list[Diagnostic] = []
    for operation in operations:
        key, kept = operation_key(operation), operation
        if key in used:
            message = f"the operationId {key!r} is taken by {used[key].method} {used[key].path}"
            hint = "Give each operation its own; this one is named after its method and path."
            span = operation.operation_id_span or operation.span
            found.append(warning("operation-id-duplicate", message, span, hint))
            kept = replace(operation, operation_id=None)
            key = operation_key(kept)
        used[key] = kept
    return [(operation, key) for key, operation in used.items()], found


def _apart(name: str, taken: Iterable[str], suffix: str = "_") -> str:
    return f"{name}{suffix}" if name in taken else name
