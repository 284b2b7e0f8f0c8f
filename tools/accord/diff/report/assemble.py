"""The last step: every cause and finding becomes a change with a fingerprint, and the changes are put in order."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from dataclasses import replace

from accord.diff.match import nameless
from accord.diff.model import (
    STATUSES,
    Acceptance,
    Breaking,
    Change,
    Compatible,
    DiffReport,
    OperationRef,
    OperationSummary,
    Place,
    Site,
    Verdict,
    fingerprint,
)
from accord.diff.proof.path import shown_path
from accord.diff.report.causes import Cause
from accord.diff.report.findings import Findings, GroupedFinding
from accord.diff.report.semver import advice
from accord.diff.report.wording import code_of, places_of, sentence_of, where_of


class Assembler:
    """Makes the report of what *findings* holds. What is accepted has to be known before :meth:`report`."""

    def __init__(self, findings: Findings) -> None:
        self._findings = findings
        self._listings = findings.causes.listings
        self._accepted_operations: dict[OperationRef, Acceptance] = {}
        self._accepted_findings: dict[tuple[str, ...], Acceptance] = {}
        self._documented: dict[OperationRef, tuple[Place, Place]] = {}

    def accept_operation(self, ref: OperationRef, acceptance: Acceptance) -> None:
        """Accept every break that affects this operation, unless it affects one that is not accepted too."""
        self._accepted_operations[ref] = acceptance

    def accept_finding(self, code: str, key: tuple[str, ...], acceptance: Acceptance) -> None:
        """Accept the finding with this code and key."""
        self._accepted_findings[code, *key] = acceptance

    def document(self, ref: OperationRef, old: Place, new: Place) -> None:
        """Note that the documentation of an operation changed."""
        self._documented[ref] = (old, new)

    def report(self) -> DiffReport:
        """Decide every cause, and return all changes: the worst first, by place within each status."""
        changes = [self._of_finding(grouped) for grouped in self._findings.grouped()]
        changes += self._of_causes()
        changes += self._of_annotations()
        ordered = tuple(sorted(changes, key=_order))
        apis = self._findings.comparisons.apis
        old, new = apis["old"], apis["new"]
        return DiffReport(
            old=old.name,
            new=new.name,
            changes=ordered,
            summary=tuple(_summary(ordered)),
            version=advice(old.info.version, new.info.version, ordered),
        )

    def _of_finding(self, grouped: GroupedFinding) -> Change:
        finding = grouped.finding
        operations = tuple(grouped.operations)
        acceptance = self._accepted_findings.get((finding.code, *finding.key))
        return Change(
            code=finding.code,
            channel=finding.channel,
            direction=finding.direction,
            message=finding.message,
            old=grouped.places[0],
            new=grouped.places[1],
            site=finding.site,
            operations=operations,
            verdict=finding.verdict,
            acceptance=acceptance or self._acceptance(operations, finding.verdict),
            # A renamed path parameter is no other operation: names in templates do not count.
            fingerprint=fingerprint(finding.code, *(nameless(part) for part in finding.key)),
        )

    def _acceptance(self, operations: tuple[OperationRef, ...], verdict: Verdict) -> Acceptance | None:
        if isinstance(verdict, Compatible) or not operations:
            return None
        # One stable operation is enough to make a change of a shared schema count.
        found = [self._accepted_operations.get(ref) for ref in operations]
        return found[0] if all(found) else None

    def _of_causes(self) -> Iterator[Change]:
        """One change for each difference; its two directions are merged where they say the same or only one breaks."""
        by_place: dict[tuple[str, ...], list[Change]] = {}
        for cause in self._findings.causes.decided():
            key, change = self._of_cause(cause)
            by_place.setdefault(key, []).append(change)
        for changes in by_place.values():
            yield from _merged(changes)

    def _of_cause(self, cause: Cause, *, is_annotation: bool = False) -> tuple[tuple[str, ...], Change]:
        compared, path = cause.places[0]
        delta = cause.delta
        old, new = places_of(cause, self._listings.of(cause.transfer))
        is_required = self._is_required(cause)
        code = code_of(delta, is_required=is_required)
        instance = shown_path(path)
        operations = tuple(cause.operations)
        assert cause.verdict is not None
        verdict = _placed(cause.verdict, old, new)
        anchor = _anchor(new if new.schema or is_annotation else old, operations[0], compared.site, instance)
        # Fingerprints of annotations name no keyword: their code says it.
        named = () if is_annotation else (delta.keyword, delta.member)
        key = (code, *anchor, *named, delta.old, delta.new)
        view = cause.transfer.direction
        change = Change(
            code=code,
            channel="policy" if is_annotation and delta.keyword != "content" else "wire",
            direction=None if is_annotation else view,
            message=sentence_of(
                delta, where_of(cause.diff, compared, instance), view, is_required=is_required
            ),
            old=old,
            new=new,
            site=replace(compared.site, instance=instance),
            operations=operations,
            verdict=verdict,
            acceptance=self._acceptance(operations, verdict),
            fingerprint=fingerprint(*key),
        )
        return key, change

    def _is_required(self, cause: Cause) -> bool:
        """Whether the property that was added or removed is or was required."""
        if cause.delta.keyword != "properties":
            return False
        listing = self._listings.of(cause.transfer)
        if cause.delta.action == "added":
            return cause.delta.member in listing.new.node(cause.diff.new).objects.required
        return cause.delta.member in listing.old.node(cause.diff.old).objects.required

    def _of_annotations(self) -> Iterator[Change]:
        documented = dict.fromkeys(self._documented)
        places = next(iter(self._documented.values()), None)
        grouped: dict[tuple[str, ...], Change] = {}
        for cause in self._findings.causes.annotation_causes.values():
            if cause.delta.keyword == "docs":
                documented.update(cause.operations)
                places = places or places_of(cause, self._listings.of(cause.transfer))
                continue
            key, change = self._of_cause(cause, is_annotation=True)
            known = grouped.get(key)
            grouped[key] = change if known is None else _joined(known, change)
        yield from grouped.values()
        # One change for all texts: a review is not the place to read them one by one.
        if places is not None:
            yield Change(
                code="documentation-changed",
                channel="policy",
                direction=None,
                message="only the documentation changed",
                old=places[0],
                new=places[1],
                site=Site(location="document"),
                operations=tuple(documented),
                verdict=Compatible(proof="documentation restricts nothing"),
                fingerprint=fingerprint("documentation-changed"),
            )


def _placed(verdict: Verdict, old: Place, new: Place) -> Verdict:
    """*verdict* with the refusing clause at the place of the change in the refusing version."""
    if not isinstance(verdict, Breaking) or verdict.witness is None:
        return verdict
    witness = verdict.witness
    span = (new if witness.refused_by == "new" else old).span
    clause = replace(witness.clause, span=span)
    return replace(verdict, reason=clause.message, witness=replace(witness, clause=clause))


def _anchor(place: Place, operation: OperationRef, site: Site, instance: str) -> tuple[str, str]:
    """What a fingerprint names a place by: the named schema that holds it, else the operation and part of the message.

    Lines and files are left out, so that a fingerprint outlives reformatting.
    """
    if place.schema:
        return place.schema, place.pointer
    part = " ".join(text for text in (site.location, site.name, site.status, site.media_type) if text)
    return "", f"{operation.method} {nameless(operation.path)} {part}{instance}"


def _merged(changes: list[Change]) -> Iterator[Change]:
    """The changes of one difference: compatible ones are reported only where no other is."""
    # A tighter limit breaks requests, and is a promise in responses: "compatible" beside "breaking" would only confuse.
    worse = [change for change in changes if not isinstance(change.verdict, Compatible)]
    by_direction: dict[tuple[str | None, str], Change] = {}
    for change in worse or changes:
        key = (change.direction if worse else None, change.status)
        known = by_direction.get(key)
        by_direction[key] = change if known is None else _joined(known, change)
    yield from by_direction.values()


def _joined(first: Change, second: Change) -> Change:
    direction = first.direction if first.direction == second.direction else None
    operations = tuple(dict.fromkeys((*first.operations, *second.operations)))
    return replace(first, direction=direction, operations=operations)


def _order(change: Change) -> tuple[object, ...]:
    place = change.new or change.old
    span = place.span if place is not None else None
    where = (span.file, span.line, span.column) if span is not None else ("", 0, 0)
    return (
        STATUSES.index(change.status),
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
            by_status = counts.setdefault(ref, dict[str, int].fromkeys(STATUSES, 0))
            by_status[change.status] += 1
    for ref in sorted(counts, key=lambda r: (r.kind != "operation", r.path, r.method)):
        yield OperationSummary(operation=ref, **counts[ref])
