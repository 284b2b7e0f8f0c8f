"""The fields of a class from the properties of an object."""

from __future__ import annotations

from collections.abc import Iterator, Mapping

from accord.contract.json_schema import is_json_text, is_read_only, is_write_only
from accord.contract.schema import (
    UNSET,
    Annotations,
    Assertions,
    BooleanSchema,
    JsonValue,
    Ref,
    Schema,
    Unset,
    annotations_of,
)
from accord.contract.schemas.validation import validator
from accord.emit.python.context import Building, Recipe, TypeContext
from accord.emit.python.custom_types import as_sent
from accord.emit.python.definitions import ClassDef, Extra, FieldDef
from accord.emit.python.naming import Names, attribute_name, pascal
from accord.emit.python.pytype import ANY, Model, PyType, TypeMember
from accord.emit.python.scalars import converted_default, default_fits, native_schema
from accord.emit.python.shapes import Member, Shape

_LONGEST_EXAMPLE = 60
_DEEPEST = 10
"""Aliases of aliases whose members a default is held against."""


def class_definition(builder: Building, recipe: Recipe) -> ClassDef:
    """The class of *recipe*; builds the types of its fields."""
    shape, place = recipe.shape, recipe.place
    members = [member for member in shape.members.values() if _exists(builder, member, place)]
    names = _field_names(builder, recipe, members)
    extra, extra_type = _extra(builder, shape, place)
    return ClassDef(
        name=recipe.name,
        unit=place.unit or recipe.name,
        fields=tuple(_field(builder, recipe, member, names[member.name]) for member in members),
        extra=extra,
        extra_type=extra_type,
        doc=documentation(shape.annotations),
    )


def documentation(annotations: Annotations) -> tuple[str, ...]:
    """Paragraphs of the docstring of a class or an alias."""
    text = annotations.description or annotations.title
    return (text,) if text else ()


def _exists(builder: Building, member: Member, place: TypeContext) -> bool:
    """Whether a value of this view can have the property at all."""
    if isinstance(member.schema, BooleanSchema) and not member.schema.value:
        return False
    return place.view == "request" or not is_write_only(member.schema, builder.schemas)


def _field_names(builder: Building, recipe: Recipe, members: list[Member]) -> dict[str, str]:
    """Python names by the contract's names; a property that has its Python name already keeps it."""
    names = Names()
    out: dict[str, str] = {}
    for member in sorted(members, key=lambda prop: attribute_name(prop.name) != prop.name):
        out[member.name] = names.give(attribute_name(member.name), source=member.name, span=member.span)
    builder.diagnostics.extend(names.findings(f"The properties of {recipe.name},"))
    return out


def _field(builder: Building, recipe: Recipe, member: Member, name: str) -> FieldDef:
    place = recipe.place
    owner = member.owner or place.owner
    base = place.hint if member.owner is None else builder.component_name(member.owner)
    # A property that is inherited names its inline class after the schema that declares it.
    there = TypeContext(
        view=place.view,
        hint=(place.hint if owner == place.owner and not place.root else base)
        + pascal(member.name, prefix=""),
        owner=owner,
        unit=member.owner or place.unit,
        depth=place.depth + 1,
    )
    mapped = builder.mapped.of_property(owner, member.name)
    if mapped is None:
        type_ = builder.builder_of(member.owner).build(member.schema, there)
    else:
        type_ = as_sent(mapped, builder.folder.fold(member.schema, owner=owner).types or ())
    excused = place.view == "request" and is_read_only(member.schema, builder.schemas)
    required = member.name in recipe.shape.required and not excused
    native = None
    is_named = mapped is not None or builder.folder.sole_reference(member.schema) is not None
    if not is_named and not _is_payload(member.schema, place):
        folded = builder.folder.fold(member.schema, owner=owner)
        native = native_schema(folded) if builder.mapped.of_format(folded.format) is None else None
    default = UNSET if required or excused else _default(builder, member.schema, type_, native)
    converted = None
    if not isinstance(default, Unset):
        converted = converted_default(default, _all_members(builder, type_.members))
    return FieldDef(
        name=name,
        wire=member.name,
        type=type_,
        required=required,
        native=native,
        default=default,
        converted=converted,
        doc=tuple(_field_documentation(annotations_of(member.schema))),
    )


def _is_payload(schema: Schema, place: TypeContext) -> bool:
    """Whether a string of an event gives its decoded payload the type, in the place of its own."""
    return place.view == "event" and isinstance(schema, Assertions) and is_json_text(schema.string)


def _default(
    builder: Building, schema: Schema, type_: PyType, native: Mapping[str, JsonValue] | None
) -> JsonValue | Unset:
    """The default as it can stand in Python; ``UNSET`` where it is no value of the field."""
    value = annotations_of(schema).default
    if isinstance(value, Unset) and isinstance(schema, Ref) and schema.target in builder.schemas:
        value = annotations_of(builder.schemas[schema.target].schema).default
    if isinstance(value, Unset):
        return UNSET
    if value is None:
        return None if type_.nullable else UNSET
    if native is not None and not validator(native).is_valid(value):
        return UNSET
    members = tuple(_all_members(builder, type_.members))
    return value if default_fits(value, members) or converted_default(value, members) is not None else UNSET


def _all_members(builder: Building, members: tuple[TypeMember, ...], depth: int = 0) -> Iterator[TypeMember]:
    """*members* with those of aliases in their place."""
    for member in members:
        aliased = builder.members_of(member.name) if isinstance(member, Model) else ()
        if aliased and depth < _DEEPEST:
            yield from _all_members(builder, aliased, depth + 1)
        else:
            yield member


def _extra(builder: Building, shape: Shape, place: TypeContext) -> tuple[Extra, PyType | None]:
    additional = shape.additional
    if additional is None or shape.patterned:
        return ("allow" if shape.patterned else "ignore"), None
    if isinstance(additional, BooleanSchema):
        return ("allow" if additional.value else "forbid"), None
    type_ = builder.build(additional, place.inside("Value"))
    return "allow", None if type_ == ANY else type_


def _field_documentation(annotations: Annotations) -> Iterator[str]:
    if annotations.description or annotations.title:
        yield annotations.description or annotations.title or ""
    for example in annotations.examples[:1]:
        if isinstance(example, str | int | float) and len(shown := repr(example)) <= _LONGEST_EXAMPLE:
            yield f"Example: ``{shown}``."
    if annotations.deprecated:
        yield "Deprecated."
