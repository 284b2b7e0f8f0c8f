"""Obligations of ``unevaluatedProperties`` and ``unevaluatedItems``.

A schema evaluates for certain what stands in itself, in its references and in its ``allOf``. What branches evaluate
counts only where a branch holds for certain: the answer errs towards an obligation that is not proved.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator

from accord.contract.schema import Assertions, BooleanSchema, Schema
from accord.diff.merge import matches
from accord.diff.node import NEVER, Conj, Group, Node
from accord.diff.proof.inclusion import Inner, Obligation, sends_further
from accord.diff.proof.path import Step
from accord.diff.reader import Reader
from accord.diff.sample import child_of


def unevaluated(
    reader: Reader,
    part: Assertions,
    sender: Node,
    met: Iterable[tuple[Group, Schema]] = (),
    *,
    remembers: bool = False,
) -> Iterator[Obligation | Inner]:
    """What *part* demands of the properties and items of *sender* that it leaves unevaluated.

    *met* are the alternatives of the receiver that hold for certain. *remembers*: see ``inclusion.sends_further``.
    """
    certain = list(_certain(reader, part))
    for group, branch in met:
        if any(schema is group.owner for schema in certain):
            certain += _certain(reader, branch)
    wanted = part.object.unevaluated_properties
    if wanted is not None and "object" in sender.types and not _allows_all(wanted):
        yield from _properties(certain, wanted, sender, remembers=remembers)
    items = part.array.unevaluated_items
    if items is not None and "array" in sender.types and not _allows_all(items):
        covered = max((len(schema.array.prefix_items) for schema in certain), default=0)
        is_complete = any(schema.array.items is not None for schema in certain)
        most = sender.arrays.most
        if not is_complete and (most is None or most > covered):
            yield Inner(Step("item", index=covered), sender.arrays.items, Conj((items,)))
            for index in range(covered, len(sender.arrays.prefix)):
                yield Inner(Step("item", index=index), sender.arrays.prefix[index], Conj((items,)))


def _properties(
    certain: list[Assertions], wanted: Schema, sender: Node, *, remembers: bool
) -> Iterator[Obligation | Inner]:
    if any(schema.object.additional_properties is not None for schema in certain):
        return
    names = {p.name for schema in certain for p in schema.object.properties}
    patterns = [pattern for schema in certain for pattern, _ in schema.object.pattern_properties]
    objects = sender.objects
    for name, sent in objects.properties.items():
        if sent != NEVER and name not in names and not any(matches(p, name) for p in patterns):
            yield Inner(Step("property", name), sent, Conj((wanted,)))
    for name in objects.branched - names:
        if not any(matches(p, name) for p in patterns):
            yield Inner(Step("property", name), child_of(sender, name), Conj((wanted,)))
    for pattern, sent in objects.patterns:
        if pattern not in patterns:
            yield Inner(Step("additional", pattern), sent, Conj((wanted,)))
    if sends_further(objects, Conj((wanted,)), remembers=remembers):
        yield Inner(Step("additional"), objects.additional, Conj((wanted,)))


def _certain(reader: Reader, part: Schema) -> Iterator[Assertions]:
    """The schemas that apply wherever *part* does."""
    seen: set[int] = set()
    waiting: list[Schema] = [part]
    while waiting:
        schema = reader.resolve(waiting.pop())
        if isinstance(schema, Assertions) and id(schema) not in seen:
            seen.add(id(schema))
            yield schema
            waiting.extend(schema.all_of)
            waiting.extend(group[0] for group in (schema.any_of, schema.one_of) if len(group) == 1)


def _allows_all(schema: Schema) -> bool:
    return isinstance(schema, BooleanSchema) and schema.value
