"""From causes and findings to the report: one change for each, with a fingerprint, in order."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from dataclasses import replace
from typing import Final

from accord.diff.causes import Cause, Remark, shown_path
from accord.diff.gather import Gather, Gathered
from accord.diff.lanes import Lanes
from accord.diff.match import nameless
from accord.diff.model import (
    Breaking,
    Change,
    Compatible,
    DiffReport,
    OperationRef,
    OperationSummary,
    Place,
    Site,
    Undecided,
    Verdict,
    Waiver,
    fingerprint,
)
from accord.diff.notes import Note
from accord.diff.semver import advice
from accord.diff.wording import code_of, note_code, note_sentence, path_text, places_of, sentence_of, where_of

_RANK: Final = {"breaking": 0, "undecided": 1, "waived": 2, "compatible": 3}


class Assembler:
    """Makes the report of what *gather* has collected."""

    def __init__(self, lanes: Lanes, gather: Gather) -> None:
        self._lanes = lanes
        self._gather = gather
        self._unstable: dict[OperationRef, Waiver] = {}
        self._waived: dict[tuple[str, ...], Waiver] = {}
        self._documented: dict[OperationRef, tuple[Place, Place]] = {}

    def waive(self, ref: OperationRef, waiver: Waiver) -> None:
        """Nothing that reaches only operations with a waiver fails a comparison."""
        self._unstable[ref] = waiver

    def waive_finding(self, code: str, key: tuple[str, ...], waiver: Waiver) -> None:
        """The finding with this code and key has a waiver."""
        self._waived[code, *key] = waiver

    def document(self, ref: OperationRef, old: Place, new: Place) -> None:
        """The documentation of an operation changed."""
        self._documented[ref] = (old, new)

    def report(self) -> DiffReport:
        """Everything, decided and in order."""
        changes = [self._of_finding(gathered) for gathered in self._gather.found()]
        changes += self._of_causes()
        changes += self._of_remarks()
        ordered = tuple(sorted(changes, key=_order))
        old, new = self._lanes.apis["old"], self._lanes.apis["new"]
        return DiffReport(
            old=old.name,
            new=new.name,
            changes=ordered,
            summary=tuple(_summary(ordered)),
            version=advice(old.info.version, new.info.version, ordered),
        )

    def _of_finding(self, gathered: Gathered) -> Change:
        finding = gathered.finding
        operations = tuple(gathered.operations)
        waiver = self._waived.get((finding.code, *finding.key))
        return Change(
            code=finding.code,
            channel=finding.channel,
            direction=finding.direction,
            message=finding.message,
            old=finding.old,
            new=finding.new,
            site=finding.site,
            operations=operations,
            verdict=finding.verdict,
            waiver=waiver or self._waiver(operations, finding.verdict),
            fingerprint=fingerprint(finding.code, *(nameless(part) for part in finding.key)),
        )

    def _waiver(self, operations: tuple[OperationRef, ...], verdict: Verdict) -> Waiver | None:
        if isinstance(verdict, Compatible) or not operations:
            return None
        found = [self._unstable.get(ref) for ref in operations]
        return found[0] if all(found) else None

    def _of_causes(self) -> Iterator[Change]:
        """The two directions of one difference are one change where they say the same, or where only one breaks."""
        by_place: dict[tuple[str, ...], list[Change]] = {}
        for cause in self._gather.causes.decided():
            key, change = self._of_cause(cause)
            by_place.setdefault(key, []).append(change)
        for changes in by_place.values():
            yield from _merged(changes)

    def _of_cause(self, cause: Cause) -> tuple[tuple[str, ...], Change]:
        slot, trail = cause.places[0]
        view = cause.lane.view
        way = self._lanes.way(cause.lane)
        old, new = places_of(cause, {"old": way.lister.old, "new": way.lister.new})
        is_required = self._is_required(cause)
        code = code_of(cause.delta, is_required=is_required)
        where = where_of(cause.at, slot, path_text(cause))
        operations = tuple(cause.operations)
        assert cause.verdict is not None
        verdict = _placed(cause.verdict, old, new)
        delta = cause.delta
        home = (new.schema or old.schema, new.pointer if new.schema else old.pointer)
        if not home[0]:
            home = (
                "",
                f"{operations[0].method} {nameless(operations[0].path)} {_anchor(slot.site)}{shown_path(trail)}",
            )
        key = (code, *home, delta.keyword, delta.member, delta.old, delta.new)
        change = Change(
            code=code,
            channel="wire",
            direction=slot.direction,
            message=sentence_of(delta, where, view, is_required=is_required),
            old=old,
            new=new,
            site=replace(slot.site, instance=shown_path(trail)),
            operations=operations,
            verdict=verdict,
            waiver=self._waiver(operations, verdict),
            fingerprint=fingerprint(*key),
        )
        return key, change

    def _is_required(self, cause: Cause) -> bool:
        if cause.delta.keyword != "properties":
            return False
        way = self._lanes.way(cause.lane)
        if cause.delta.action == "added":
            return cause.delta.member in way.lister.new.node(cause.at.new).objects.required
        return cause.delta.member in way.lister.old.node(cause.at.old).objects.required

    def _of_remarks(self) -> Iterator[Change]:
        documented = dict.fromkeys(self._documented)
        places = next(iter(self._documented.values()), None)
        grouped: dict[tuple[str, ...], Change] = {}
        for remark in self._gather.causes.remarks():
            if remark.note.kind == "docs":
                documented.update(remark.operations)
                places = places or _spans(self._lanes, remark)
                continue
            key, change = self._of_remark(remark)
            known = grouped.get(key)
            grouped[key] = change if known is None else _joined(known, change)
        yield from grouped.values()
        if places is not None:
            yield Change(
                code="documentation-changed",
                channel="policy",
                direction=None,
                message="documentation changed, and nothing else with it",
                old=places[0],
                new=places[1],
                site=Site(location="document"),
                operations=tuple(documented),
                verdict=Compatible(proof="documentation restricts nothing"),
                fingerprint=fingerprint("documentation-changed"),
            )

    def _of_remark(self, remark: Remark) -> tuple[tuple[str, ...], Change]:
        old, new = _spans(self._lanes, remark)
        path = shown_path(remark.trail)
        code = note_code(remark.note)
        operations = tuple(remark.operations)
        home = (new.schema, new.pointer)
        if not new.schema:
            home = (
                "",
                f"{operations[0].method} {nameless(operations[0].path)} {_anchor(remark.slot.site)}{path}",
            )
        key = (code, *home, remark.note.old, remark.note.new)
        verdict = note_verdict(remark.note)
        change = Change(
            code=code,
            channel="wire" if remark.note.kind == "content" else "policy",
            direction=None,
            message=note_sentence(remark.note, where_of(remark.at, remark.slot, path)),
            old=old,
            new=new,
            site=replace(remark.slot.site, instance=path),
            operations=operations,
            verdict=verdict,
            waiver=self._waiver(operations, verdict),
            fingerprint=fingerprint(*key),
        )
        return key, change


def note_verdict(note: Note) -> Verdict:
    """What a difference in annotations means."""
    match note.kind:
        case "content":
            reason = (
                "validators do not look into texts; whoever decodes them by the contract reads something else"
            )
            return Undecided(opinion="breaking", reason=reason)
        case "sunset" if note.action == "removed":
            return Breaking(reason="an announced date is gone")
        case "default":
            return Compatible(proof="a default of a property restricts nothing")
        case "discriminator":
            return Compatible(
                proof="the schemas decide what is valid; code that goes by the tag may have to change"
            )
        case _:
            return Compatible(proof="annotations restrict nothing")


def _spans(lanes: Lanes, remark: Remark) -> tuple[Place, Place]:
    way = lanes.way(remark.slot.lane)
    return places_of(remark, {"old": way.lister.old, "new": way.lister.new})


def _placed(verdict: Verdict, old: Place, new: Place) -> Verdict:
    """The refusing clause at the place of the change in the refusing version."""
    if not isinstance(verdict, Breaking) or verdict.witness is None:
        return verdict
    witness = verdict.witness
    span = (new if witness.refused_by == "new" else old).span
    clause = replace(witness.clause, span=span)
    return replace(verdict, reason=clause.message, witness=replace(witness, clause=clause))


def _anchor(site: Site) -> str:
    return " ".join(part for part in (site.location, site.name, site.status, site.media_type) if part)


def _merged(changes: list[Change]) -> Iterator[Change]:
    """Changes of one cause: compatible ones are told only where nothing else is."""
    worse = [change for change in changes if not isinstance(change.verdict, Compatible)]
    by_direction: dict[tuple[str | None, str], Change] = {}
    for change in worse or changes:
        key = (change.direction if worse else None, change.status)
        known = by_direction.get(key)
        by_direction[key] = change if known is None else _joined(known, change)
    yield from by_direction.values()


def _joined(one: Change, other: Change) -> Change:
    direction = one.direction if one.direction == other.direction else None
    operations = tuple(dict.fromkeys((*one.operations, *other.operations)))
    return replace(one, direction=direction, operations=operations)


def _order(change: Change) -> tuple[object, ...]:
    place = change.new or change.old
    span = place.span if place is not None else None
    where = (span.file, span.line, span.column) if span is not None else ("", 0, 0)
    return (
        _RANK[change.status],
        change.channel != "wire",
        where,
        change.code,
        change.message,
        change.direction or "",
    )


def _summary(changes: Iterable[Change]) -> Iterator[OperationSummary]:
    counts: dict[OperationRef, dict[str, int]] = {}
    for change in changes:
        for ref in change.operations:
            own = counts.setdefault(ref, dict.fromkeys(_RANK, 0))
            own[change.status] += 1
    for ref in sorted(counts, key=lambda r: (r.kind != "operation", r.path, r.method)):
        own = counts[ref]
        yield OperationSummary(
            operation=ref,
            breaking=own["breaking"],
            undecided=own["undecided"],
            waived=own["waived"],
            compatible=own["compatible"],
        )
