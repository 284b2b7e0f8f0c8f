"""Gathers what differs in the schemas of messages: one cause for one place, with every operation that it reaches."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass, field
from itertools import islice
from typing import Final

from accord.diff.judge import Path, Refusal
from accord.diff.keywords import Delta
from accord.diff.lane import Lane
from accord.diff.lanes import Lanes, Way
from accord.diff.listing import Branch, Listed
from accord.diff.model import Breaking, Compatible, OperationRef, Undecided, Verdict, Witness
from accord.diff.notes import Note
from accord.diff.plain import Step
from accord.diff.relevance import Relevance, concerned
from accord.diff.slots import Slot
from accord.diff.witness import Finder, Trail
from accord.source.pointer import join

_OCCURRENCES: Final = 4
_OPENING: Final = frozenset({"additionalProperties", "properties", "direction"})
"""What a sender that emits declared properties only does not show, and is told nevertheless."""
PROVED: Final = "every value that the one side may send is allowed by the other"


@dataclass(slots=True, eq=False)
class Cause:
    """One difference in one lane; ``places`` are the first occurrences, ``operations`` all of them."""

    lane: Lane
    at: Listed
    delta: Delta
    places: list[tuple[Slot, Trail]] = field(default_factory=list[tuple[Slot, Trail]])
    operations: dict[OperationRef, None] = field(default_factory=dict[OperationRef, None])
    verdict: Verdict | None = None
    all_proved: bool = True


@dataclass(slots=True, eq=False)
class Remark:
    """One difference in annotations."""

    at: Listed
    note: Note
    slot: Slot
    trail: Trail
    operations: dict[OperationRef, None] = field(default_factory=dict[OperationRef, None])


class Causes:
    """Takes the slots of all operations and tells what each cause means."""

    def __init__(self, lanes: Lanes) -> None:
        self._lanes = lanes
        self._causes: dict[tuple[Lane, int, Delta], Cause] = {}
        self._remarks: dict[tuple[int, Note], Remark] = {}
        self._unproved: list[tuple[Slot, list[Cause]]] = []
        self._finders: dict[Lane, Finder] = {}
        self._walks: dict[int, tuple[tuple[Listed, Trail], ...]] = {}
        self._leftover: dict[tuple[Lane, int], Cause] = {}
        self._equal: dict[tuple[Lane, int], bool] = {}

    def add(self, slot: Slot) -> None:
        """Compare the schemas of *slot*."""
        if self._lanes.strict.conjs(slot.old, slot.new):
            return
        way = self._lanes.way(slot.lane)
        root = way.lister.listed(slot.old, slot.new, slot.old_home, slot.new_home)
        is_proved = way.proved(slot.old, slot.new)
        own: list[Cause] = []
        for at, trail in self._inside(root):
            if at.deltas and not self._is_equal(slot.lane, at):
                own += [self._cause(slot, trail, at, delta, is_proved=is_proved) for delta in at.deltas]
            for note in at.notes:
                self._remark(slot, trail, at, note)
        if not is_proved:
            self._unproved.append((slot, own))

    def _inside(self, root: Listed) -> tuple[tuple[Listed, Trail], ...]:
        known = self._walks.get(id(root))
        if known is None:
            known = self._walks[id(root)] = _walk(root)
        return known

    def _cause(self, slot: Slot, trail: Trail, at: Listed, delta: Delta, *, is_proved: bool) -> Cause:
        key = (slot.lane, id(at), delta)
        cause = self._causes.get(key)
        if cause is None:
            cause = self._causes[key] = Cause(slot.lane, at, delta)
        if len(cause.places) < _OCCURRENCES or (cause.all_proved and not is_proved):
            # Those that are not proved come first: only they can have a witness.
            cause.places.insert(0 if not is_proved else len(cause.places), (slot, trail))
            del cause.places[_OCCURRENCES:]
        cause.all_proved = cause.all_proved and is_proved
        cause.operations[slot.operation] = None
        return cause

    def _remark(self, slot: Slot, trail: Trail, at: Listed, note: Note) -> None:
        key = (id(at), note)
        if key not in self._remarks:
            self._remarks[key] = Remark(at, note, slot, trail)
        self._remarks[key].operations[slot.operation] = None

    def _is_equal(self, lane: Lane, at: Listed) -> bool:
        """Whether two spellings with alternatives mean the same: each side allows all of the other."""
        key = (lane, id(at))
        known = self._equal.get(key)
        if known is None:
            way, back = self._lanes.way(lane), self._lanes.back(lane)
            o, n = way.lister.old.node(at.old), way.lister.new.node(at.new)
            names = [{*x.objects.properties, *x.objects.branched} - x.objects.marked for x in (o, n)]
            known = self._equal[key] = (
                (o.combines or n.combines or not any(delta.keyword in _OPENING for delta in at.deltas))
                and names[0] == names[1]
                and way.proved(at.old, at.new)
                and back.proved(at.old, at.new)
            )
        return known

    def remarks(self) -> Iterable[Remark]:
        """Everything that annotations say differently."""
        return self._remarks.values()

    def decided(self) -> Iterator[Cause]:
        """Every cause with its verdict."""
        for cause in self._causes.values():
            cause.verdict = self._verdict(cause)
            yield cause
        yield from self._leftovers()

    def _verdict(self, cause: Cause) -> Verdict:
        if cause.all_proved:
            return Compatible(proof=PROVED)
        way = self._lanes.way(cause.lane)
        relevance = Relevance(cause.delta, self._declared(way, cause.at))
        if not concerned(way.decider, way.pair(cause.at.old, cause.at.new), relevance):
            return Compatible(proof=PROVED)
        witness = self._witness(cause, relevance)
        if witness is not None:
            return Breaking(reason="", witness=witness)
        return Undecided(
            opinion="breaking", reason="no message was found that shows it, and none was ruled out"
        )

    def _declared(self, way: Way, at: Listed) -> frozenset[str]:
        o, n = way.lister.old.node(at.old), way.lister.new.node(at.new)
        return frozenset(o.objects.properties.keys() & n.objects.properties.keys())

    def _witness(self, cause: Cause, relevance: Relevance) -> Witness | None:
        finder = self._finder(cause.lane)
        for slot, trail in cause.places:
            witness = finder.find(slot, trail, cause.at, relevance.refusal)
            if witness is not None:
                return witness
        for slot, trail in cause.places[:1]:
            path = path_of(trail)
            witness = finder.search(slot, path, relevance.refusal)
            if witness is not None:
                return witness
        return None

    def _leftovers(self) -> Iterator[Cause]:
        """Slots that are not proved although no cause in them breaks: the change is in how parts play together."""
        for slot, own in self._unproved:
            if any(not isinstance(cause.verdict, Compatible) for cause in own):
                continue
            way = self._lanes.way(slot.lane)
            root = way.lister.listed(slot.old, slot.new, slot.old_home, slot.new_home)
            known = self._leftover.get((slot.lane, id(root)))
            if known is not None:
                known.operations[slot.operation] = None
                continue
            witness = self._finder(slot.lane).search(slot, None, _anything)
            cause = Cause(slot.lane, root, Delta("schema", "", "changed"), [(slot, ())])
            cause.operations[slot.operation] = None
            cause.verdict = (
                Breaking(reason="", witness=witness)
                if witness is not None
                else Undecided(
                    opinion="compatible", reason="neither a proof nor a message against it was found"
                )
            )
            self._leftover[slot.lane, id(root)] = cause
        yield from self._leftover.values()

    def _finder(self, lane: Lane) -> Finder:
        known = self._finders.get(lane)
        if known is None:
            known = self._finders[lane] = Finder(self._lanes.way(lane))
        return known


def _anything(_refusal: Refusal, _path: Path) -> bool:
    return True


def _walk(root: Listed) -> tuple[tuple[Listed, Trail], ...]:
    """Every pair inside of *root* in which something differs, each once, by the shortest way."""
    found = [root]
    ways: dict[int, tuple[Step | Branch, Listed] | None] = {id(root): None}
    for at in found:
        for step, inner in at.edges:
            if id(inner) not in ways:
                ways[id(inner)] = (step, at)
                found.append(inner)
    return tuple((at, _trail(at, ways)) for at in found if at.deltas or at.notes)


def _trail(at: Listed, ways: Mapping[int, tuple[Step | Branch, Listed] | None]) -> Trail:
    out: list[tuple[Step | Branch, Listed]] = []
    way = ways[id(at)]
    while way is not None:
        out.append(way)
        way = ways[id(way[1])]
    return tuple(reversed(out))


def path_of(trail: Trail) -> Path:
    """The place in a value that *trail* leads to, as far as its names are known."""
    out: list[str | int] = []
    for step, _ in trail:
        if isinstance(step, Branch):
            continue
        if step.kind == "additional":
            break
        out.append(step.name if step.kind == "property" else step.index)
    return tuple(out)


def shown_path(trail: Trail) -> str:
    """The place for people: ``*`` for any item and any further property."""
    parts = [_shown(step) for step, _ in islice(trail, 100) if isinstance(step, Step)]
    return join("", *parts)


def _shown(step: Step) -> str:
    if step.kind == "property":
        return step.name
    return "*" if step.kind == "additional" or step.index == 0 else str(step.index)
