"""Schemas of 3.1 in the dialect of 3.0: said another way where 3.0 can, widened where it cannot."""

from __future__ import annotations

from typing import Final

from accord.contract.schema import JsonValue
from accord.contract.schemas.keywords import KEYWORDS_30
from accord.publish.model import Losses, Object
from accord.publish.schemas import with_all_of, without_narrowed
from accord.source.pointer import join

_APPLICATORS: Final = ("$ref", "allOf", "anyOf", "oneOf", "if", "dependentSchemas")
_ANNOTATIONS: Final = frozenset(
    {"title", "description", "deprecated", "default", "example", "examples", "readOnly", "writeOnly"}
)
_NULL: Final[Object] = {"type": "string", "nullable": True, "enum": [None]}
"""The one value ``null``: 3.0 has no type of that name."""


def legacy_schema(schema: Object, pointer: str, losses: Losses) -> Object:
    """*schema* (modern, its parts legacy already) in the dialect of 3.0.

    What 3.0 cannot say is left out with a loss, so that the result allows at least what *schema* allows.
    """
    result = without_narrowed(schema, pointer, losses)
    if "const" in result:
        result["enum"] = [value := result.pop("const")]
        if isinstance(value, str):
            result.setdefault("type", "string")  # generators take a choice without a type for anything
    if result.get("type") == "null":
        return {
            **_NULL,
            **{key: value for key, value in result.items() if key in _ANNOTATIONS - {"examples"}},
        }
    result = _bounds(result)
    result = _content(result)
    result = _conditions(result)
    result = _contains(result, pointer, losses)
    result = _unevaluated(result, schema, pointer, losses)
    result = _names(result, pointer, losses)
    result = _nulls(result, pointer, losses)
    return _plain(result)


def _bounds(schema: Object) -> Object:
    """``exclusiveMinimum: 3`` becomes ``minimum: 3, exclusiveMinimum: true``, unless the other bound is tighter."""
    result = dict(schema)
    for bound, exclusive, tighter in (
        ("minimum", "exclusiveMinimum", max),
        ("maximum", "exclusiveMaximum", min),
    ):
        limit, other = result.get(exclusive), result.get(bound)
        if isinstance(limit, bool) or not isinstance(limit, int | float):
            continue
        if isinstance(other, int | float) and other != limit and tighter(limit, other) == other:
            del result[exclusive]
        else:
            result[bound], result[exclusive] = limit, True
    return result


def _content(schema: Object) -> Object:
    result = dict(schema)
    encoding, media_type = result.pop("contentEncoding", None), result.pop("contentMediaType", None)
    result.pop("contentSchema", None)
    if "format" not in result and result.get("type") in ("string", None):
        if encoding in ("base64", "base64url"):
            result["format"] = "byte"
        elif encoding is None and isinstance(media_type, str) and not media_type.endswith("json"):
            result.update({"type": "string", "format": "binary"})
    return result


def _conditions(schema: Object) -> Object:
    """``if``, ``dependentRequired`` and ``dependentSchemas`` by ``anyOf`` and ``not``, meaning the same."""
    result = dict(schema)
    parts: list[JsonValue] = []
    condition, then, otherwise = result.pop("if", None), result.pop("then", {}), result.pop("else", {})
    if condition is not None:
        holds: JsonValue = condition if then == {} else {"allOf": [condition, then]}
        fails: JsonValue = {"not": condition}
        parts.append({"anyOf": [holds, fails if otherwise == {} else {"allOf": [fails, otherwise]}]})
    required = result.pop("dependentRequired", None)
    for name, names in required.items() if isinstance(required, dict) else ():
        if names:
            parts.append({"anyOf": [_lacks(name), {"required": names}]})
    schemas = result.pop("dependentSchemas", None)
    for name, dependent in schemas.items() if isinstance(schemas, dict) else ():
        parts.append({"anyOf": [_lacks(name), dependent]})
    return with_all_of(result, parts) if parts else result


def _lacks(name: str) -> JsonValue:
    return {"not": {"type": "object", "required": [name]}}


def _contains(schema: Object, pointer: str, losses: Losses) -> Object:
    """At least one item matches: not every item fails to. More than that 3.0 cannot count."""
    if "contains" not in schema:
        return {key: value for key, value in schema.items() if key not in {"minContains", "maxContains"}}
    result = dict(schema)
    wanted = result.pop("contains")
    least, most = result.pop("minContains", 1), result.pop("maxContains", None)
    if isinstance(least, int | float) and least > 1:
        losses.add("contains", f"one match is demanded, not {least}", join(pointer, "minContains"))
    if most is not None:
        losses.add("contains", "no upper limit of matches", join(pointer, "maxContains"))
    if least == 0:
        return result
    return with_all_of(result, [{"not": {"type": "array", "items": {"not": wanted}}}])


def _unevaluated(schema: Object, whole: Object, pointer: str, losses: Losses) -> Object:
    """With nothing beside it in the *whole* schema that evaluates, ``unevaluated*`` is ``additionalProperties`` and
    ``items``."""
    result = dict(schema)
    for key, plain in (("unevaluatedProperties", "additionalProperties"), ("unevaluatedItems", "items")):
        rest = result.pop(key, None)
        if rest is None or rest == {}:
            continue
        if plain in result:
            continue  # everything is evaluated there
        if any(applicator in whole for applicator in _APPLICATORS) or (
            plain == "items" and "contains" in whole
        ):
            losses.add("unevaluated", f"what `{key}` forbids is allowed", join(pointer, key))
            continue
        result[plain] = False if rest == {"not": {}} and plain == "additionalProperties" else rest
    return result


def _names(schema: Object, pointer: str, losses: Losses) -> Object:
    result = dict(schema)
    if result.pop("propertyNames", None) is not None:
        losses.add("property-names", "any name is allowed", join(pointer, "propertyNames"))
    patterns = result.pop("patternProperties", None)
    if not isinstance(patterns, dict) or not patterns:
        return result
    losses.add(
        "pattern-properties", "patterns of property names are lost", join(pointer, "patternProperties")
    )
    rest = result.get("additionalProperties", True)
    if rest is not True and rest != {}:
        choice: list[JsonValue] = [*patterns.values(), *([] if rest is False else [rest])]
        result["additionalProperties"] = choice[0] if len(choice) == 1 else {"anyOf": choice}
    return result


def _nulls(schema: Object, pointer: str, losses: Losses) -> Object:
    """A branch for ``null`` becomes ``nullable`` on what is left."""
    for key in ("anyOf", "oneOf"):
        branches = schema.get(key)
        if not isinstance(branches, list) or not any(_is_null(branch) for branch in branches):
            continue
        rest = [branch for branch in branches if not _is_null(branch)]
        if len(rest) != 1 or not isinstance(only := rest[0], dict):
            continue
        outside = {name: value for name, value in schema.items() if name != key}
        if "type" in only and not only.keys() & {"$ref", "allOf", "anyOf", "oneOf", "not"}:
            if not (outside.keys() - _ANNOTATIONS) & only.keys() and "type" not in outside:
                values = only.get("enum")
                listed: Object = {"enum": [*values, None]} if isinstance(values, list) else {}
                return {**only, **listed, **outside, "nullable": True}
        if not outside.keys() - _ANNOTATIONS:
            losses.add(
                "null", "read strictly, 3.0 knows no null beside a reference or a choice", join(pointer, key)
            )
            return {**outside, "nullable": True, "allOf": [only]}
    return schema


def _is_null(schema: JsonValue) -> bool:
    return isinstance(schema, dict) and schema.get("enum") == [None] and schema.get("nullable") is True


def _plain(schema: Object) -> Object:
    """Only keywords that 3.0 knows, in the shapes that it demands."""
    examples = schema.get("examples")
    result = {key: value for key, value in schema.items() if key in KEYWORDS_30 or key.startswith("x-")}
    if isinstance(examples, list) and examples and "example" not in result:
        result["example"] = examples[0]
    for key in ("required", "allOf", "anyOf", "oneOf"):
        if result.get(key) == []:
            del result[key]
    if result.get("enum") == []:
        result = {**{key: value for key, value in result.items() if key != "enum"}, "not": {}}
    if result.get("type") == "array":
        result.setdefault("items", {})
    if "$ref" in result and len(result) > 1:
        reference = result.pop("$ref")
        result = with_all_of(result, [{"$ref": reference}])
    return result
