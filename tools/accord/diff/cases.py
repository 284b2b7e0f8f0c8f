"""Takes the alternatives of a sender apart: what may be sent is the union of its cases."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import replace
from typing import Final

from accord.contract.schema import Assertions, Schema
from accord.contract.schemas.normal import ANYTHING, NOTHING
from accord.diff.node import Conj
from accord.diff.reader import SchemaReader

MOST_CASES: Final = 256
"""So many cases are looked at for one schema; beyond, it is taken as a whole."""


def split(reader: SchemaReader, conj: Conj) -> tuple[Conj, ...] | None:
    """The cases of the first alternative in *conj*, or ``None`` where there is none or there are too many.

    Together they allow everything that *conj* allows.
    """
    node = reader.node(conj)
    if node.groups:
        group = node.groups[0]
        splits = conj.splits * max(2, len(group.branches))
        if splits > MOST_CASES:
            return None
        rest = _rest(reader, node.parts, group.owner, reader.without(group))
        exclusive = group.kind == "oneOf"
        return tuple(
            Conj(
                (*rest, branch),
                (*conj.nots, *(_others(group.branches, index) if exclusive else ())),
                splits,
            )
            for index, branch in enumerate(group.branches)
        )
    owner = next((part for part in node.parts if part.conditional is not None), None)
    if owner is None or owner.conditional is None or conj.splits * 2 > MOST_CASES:
        return None
    condition = owner.conditional
    bare = reader.made(("if", id(owner)), owner, lambda: replace(owner, conditional=None))
    rest = _rest(reader, node.parts, owner, bare)
    return (
        Conj((*rest, condition.condition, condition.then or ANYTHING), conj.nots, conj.splits * 2),
        Conj((*rest, condition.otherwise or ANYTHING), (*conj.nots, condition.condition), conj.splits * 2),
    )


def by_type(reader: SchemaReader, conj: Conj) -> tuple[Conj, ...] | None:
    """One case for each type, where there are several."""
    types = reader.node(conj).types
    if len(types) < 2 or types <= {"integer", "number"} or conj.splits * len(types) > MOST_CASES:
        return None
    names = sorted(types - ({"integer"} if "number" in types else set()))
    return tuple(
        Conj((*conj.schemas, reader.of_type(name)), conj.nots, conj.splits * len(names)) for name in names
    )


def refined(conj: Conj, *, also: Schema | None = None, never: Schema | None = None) -> Conj:
    """*conj* where *also* applies and *never* does not; as it is where it says so already, or says too much."""
    if conj.splits * 2 > MOST_CASES:
        return conj
    if also is not None and not any(one is also for one in conj.schemas):
        conj = Conj((*conj.schemas, also), conj.nots, conj.splits * 2)
    if never is not None and not any(one is never for one in conj.nots):
        conj = Conj(conj.schemas, (*conj.nots, never), conj.splits * 2)
    return conj


def bare(reader: SchemaReader, part: Assertions) -> Schema:
    """*part* without what the reader takes as parts of their own."""
    single_any = part.any_of if len(part.any_of) > 1 else ()
    single_one = part.one_of if len(part.one_of) > 1 else ()
    barred = part.not_ if reader.excluded_twice(part) is None else None
    kept = (single_any is part.any_of, single_one is part.one_of, barred is part.not_)
    if not part.all_of and all(kept):
        return part
    return reader.made(
        ("bare", id(part)),
        part,
        lambda: replace(part, all_of=(), any_of=single_any, one_of=single_one, not_=barred),
    )


def _rest(
    reader: SchemaReader, parts: Iterable[Assertions], owner: Assertions, changed: Schema
) -> list[Schema]:
    out: list[Schema] = []
    for part in parts:
        one = changed if part is owner else part
        out.append(bare(reader, one) if isinstance(one, Assertions) else one)
    return out or [NOTHING]


def _others(branches: tuple[Schema, ...], index: int) -> tuple[Schema, ...]:
    return tuple(branch for other, branch in enumerate(branches) if other != index)
