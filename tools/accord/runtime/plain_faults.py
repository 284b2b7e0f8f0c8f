"""The faults of small values of plain schemas, listed by the validator itself in one call.

:mod:`accord.runtime.explain` finds the faults of any value at a cost that the size of the value bounds, in Python. Most
rejected requests are small, and most schemas have no alternatives: for these the validator may list all errors, which
is several times cheaper. This module tells which those are.
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any, Final, cast

from jsonschema_rs import Draft202012Validator, ValidationError, ValidationErrorKind

from accord.runtime.faults import REASONS, Fault, counted_properties
from accord.runtime.strict_json import JsonValue

MAX_VALUES: Final = 128
"""Values in a value beyond which its errors are not listed: the validator builds each error before it gives the first."""

MAX_LISTED: Final = 1_024
"""Faults that a value might have, at most, if each of its values broke the schema with the most keywords."""

# With these keywords the number of errors is at most that of the schemas that apply. Below alternatives the validator
# lists the errors of every branch, and below conditions those of the wrong one.
_MEMBERS: Final = ("properties", "patternProperties")
_SINGLE: Final = ("additionalProperties", "items")
_PLAIN: Final = frozenset(
    {*REASONS, *_MEMBERS, *_SINGLE, "$ref", "allOf", "dependentRequired", "prefixItems", "required"}
)


_CONTAINERS: Final = (dict, list)


class PlainFaults:
    """Lists faults where that is certainly cheap. *validator* is that of *document*, the content of ``guard.json``."""

    def __init__(self, document: dict[str, JsonValue], validator: Draft202012Validator) -> None:
        self._definitions = cast("Mapping[str, Any]", document.get("$defs", {}))  # Any: JSON
        self._entries = cast("Mapping[str, Any]", document.get("properties", {}))  # Any: JSON
        self._list = validator.iter_errors
        self._limits: dict[str, int] = {}
        self._most: dict[str, int] = {}

    def faults(self, key: str, value: Any) -> list[Fault] | None:  # Any: JSON
        """What is wrong with *value*; ``None`` where listing might be dear, or would say too little."""
        limit = self._limits.get(key)
        if limit is None:
            most = self._most_faults(self._entries[key], ())
            limit = self._limits[key] = 0 if most is None else min(MAX_VALUES, MAX_LISTED // max(most, 1))
        if not limit or _has_more(value, limit):
            return None
        found = [_fault(error) for error in self._list({key: value})]
        return None if None in found else cast("list[Fault]", found)

    def _most_faults(self, schema: Any, above: tuple[str, ...]) -> int | None:  # Any: JSON
        """The most faults that one value can have by *schema* or a schema in it.

        ``None`` where it has other keywords than plain ones, or leads to one of the definitions *above* it.
        """
        if isinstance(schema, bool):
            return 1
        keywords = cast("Mapping[str, Any]", schema)  # Any: JSON
        if not keywords.keys() <= _PLAIN:
            return None
        inside = [keywords[name] for name in _SINGLE if name in keywords]
        inside += [member for name in _MEMBERS for member in keywords.get(name, {}).values()]
        inside += keywords.get("prefixItems", ())
        each = [self._most_faults(part, above) for part in inside]
        in_place = [self._most_faults(part, above) for part in keywords.get("allOf", ())]
        if "$ref" in keywords:
            in_place.append(self._most_of_definition(keywords["$ref"], above))
        if None in each or None in in_place:
            return None
        names = [len(names) for names in keywords.get("dependentRequired", {}).values()]
        here = 1 + len(keywords) + len(keywords.get("required", ())) + sum(names)
        return max([here + sum(filter(None, in_place)), *filter(None, each)])

    def _most_of_definition(self, target: str, above: tuple[str, ...]) -> int | None:
        # A schema that leads to itself may apply twice at every level: then errors double from level to level.
        name = target.removeprefix("#/$defs/")
        if target in above or name not in self._definitions:
            return None
        if target not in self._most:
            self._most[target] = self._most_faults(self._definitions[name], (*above, target)) or 0
        return self._most[target] or None


def _has_more(value: Any, limit: int) -> bool:  # Any: JSON
    """Whether *value* has more than *limit* values in it."""
    count = 0
    waiting: list[Any] = [value] if isinstance(value, dict | list) else []
    while waiting:
        current: dict[str, Any] | list[Any] = waiting.pop()  # Any: JSON
        count += len(current)
        if count > limit:
            return True
        parts = current.values() if isinstance(current, dict) else current
        waiting += [part for part in parts if isinstance(part, _CONTAINERS)]
    return False


def _fault(error: ValidationError) -> Fault | None:
    """What *error* says; ``None`` where only an explanation can say it."""
    keyword, limit = error.kind.name, error.kind.value
    if keyword == "pattern" and not isinstance(error.kind, ValidationErrorKind.Pattern):
        return None
    path = tuple(error.instance_path[1:])
    match keyword:
        case "required":
            return Fault((*path, limit), "is required")
        case "additionalProperties":
            return Fault(path, f"has {counted_properties(len(limit))} that the contract does not declare")
        case _:
            reason = REASONS.get(keyword)
            return None if reason is None else Fault(path, reason(limit))
