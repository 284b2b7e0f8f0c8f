"""``oneOf`` whose branches overlap: what makes a value of one branch no value of another."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping, Sequence
from typing import Final

from accord.contract.schema import JsonValue, NamedSchema, Schema
from accord.contract.schemas.normal import NormalForm, normal_form

_EACH_TYPE: Final[tuple[JsonValue, ...]] = ("none", 0, False, [], {}, None)
"""One value of each type: some of them breaks what another branch says about a property."""
_MOST: Final = 200


def kept_apart(
    value: JsonValue,
    normal: NormalForm,
    named: Mapping[str, NamedSchema],
    is_valid: Callable[[JsonValue], bool],
) -> JsonValue:
    """*value* with one more property that only the other branches of a ``oneOf`` restrict, or ``None``."""
    if not isinstance(value, dict):
        return None
    for tried, changed in enumerate(_changes(value, normal, named)):
        if tried > _MOST:
            break
        if is_valid(changed):
            return changed
    return None


def _changes(
    value: Mapping[str, JsonValue], normal: NormalForm, named: Mapping[str, NamedSchema]
) -> Iterator[dict[str, JsonValue]]:
    known = set(normal.declared) | set(value)
    for part in normal.parts:
        for name in _foreign(part.one_of, named):
            if name not in known:
                yield from ({**value, name: value_of_type} for value_of_type in _EACH_TYPE)


def _foreign(branches: Sequence[Schema], named: Mapping[str, NamedSchema]) -> Iterator[str]:
    for branch in branches:
        yield from normal_form([branch], named).declared
