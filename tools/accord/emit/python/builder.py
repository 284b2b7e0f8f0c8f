"""Schemas to type expressions, and the classes and aliases that they need on the way.

Three rules keep the types calm:

* A schema that Python cannot express gets a broader type, down to ``Any``; the guard enforces the rest.
* A named schema becomes a class if it is an object with properties, otherwise an alias. An inline object with
  properties becomes a class named after the place it stands in.
* Inside of a request, ``readOnly`` is never required; in a response ``writeOnly`` does not exist.
"""

from __future__ import annotations

import itertools
import math
from collections import deque
from collections.abc import Callable, Mapping
from dataclasses import replace
from typing import Final

from accord.contract.json_schema import View, is_json_text
from accord.contract.schema import (
    Assertions,
    BooleanSchema,
    Discriminator,
    NamedSchema,
    Schema,
    SchemaType,
    annotations_of,
)
from accord.diagnostics import Diagnostic
from accord.emit.python.choices import (
    Variant,
    adds_nothing,
    descendants,
    discriminating_field,
    informative,
    tagged_union,
)
from accord.emit.python.context import Recipe, TypeContext
from accord.emit.python.custom_types import NO_MAPPING, CustomTypes, as_sent
from accord.emit.python.definitions import AliasDef, Definitions, Owner
from accord.emit.python.fields import class_definition, documentation
from accord.emit.python.naming import Names, class_name, pascal
from accord.emit.python.pytype import (
    ANY,
    Conversion,
    Model,
    PyType,
    TypeMember,
    annotated,
    dict_of,
    list_of,
    model,
    tuple_type,
    union,
    with_metadata,
)
from accord.emit.python.scalars import item_bounds, literal_type, scalar_type, values_of
from accord.emit.python.shapes import Choice, Folder, Shape
from accord.emit.python.views import Views

COMMON: Final = "common/"
_DEEPEST: Final = 40
_MOST_COMBINATIONS: Final = 16


class TypeBuilder:
    """Builds types of one contract and collects their definitions.

    *shared* builds those of schemas declared under ``common/``.
    """

    def __init__(
        self,
        schemas: Mapping[str, NamedSchema],
        views: Views,
        *,
        owner: Owner,
        shared: TypeBuilder | None,
        mapped: CustomTypes = NO_MAPPING,
    ) -> None:
        self.owner: Owner = owner
        self.mapped = mapped
        self.views = views
        self.folder = Folder(schemas)
        self.definitions = Definitions()
        self.diagnostics: list[Diagnostic] = []
        self.schemas = schemas
        self._shared = shared
        self._names = Names(*mapped.names)
        self._own_names = self._name_components()
        self._named: dict[tuple[str, View], PyType] = {}
        self._classes: dict[tuple[str, View], PyType] = {}
        self._pending: dict[tuple[str, View], str] = {}
        self._recursive: set[str] = set()
        self._inline: dict[tuple[tuple[int, ...], View], tuple[str, tuple[Schema, ...]]] = {}
        self._queue: deque[Callable[[], None]] = deque()

    def build(self, schema: Schema, place: TypeContext) -> PyType:
        """The type of *schema* at *place*."""
        if place.depth > _DEEPEST or isinstance(schema, BooleanSchema):
            return ANY
        if place.view == "event" and isinstance(schema, Assertions) and is_json_text(schema.string):
            assert schema.string.content_schema is not None
            return self.build(schema.string.content_schema, replace(place, view="response"))
        reference = self.folder.sole_reference(schema)
        if reference is not None:
            found = self._reference(reference.target, place)
            return found.among(schema.types) if isinstance(schema, Assertions) else found
        shape = self.folder.fold(schema, owner=place.owner, visited=place.visited)
        return self._shaped(shape, (schema,), place)

    def finish(self) -> None:
        """Build all classes that types have named so far, and every component that none of them names."""
        self._drain()
        for name, declared in self.schemas.items():
            if (
                declared.component
                and self.builder_of(name) is self
                and self.mapped.of_schema(name) is None
                and name not in {n for n, _ in self._named}
            ):
                self.named(name, "response", frozenset())
                self._drain()
        if self._shared is not None:
            self._shared.finish()

    def _drain(self) -> None:
        while self._queue:
            self._queue.popleft()()

    def builder_of(self, owner: str | None) -> TypeBuilder:
        """The builder of the models of a named schema."""
        if self._shared is not None and owner is not None and self.schemas[owner].origin.startswith(COMMON):
            return self._shared
        return self

    def component_name(self, name: str) -> str:
        """The class name of a named schema in its response view."""
        return self._own_names.get(name) or class_name(name)

    def members_of(self, name: str) -> tuple[TypeMember, ...]:
        """The parts of the type of an alias; empty for a class."""
        definition = self.definitions.by_name.get(name)
        if definition is None and self._shared is not None:
            return self._shared.members_of(name)
        return definition.type.members if isinstance(definition, AliasDef) else ()

    def _name_components(self) -> dict[str, str]:
        """Names of the classes of all named schemas; one that is a class name already keeps it."""
        out: dict[str, str] = {}
        for name in self.schemas:
            if self.builder_of(name) is not self:
                out[name] = self.builder_of(name).component_name(name)
                self._names.reserve(out[name])
        for name in sorted(self.schemas, key=lambda schema: class_name(schema) != schema):
            if name not in out:
                out[name] = self._names.give(class_name(name), source=name, span=self.schemas[name].span)
        self.diagnostics.extend(self._names.findings("The schemas"))
        return out

    def _reference(self, target: str, place: TypeContext) -> PyType:
        if target not in self.schemas:
            return ANY
        mapped = self.mapped.of_schema(target)
        if mapped is not None:
            return as_sent(mapped, self.folder.fold(self.schemas[target].schema, owner=target).types or ())
        return self.builder_of(target).named(target, place.view, place.visited)

    def named(self, target: str, view: View, visited: frozenset[str]) -> PyType:
        """The type of a named schema, which is folded into itself where it stands in *trail*."""
        if target not in self.schemas:
            return ANY
        settled = self.views.settle(target, view)
        key = (target, settled)
        if target in visited:
            return ANY
        if key in self._named:
            return self._named[key]
        if key in self._pending:
            self._recursive.add(self._pending[key])
            return model(self.owner, self._pending[key])
        name = self._own_names[target]
        suffix = self.views.suffix(target, settled)
        if suffix:
            name = self._names.give(name + suffix, source=target)
        place = TypeContext(
            view=settled,
            hint=self._own_names[target],
            owner=target,
            unit=target,
            visited=visited | {target},
            root=True,
        )
        schema = self.schemas[target].schema
        shape = self.folder.fold(schema, owner=target, visited=frozenset({target}))
        if self.is_class(schema, shape):
            self._classes[key] = self._class(name, shape, (schema,), place)
            self._named[key] = self._family(key, name)
        else:
            self._named[key] = self._alias(name, key, place)
        return self._named[key]

    def is_class(self, schema: Schema, shape: Shape) -> bool:
        """Whether *schema* becomes a class, or a class or null."""
        if self.folder.sole_reference(schema) is not None or informative(self.folder, shape):
            return False
        kinds = set(shape.inferred_types or ()) - {"null"}
        return kinds == {"object"} and bool(shape.members) and shape.enum is None and not shape.impossible

    def _alias(self, name: str, key: tuple[str, View], place: TypeContext) -> PyType:
        schema = self.schemas[key[0]].schema
        self._pending[key] = name
        built = self.build(schema, place)
        del self._pending[key]
        recursive = name in self._recursive
        doc = documentation(annotations_of(schema))
        self.definitions.add(AliasDef(name=name, unit=key[0], type=built, recursive=recursive, doc=doc))
        return model(self.owner, name, Conversion.ALWAYS if recursive else built.conversion)

    def _class(self, name: str, shape: Shape, sources: tuple[Schema, ...], place: TypeContext) -> PyType:
        """Name a class now and define it later: what it refers to may refer back to it."""

        def define() -> None:
            recipe = Recipe(name=name, shape=shape, sources=sources, place=place)
            self.definitions.add(class_definition(self, recipe))

        self._queue.append(define)
        found = model(self.owner, name)
        if shape.types is None:
            return found.as_untyped()
        return found.with_null() if "null" in shape.types else found

    def _shaped(self, shape: Shape, sources: tuple[Schema, ...], place: TypeContext) -> PyType:
        if shape.impossible:
            return ANY
        if shape.enum is not None:
            return literal_type(values_of(shape))
        choices = informative(self.folder, shape)
        if choices:
            return self._choice(replace(shape, choices=()), choices, sources, place)
        kinds = shape.inferred_types
        if kinds is None:
            return ANY
        several = len([kind for kind in kinds if kind != "null"]) > 1
        if several and place.root:
            place = replace(place, hint=f"{place.hint}Object")
        useful: list[SchemaType] = [k for k in kinds if not (k == "integer" and "number" in kinds)]
        found = union(self._of_kind(kind, shape, sources, place) for kind in useful)
        return found.as_untyped() if shape.types is None else found

    def _of_kind(
        self, kind: SchemaType, shape: Shape, sources: tuple[Schema, ...], place: TypeContext
    ) -> PyType:
        match kind:
            case "array":
                return self._array(shape, place)
            case "object":
                return self._object(shape, sources, place)
            case "null" | "boolean" | "integer" | "number" | "string":
                mapped = self.mapped.of_format(shape.format) if kind not in {"null", "boolean"} else None
                return scalar_type(kind, shape) if mapped is None else as_sent(mapped, (kind,))

    def _array(self, shape: Shape, place: TypeContext) -> PyType:
        array = shape.array
        if array.prefix_items:
            items = [
                self.build(item, place.inside(f"Item{number}"))
                for number, item in enumerate(array.prefix_items, start=1)
            ]
            closed = isinstance(array.items, BooleanSchema) and not array.items.value
            full = (array.min_items or 0) >= len(items)
            if full and (closed or array.max_items == len(items)):
                return tuple_type(items)
        else:
            items, closed = [], False
        if not closed:
            items.append(ANY if array.items is None else self.build(array.items, place.inside("Item")))
        item = union(items) if array.prefix_items else items[0]
        return annotated(list_of(item), item_bounds(shape))

    def _object(self, shape: Shape, sources: tuple[Schema, ...], place: TypeContext) -> PyType:
        if shape.members:
            return self._inline_class(shape, sources, place)
        if shape.additional is None or shape.patterned:
            return dict_of(ANY)
        return dict_of(self.build(shape.additional, place.inside("Value")))

    def _inline_class(self, shape: Shape, sources: tuple[Schema, ...], place: TypeContext) -> PyType:
        differs = place.owner is None or any(self.views.schema_differs(s, place.view) for s in sources)
        view: View = place.view if differs else "response"
        key = (tuple(id(source) for source in sources), view)
        if key in self._inline:
            return model(self.owner, self._inline[key][0])
        suffix = (
            {"request": "Write", "event": "Event", "response": ""}[view] if place.owner is not None else ""
        )
        name = self._names.give(pascal(place.hint) + suffix, source=place.hint)
        # The sources are kept: their identity is the key.
        self._inline[key] = (name, sources)
        inner = replace(place, view=view, unit=place.unit or name)
        return self._class(name, replace(shape, types=("object",)), sources, inner)

    def _choice(
        self, base: Shape, choices: list[Choice], sources: tuple[Schema, ...], place: TypeContext
    ) -> PyType:
        if len(choices) > 1 and math.prod(len(choice.branches) for choice in choices) > _MOST_COMBINATIONS:
            return ANY
        combinations = list(itertools.product(*(choice.branches for choice in choices)))
        built: list[PyType] = []
        for number, branches in enumerate(combinations, start=1):
            there = self._branch_place(branches, number, len(combinations), place)
            built.append(self._branch(base, branches, sources, there))
        found = union(built)
        discriminator = choices[0].discriminator if len(choices) == 1 else None
        if discriminator is not None and len(found.members) == len(combinations):
            chosen = self._discriminated(found.as_typed(), discriminator, choices[0], place.view)
            return chosen.as_untyped() if found.untyped else chosen
        return found

    def _branch(
        self, base: Shape, branches: tuple[Schema, ...], sources: tuple[Schema, ...], place: TypeContext
    ) -> PyType:
        visited = place.visited | base.visited
        if len(branches) == 1 and adds_nothing(
            self.folder, base, self.folder.fold(branches[0], visited=visited)
        ):
            return self.build(branches[0], place).among(base.types)
        shape = base
        for branch in branches:
            folded = self.folder.fold(branch, owner=place.owner, visited=visited)
            shape = self.folder.merge(shape, folded)
        return self._shaped(shape, (*sources, *branches), place)

    def _branch_place(
        self, branches: tuple[Schema, ...], number: int, count: int, place: TypeContext
    ) -> TypeContext:
        if not place.root and count == 1:
            return place
        label = ""
        for branch in branches:
            reference = self.folder.sole_reference(branch)
            shape = self.folder.fold(branch)
            if reference is not None:
                label += self.component_name(reference.target)
            elif shape.annotations.title:
                label += pascal(shape.annotations.title)
        return replace(place, hint=f"{place.hint}{label or number}", root=False, depth=place.depth + 1)

    def _discriminated(
        self, found: PyType, discriminator: Discriminator, choice: Choice, view: View
    ) -> PyType:
        classes = [member for member in found.members if isinstance(member, Model)]
        if (
            found.nullable
            or len(classes) < len(found.members)
            or any(self.members_of(cls.name) for cls in classes)
        ):
            return found
        shapes = [self.folder.fold(branch) for branch in choice.branches]
        field = discriminating_field(discriminator.property_name, shapes, self.folder, view)
        if field is not None:
            return with_metadata(found, f"Field(discriminator={field!r})", "from pydantic import Field")
        references = [self.folder.sole_reference(branch) for branch in choice.branches]
        variants = tuple(
            Variant(schema=reference.target, model=cls)
            for reference, cls in zip(references, classes, strict=True)
            if reference is not None
        )
        tagged = all(discriminator.property_name in shape.members for shape in shapes)
        return tagged_union(variants, discriminator) if tagged and len(variants) == len(shapes) else found

    def _family(self, key: tuple[str, View], name: str) -> PyType:
        """The type of a class that a discriminator makes the base of others: any of them, named ``Any<Name>``."""
        target, view = key
        own = self._classes[key]
        schema = self.schemas[target].schema
        discriminator = schema.discriminator if isinstance(schema, Assertions) else None
        heirs = () if discriminator is None else descendants(target, self.schemas, self.folder)
        values = [heir for heir in heirs if self.builder_of(heir) is self]
        if discriminator is None or not values or own.nullable:
            return own
        family = self._names.give(f"Any{name}", source=target)
        found = model(self.owner, family)
        self._named[key] = found
        variants: list[Variant] = []
        for heir in values:
            self.named(heir, view, frozenset())
            built = self._classes.get((heir, self.views.settle(heir, view)))
            if built is not None and not built.nullable:
                variants.append(Variant(schema=heir, model=_sole_model(built)))
        base = Variant(schema=target, model=_sole_model(own))
        chosen = tagged_union((*variants, base), discriminator, base)
        chosen = chosen.as_untyped() if own.untyped else chosen
        self.definitions.add(AliasDef(name=family, unit=target, type=chosen))
        return found


def _sole_model(type_: PyType) -> Model:
    """The class that a type of one class is."""
    (member,) = type_.members
    assert isinstance(member, Model)
    return member
