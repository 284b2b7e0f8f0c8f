"""Who speaks to whom: the readers and deciders of each way that messages take between two versions."""

from __future__ import annotations

from dataclasses import replace
from functools import cached_property

from accord.contract.model import Api
from accord.diff.contrast import Contrast
from accord.diff.decide import Decider, Pair
from accord.diff.lane import Lane
from accord.diff.listing import Lister
from accord.diff.model import Direction, Side
from accord.diff.node import Conj
from accord.diff.reader import Role, SchemaReader
from accord.diff.same import Sameness


class Way:
    """What is needed to compare schemas in one lane."""

    def __init__(self, lanes: Lanes, lane: Lane) -> None:
        self.lane = lane
        self.sender = lanes.reader(lane.sender, lane.view, "sender")
        self.receiver = lanes.reader(lane.receiver, lane.view, "receiver")
        self.decider = Decider(self.sender, self.receiver, lanes.same, lane)
        self.contrast = Contrast(self.decider)
        self.lister = lanes.lister(lane)

    def pair(self, old: Conj, new: Conj) -> Pair:
        """The question about schemas of the old and the new version."""
        sides = (old, new) if self.lane.sender == "old" else (new, old)
        return self.decider.pair(*sides)

    def proved(self, old: Conj, new: Conj) -> bool:
        """Whether what the sender emits is always allowed."""
        return self.decider.proved(self.pair(old, new))


class Lanes:
    """All lanes between *old* and *new*; everything in them is made when it is first needed."""

    def __init__(self, old: Api, new: Api) -> None:
        self.apis = {"old": old, "new": new}
        self.same = Sameness(old.schemas, new.schemas)
        self._ways: dict[Lane, Way] = {}
        self._readers: dict[tuple[Side, Direction, Role], SchemaReader] = {}
        self._listers: dict[tuple[Direction, Side], Lister] = {}

    @cached_property
    def strict(self) -> Sameness:
        """Sameness that looks at annotations too."""
        old, new = self.apis["old"], self.apis["new"]
        return Sameness(old.schemas, new.schemas, strict=True)

    def way(self, lane: Lane) -> Way:
        """What compares schemas in *lane*."""
        known = self._ways.get(lane)
        if known is None:
            known = self._ways[lane] = Way(self, lane)
        return known

    def back(self, lane: Lane) -> Way:
        """The opposite way: whether the receiver could send all that the sender allows."""
        return self.way(replace(lane, sender=lane.receiver))

    def reader(self, side: Side, view: Direction, role: Role) -> SchemaReader:
        """The reader of one side's schemas."""
        key = (side, view, role)
        known = self._readers.get(key)
        if known is None:
            known = self._readers[key] = SchemaReader(self.apis[side].schemas, view, role)
        return known

    def lister(self, lane: Lane) -> Lister:
        """What lists differences; text or not makes none."""
        key = (lane.view, lane.sender)
        known = self._listers.get(key)
        if known is None:
            roles: tuple[Role, Role] = (
                ("sender", "receiver") if lane.sender == "old" else ("receiver", "sender")
            )
            known = self._listers[key] = Lister(
                self.reader("old", lane.view, roles[0]), self.reader("new", lane.view, roles[1]), self.strict
            )
        return known
