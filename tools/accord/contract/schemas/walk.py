"""What stands in a schema: the one enumeration of its children, and the walks that rest on it."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from typing import Final, NamedTuple, assert_never

from accord.contract.schema import (
    NO_ARRAY,
    NO_OBJECT,
    ArrayAssertions,
    Assertions,
    BooleanSchema,
    Conditional,
    NamedSchema,
    ObjectAssertions,
    Ref,
    Schema,
)


class Child(NamedTuple):
    """A schema directly inside of another one, by the keyword that holds it and its place there.

    ``key`` is a name (``properties``), an index (``allOf``), or ``None`` where the keyword holds one schema (``items``).
    """

    keyword: str
    key: str | int | None
    schema: Schema


COMBINATIONS: Final = frozenset({"allOf", "anyOf", "oneOf"})
"""Keywords that hold a list of schemas whose order means nothing."""


def keyed_children(schema: Schema) -> Iterator[Child]:
    """The schemas directly inside of *schema*, each with its place; a :class:`Ref` has none."""
    match schema:
        case BooleanSchema() | Ref():
            return
        case Assertions():
            yield from _combined(schema)
            yield from _single(("not", schema.not_))
            if schema.conditional is not None:
                yield Child("if", None, schema.conditional.condition)
                yield from _consequences(schema.conditional)
            yield from _single(("contentSchema", schema.string.content_schema))
            # Most schemas are scalars, and there are very many of them.
            if schema.array is not NO_ARRAY:
                yield from _of_array(schema.array)
            if schema.object is not NO_OBJECT:
                yield from _of_object(schema.object)
        case _:
            assert_never(schema)


def children(schema: Schema) -> Iterator[Schema]:
    """The schemas directly inside of *schema*; a :class:`Ref` has none."""
    return (child.schema for child in keyed_children(schema))


def in_place_children(schema: Assertions) -> Iterator[Child]:
    """The children that may apply to the very value that *schema* applies to, ``not`` and ``if`` left out."""
    yield from _combined(schema)
    yield from _dependent(schema.object)
    if schema.conditional is not None:
        yield from _consequences(schema.conditional)


def _combined(schema: Assertions) -> Iterator[Child]:
    yield from _listed("allOf", schema.all_of)
    yield from _listed("anyOf", schema.any_of)
    yield from _listed("oneOf", schema.one_of)


def _consequences(conditional: Conditional) -> Iterator[Child]:
    return _single(("then", conditional.then), ("else", conditional.otherwise))


def _of_array(array: ArrayAssertions) -> Iterator[Child]:
    yield from _listed("prefixItems", array.prefix_items)
    yield from _single(
        ("items", array.items), ("contains", array.contains), ("unevaluatedItems", array.unevaluated_items)
    )


def _of_object(group: ObjectAssertions) -> Iterator[Child]:
    yield from (Child("properties", item.name, item.schema) for item in group.properties)
    yield from (Child("patternProperties", pattern, schema) for pattern, schema in group.pattern_properties)
    yield from _dependent(group)
    yield from _single(
        ("additionalProperties", group.additional_properties),
        ("propertyNames", group.property_names),
        ("unevaluatedProperties", group.unevaluated_properties),
    )


def _dependent(group: ObjectAssertions) -> Iterator[Child]:
    return (Child("dependentSchemas", name, schema) for name, schema in group.dependent_schemas)


def _listed(keyword: str, schemas: Sequence[Schema]) -> Iterator[Child]:
    return (Child(keyword, index, schema) for index, schema in enumerate(schemas))


def _single(*entries: tuple[str, Schema | None]) -> Iterator[Child]:
    return (Child(keyword, None, schema) for keyword, schema in entries if schema is not None)


def with_children(schema: Assertions, change: Callable[[Child], Schema]) -> Assertions:
    """*schema* with *change* of each child in the child's place; the same object where nothing changed."""
    before = list(keyed_children(schema))
    after = {(child.keyword, child.key): change(child) for child in before}
    if all(after[child.keyword, child.key] is child.schema for child in before):
        return schema
    changed = _Changed(after)
    single, listed, named = changed.single, changed.listed, changed.named
    array, group, conditional = schema.array, schema.object, schema.conditional
    return replace(
        schema,
        all_of=listed("allOf", schema.all_of),
        any_of=listed("anyOf", schema.any_of),
        one_of=listed("oneOf", schema.one_of),
        not_=single("not"),
        conditional=conditional
        and Conditional(condition=after["if", None], then=single("then"), otherwise=single("else")),
        string=replace(schema.string, content_schema=single("contentSchema")),
        array=replace(
            array,
            prefix_items=listed("prefixItems", array.prefix_items),
            items=single("items"),
            contains=single("contains"),
            unevaluated_items=single("unevaluatedItems"),
        ),
        object=replace(
            group,
            properties=tuple([replace(p, schema=after["properties", p.name]) for p in group.properties]),
            pattern_properties=named("patternProperties", group.pattern_properties),
            dependent_schemas=named("dependentSchemas", group.dependent_schemas),
            additional_properties=single("additionalProperties"),
            property_names=single("propertyNames"),
            unevaluated_properties=single("unevaluatedProperties"),
        ),
    )


@dataclass(frozen=True, slots=True)
class _Changed:
    """The schemas that come into the places of children, in the three forms that keywords have."""

    schemas: Mapping[tuple[str, str | int | None], Schema]

    def single(self, keyword: str) -> Schema | None:
        return self.schemas.get((keyword, None))

    def listed(self, keyword: str, old: Sequence[Schema]) -> tuple[Schema, ...]:
        return tuple([self.schemas[keyword, index] for index in range(len(old))])

    def named(self, keyword: str, old: Sequence[tuple[str, Schema]]) -> tuple[tuple[str, Schema], ...]:
        return tuple([(name, self.schemas[keyword, name]) for name, _ in old])


def walk(*schemas: Schema) -> Iterator[Schema]:
    """Each schema and everything inside of it, outermost first, without stepping through references."""
    pending = list(reversed(schemas))
    while pending:
        schema = pending.pop()
        yield schema
        pending.extend(reversed(list(children(schema))))


def references(*schemas: Schema) -> tuple[str, ...]:
    """The names that ``$ref`` refers to anywhere inside of *schemas*, each once, in order of first occurrence."""
    return tuple(dict.fromkeys(part.target for part in walk(*schemas) if isinstance(part, Ref)))


def referred(*schemas: Schema) -> tuple[str, ...]:
    """Like :func:`references`, with the targets of discriminator mappings."""
    found: dict[str, None] = {}
    for schema in walk(*schemas):
        if isinstance(schema, Ref):
            found[schema.target] = None
        elif isinstance(schema, Assertions) and schema.discriminator is not None:
            found.update(dict.fromkeys(target for _, target in schema.discriminator.mapping))
            if schema.discriminator.default_mapping is not None:
                found[schema.discriminator.default_mapping] = None
    return tuple(found)


def reachable(roots: Iterable[Schema], schemas: Mapping[str, NamedSchema]) -> tuple[str, ...]:
    """The named schemas that *roots* lead to by references, directly or not, each once."""
    found: dict[str, None] = {}
    waiting = list(references(*roots))
    while waiting:
        name = waiting.pop()
        if name not in found and name in schemas:
            found[name] = None
            waiting.extend(references(schemas[name].schema))
    return tuple(found)


def in_place(schema: Schema, schemas: Mapping[str, NamedSchema]) -> tuple[Assertions, ...]:
    """*schema* and all that applies to the same instance: branches, conditions and referenced schemas, each once."""
    found: list[Assertions] = []
    seen: set[str] = set()
    waiting: list[Schema] = [schema]
    while waiting:
        match waiting.pop(0):
            case BooleanSchema():
                pass
            case Ref(target=target):
                if target not in seen and target in schemas:
                    seen.add(target)
                    waiting.append(schemas[target].schema)
            case Assertions() as part:
                found.append(part)
                waiting.extend(child.schema for child in in_place_children(part))
    return tuple(found)
