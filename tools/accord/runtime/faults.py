"""What is wrong with a value, and how that is said: never in words of the value, which may be secret or hostile."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping
from typing import Any, Final, NamedTuple, TypeAlias

Path: TypeAlias = tuple[str | int, ...]


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
    return "" if not path else "".join("/" + escaped(str(part)) for part in path)


def escaped(name: str) -> str:
    """*name* as a step of a JSON Pointer."""
    return name.replace("~", "~0").replace("/", "~1")


def counted(count: int, noun: str, plural: str = "") -> str:
    """*count* with its *noun*; the *plural* is that with an s unless given."""
    return f"{count} {noun}" if count == 1 else f"{count} {plural or f'{noun}s'}"


def counted_properties(count: int) -> str:
    """*count* with its noun."""
    return counted(count, "property", "properties")


_ORDER: Final = ("null", "boolean", "integer", "number", "string", "array", "object")


def _types(types: Iterable[str]) -> str:
    """The names of several types, in one order whoever lists them."""
    return " or ".join(sorted(types, key=_ORDER.index))


REASONS: Final[Mapping[str, Callable[[Any], str]]] = {  # Any: the value of the keyword
    "type": lambda types: f"must be {types if isinstance(types, str) else _types(types)}",
    "enum": lambda _: "must be one of the values that the contract lists",
    "const": lambda _: "must be the value that the contract gives",
    "minimum": lambda limit: f"must be at least {limit}",
    "maximum": lambda limit: f"must be at most {limit}",
    "exclusiveMinimum": lambda limit: f"must be greater than {limit}",
    "exclusiveMaximum": lambda limit: f"must be less than {limit}",
    "multipleOf": lambda step: f"must be a multiple of {step}",
    "minLength": lambda limit: f"must have at least {counted(limit, 'character')}",
    "maxLength": lambda limit: f"must have at most {counted(limit, 'character')}",
    "pattern": lambda _: "must match the pattern of the contract",
    "format": lambda name: f"must be a valid {name}",
    "minItems": lambda limit: f"must have at least {counted(limit, 'item')}",
    "maxItems": lambda limit: f"must have at most {counted(limit, 'item')}",
    "uniqueItems": lambda _: "must not have equal items",
    "minProperties": lambda limit: f"must have at least {counted_properties(limit)}",
    "maxProperties": lambda limit: f"must have at most {counted_properties(limit)}",
}
"""What the contract expects, in words of the contract alone, by the keywords that speak of a value without its parts."""
