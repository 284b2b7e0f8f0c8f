"""Whether two schemas of two contracts mean the same, whatever the names, the order of keys, and what is inlined.

The answer is cheap and certain in one direction only: ``True`` is certain, ``False`` means that the schemas have to be
compared. Of two versions of a contract most schemas are equal, so that this question decides how long a comparison
takes.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import replace
from typing import Final, TypeAlias

from accord.contract.schema import (
    Annotations,
    Assertions,
    BooleanSchema,
    NamedSchema,
    Ref,
    Schema,
    annotations_of,
)
from accord.contract.schemas.formats import ASSERTED_FORMATS, FORMAT_BOUNDS
from accord.contract.schemas.normal import ANYTHING, NOWHERE
from accord.contract.schemas.values import json_key
from accord.contract.schemas.walk import COMBINATIONS, keyed_children, walk
from accord.diff.proof.node import Intersection

Pairing: TypeAlias = tuple[int, int]
_EMPTY: Final = Assertions(span=NOWHERE)


class SchemaEquality:
    """Compares schemas of *old* with those of *new*.

    With *strict* annotations count too (descriptions, defaults, ...); without, only what restricts and what says to
    which direction a property belongs.
    """

    def __init__(
        self, old: Mapping[str, NamedSchema], new: Mapping[str, NamedSchema], *, strict: bool = False
    ) -> None:
        self._old = old
        self._new = new
        self._strict = strict
        self._known: dict[Pairing, bool] = {}
        self._assumed: list[Pairing] = []
        self._inside: dict[int, tuple[Schema, Schema]] = {}
        # The tables go by id(): what is in them must not be freed and its id given to another schema.
        self._kept: list[Schema] = []
        self._refs: dict[int, tuple[Schema, tuple[str, ...], bool]] = {}

    def intersections(self, old: Intersection, new: Intersection) -> bool:
        """Whether both have equal schemas, in any order."""
        return self._all_paired(old.schemas, new.schemas) and self._all_paired(old.nots, new.nots)

    def schemas(self, old: Schema, new: Schema) -> bool:
        """Whether *old* and *new* are equal. A pair that is met again inside of itself counts as equal."""
        if not self._marks(annotations_of(old), annotations_of(new)):
            return False
        old, old_ok = self._meant(old, self._old)
        new, new_ok = self._meant(new, self._new)
        if not (old_ok and new_ok):
            return False
        key = (id(old), id(new))
        known = self._known.get(key)
        if known is not None:
            return known
        self._kept += (old, new)
        # Recursive schemas are equal unless a difference is found: the pair is assumed to be equal meanwhile.
        self._known[key] = True
        position = len(self._assumed)
        self._assumed.append(key)
        result = self._compare(old, new)
        if not result:
            # Whatever was concluded since may rest on the assumption that has failed.
            for concluded in self._assumed[position:]:
                self._known.pop(concluded, None)
            del self._assumed[position:]
            self._known[key] = False
        elif position == 0:
            self._assumed.clear()
        return result

    def _meant(self, schema: Schema, schemas: Mapping[str, NamedSchema]) -> tuple[Schema, bool]:
        """*schema* behind references and wrappers, and whether they lead to a schema at all."""
        seen: set[str] = set()
        while True:
            if isinstance(schema, Ref):
                if schema.target in seen or schema.target not in schemas:
                    return schema, False
                seen.add(schema.target)
                schema = schemas[schema.target].schema
                continue
            known = self._inside.get(id(schema))
            if known is None:
                known = self._inside[id(schema)] = (schema, unwrapped(schema))
            if known[1] is schema:
                return schema, True
            schema = known[1]

    # ``readOnly`` and ``writeOnly`` are annotations to JSON Schema, but they decide who sends a property.
    def _marks(self, old: Annotations, new: Annotations) -> bool:
        if self._strict:
            return old == new
        return old.read_only == new.read_only and old.write_only == new.write_only

    def _compare(self, old: Schema, new: Schema) -> bool:
        if isinstance(old, BooleanSchema) or isinstance(new, BooleanSchema):
            return old == new
        assert isinstance(old, Assertions)
        assert isinstance(new, Assertions)
        if not self._marks(old.annotations, new.annotations):
            return False
        # Equal as values: only what the references in them lead to is left to compare.
        if old == new:
            names, is_ambiguous = self._references(old)
            if not is_ambiguous:
                return all(map(self._named, names))
        return self._scalars(old, new) and self._children(old, new)

    def _named(self, name: str) -> bool:
        if name in self._old and name in self._new:
            return self.schemas(self._old[name].schema, self._new[name].schema)
        return name not in self._old and name not in self._new

    def _references(self, schema: Assertions) -> tuple[tuple[str, ...], bool]:
        """The names in *schema*, and whether Python may find it equal to one that JSON does not: ``true`` is 1 to it."""
        known = self._refs.get(id(schema))
        if known is None:
            names: dict[str, None] = {}
            ambiguous = False
            for part in walk(schema):
                if isinstance(part, Ref):
                    names[part.target] = None
                elif isinstance(part, Assertions) and part.enum is not None:
                    ambiguous = ambiguous or any(not isinstance(value, str | None) for value in part.enum)
            known = self._refs[id(schema)] = (schema, tuple(names), ambiguous)
        return known[1], known[2]

    def _scalars(self, old: Assertions, new: Assertions) -> bool:
        o, n = old.string, new.string
        a, b = old.array, new.array
        p, q = old.object, new.object
        return (
            types_of(old) == types_of(new)
            and _values(old) == _values(new)
            and format_of(old) == format_of(new)
            and old.number == new.number
            and (not self._strict or _tags(old) == _tags(new))
            and (o.min_length or 0, o.max_length, o.pattern) == (n.min_length or 0, n.max_length, n.pattern)
            and (o.content_encoding, o.content_media_type) == (n.content_encoding, n.content_media_type)
            and (a.min_items or 0, a.max_items, a.unique_items)
            == (b.min_items or 0, b.max_items, b.unique_items)
            and (a.min_contains, a.max_contains) == (b.min_contains, b.max_contains)
            and set(p.required) == set(q.required)
            and (p.min_properties or 0, p.max_properties) == (q.min_properties or 0, q.max_properties)
            and {k: set(v) for k, v in p.dependent_required} == {k: set(v) for k, v in q.dependent_required}
        )

    def _children(self, old: Assertions, new: Assertions) -> bool:
        data, other = _placed(old), _placed(new)
        return (
            data.keys() == other.keys()
            and all(self.schemas(schema, other[place]) for place, schema in data.items())
            and self._all_paired(old.all_of, new.all_of)
            and self._all_paired(old.any_of, new.any_of)
            and self._all_paired(old.one_of, new.one_of)
        )

    # Quadratic, but lists of schemas are short, and the first candidate mostly is the one.
    def _all_paired(self, old: Sequence[Schema], new: Sequence[Schema]) -> bool:
        if len(old) != len(new):
            return False
        unpaired = list(new)
        for schema in old:
            index = next((i for i, candidate in enumerate(unpaired) if self.schemas(schema, candidate)), None)
            if index is None:
                return False
            del unpaired[index]
        return True


def _placed(schema: Schema) -> dict[tuple[str, str | int | None], Schema]:
    """The children of *schema* by their places, without those whose order means nothing."""
    return {
        (child.keyword, child.key): child.schema
        for child in keyed_children(schema)
        if child.keyword not in COMBINATIONS
    }


def unwrapped(schema: Schema) -> Schema:
    """*schema*, or what it holds where it only wraps one schema in ``allOf``, ``anyOf`` or ``oneOf``."""
    if not isinstance(schema, Assertions):
        return schema
    restricting = [part for part in schema.all_of if not _is_trivial(part)]
    held = [*restricting, *schema.any_of, *schema.one_of]
    if len(held) != 1 or not _is_trivial(replace(schema, all_of=(), any_of=(), one_of=())):
        return schema
    return held[0]


def _is_trivial(schema: Schema) -> bool:
    return schema in (_EMPTY, ANYTHING)  # not a set: schemas have no hash


def _tags(schema: Assertions) -> tuple[str, tuple[str, ...]]:
    """The property of a discriminator, and its values as far as they are not the names of schemas anyway."""
    discriminator = schema.discriminator
    if discriminator is None:
        return "", ()
    tags = sorted(tag for tag, target in discriminator.mapping if tag != target)
    return discriminator.property_name, tuple(tags)


def types_of(schema: Assertions) -> frozenset[str] | None:
    """The types as a set. ``integer`` is left out beside ``number``, which holds it."""
    if schema.types is None:
        return None
    types = frozenset(schema.types)
    return types - {"integer"} if "number" in types else types


def _values(schema: Assertions) -> frozenset[object] | None:
    return None if schema.enum is None else frozenset(map(json_key, schema.enum))


def format_of(schema: Assertions) -> str | None:
    """The format, where validators assert it."""
    return schema.format if schema.format in ASSERTED_FORMATS or schema.format in FORMAT_BOUNDS else None
