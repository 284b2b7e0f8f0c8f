"""Whether two schemas of two contracts are written with one meaning: names, order and inlining apart.

A cheap and exact-only-one-way question: ``True`` is certain, ``False`` means that a closer look is needed.
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
from accord.diff.node import Conj

Pairing: TypeAlias = tuple[int, int]
_EMPTY: Final = Assertions(span=NOWHERE)


class Sameness:
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
        self._trail: list[Pairing] = []
        self._inside: dict[int, tuple[Schema, Schema]] = {}
        self._kept: list[Schema] = []
        self._refs: dict[int, tuple[Schema, tuple[str, ...], bool]] = {}

    def conjs(self, old: Conj, new: Conj) -> bool:
        """Whether both have the same schemas, in any order."""
        return self._all_paired(old.schemas, new.schemas) and self._all_paired(old.nots, new.nots)

    def schemas(self, old: Schema, new: Schema) -> bool:
        """Whether *old* and *new* are the same. A pair that is met again inside of itself counts as the same."""
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
        self._known[key] = True
        position = len(self._trail)
        self._trail.append(key)
        result = self._compare(old, new)
        if not result:
            # Whatever was concluded on the way may rest on this pair.
            for other in self._trail[position:]:
                self._known.pop(other, None)
            del self._trail[position:]
            self._known[key] = False
        elif position == 0:
            self._trail.clear()
        return result

    def _meant(self, schema: Schema, schemas: Mapping[str, NamedSchema]) -> tuple[Schema, bool]:
        """*schema* behind references and shells, and whether it leads anywhere."""
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
        if old == new and not self._ambiguous(old):
            return all(self._named(name) for name in self._references(old)[0])
        return self._scalars(old, new) and self._children(old, new)

    def _named(self, name: str) -> bool:
        if name in self._old and name in self._new:
            return self.schemas(self._old[name].schema, self._new[name].schema)
        return name not in self._old and name not in self._new

    def _ambiguous(self, schema: Assertions) -> bool:
        """Python's equality takes ``true`` for 1, JSON does not: a schema with such values is looked at closely."""
        return self._references(schema)[1]

    def _references(self, schema: Assertions) -> tuple[tuple[str, ...], bool]:
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
        mine, other = _placed(old), _placed(new)
        return (
            mine.keys() == other.keys()
            and all(self.schemas(schema, other[place]) for place, schema in mine.items())
            and self._all_paired(old.all_of, new.all_of)
            and self._all_paired(old.any_of, new.any_of)
            and self._all_paired(old.one_of, new.one_of)
        )

    def _all_paired(self, old: Sequence[Schema], new: Sequence[Schema]) -> bool:
        if len(old) != len(new):
            return False
        rest = list(new)
        for schema in old:
            index = next((i for i, other in enumerate(rest) if self.schemas(schema, other)), None)
            if index is None:
                return False
            del rest[index]
        return True


def _placed(schema: Schema) -> dict[tuple[str, str | int | None], Schema]:
    """The children of *schema* by their places, without those whose order means nothing."""
    return {
        (child.keyword, child.key): child.schema
        for child in keyed_children(schema)
        if child.keyword not in COMBINATIONS
    }


def unwrapped(schema: Schema) -> Schema:
    """*schema*, or what it holds where it is only a shell: one schema in ``allOf``, ``anyOf`` or ``oneOf``."""
    if not isinstance(schema, Assertions):
        return schema
    whole = [one for one in schema.all_of if not _is_trivial(one)]
    groups = [whole, [*schema.any_of], [*schema.one_of]]
    held = [one for group in groups for one in group]
    if len(held) != 1 or not _is_trivial(replace(schema, all_of=(), any_of=(), one_of=())):
        return schema
    return held[0]


def _is_trivial(schema: Schema) -> bool:
    return schema in (_EMPTY, ANYTHING)  # not a set: schemas have no hash


def _tags(schema: Assertions) -> tuple[str, tuple[str, ...]]:
    """What a discriminator goes by: its property, and the tags that are not names of schemas anyway."""
    one = schema.discriminator
    if one is None:
        return "", ()
    return one.property_name, tuple(sorted(tag for tag, target in one.mapping if tag != target))


def types_of(schema: Assertions) -> frozenset[str] | None:
    """The types as a set, with integers left out where all numbers are allowed."""
    if schema.types is None:
        return None
    types = frozenset(schema.types)
    return types - {"integer"} if "number" in types else types


def _values(schema: Assertions) -> frozenset[object] | None:
    return None if schema.enum is None else frozenset(map(json_key, schema.enum))


def format_of(schema: Assertions) -> str | None:
    """The format where it restricts anything."""
    return schema.format if schema.format in ASSERTED_FORMATS or schema.format in FORMAT_BOUNDS else None
