"""Validators for values that the guard has let pass: they convert, and do not ask a second time for what it has proved.

The models keep their bounds, which hold for whoever constructs them. But the guard has compared a body with the contract's
own schema, where every bound of a generated model comes from. Bounds stay where they choose: below a union, the first
branch that fits is taken, so nothing in there is touched; nor is what Pydantic calls functions for.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping
from typing import Any, Final, cast

from pydantic_core import CoreSchema, SchemaValidator

CoreNode = dict[str, Any]  # Any: whatever Pydantic puts into a core schema
"""A node of a core schema. Its nodes are typed dictionaries of fifty kinds; only a few are looked at here."""

_LENGTHS: Final = frozenset({"min_length", "max_length"})
_RANGE: Final = frozenset({"ge", "gt", "le", "lt", "multiple_of"})
_BOUNDS: Final[Mapping[str, frozenset[str]]] = {
    "str": _LENGTHS | {"pattern"},
    "list": _LENGTHS,
    "dict": _LENGTHS,
    "int": _RANGE,
    "float": _RANGE,
}
_INSIDE: Final[Mapping[str, tuple[str, ...]]] = {
    # Unions and function validators are left out on purpose: see above.
    "definitions": ("schema",),
    "model": ("schema",),
    "default": ("schema",),
    "nullable": ("schema",),
    "missing-sentinel": ("schema",),
    "list": ("items_schema",),
    "dict": ("values_schema",),
}


def proved_validator(schema: CoreNode) -> Callable[..., Any] | None:
    """``validate_python`` of *schema* without bounds; ``None`` where it has none to leave out.

    Args:
        schema: A core schema of models that Accord generated, with no types of the project's own in it.
    """
    lean = _Lean(schema)
    stripped = lean.schema()
    if not lean.dropped:
        return None
    # Without this each model would bring the validator that was built for it, bounds and all.
    return SchemaValidator(cast("CoreSchema", stripped), _use_prebuilt=False).validate_python


class _Lean:
    """A copy of a core schema; ``dropped`` counts the bounds that are not in it any more."""

    def __init__(self, schema: CoreNode) -> None:
        self.dropped = 0
        self._schema = schema
        self._definitions = {definition["ref"]: definition for definition in schema.get("definitions", ())}
        self._kept = self._below_choices()

    def schema(self) -> CoreNode:
        """The copy."""
        result = self._node(self._schema)
        if "definitions" in result:
            result["definitions"] = [
                definition if definition["ref"] in self._kept else self._node(definition)
                for definition in result["definitions"]
            ]
        return result

    def _node(self, node: CoreNode) -> CoreNode:
        """A copy of *node* without its bounds, and so of what is inside of it where nothing chooses."""
        kind: str = node["type"]
        bounds = node.keys() & _BOUNDS.get(kind, frozenset())
        self.dropped += len(bounds)
        result = {key: value for key, value in node.items() if key not in bounds}
        for key in _INSIDE.get(kind, ()):
            if key in result:
                result[key] = self._node(result[key])
        if kind == "model-fields":
            result["fields"] = {
                name: {**field, "schema": self._node(field["schema"])}
                for name, field in result["fields"].items()
            }
        return result

    def _below_choices(self) -> frozenset[str]:
        """Definitions that something refers to which is not walked into, directly or through others."""
        found: set[str] = set()
        waiting = [ref for node in (self._schema, *self._definitions.values()) for ref in _unwalked(node)]
        while waiting:
            ref = waiting.pop()
            if ref not in found:
                found.add(ref)
                waiting.extend(_references(self._definitions.get(ref)))
        return frozenset(found)


def _unwalked(node: CoreNode) -> Iterator[str]:
    """References in parts of *node* that :meth:`_Lean._node` leaves as they are."""
    kind: str = node["type"]
    if kind == "definition-ref":
        return
    walked = _INSIDE.get(kind, ())
    if kind == "model-fields":
        for field in node["fields"].values():
            yield from _unwalked(field["schema"])
    for key, value in node.items():
        if key in walked:
            yield from _unwalked(value)
        elif not (kind == "model-fields" and key == "fields") and key != "definitions":
            yield from _references(value)


def _references(value: Any) -> Iterator[str]:  # Any: part of a core schema
    """Every reference in *value*, however deep."""
    waiting: list[Any] = [value]
    while waiting:
        current = waiting.pop()
        if isinstance(current, dict):
            mapping = cast("CoreNode", current)
            if mapping.get("type") == "definition-ref":
                yield str(mapping["schema_ref"])
            waiting.extend(mapping.values())
        elif isinstance(current, list | tuple):
            waiting.extend(cast("list[Any]", current))
