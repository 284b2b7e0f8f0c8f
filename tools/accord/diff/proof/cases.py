"""Takes a schema apart into cases, whose union allows everything that it allows.

A sender with alternatives is proved by proving each of its cases: that is case analysis, and exact. The number of
cases is the product of all alternatives, hence the limit.
"""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import replace
from typing import Final

from accord.contract.schema import Assertions, Schema
from accord.contract.schemas.normal import ANYTHING, NOTHING
from accord.diff.proof.node import Intersection
from accord.diff.proof.reader import SchemaReader

MOST_CASES: Final = 256
"""So many cases of one schema are looked at. With more it is compared as a whole, which proves less."""


def split(reader: SchemaReader, intersection: Intersection) -> tuple[Intersection, ...] | None:
    """The cases of the first ``anyOf``, ``oneOf`` or ``if`` in *intersection*; ``None`` without one, or if they are too many."""
    node = reader.node(intersection)
    # One group at a time: each case is split further where it is asked for.
    if node.groups:
        group = node.groups[0]
        splits = intersection.splits * max(2, len(group.branches))
        if splits > MOST_CASES:
            return None
        remaining = _remaining(reader, node.parts, group.owner, reader.without(group))
        # What fits one branch of ``oneOf`` fits no other: the others become ``not``, which proofs may use.
        exclusive = group.kind == "oneOf"
        return tuple(
            Intersection(
                (*remaining, branch),
                (*intersection.nots, *(_others(group.branches, index) if exclusive else ())),
                splits,
            )
            for index, branch in enumerate(group.branches)
        )
    owner = next((part for part in node.parts if part.conditional is not None), None)
    if owner is None or owner.conditional is None or intersection.splits * 2 > MOST_CASES:
        return None
    condition = owner.conditional
    bare = reader.made(("if", id(owner)), owner, lambda: replace(owner, conditional=None))
    remaining = _remaining(reader, node.parts, owner, bare)
    return (
        Intersection(
            (*remaining, condition.condition, condition.then or ANYTHING),
            intersection.nots,
            intersection.splits * 2,
        ),
        Intersection(
            (*remaining, condition.otherwise or ANYTHING),
            (*intersection.nots, condition.condition),
            intersection.splits * 2,
        ),
    )


def by_type(reader: SchemaReader, intersection: Intersection) -> tuple[Intersection, ...] | None:
    """One case for each type; ``None`` where there is only one, or where the cases are too many."""
    types = reader.node(intersection).types
    if len(types) < 2 or types <= {"integer", "number"} or intersection.splits * len(types) > MOST_CASES:
        return None
    # The schema {type: number} holds integers as well.
    names = sorted(types - ({"integer"} if "number" in types else set()))
    return tuple(
        Intersection(
            (*intersection.schemas, reader.of_type(name)), intersection.nots, intersection.splits * len(names)
        )
        for name in names
    )


def refined(
    intersection: Intersection, *, also: Schema | None = None, never: Schema | None = None
) -> Intersection:
    """*intersection* restricted to values that fit *also* and do not fit *never*.

    It is returned as it is where that adds nothing, or where it was split too often: a wider schema is always safe here.
    """
    if intersection.splits * 2 > MOST_CASES:
        return intersection
    if also is not None and not any(schema is also for schema in intersection.schemas):
        intersection = Intersection((*intersection.schemas, also), intersection.nots, intersection.splits * 2)
    if never is not None and not any(schema is never for schema in intersection.nots):
        intersection = Intersection(
            intersection.schemas, (*intersection.nots, never), intersection.splits * 2
        )
    return intersection


def bare(reader: SchemaReader, part: Assertions) -> Schema:
    """*part* without what the reader lists as parts of their own: ``allOf``, a single alternative, two ``not``."""
    single_any = part.any_of if len(part.any_of) > 1 else ()
    single_one = part.one_of if len(part.one_of) > 1 else ()
    excluded = part.not_ if reader.excluded_twice(part) is None else None
    kept = (single_any is part.any_of, single_one is part.one_of, excluded is part.not_)
    if not part.all_of and all(kept):
        return part
    return reader.made(
        ("bare", id(part)),
        part,
        lambda: replace(part, all_of=(), any_of=single_any, one_of=single_one, not_=excluded),
    )


def _remaining(
    reader: SchemaReader, parts: Iterable[Assertions], owner: Assertions, changed: Schema
) -> list[Schema]:
    """*parts* with *changed* in the place of *owner*; a schema that nothing fits has none."""
    kept = [changed if part is owner else part for part in parts]
    return [bare(reader, part) if isinstance(part, Assertions) else part for part in kept] or [NOTHING]


def _others(branches: tuple[Schema, ...], index: int) -> tuple[Schema, ...]:
    return tuple(branch for other, branch in enumerate(branches) if other != index)
