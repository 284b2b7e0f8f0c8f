"""What it takes to compare schemas of two contracts under one transfer: the two readings, the proof, and candidates.

Everything is made when it is first needed and kept: most contracts need four of the sixteen possible transfers.
"""

from __future__ import annotations

from dataclasses import replace
from functools import cached_property, partial

from accord.contract.model import Api
from accord.diff.model import Direction, Side
from accord.diff.proof.decide import Decider, Pair
from accord.diff.proof.equality import SchemaEquality
from accord.diff.proof.node import Intersection
from accord.diff.proof.reader import Role, SchemaReader
from accord.diff.proof.transfer import Transfer
from accord.diff.tables import kept
from accord.diff.witness.counterexamples import Counterexamples


class SchemaComparison:
    """Compares schemas under one transfer: ``decider`` proves, ``counterexamples`` makes values to refute it with."""

    def __init__(self, comparisons: SchemaComparisons, transfer: Transfer) -> None:
        self.transfer = transfer
        self.sender = comparisons.reader(transfer.sender, transfer.direction, "sender")
        self.receiver = comparisons.reader(transfer.receiver, transfer.direction, "receiver")
        self.decider = Decider(self.sender, self.receiver, comparisons.equality, transfer)
        self.counterexamples = Counterexamples(self.decider)

    def by_role(self, old: Intersection, new: Intersection) -> tuple[Intersection, Intersection]:
        """The schemas of the old and the new version as those of the sender and the receiver."""
        return (old, new) if self.transfer.sender == "old" else (new, old)

    def pair(self, old: Intersection, new: Intersection) -> Pair:
        """The question whether everything that the sender sends by its schema fits that of the receiver."""
        return self.decider.pair(*self.by_role(old, new))

    def proved(self, old: Intersection, new: Intersection) -> bool:
        """Whether everything that the sender sends is certain to be allowed."""
        return self.decider.proved(self.pair(old, new))


class SchemaComparisons:
    """The comparisons of *old* and *new*, one for each transfer, which share readers and what is known to be equal."""

    def __init__(self, old: Api, new: Api) -> None:
        self.apis: dict[Side, Api] = {"old": old, "new": new}
        self.equality = SchemaEquality(old.schemas, new.schemas)
        self._comparisons: dict[Transfer, SchemaComparison] = {}
        self._readers: dict[tuple[Side, Direction, Role], SchemaReader] = {}

    @cached_property
    def strict(self) -> SchemaEquality:
        """Equality that counts annotations too."""
        return SchemaEquality(self.apis["old"].schemas, self.apis["new"].schemas, strict=True)

    def of(self, transfer: Transfer) -> SchemaComparison:
        """The comparison under *transfer*."""
        # A reader and its judge keep what they merged and compiled, so that making another one would double the work.
        return kept(self._comparisons, transfer, lambda: SchemaComparison(self, transfer))

    def inverse(self, transfer: Transfer) -> SchemaComparison:
        """The opposite comparison: whether the receiver could send everything that the sender allows."""
        return self.of(replace(transfer, sender=transfer.receiver))

    def reader(self, side: Side, view: Direction, role: Role) -> SchemaReader:
        """The schemas of one side as one party sees them."""
        make = partial(SchemaReader, self.apis[side].schemas, view, role)
        return kept(self._readers, (side, view, role), make)
