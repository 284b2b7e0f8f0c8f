"""Obligations of ``unevaluatedProperties`` and ``unevaluatedItems``.

What a schema evaluates for certain is what stands in it, in its references and in its ``allOf``; what branches
evaluate counts only where a branch holds for certain, so that the answer errs on the side of a gap.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator

from accord.contract.schema import Assertions, BooleanSchema, Schema
from accord.contract.schemas.normal import normal_form, sole_branches
from accord.contract.schemas.validation import matches
from accord.diff.node import NEVER, Conj, Group, Node, child_of
from accord.diff.plain import Gap, Inner, Step, sends_further
from accord.diff.reader import SchemaReader


def unevaluated(
    reader: SchemaReader,
    part: Assertions,
    sender: Node,
    met: Iterable[tuple[Group, Schema]] = (),
    *,
    remembers: bool = False,
) -> Iterator[Gap | Inner]:
    """What *part* demands of what it leaves unevaluated in a value of *sender*; *met* are alternatives that hold."""
    certain = list(_certain(reader, part))
    for group, branch in met:
        if any(one is group.owner for one in certain):
            certain += _certain(reader, branch)
    wanted = part.object.unevaluated_properties
    if wanted is not None and "object" in sender.types and not _allows_all(wanted):
        yield from _properties(certain, wanted, sender, remembers=remembers)
    items = part.array.unevaluated_items
    if items is not None and "array" in sender.types and not _allows_all(items):
        covered = max((len(one.array.prefix_items) for one in certain), default=0)
        everything = any(one.array.items is not None for one in certain)
        most = sender.arrays.most
        if not everything and (most is None or most > covered):
            yield Inner(Step("item", index=covered), sender.arrays.items, Conj((items,)))
            for index in range(covered, len(sender.arrays.prefix)):
                yield Inner(Step("item", index=index), sender.arrays.prefix[index], Conj((items,)))


def _properties(
    certain: list[Assertions], wanted: Schema, sender: Node, *, remembers: bool
) -> Iterator[Gap | Inner]:
    if any(one.object.additional_properties is not None for one in certain):
        return
    names = {p.name for one in certain for p in one.object.properties}
    patterns = [pattern for one in certain for pattern, _ in one.object.pattern_properties]
    objects = sender.objects
    for name, own in objects.properties.items():
        if own != NEVER and name not in names and not any(matches(p, name) for p in patterns):
            yield Inner(Step("property", name), own, Conj((wanted,)))
    for name in objects.branched - names:
        if not any(matches(p, name) for p in patterns):
            yield Inner(Step("property", name), child_of(sender, name), Conj((wanted,)))
    for pattern, own in objects.patterns:
        if pattern not in patterns:
            yield Inner(Step("additional", pattern), own, Conj((wanted,)))
    if sends_further(objects, Conj((wanted,)), remembers=remembers):
        yield Inner(Step("additional"), objects.additional, Conj((wanted,)))


def _certain(reader: SchemaReader, schema: Schema) -> tuple[Assertions, ...]:
    return normal_form((schema,), reader.schemas, further=sole_branches).parts


def _allows_all(schema: Schema) -> bool:
    return isinstance(schema, BooleanSchema) and schema.value
