"""From the compared values of all operations to causes: one for each place where schemas differ, with its verdict.

The work has two phases. While operations are compared, values are only collected here (:meth:`Causes.add`), because a
shared schema is met in many operations and its change is to be one cause. When all are there, :meth:`Causes.decided`
gives each cause its verdict: first by the proof, then by looking for a witness.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, field
from typing import Final

from accord.diff.model import Breaking, Compatible, OperationRef, Undecided, Verdict, Witness
from accord.diff.proof.path import Branch, SchemaPath, Segment, Step, instance_path
from accord.diff.proof.transfer import Transfer
from accord.diff.report.deltas import Delta
from accord.diff.report.listing import Listings, SchemaDiff
from accord.diff.report.relevance import Relevance, concerned
from accord.diff.tables import kept
from accord.diff.witness.comparison import SchemaComparisons
from accord.diff.witness.finder import WitnessFinder
from accord.diff.witness.values import ComparedValue

# So many places of one cause are kept to look for a witness in. The first mostly has one; each further place costs
# a search.
_MOST_PLACES: Final = 4
# What a sender does not send unless it declares it: such a difference is reported although both sides prove equal.
_DECLARING: Final = frozenset({"additionalProperties", "properties", "direction"})
PROVED: Final = "every value that the sender may send is allowed by the receiver"


@dataclass(slots=True, eq=False)
class Cause:
    """One difference between two schemas, or in their annotations, under one transfer.

    ``places`` are a few of the values that it occurs in, ``operations`` are all that it affects. ``all_proved`` says
    that none of these values can break, so that the cause needs no proof of its own.
    """

    transfer: Transfer
    diff: SchemaDiff
    delta: Delta
    places: list[tuple[ComparedValue, SchemaPath]] = field(
        default_factory=list[tuple[ComparedValue, SchemaPath]]
    )
    operations: dict[OperationRef, None] = field(default_factory=dict[OperationRef, None])
    verdict: Verdict | None = None
    all_proved: bool = True


class Causes:
    """Collects the compared values of all operations, and decides what each difference in their schemas means."""

    def __init__(self, comparisons: SchemaComparisons) -> None:
        self._comparisons = comparisons
        self.listings = Listings(comparisons)
        self._causes: dict[tuple[Transfer, int, Delta], Cause] = {}
        self.annotation_causes: dict[tuple[int, Delta], Cause] = {}
        """Everything that annotations say differently."""
        self._unproved: list[tuple[ComparedValue, list[Cause]]] = []
        self._finders: dict[Transfer, WitnessFinder] = {}
        self._differences: dict[int, tuple[tuple[SchemaDiff, SchemaPath], ...]] = {}
        self._unexplained: dict[tuple[Transfer, int], Cause] = {}
        self._equivalent: dict[tuple[Transfer, int], bool] = {}

    def add(self, compared: ComparedValue) -> None:
        """List what differs in the schemas of *compared*, and prove it compatible where that can be done at once."""
        if self._comparisons.strict.intersections(compared.old, compared.new):
            return
        root = self._root(compared)
        is_proved = self._comparisons.of(compared.transfer).proved(compared.old, compared.new)
        causes: list[Cause] = []
        for diff, path in kept(self._differences, id(root), lambda: _differences(root)):
            if diff.deltas and not self._is_equivalent(compared.transfer, diff):
                causes += [self._cause(compared, path, diff, d, is_proved=is_proved) for d in diff.deltas]
            for delta in diff.annotations:
                made = Cause(compared.transfer, diff, delta, [(compared, path)])
                cause = self.annotation_causes.setdefault((id(diff), delta), made)
                cause.verdict = annotation_verdict(delta)
                cause.operations[compared.operation] = None
        if not is_proved:
            self._unproved.append((compared, causes))

    def _root(self, compared: ComparedValue) -> SchemaDiff:
        listing = self.listings.of(compared.transfer)
        return listing.diff(compared.old, compared.new, compared.old_location, compared.new_location)

    def _cause(
        self, compared: ComparedValue, path: SchemaPath, diff: SchemaDiff, delta: Delta, *, is_proved: bool
    ) -> Cause:
        transfer = compared.transfer
        cause = kept(self._causes, (transfer, id(diff), delta), lambda: Cause(transfer, diff, delta))
        if len(cause.places) < _MOST_PLACES or (cause.all_proved and not is_proved):
            # Those that are not proved come first: only they can have a witness.
            cause.places.insert(0 if not is_proved else len(cause.places), (compared, path))
            del cause.places[_MOST_PLACES:]
        cause.all_proved = cause.all_proved and is_proved
        cause.operations[compared.operation] = None
        return cause

    def _is_equivalent(self, transfer: Transfer, diff: SchemaDiff) -> bool:
        """Whether two spellings mean the same, each side allowing all of the other, so that nothing is to be reported."""

        def find() -> bool:
            comparison, inverse = self._comparisons.of(transfer), self._comparisons.inverse(transfer)
            listing = self.listings.of(transfer)
            o, n = listing.old.node(diff.old), listing.new.node(diff.new)
            # A property that one side no longer declares is a change, even where values stay the same.
            declared = [{*x.objects.properties, *x.objects.conditional} - x.objects.excused for x in (o, n)]
            is_declaring = any(delta.keyword in _DECLARING for delta in diff.deltas)
            return (
                (o.combines or n.combines or not is_declaring)
                and declared[0] == declared[1]
                and comparison.proved(diff.old, diff.new)
                and inverse.proved(diff.old, diff.new)
            )

        return kept(self._equivalent, (transfer, id(diff)), find)

    def decided(self) -> Iterator[Cause]:
        """Every cause with its verdict, then the values that break or may break by no single cause."""
        for cause in self._causes.values():
            cause.verdict = self._verdict(cause)
            yield cause
        yield from self._by_interplay()

    def _verdict(self, cause: Cause) -> Verdict:
        """By proof where there is one; else by a witness that fails at this difference; else undecided."""
        if cause.all_proved:
            return Compatible(proof=PROVED)
        comparison = self._comparisons.of(cause.transfer)
        listing = self.listings.of(cause.transfer)
        o, n = listing.old.node(cause.diff.old), listing.new.node(cause.diff.new)
        declared = frozenset(o.objects.properties.keys() & n.objects.properties.keys())
        relevance = Relevance(cause.delta, declared)
        # The value as a whole is not proved, but what keeps it from being so may be another difference.
        pair = comparison.pair(cause.diff.old, cause.diff.new)
        if not concerned(comparison.decider, pair, relevance):
            return Compatible(proof=PROVED)
        witness = self._witness(cause, relevance)
        if witness is not None:
            return Breaking(reason="", witness=witness)
        return Undecided(opinion="breaking", reason="no breaking message was found, and none was ruled out")

    def _witness(self, cause: Cause, relevance: Relevance) -> Witness | None:
        finder = self._finder(cause.transfer)
        for compared, path in cause.places:
            witness = finder.at(compared, path, (cause.diff.old, cause.diff.new), relevance.rejection)
            if witness is not None:
                return witness
        # Sampling whole values is slow and finds less: it is tried in one place only.
        compared, path = cause.places[0]
        return finder.anywhere(compared, instance_path(path), relevance.rejection)

    def _by_interplay(self) -> Iterator[Cause]:
        """Values that are not proved although no difference in them breaks: it is how their parts work together."""
        for compared, causes in self._unproved:
            if any(not isinstance(cause.verdict, Compatible) for cause in causes):
                continue
            root = self._root(compared)
            cause = self._unexplained.get((compared.transfer, id(root)))
            if cause is None:
                cause = Cause(compared.transfer, root, Delta("schema", "", "changed"), [(compared, ())])
                cause.verdict = self._verdict_of_whole(compared)
                self._unexplained[compared.transfer, id(root)] = cause
            cause.operations[compared.operation] = None
        yield from self._unexplained.values()

    def _verdict_of_whole(self, compared: ComparedValue) -> Verdict:
        witness = self._finder(compared.transfer).anywhere(compared, None, lambda _rejection, _path: True)
        if witness is not None:
            return Breaking(reason="", witness=witness)
        reason = "it was not proved compatible, and no breaking message was found"
        return Undecided(opinion="compatible", reason=reason)

    def _finder(self, transfer: Transfer) -> WitnessFinder:
        return kept(self._finders, transfer, lambda: WitnessFinder(self._comparisons.of(transfer)))


def annotation_verdict(delta: Delta) -> Verdict:
    """What a difference in annotations means."""
    match delta.keyword:
        case "content":
            reason = "validators do not decode strings; a client or service that does gets another content"
            return Undecided(opinion="breaking", reason=reason)
        case "sunset" if delta.action == "removed":
            return Breaking(reason="an announced date was removed")
        case "default":
            return Compatible(proof="the default of a property restricts nothing")
        case "discriminator":
            proof = (
                "the schemas decide what is valid; code that relies on the discriminator may have to change"
            )
            return Compatible(proof=proof)
        case _:
            return Compatible(proof="annotations restrict nothing")


def _differences(root: SchemaDiff) -> tuple[tuple[SchemaDiff, SchemaPath], ...]:
    """Every pair inside of *root* in which something differs, each once, with the shortest path to it."""
    found = [root]
    parents: dict[int, tuple[Step | Branch, SchemaDiff] | None] = {id(root): None}
    # The list grows while it is read: breadth first, so that the first path to a pair is a shortest one.
    for diff in found:
        for step, inner in diff.edges:
            if id(inner) not in parents:
                parents[id(inner)] = (step, diff)
                found.append(inner)

    def path_to(diff: SchemaDiff) -> SchemaPath:
        path: list[Segment] = []
        parent = parents[id(diff)]
        while parent is not None:
            step, outer = parent
            path.append(Segment(step, outer.old, outer.new))
            parent = parents[id(outer)]
        return tuple(reversed(path))

    return tuple((diff, path_to(diff)) for diff in found if diff.deltas or diff.annotations)
