"""Changes as findings, for the formats that code hosts and test reports read."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace
from typing import Final

from accord.diagnostics import Diagnostic, Severity, Span, sort_diagnostics
from accord.diff import Change
from accord.review.model import Comparison, Review
from accord.review.text import explanation, operations_text, place_text

_SEVERITIES: Final = {
    "breaking": Severity.ERROR,
    "undecided": Severity.WARNING,
    "accepted": Severity.INFO,
    "compatible": Severity.INFO,
}


def findings(review: Review, *, everything: bool) -> tuple[Diagnostic, ...]:
    """A finding for each change, at its place in the new version, and those of the review itself.

    Without *everything* compatible changes are left out. What was removed has no such place: the text names the old
    one, and the finding points to the entry file.
    """
    found = [
        _finding(review, comparison, change)
        for comparison, change in review.changes()
        if everything or change.status != "compatible"
    ]
    about_review = (replace(finding, span=_plain(finding.span, review)) for finding in review.findings)
    return sort_diagnostics((*found, *about_review))


def _finding(review: Review, comparison: Comparison, change: Change) -> Diagnostic:
    place = change.new.span if change.new is not None else None
    where = "" if place is not None or change.old is None else f" (it was at {place_text(change.old)})"
    return Diagnostic(
        code=change.code,
        message=f"{change.status}: {change.message}{where}",
        span=_plain(place or comparison.entry, review),
        hint="; ".join(_hints(change)),
        severity=_SEVERITIES[change.status],
        # Code hosts recognise a finding by this again: the fingerprint outlives moved lines, the direction keeps two apart.
        pointer=f"{change.fingerprint}/{change.direction or ''}",
    )


def _hints(change: Change) -> Iterator[str]:
    if change.operations:
        yield f"affects {operations_text(change.operations)}"
    yield from (line.strip() for line in explanation(change))
    if change.status != "compatible":
        yield f"fingerprint: {change.fingerprint}"


def _plain(span: Span, review: Review) -> Span:
    """The place without the revision in front of it: a code host knows the files of the revision that it shows."""
    return Span(span.file.removeprefix(review.label), span.line, span.column)
