"""How the assertions of several schemas on one instance become one, as one party of a message sees them.

What only a sender does shows here: it emits declared properties alone, and none of the other direction.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from typing import Final

from accord.contract.schema import Assertions, NamedSchema, Schema
from accord.contract.schemas.formats import ASSERTED_FORMATS
from accord.contract.schemas.normal import ANYTHING, NOTHING, NormalForm, allows_anything
from accord.contract.schemas.references import resolve
from accord.contract.schemas.validation import matches
from accord.contract.schemas.walk import in_place
from accord.diff.proof.language import conjuncts
from accord.diff.proof.node import ANY, NEVER, Arrays, Intersection, Objects, Strings

Needs = Sequence[tuple[str, tuple[str, ...]]]
"""Properties, each with those that it demands beside it."""

_SAYING_NOTHING: Final = frozenset({"", ".*", "^.*", "^"})


def merge_strings(normal: NormalForm) -> Strings:
    """Lengths, every pattern, and every format that restricts."""
    written = dict.fromkeys(p for p in normal.patterns if p not in _SAYING_NOTHING)
    patterns = dict.fromkeys(part for pattern in written for part in conjuncts(pattern))
    formats = dict.fromkeys(name for name in normal.formats if name in ASSERTED_FORMATS)
    return Strings(
        least=normal.length.least,
        most=normal.length.most,
        patterns=tuple(p for p in patterns if p not in _SAYING_NOTHING),
        formats=tuple(formats),
        written=tuple(written),
    )


class Merger:
    """Merges what stands inside of arrays and objects: for each place the schemas of all parts."""

    def __init__(self, schemas: Mapping[str, NamedSchema], *, is_sender: bool) -> None:
        self._schemas = schemas
        self._is_sender = is_sender

    def arrays(self, normal: NormalForm) -> Arrays:
        """Counts and items."""
        prefix = [self._all(normal.item_schemas(index)) for index in range(normal.prefix_length)]
        return Arrays(
            least=normal.item_count.least,
            most=normal.item_count.most,
            unique=normal.unique_items,
            prefix=tuple(prefix),
            items=self._all(self._items(normal)),
            contains=tuple(c for c in normal.contains if c.least > 0 or c.most is not None),
        )

    def objects(
        self, normal: NormalForm, excused: frozenset[str], needs: Needs, absent: Iterable[str]
    ) -> Objects:
        """Counts, names and properties.

        *excused* belong to the other direction, *absent* may not occur; *needs* stand beside ``dependentRequired``.
        """
        parts = normal.parts
        declared = normal.declared
        properties = {name: self._property(name, normal, excused) for name in declared}
        patterns = normal.pattern_properties
        conditional = self._conditional_names(parts, declared)
        is_open = any(map(_describes_further, parts))
        needs = [entry for part in parts for entry in part.object.dependent_required] + [*needs]
        return Objects(
            properties={**properties, **dict.fromkeys(absent, NEVER)},
            required=tuple(name for name in normal.required if name not in excused),
            patterns=tuple((pattern, self._all(own)) for pattern, own in patterns.items()),
            additional=self._all(self._additional(normal)),
            closed=self._is_sender and not is_open and bool(declared or patterns or conditional),
            conditional=conditional,
            names=tuple(normal.property_names),
            least=normal.property_count.least,
            most=normal.property_count.most,
            needs=tuple((name, tuple(n for n in needed if n not in excused)) for name, needed in needs),
            excused=excused,
            approximate=sum(bool(part.object.pattern_properties) for part in parts) > 1 or len(patterns) > 1,
        )

    def _property(self, name: str, normal: NormalForm, excused: frozenset[str]) -> Intersection:
        if name in excused:
            return NEVER if self._is_sender else ANY
        return self._all(normal.property_schemas(name, matches))

    def _items(self, normal: NormalForm) -> list[Schema]:
        """What applies behind the prefixes; see :meth:`_additional` for what is left unevaluated."""
        items = [part.array.items for part in normal.parts if part.array.items is not None]
        counts = self._is_sender and not normal.contains and not any(map(_branches, normal.parts))
        return normal.unevaluated_items if counts and not items else items

    def _additional(self, normal: NormalForm) -> list[Schema]:
        """What applies to properties that nothing declares.

        Of a sender, what is left unevaluated counts where nothing else may evaluate it; of a receiver it is judged
        apart.
        """
        counts = self._is_sender and not any(map(_branches, normal.parts))
        return normal.unevaluated_properties if counts and not normal.additional else normal.additional

    def _conditional_names(self, parts: Sequence[Assertions], declared: Iterable[str]) -> frozenset[str]:
        """Names that only branches declare: whether they may occur depends on the branch."""
        if not any(map(_branches, parts)):
            return frozenset()
        inner = (inner for part in parts for inner in in_place(part, self._schemas))
        return frozenset(p.name for part in inner for p in part.object.properties).difference(declared)

    def _all(self, schemas: Iterable[Schema]) -> Intersection:
        """*schemas* without repetitions and without those that allow everything."""
        distinct = {id(resolve(schema, self._schemas)): schema for schema in schemas}
        kept = [schema for schema in distinct.values() if schema != ANYTHING]
        return Intersection(tuple(kept)) if kept else ANY


def _branches(part: Assertions) -> bool:
    groups = len(part.any_of) > 1 or len(part.one_of) > 1
    return groups or part.conditional is not None or bool(part.object.dependent_schemas)


def _describes_further(part: Assertions) -> bool:
    """Whether *part* describes properties that it does not name: that any may come describes none."""
    described = (part.object.additional_properties, part.object.unevaluated_properties)
    return any(s is not None and s != NOTHING and not allows_anything(s) for s in described)
