"""What a schema says about the shape of a value, with ``allOf`` and references folded into one record.

Python types know properties, items, unions and literals; this module brings a schema there. What it leaves out (``not``,
``contains``, conditions, patterns) only narrows a value, and the guard enforces it.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field, replace
from typing import assert_never

from accord.contract.schema import (
    NO_ANNOTATIONS,
    NO_ARRAY,
    NO_NUMBER,
    NO_STRING,
    Annotations,
    ArrayAssertions,
    Assertions,
    BooleanSchema,
    Discriminator,
    JsonValue,
    NamedSchema,
    NumberAssertions,
    ObjectAssertions,
    Ref,
    Schema,
    SchemaType,
    StringAssertions,
)
from accord.contract.schemas.normal import (
    allows_anything,
    largest,
    meet_numbers,
    meet_types,
    meet_values,
    smallest,
)
from accord.diagnostics import Span


@dataclass(frozen=True, slots=True, kw_only=True)
class Member:
    """A property of an object; ``home`` is the named schema that declares it (``None``: declared in place)."""

    name: str
    schema: Schema
    owner: str | None
    span: Span = field(compare=False)


@dataclass(frozen=True, slots=True, kw_only=True)
class Choice:
    """An ``anyOf`` or ``oneOf``."""

    branches: tuple[Schema, ...]
    discriminator: Discriminator | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class Shape:
    """A folded schema. ``types`` is ``None`` for any; ``trail`` holds the named schemas folded into it."""

    types: tuple[SchemaType, ...] | None = None
    enum: tuple[JsonValue, ...] | None = None
    format: str | None = None
    number: NumberAssertions = NO_NUMBER
    string: StringAssertions = NO_STRING
    array: ArrayAssertions = NO_ARRAY
    members: Mapping[str, Member] = field(default_factory=dict[str, Member])
    required: frozenset[str] = frozenset()
    additional: Schema | None = None
    patterned: bool = False
    choices: tuple[Choice, ...] = ()
    annotations: Annotations = NO_ANNOTATIONS
    visited: frozenset[str] = frozenset()
    impossible: bool = False

    @property
    def is_object(self) -> bool:
        """Whether keywords of objects say something about the value."""
        return bool(self.members or self.required or self.patterned or self.additional is not None)

    @property
    def is_array(self) -> bool:
        """Whether keywords of arrays say something about the items."""
        return self.array.items is not None or bool(self.array.prefix_items)

    @property
    def says_something(self) -> bool:
        """Whether the shape tells more than "any value", apart from names that are required."""
        return bool(
            self.types is not None
            or self.enum is not None
            or self.members
            or self.patterned
            or self.additional is not None
            or self.is_array
            or self.choices
            or self.impossible
        )

    @property
    def inferred_types(self) -> tuple[SchemaType, ...] | None:
        """``types``; without any, what the keywords are about: a schema of ``properties`` describes an object."""
        if self.types is not None:
            return self.types
        if self.is_object and not self.is_array:
            return ("object",)
        if self.is_array and not self.is_object:
            return ("array",)
        return None


class Folder:
    """Folds schemas of one contract."""

    def __init__(self, schemas: Mapping[str, NamedSchema]) -> None:
        self.schemas = schemas
        self._both: dict[tuple[int, int], Assertions] = {}
        self._folded: dict[tuple[str, frozenset[str]], Shape] = {}

    def fold(
        self, schema: Schema, *, owner: str | None = None, visited: frozenset[str] = frozenset()
    ) -> Shape:
        """The shape of *schema*. References to a name in *trail* say nothing new: it is being folded already."""
        match schema:
            case BooleanSchema(value=value):
                return Shape(impossible=not value, visited=visited)
            case Ref(target=target):
                named = self.schemas.get(target)
                if target in visited or named is None:
                    return Shape(visited=visited)
                key = (target, visited)
                # Once, however many branches lead here: they may double at each level.
                if key not in self._folded:
                    self._folded[key] = self.fold(named.schema, owner=target, visited=visited | {target})
                return replace(self._folded[key], annotations=schema.annotations)
            case Assertions():
                return self._assertions(schema, owner, visited)
            case _:
                assert_never(schema)

    def sole_reference(self, schema: Schema) -> Ref | None:
        """The reference that *schema* is, apart from annotations and what its target demands anyway."""
        if isinstance(schema, Ref):
            return schema
        if not isinstance(schema, Assertions):
            return None
        branches = [branch for branch in schema.all_of if not allows_anything(branch)]
        if len(branches) != 1 or not allows_anything(replace(schema, all_of=(), types=None)):
            return None
        found = self.sole_reference(branches[0])
        if found is not None and schema.types is not None:
            target = self.fold(found).inferred_types
            if target is None or not set(target) <= set(schema.types):
                return None
        return found

    def both(self, first: Schema, second: Schema) -> Schema:
        """A schema that demands both; the same object each time it is asked for."""
        if first == second:
            return first
        key = (id(first), id(second))
        if key not in self._both:
            self._both[key] = Assertions(all_of=(first, second), span=second.span)
        return self._both[key]

    def _assertions(self, schema: Assertions, owner: str | None, visited: frozenset[str]) -> Shape:
        shape = Shape(visited=visited)
        for branch in schema.all_of:
            shape = self.merge(shape, self.fold(branch, owner=owner, visited=visited))
        own = Shape(
            types=schema.types,
            enum=schema.enum,
            format=schema.format,
            number=schema.number,
            string=schema.string,
            array=schema.array,
            members=self._members(schema, owner),
            required=frozenset(schema.object.required),
            additional=_additional(schema.object),
            patterned=bool(schema.object.pattern_properties),
            choices=tuple(
                Choice(branches=branches, discriminator=schema.discriminator)
                for branches in (schema.one_of, schema.any_of)
                if branches
            ),
            annotations=schema.annotations,
            visited=shape.visited,
        )
        merged = self.merge(shape, own) if schema.all_of else own
        if not merged.choices:
            return merged
        open_choices = [
            choice
            for choice in merged.choices
            if not any(isinstance(b, Ref) and b.target in merged.visited for b in choice.branches)
        ]
        return replace(merged, choices=tuple(open_choices))

    def _members(self, schema: Assertions, owner: str | None) -> dict[str, Member]:
        out = {
            p.name: Member(name=p.name, schema=p.schema, owner=owner, span=p.span)
            for p in schema.object.properties
        }
        condition = schema.conditional
        branches = [branch for _, branch in schema.object.dependent_schemas]
        if condition is not None:
            parts = (condition.condition, condition.then, condition.otherwise)
            branches += [part for part in parts if part is not None]
        for branch in branches:
            if isinstance(branch, Assertions):
                for p in branch.object.properties:
                    # What only some values have is not known well enough for a type, and yet must not get lost.
                    anything = Assertions(span=p.span)
                    out.setdefault(p.name, Member(name=p.name, schema=anything, owner=owner, span=p.span))
        return out

    def merge(self, first: Shape, second: Shape) -> Shape:
        """The shape of a value that follows both."""
        members = dict(first.members)
        for name, member in second.members.items():
            known = members.get(name)
            if known is None:
                members[name] = member
            elif known.schema != member.schema:
                both = self.both(known.schema, member.schema)
                members[name] = Member(name=name, schema=both, owner=None, span=member.span)
        # The types of the schema itself come last, and theirs is the order.
        types = meet_types(second.types, first.types)
        return Shape(
            types=types,
            enum=meet_values(first.enum, second.enum),
            format=second.format or first.format,
            number=meet_numbers(first.number, second.number),
            string=_meet_strings(first.string, second.string),
            array=self._merge_arrays(first.array, second.array),
            members=members,
            required=first.required | second.required,
            additional=self._merge_optional(first.additional, second.additional),
            patterned=first.patterned or second.patterned,
            choices=first.choices + second.choices,
            annotations=second.annotations,
            visited=first.visited | second.visited,
            impossible=first.impossible or second.impossible or types == (),
        )

    def _merge_arrays(self, first: ArrayAssertions, second: ArrayAssertions) -> ArrayAssertions:
        return ArrayAssertions(
            items=self._merge_optional(first.items, second.items),
            prefix_items=first.prefix_items or second.prefix_items,
            min_items=largest(first.min_items, second.min_items),
            max_items=smallest(first.max_items, second.max_items),
        )

    def _merge_optional(self, first: Schema | None, second: Schema | None) -> Schema | None:
        if first is None or second is None:
            return first if second is None else second
        for schema in (first, second):
            if isinstance(schema, BooleanSchema):
                return (second if schema is first else first) if schema.value else schema
        return self.both(first, second)


def _additional(obj: ObjectAssertions) -> Schema | None:
    if obj.additional_properties is not None:
        return obj.additional_properties
    unevaluated = obj.unevaluated_properties
    if unevaluated is None or (isinstance(unevaluated, BooleanSchema) and not unevaluated.value):
        # `false` is left to the guard: other branches may evaluate more than the model has.
        return None
    # What the other branches leave over cannot be told apart here, so it has no type of its own either.
    return BooleanSchema(value=True, span=unevaluated.span)


def _meet_strings(first: StringAssertions, second: StringAssertions) -> StringAssertions:
    return StringAssertions(
        min_length=largest(first.min_length, second.min_length),
        max_length=smallest(first.max_length, second.max_length),
        content_encoding=second.content_encoding or first.content_encoding,
        content_media_type=second.content_media_type or first.content_media_type,
        content_schema=second.content_schema or first.content_schema,
    )
