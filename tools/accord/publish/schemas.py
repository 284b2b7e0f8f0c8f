"""Schemas in the 3.1 that generators read: no tuples, one type each, no dynamic references."""

from __future__ import annotations

from collections.abc import Iterable
from typing import Final

from accord.contract.schema import JsonValue
from accord.contract.schemas.formats import FORMATS
from accord.contract.schemas.keywords import GROUP_OF
from accord.contract.schemas.values import types_of
from accord.publish.model import Losses, Object
from accord.source.pointer import join

_DROPPED: Final = frozenset({"$schema", "$comment", "$vocabulary", "$id", "$anchor", "$dynamicAnchor"})
_NUMBER_FORMATS: Final = frozenset(
    row.name for row in FORMATS.values() if row.origin == "OpenAPI 3.0" and "number" in row.types
)

_STAYING: Final = frozenset({"unevaluatedItems", "unevaluatedProperties"})
"""These look at what stands beside them and are not moved with the type that they are about."""


def modern_schema(schema: Object, pointer: str, losses: Losses, *, tuples: bool) -> Object:
    """*schema*, whose parts are modern already, without what generators stumble over.

    *tuples*: whether any schema of the document is a tuple.
    """
    result = {key: value for key, value in schema.items() if key not in _DROPPED}
    if isinstance(reference := result.pop("$dynamicRef", None), str):
        losses.add(
            "dynamic-reference",
            "a dynamic reference is published as a plain one",
            join(pointer, "$dynamicRef"),
        )
        result.setdefault("$ref", reference)
    if isinstance(result.get("prefixItems"), list):
        result = _without_tuple(result, pointer, losses)
    if "unevaluatedItems" in result and tuples and mentions(result, "$ref"):
        # The items that a tuple behind a reference evaluates are no longer evaluated there.
        losses.add(
            "unevaluated", "what `unevaluatedItems` forbids is allowed", join(pointer, "unevaluatedItems")
        )
    types = result.get("type")
    if isinstance(types, list):
        result = _one_type_each(result, ["null" if type_ is None else str(type_) for type_ in types])
    return without_narrowed(result, pointer, losses)


def without_narrowed(schema: Object, pointer: str, losses: Losses) -> Object:
    """*schema* without those negative uses of widened parts that would reject what the contract allows."""
    result = dict(schema)
    if "not" in result and losses.widened_below(join(pointer, "not")):
        del result["not"]
        losses.add("not", "what must not match cannot be said, so it is left out", join(pointer, "not"))
    if "if" in result and losses.widened_below(join(pointer, "if")):
        for key in ("if", "then", "else"):
            result.pop(key, None)
        losses.add(
            "if", "the condition cannot be said, so what depends on it is left out", join(pointer, "if")
        )
    if "oneOf" in result and losses.widened_below(join(pointer, "oneOf")):
        branches = result.pop("oneOf")
        result = (
            with_all_of(result, [{"anyOf": branches}]) if "anyOf" in result else {**result, "anyOf": branches}
        )
        losses.add("one-of", "branches may overlap now: any of them may match", join(pointer, "oneOf"))
    for key in ("unevaluatedItems", "unevaluatedProperties"):
        if key in result and losses.widened_below(pointer):
            del result[key]
            losses.add("unevaluated", f"what `{key}` forbids is allowed", join(pointer, key))
    if "maxContains" in result and losses.widened_below(join(pointer, "contains")):
        del result["maxContains"]
        losses.add("contains", "what is counted cannot be said: no upper limit", join(pointer, "maxContains"))
    return result


def with_all_of(schema: Object, parts: list[JsonValue]) -> Object:
    """*schema* that demands *parts* too."""
    present = schema.get("allOf")
    return {**schema, "allOf": [*(present if isinstance(present, list) else []), *parts]}


def _without_tuple(schema: Object, pointer: str, losses: Losses) -> Object:
    """Items of a tuple become a list whose items may be any of them."""
    result = dict(schema)
    prefix = result.pop("prefixItems")
    assert isinstance(prefix, list)
    rest = result.pop("items", None)
    if rest is None and _stands_alone(result):
        rest = result.pop("unevaluatedItems", None)
    if rest == {"not": {}}:
        present = result.get("maxItems")
        result["maxItems"] = min(len(prefix), present) if isinstance(present, int) else len(prefix)
        result["items"] = _any_of(prefix)
    elif rest is not None:
        result["items"] = _any_of([*prefix, rest])
    losses.add("tuple", "a list cannot say which item stands where", join(pointer, "prefixItems"))
    return result


def mentions(value: JsonValue, key: str) -> bool:
    """Whether *key* stands anywhere in *value*."""
    if isinstance(value, dict):
        return key in value or any(mentions(member, key) for member in value.values())
    return isinstance(value, list) and any(mentions(item, key) for item in value)


def _stands_alone(schema: Object) -> bool:
    return not schema.keys() & {"$ref", "allOf", "anyOf", "oneOf", "if", "contains"}


def _any_of(schemas: list[JsonValue]) -> JsonValue:
    distinct = [schema for index, schema in enumerate(schemas) if schema not in schemas[:index]]
    return distinct[0] if len(distinct) == 1 else {"anyOf": distinct}


def _one_type_each(schema: Object, types: list[str]) -> Object:
    """``type`` as a list becomes one branch for each type, with the keywords that concern it."""
    if "number" in types:
        types = [type_ for type_ in types if type_ != "integer"]
    branches = [branch for branch in (_branch(schema, type_) for type_ in types) if branch is not None]
    moved = {"type", "enum", "const", "format"} | (GROUP_OF.keys() - _STAYING)
    rest = {key: value for key, value in schema.items() if key not in moved}
    if len(branches) == 1:
        return {**branches[0], **rest}
    if not branches:
        return {**rest, "not": {}}
    choice: list[JsonValue] = list(branches)
    return with_all_of(rest, [{"anyOf": choice}]) if "anyOf" in rest else {**rest, "anyOf": choice}


def _branch(schema: Object, kind: str) -> Object | None:
    """What *schema* says of values of one type; ``None`` where it lists values and none is of this type."""
    branch: Object = {"type": kind}
    if "const" in schema:
        if kind not in types_of(schema["const"]):
            return None
        branch["const"] = schema["const"]
    values = schema.get("enum")
    if isinstance(values, list):
        fitting = [value for value in values if kind in types_of(value)]
        if not fitting:
            return None
        if kind != "null":
            branch["enum"] = fitting
    style = schema.get("format")
    if isinstance(style, str) and kind in {"string", "number", "integer"}:
        if (style in _NUMBER_FORMATS) == (kind != "string"):
            branch["format"] = style
    branch.update({key: schema[key] for key in _keywords_of(kind) if key in schema})
    return branch


def _keywords_of(kind: str) -> Iterable[str]:
    group = "number" if kind == "integer" else kind
    return (key for key, about in GROUP_OF.items() if about == group and key not in _STAYING)
