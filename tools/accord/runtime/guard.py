"""The guard: one validator for everything that the contract says about a version's requests and responses.

Its schemas come from ``guard.json``, which ``accord generate`` writes by the converter of ``accord.contract.json_schema``. The
validator is jsonschema-rs; this module adds the words that a client reads, and keeps input out of them.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping
from functools import partial
from typing import Any

from accord.runtime.explain import MAX_FAULTS, Explainer
from accord.runtime.faults import Fault, Path
from accord.runtime.plain_faults import PlainFaults
from accord.runtime.problems import InvalidPart, Rejection, RejectionKind
from accord.runtime.strict_json import JsonValue
from accord.validators import make_validator


class GuardError(Exception):
    """``guard.json`` cannot be used."""


class Guard:
    """Checks values against the contract, each under a key of ``guard.json``.

    ``valid({key: value})`` tells in one call whether a value follows its schema.
    """

    def __init__(self, document: dict[str, JsonValue]) -> None:
        try:
            # The formats that the library does not know: the document says itself what their texts match.
            given = document.get("x-format-patterns")
            entries = given.items() if isinstance(given, dict) else ()
            patterns = {name: pattern for name, pattern in entries if isinstance(pattern, str)}
            compile_schema = partial(make_validator, format_patterns=patterns)
            validator = compile_schema(document)
        except ValueError as error:
            raise GuardError(f"guard.json: {error}") from error
        self._plain = PlainFaults(document, validator)
        self._explainer = Explainer(document, compile_schema)
        properties = document.get("properties")
        # The document is one object schema with a property for each key, so that one validator serves all:
        # definitions are compiled once.
        self._keys = frozenset(properties if isinstance(properties, dict) else ())
        self._declared = frozenset(_declared_names(document))
        self.proves_models = not document.get("x-own-types", False)
        """Whether every bound of a model of the package is one of the contract: types of a project's own have theirs."""
        self.valid: Callable[[Mapping[str, Any]], bool] = validator.is_valid

    def require(self, key: str) -> str:
        """*key* itself, once it is known that ``guard.json`` has it.

        Raises:
            GuardError: where ``guard.json`` has no such entry: nothing is ever served unguarded by accident.
        """
        if key not in self._keys:
            raise GuardError(f"guard.json has no entry {key!r}: generate the package again")
        return key

    def faults(self, key: str, value: Any) -> list[Fault]:  # Any: JSON
        """What is wrong with *value*, sorted by place, :data:`MAX_FAULTS` at most; empty if it is valid."""
        found = self._plain.faults(key, value)
        if found is None:
            found = self._explainer.faults(key, value)
        faults = {fault._replace(path=self.shown(fault.path)) for fault in found}
        return sorted(faults, key=_order)[:MAX_FAULTS] if len(faults) > 1 else list(faults)

    def shown(self, path: Path) -> Path:
        """*path* with a ``*`` for each name that the contract does not declare: such a name came from the client."""
        return tuple(part if isinstance(part, int) or part in self._declared else "*" for part in path)


def _order(fault: Fault) -> tuple[list[str], str]:
    """By place, items by their number."""
    return [f"{part:09d}" if isinstance(part, int) else part for part in fault.path], fault.reason


def _declared_names(node: JsonValue) -> Iterator[str]:
    """Property names that the contract itself declares: the only ones that are repeated to a client."""
    stack = [node]
    while stack:
        item = stack.pop()
        if isinstance(item, dict):
            properties = item.get("properties")
            if isinstance(properties, dict):
                yield from properties
            required = item.get("required")
            if isinstance(required, list):
                yield from (name for name in required if isinstance(name, str))
            dependent = item.get("dependentRequired")
            for names in dependent.values() if isinstance(dependent, dict) else ():
                if isinstance(names, list):
                    yield from (name for name in names if isinstance(name, str))
            stack.extend(item.values())
        elif isinstance(item, list):
            stack.extend(item)


def invalid_body(guard: Guard, key: str, value: Any) -> Rejection:  # Any: JSON
    """The rejection (422) of a body that *guard* does not let pass."""
    errors = [InvalidPart("body", fault.pointer, fault.reason) for fault in guard.faults(key, value)]
    return Rejection(RejectionKind.INVALID, errors=errors)
