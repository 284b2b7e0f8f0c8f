"""The guard: one validator for everything that the contract says about a version's requests and answers.

Its schemas come from ``guard.json``, which ``accord generate`` writes by the converter of ``accord.contract.json_schema``. The
validator is jsonschema-rs; this module adds the words that a client reads, and keeps input out of them.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping
from itertools import islice
from typing import Any, Final, NamedTuple, TypeAlias

from jsonschema_rs import ValidationError, ValidationErrorKind

from accord.runtime.problems import InvalidPart
from accord.runtime.strict_json import JsonValue
from accord.validators import make_validator

Path: TypeAlias = tuple[str | int, ...]

EXAMINED_ERRORS: Final = 2_000
"""Errors of one value that are looked at before those to report are sorted out."""


class GuardError(Exception):
    """``guard.json`` cannot be used."""


class Fault(NamedTuple):
    """What is wrong with a value, at *path* in it. Undeclared names stand as ``*`` in the path."""

    path: Path
    reason: str

    @property
    def pointer(self) -> str:
        """*path* as a JSON Pointer (RFC 6901)."""
        return pointer_of(self.path)


def pointer_of(path: Path) -> str:
    """*path* as a JSON Pointer (RFC 6901)."""
    return "" if not path else "".join("/" + str(part).replace("~", "~0").replace("/", "~1") for part in path)


class Guard:
    """Checks values against the contract, each under a key of ``guard.json``.

    ``valid({key: value})`` tells in one call whether a value follows its schema.
    """

    def __init__(self, document: dict[str, JsonValue]) -> None:
        try:
            validator = make_validator(document, format_patterns=_format_patterns(document))
        except ValueError as error:
            raise GuardError(f"guard.json: {error}") from error
        self._validator = validator
        entries = document.get("properties")
        # The document is one object schema with a property for each key, so that one validator serves all:
        # definitions are compiled once.
        self._keys = frozenset(entries if isinstance(entries, dict) else ())
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
        """Everything that is wrong with *value*, sorted by place; empty if it is valid."""
        # A list of a million wrong items has a million errors; whoever sent it needs the first of them.
        errors = islice(self._validator.iter_errors({key: value}), EXAMINED_ERRORS)
        found: list[Fault] = []
        for error in errors:
            self._explain(error, found)
        return found if len(found) < 2 else sorted(set(found), key=_order)

    def shown(self, path: Path) -> Path:
        """*path* with a ``*`` for each name that the contract does not declare: such a name came from the client."""
        return tuple(part if isinstance(part, int) or part in self._declared else "*" for part in path)

    def _explain(self, error: ValidationError, found: list[Fault]) -> None:
        """Add to *found* what *error* says, or what the branch that was meant says."""
        kind = error.kind
        # The errors of all branches together would tell a client to do contradictory things. Where one
        # branch was clearly meant, its errors are the ones that help.
        if isinstance(kind, ValidationErrorKind.AnyOf | ValidationErrorKind.OneOfNotValid):
            branch = _intended_branch(kind.context, len(error.instance_path))
            if branch is not None:
                for inner in branch:
                    self._explain(inner, found)
                return
        path = self.shown(tuple(error.instance_path[1:]))
        if isinstance(kind, ValidationErrorKind.Required):
            found.append(Fault((*path, kind.property), "is required"))
        else:
            found.append(Fault(path, _reason(kind)))


def _order(fault: Fault) -> tuple[list[str], str]:
    """By place, items by their number."""
    return [f"{part:09d}" if isinstance(part, int) else part for part in fault.path], fault.reason


def _intended_branch(branches: list[list[ValidationError]], depth: int) -> list[ValidationError] | None:
    """The alternative that the value was meant for: the only one whose kind of value and tags it has."""

    def other_kind(error: ValidationError) -> bool:
        match error.kind:
            case ValidationErrorKind.Type():
                return len(error.instance_path) == depth
            # A tag one level below, such as `{kind: cat}`: another tag means another branch.
            case ValidationErrorKind.Constant() | ValidationErrorKind.Enum():
                return len(error.instance_path) <= depth + 1
            case _:
                return False

    near = [branch for branch in branches if branch and not any(other_kind(error) for error in branch)]
    return near[0] if len(near) == 1 else None


def _format_patterns(document: dict[str, JsonValue]) -> dict[str, str]:
    """The formats that the library does not know: ``guard.json`` says itself what their texts match."""
    given = document.get("x-format-patterns")
    entries = given.items() if isinstance(given, dict) else ()
    return {name: pattern for name, pattern in entries if isinstance(pattern, str)}


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
            stack.extend(item.values())
        elif isinstance(item, list):
            stack.extend(item)


def _plural(count: int, noun: str) -> str:
    return f"{count} {noun}" if count == 1 else f"{count} {noun}s"


def _properties(count: int) -> str:
    return "1 property" if count == 1 else f"{count} properties"


def _reason(kind: ValidationErrorKind) -> str:  # noqa: C901, PLR0911, PLR0912 - one line for each keyword
    """What the contract expects, in words of the contract alone."""
    match kind:
        case ValidationErrorKind.Type(types):
            return f"must be {' or '.join(types)}"
        case ValidationErrorKind.Enum():
            return "must be one of the values that the contract lists"
        case ValidationErrorKind.Constant():
            return "must be the value that the contract gives"
        case ValidationErrorKind.Minimum(limit):
            return f"must be at least {limit}"
        case ValidationErrorKind.Maximum(limit):
            return f"must be at most {limit}"
        case ValidationErrorKind.ExclusiveMinimum(limit):
            return f"must be greater than {limit}"
        case ValidationErrorKind.ExclusiveMaximum(limit):
            return f"must be less than {limit}"
        case ValidationErrorKind.MultipleOf(step):
            return f"must be a multiple of {step}"
        case ValidationErrorKind.MinLength(limit):
            return f"must have at least {_plural(limit, 'character')}"
        case ValidationErrorKind.MaxLength(limit):
            return f"must have at most {_plural(limit, 'character')}"
        case ValidationErrorKind.Pattern():
            return "must match the pattern of the contract"
        case ValidationErrorKind.Format(name):
            return f"must be a valid {name}"
        case ValidationErrorKind.MinItems(limit):
            return f"must have at least {_plural(limit, 'item')}"
        case ValidationErrorKind.MaxItems(limit) | ValidationErrorKind.AdditionalItems(limit):
            return f"must have at most {_plural(limit, 'item')}"
        case ValidationErrorKind.UniqueItems():
            return "must not have equal items"
        case ValidationErrorKind.Contains():
            return "must contain the item that the contract asks for"
        case ValidationErrorKind.MinProperties(limit):
            return f"must have at least {_properties(limit)}"
        case ValidationErrorKind.MaxProperties(limit):
            return f"must have at most {_properties(limit)}"
        case ValidationErrorKind.AdditionalProperties(names) | ValidationErrorKind.UnevaluatedProperties(
            names
        ):
            return f"has {_properties(len(names))} that the contract does not declare"
        case ValidationErrorKind.UnevaluatedItems(items):
            return f"has {_plural(len(items), 'item')} that the contract does not declare"
        case ValidationErrorKind.PropertyNames():
            return "has a property name that the contract does not allow"
        case ValidationErrorKind.AnyOf() | ValidationErrorKind.OneOfNotValid():
            return "must match one of the alternatives of the contract"
        case ValidationErrorKind.OneOfMultipleValid():
            return "must match only one of the alternatives of the contract"
        case ValidationErrorKind.Not():
            return "must not match what the contract excludes"
        case ValidationErrorKind.FalseSchema():
            return "is not allowed here"
        case ValidationErrorKind.BacktrackLimitExceeded() | ValidationErrorKind.RegexEngineFailure():
            return "cannot be compared with the pattern of the contract"
        case _:
            return f"does not follow {kind.name}"


def invalid_parts(faults: list[Fault], location: str) -> list[InvalidPart]:
    """*faults* of a value that stands at *location* of a request."""
    return [InvalidPart(location, fault.pointer, fault.reason) for fault in faults]
