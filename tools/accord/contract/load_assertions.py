"""The assertions of a schema by JSON type: numbers, strings, arrays, objects, and the types themselves."""

from __future__ import annotations

from abc import ABC, abstractmethod
from collections.abc import Iterator
from typing import Final, TypedDict, get_args

from accord.contract.load_context import At, LoadContext, describe
from accord.contract.schema import (
    ArrayAssertions,
    NumberAssertions,
    ObjectAssertions,
    Property,
    Schema,
    SchemaType,
    StringAssertions,
)
from accord.contract.schemas.keywords import KEYWORDS_OF
from accord.source.identifiers import Base
from accord.source.node import Entry, MappingNode, Node, ScalarNode, SequenceNode
from accord.source.refs import suggest

_TYPES: Final[dict[str, SchemaType]] = {name: name for name in get_args(SchemaType)}
_NUMBER, _STRING, _ARRAY, _OBJECT = (
    frozenset(KEYWORDS_OF[group]) for group in ("number", "string", "array", "object")
)


class SubschemaLoader(ABC):
    """Loads the schemas that stand inside of another one. An assertion needs no more of the loader of schemas, which needs
    the assertions."""

    def __init__(self, context: LoadContext) -> None:
        self.context = context

    @abstractmethod
    def load(self, at: At, depth: int = 0) -> Schema:
        """The schema at *at*, *depth* levels below a named one. What is no schema is reported, and allows everything."""

    def optional(self, node: Node | None, base: Base, depth: int) -> Schema | None:
        """The same for a schema that may be absent."""
        return None if node is None else self.load(At(node=node, base=base), depth)

    def list_of(self, mapping: MappingNode, key: str, base: Base, depth: int) -> tuple[Schema, ...]:
        """A list of schemas under *key*."""
        items = self.context.items(mapping.get(key), f"`{key}`")
        return tuple([self.load(At(node=item, base=base), depth) for item in items])

    def map_of(
        self, mapping: MappingNode, key: str, base: Base, depth: int
    ) -> Iterator[tuple[Entry, Schema]]:
        """Named schemas under *key*."""
        for entry in self.context.entries(mapping.get(key), f"`{key}`"):
            yield entry, self.load(At(node=entry.value, base=base), depth)


class Groups(TypedDict, total=False):
    """The groups of ``Assertions`` that a schema has."""

    number: NumberAssertions
    string: StringAssertions
    array: ArrayAssertions
    object: ObjectAssertions


def load_groups(
    loader: SubschemaLoader, node: MappingNode, base: Base, depth: int
) -> tuple[tuple[SchemaType, ...] | None, Groups]:
    """``types``, and the groups that the schema says anything about."""
    entries, context = node.entries, loader.context
    groups: Groups = {}
    if not _NUMBER.isdisjoint(entries):
        groups["number"] = _number(context, node)
    if not _STRING.isdisjoint(entries):
        groups["string"] = _string(loader, node, base, depth)
    if not _ARRAY.isdisjoint(entries):
        groups["array"] = _array(loader, node, base, depth)
    if not _OBJECT.isdisjoint(entries):
        groups["object"] = _object(loader, node, base, depth)
    return _types(context, node), groups


def _types(context: LoadContext, node: MappingNode) -> tuple[SchemaType, ...] | None:
    """``type``, in 3.0 together with ``nullable``; ``None`` where any type is allowed."""
    value = node.get("type")
    types: tuple[SchemaType, ...] | None = None
    if isinstance(value, SequenceNode):
        if context.version == "3.0":
            context.recoverable_error(
                "structure-type",
                "`type` is one type in OpenAPI 3.0, not a list",
                value.span,
                "Use nullable or oneOf.",
            )
        found: list[SchemaType] = []
        for item in value.items:
            known = _type(context, item)
            if known is not None and known not in found:
                found.append(known)
        types = tuple(found) or None
    elif value is not None:
        single = _type(context, value)
        types = None if single is None else (single,)
    # OpenAPI 3.1 took `nullable` away; the loader of schemas reports it.
    if context.version != "3.0" or not context.flag(node, "nullable"):
        return types
    if types is None:
        _nullable_without_type(context, node)
        return None
    return types if "null" in types else (*types, "null")


def _type(context: LoadContext, node: Node) -> SchemaType | None:
    """One type; ``None`` (reported) for what is none."""
    text = node.value if isinstance(node, ScalarNode) else None
    # A frequent slip of YAML: `type: [string, null]` names the value null. What is meant is clear, so it is
    # read.
    if isinstance(node, ScalarNode) and node.value is None and node.raw in {"null", "Null", "NULL"}:
        context.recoverable_error(
            "structure-value", "the type null stands without quotes", node.span, 'Write "null".'
        )
        return "null"
    if not isinstance(text, str):
        context.wrong_type(node, "text", "`type`")
        return None
    known = _TYPES.get(text)
    if known is None:
        hint = suggest(text, _TYPES) or "Types are " + ", ".join(_TYPES) + "."
        context.error("structure-value", f"{text!r} is not a type", node.span, hint)
    return known


def _nullable_without_type(context: LoadContext, node: MappingNode) -> None:
    """OpenAPI 3.0.3 lets ``nullable`` act on the ``type`` beside it and on nothing else."""
    if any(key in node.entries for key in ("allOf", "anyOf", "oneOf")):
        context.warn(
            "nullable-without-type",
            "nullable has no effect without a type beside it",
            node.entries["nullable"].span,
            hint="Add the type, or a branch that allows null.",
        )


def _number(context: LoadContext, node: MappingNode) -> NumberAssertions:
    """Bounds and factor, in the numeric spelling of 2020-12."""
    values: dict[str, int | float | None] = {}
    for key in KEYWORDS_OF["number"]:
        value = node.get(key)
        if value is None:
            values[key] = None
        # The boolean of draft 4, which OpenAPI 3.0 uses: `_translate_exclusive` reads it there.
        elif isinstance(value, ScalarNode) and isinstance(value.value, bool) and key.startswith("exclusive"):
            values[key] = None
            if context.version != "3.0":
                bound = key.removeprefix("exclusive").lower()
                message = f"`{key}` is a number since OpenAPI 3.1, not {describe(value)}"
                context.error(
                    "structure-type", message, value.span, f"Write `{key}: N` in place of `{bound}: N`."
                )
        else:
            values[key] = context.number(value, f"`{key}`")
    factor = values["multipleOf"]
    # JSON Schema, Validation, 6.2.1: strictly greater than 0. A validator would reject the whole document
    # otherwise.
    if factor is not None and factor <= 0:
        context.error(
            "structure-range",
            f"`multipleOf` is {factor}, and must be above 0",
            node.entries["multipleOf"].value.span,
        )
        values["multipleOf"] = None
    if context.version == "3.0":
        _translate_exclusive(node, values, "minimum", "exclusiveMinimum")
        _translate_exclusive(node, values, "maximum", "exclusiveMaximum")
    return NumberAssertions(
        minimum=values["minimum"],
        maximum=values["maximum"],
        exclusive_minimum=values["exclusiveMinimum"],
        exclusive_maximum=values["exclusiveMaximum"],
        multiple_of=values["multipleOf"],
    )


def _translate_exclusive(
    node: MappingNode, values: dict[str, int | float | None], bound: str, exclusive: str
) -> None:
    """OpenAPI 3.0: a boolean that makes the bound beside it exclusive."""
    value = node.get(exclusive)
    if isinstance(value, ScalarNode) and value.value is True and values[bound] is not None:
        values[exclusive], values[bound] = values[bound], None


def _string(loader: SubschemaLoader, node: MappingNode, base: Base, depth: int) -> StringAssertions:
    """Lengths, pattern, and what the text holds."""
    context = loader.context
    return StringAssertions(
        min_length=_count(context, node, "minLength"),
        max_length=_count(context, node, "maxLength"),
        pattern=context.text(node, "pattern"),
        content_encoding=context.text(node, "contentEncoding"),
        content_media_type=context.text(node, "contentMediaType"),
        content_schema=loader.optional(node.get("contentSchema"), base, depth),
    )


def _array(loader: SubschemaLoader, node: MappingNode, base: Base, depth: int) -> ArrayAssertions:
    """Items and counts."""
    context = loader.context
    items = node.get("items")
    # The tuple of older drafts; 2020-12 calls it `prefixItems`.
    if isinstance(items, SequenceNode):
        hint = "Use prefixItems." if context.version != "3.0" else "Use one schema that covers all of them."
        context.error("structure-type", "`items` must be a schema, not a list of schemas", items.span, hint)
        items = None
    return ArrayAssertions(
        items=loader.optional(items, base, depth),
        prefix_items=loader.list_of(node, "prefixItems", base, depth),
        contains=loader.optional(node.get("contains"), base, depth),
        min_contains=_count(context, node, "minContains"),
        max_contains=_count(context, node, "maxContains"),
        min_items=_count(context, node, "minItems"),
        max_items=_count(context, node, "maxItems"),
        unique_items=context.flag(node, "uniqueItems") or False,
        unevaluated_items=loader.optional(node.get("unevaluatedItems"), base, depth),
    )


def _object(loader: SubschemaLoader, node: MappingNode, base: Base, depth: int) -> ObjectAssertions:
    """Properties, names and counts."""
    context = loader.context
    properties = [
        Property(name=entry.key, schema=schema, span=entry.span)
        for entry, schema in loader.map_of(node, "properties", base, depth)
    ]
    patterns = [(e.key, schema) for e, schema in loader.map_of(node, "patternProperties", base, depth)]
    dependent = [(e.key, schema) for e, schema in loader.map_of(node, "dependentSchemas", base, depth)]
    needs = [
        (entry.key, context.texts(entry.value, "a list of names"))
        for entry in context.entries(node.get("dependentRequired"), "`dependentRequired`")
    ]
    return ObjectAssertions(
        properties=tuple(properties),
        required=_required(context, node),
        pattern_properties=tuple(patterns),
        additional_properties=loader.optional(node.get("additionalProperties"), base, depth),
        property_names=loader.optional(node.get("propertyNames"), base, depth),
        min_properties=_count(context, node, "minProperties"),
        max_properties=_count(context, node, "maxProperties"),
        dependent_required=tuple(needs),
        dependent_schemas=tuple(dependent),
        unevaluated_properties=loader.optional(node.get("unevaluatedProperties"), base, depth),
    )


def _required(context: LoadContext, node: MappingNode) -> tuple[str, ...]:
    """The names under ``required``, each once."""
    value = node.get("required")
    if isinstance(value, ScalarNode) and isinstance(value.value, bool):
        # `required: true` on a property is draft 3, and still widespread. It has one clear meaning, but not
        # the one of this keyword.
        hint = "List the names of the required properties in the schema that has `properties`."
        message = "`required` of a schema must be a list of names, not true or false"
        context.recoverable_error("structure-type", message, value.span, hint)
        return ()
    return tuple(dict.fromkeys(context.texts(value, "`required`")))


def _count(context: LoadContext, node: MappingNode, key: str) -> int | None:
    """A length or a number of items; ``None`` (reported) for a negative one."""
    value = node.get(key)
    count = None if value is None else context.integer(value, f"`{key}`")
    if value is not None and count is not None and count < 0:
        context.error("structure-range", f"`{key}` is {count}, and no count is below 0", value.span)
        return None
    return count
