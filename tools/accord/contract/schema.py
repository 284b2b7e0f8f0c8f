"""JSON Schemas in the IR: OpenAPI 3.0, 3.1 and 3.2 meet here in the vocabulary of JSON Schema draft 2020-12.

``Schema`` is a sum type of three variants. A reader ends its ``match`` in ``assert_never``::

    match schema:
        case BooleanSchema(): ...
        case Ref(): ...
        case Assertions(): ...
        case _: assert_never(schema)

* ``$ref`` alone, or with annotations beside it only, is a :class:`Ref`; its ``target`` is a key of ``Api.schemas``.
* ``$ref`` with assertions beside it is :class:`Assertions` whose ``all_of`` starts with the :class:`Ref`
  (in 3.0, where siblings are ignored, they are dropped and reported).
* OpenAPI 3.0 spellings are translated by the loader: ``nullable: true`` adds ``"null"`` to ``types`` (and null to
  ``enum``), boolean ``exclusiveMinimum`` becomes the number, ``example`` joins ``examples``.
* ``const: x`` is ``enum=(x,)`` with ``is_const=True``.

Spans are excluded from equality, so that two schemas compare by meaning.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from types import MappingProxyType
from typing import Literal, TypeAlias

from typing_extensions import override

from accord.diagnostics import Span

JsonValue: TypeAlias = "str | int | float | bool | None | list[JsonValue] | dict[str, JsonValue]"
"""Plain JSON data. Values inside the IR are never mutated."""

SchemaType: TypeAlias = Literal["null", "boolean", "integer", "number", "string", "array", "object"]

NO_EXTENSIONS: Mapping[str, JsonValue] = MappingProxyType({})


class Unset:
    """The type of :data:`UNSET`: "not written in the document", which is not the same as null."""

    __slots__ = ()

    @override
    def __repr__(self) -> str:
        return "UNSET"

    def __bool__(self) -> bool:
        return False


UNSET = Unset()


@dataclass(frozen=True, slots=True, kw_only=True)
class Located:
    """What stands somewhere in a document: ``span`` is its place, which is no part of its meaning."""

    span: Span = field(compare=False)


@dataclass(frozen=True, slots=True, kw_only=True)
class Annotations:
    """What a schema says without restricting anything. ``extensions`` holds ``x-*`` keys."""

    title: str | None = None
    description: str | None = None
    default: JsonValue | Unset = UNSET
    examples: tuple[JsonValue, ...] = ()
    deprecated: bool = False
    read_only: bool = False
    write_only: bool = False
    comment: str | None = None
    xml: Mapping[str, JsonValue] = field(default_factory=lambda: NO_EXTENSIONS)
    external_docs: str | None = None
    extensions: Mapping[str, JsonValue] = field(default_factory=lambda: NO_EXTENSIONS)


NO_ANNOTATIONS = Annotations()


@dataclass(frozen=True, slots=True, kw_only=True)
class BooleanSchema(Located):
    """``true`` (everything) or ``false`` (nothing). ``{}`` is ``Assertions`` without any."""

    value: bool


@dataclass(frozen=True, slots=True, kw_only=True)
class Ref(Located):
    """A reference by name: ``target`` is a key of ``Api.schemas``.

    ``dynamic`` is the anchor that a ``$dynamicRef`` named; the loader has made it a plain reference.
    """

    target: str
    dynamic: str | None = field(compare=False, default=None)
    annotations: Annotations = NO_ANNOTATIONS


@dataclass(frozen=True, slots=True, kw_only=True)
class NumberAssertions:
    """Bounds of numbers; each applies to numbers only."""

    minimum: int | float | None = None
    maximum: int | float | None = None
    exclusive_minimum: int | float | None = None
    exclusive_maximum: int | float | None = None
    multiple_of: int | float | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class StringAssertions:
    """Assertions and content annotations of strings; lengths count code points."""

    min_length: int | None = None
    max_length: int | None = None
    pattern: str | None = None
    content_encoding: str | None = None
    content_media_type: str | None = None
    content_schema: Schema | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class ArrayAssertions:
    """Assertions of arrays. ``items`` applies behind ``prefix_items``, as in draft 2020-12."""

    items: Schema | None = None
    prefix_items: tuple[Schema, ...] = ()
    contains: Schema | None = None
    min_contains: int | None = None
    max_contains: int | None = None
    min_items: int | None = None
    max_items: int | None = None
    unique_items: bool = False
    unevaluated_items: Schema | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class Property:
    """One entry of ``properties``. Whether it is required stands in ``ObjectAssertions.required``."""

    name: str
    schema: Schema
    span: Span = field(compare=False)
    """Place of the key."""


@dataclass(frozen=True, slots=True, kw_only=True)
class ObjectAssertions:
    """Assertions of objects, in the order of the document."""

    properties: tuple[Property, ...] = ()
    required: tuple[str, ...] = ()
    pattern_properties: tuple[tuple[str, Schema], ...] = ()
    additional_properties: Schema | None = None
    property_names: Schema | None = None
    min_properties: int | None = None
    max_properties: int | None = None
    dependent_required: tuple[tuple[str, tuple[str, ...]], ...] = ()
    dependent_schemas: tuple[tuple[str, Schema], ...] = ()
    unevaluated_properties: Schema | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class Discriminator(Located):
    """OpenAPI's discriminator. ``mapping`` maps a tag to a key of ``Api.schemas``, as resolved by the loader
    (explicit entries only; the implicit one is the name of the schema)."""

    property_name: str
    mapping: tuple[tuple[str, str], ...] = ()
    default_mapping: str | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class Conditional:
    """``if`` with ``then`` and ``else``."""

    condition: Schema
    then: Schema | None = None
    otherwise: Schema | None = None


NO_NUMBER = NumberAssertions()
NO_STRING = StringAssertions()
NO_ARRAY = ArrayAssertions()
NO_OBJECT = ObjectAssertions()


@dataclass(frozen=True, slots=True, kw_only=True)
class Assertions(Located):
    """A schema of keywords. Every group applies to its own JSON type only, as JSON Schema says.

    ``types`` is ``None`` where the document names none (any type), otherwise in document order.
    """

    types: tuple[SchemaType, ...] | None = None
    enum: tuple[JsonValue, ...] | None = None
    is_const: bool = False
    format: str | None = None
    number: NumberAssertions = NO_NUMBER
    string: StringAssertions = NO_STRING
    array: ArrayAssertions = NO_ARRAY
    object: ObjectAssertions = NO_OBJECT
    all_of: tuple[Schema, ...] = ()
    any_of: tuple[Schema, ...] = ()
    one_of: tuple[Schema, ...] = ()
    not_: Schema | None = None
    conditional: Conditional | None = None
    discriminator: Discriminator | None = None
    dynamic_anchor: str | None = None
    annotations: Annotations = NO_ANNOTATIONS


Schema: TypeAlias = BooleanSchema | Ref | Assertions


@dataclass(frozen=True, slots=True, kw_only=True)
class NamedSchema:
    """A schema that can be referred to.

    ``name`` is its key in ``Api.schemas`` and in the bundle's ``components/schemas``. ``origin`` is the file that
    declares it, as a POSIX path relative to the folder of all contracts (``common/schemas.yaml``,
    ``v1/schemas/item.yaml``); a schema whose origin lies under ``common/`` is shared by the versions.
    ``component`` is false for a target that stands outside of any components section (a pointer into a path).
    """

    name: str
    schema: Schema
    origin: str
    pointer: str = field(compare=False, default="")
    component: bool = True
    span: Span = field(compare=False)
    """Place of the key that names it."""


def annotations_of(schema: Schema) -> Annotations:
    """The annotations that stand on *schema* itself (not on what it refers to)."""
    match schema:
        case BooleanSchema():
            return NO_ANNOTATIONS
        case Ref(annotations=annotations) | Assertions(annotations=annotations):
            return annotations
