"""A review as text for a terminal: a block for each change, the worst first."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Final, assert_never

from accord.diff import Breaking, Change, Compatible, OperationRef, Place, Undecided
from accord.report.text import one_line
from accord.review.gate import requirement
from accord.review.messages import message_text, rejection_text
from accord.review.model import Comparison, Review, count

_SHOWN_OPERATIONS: Final = 5
_COLOURS: Final = {"breaking": "31", "undecided": "33", "accepted": "36", "compatible": "32"}


def render(review: Review, *, colour: bool = False) -> str:
    """Every change of every comparison, ``""`` where nothing changed."""
    return "".join(
        _comparison(comparison, colour, titled=len(review.comparisons) > 1)
        for comparison in review.comparisons
    )


def summary(comparison: Comparison) -> str:
    """``v1: 2 breaking, 1 undecided, 3 accepted, 10 compatible``, and the version that the changes require."""
    counts = count(comparison.report.changes)
    line = f"{comparison.name}: {', '.join(f'{number} {status}' for status, number in counts.items())}"
    version = comparison.report.version
    if version.satisfied is False and comparison.old is not None and comparison.new is not None:
        line += f"; {requirement(version)}"
    return line


def _comparison(comparison: Comparison, colour: bool, *, titled: bool) -> str:
    blocks = ["\n".join(_change(change, colour)) for change in comparison.report.changes]
    if titled and blocks:
        title = f"== {comparison.name} =="
        blocks.insert(0, f"\x1b[1m{title}\x1b[0m" if colour else title)
    return "".join(block + "\n" for block in blocks)


def _change(change: Change, colour: bool) -> Iterator[str]:
    label = f"{change.status}[{change.code}]"
    if colour:
        # Colour is never the only sign: the status stands there in words.
        label = f"\x1b[{_COLOURS[change.status]}m{label}\x1b[0m"
    direction = f" {change.direction}" if change.direction else ""
    yield f"{label}{direction}: {one_line(change.message)}"
    yield f"    {places_text(change)}"
    if change.operations:
        yield f"    affects {operations_text(change.operations)}"
    yield from (f"    {line}" for line in explanation(change))
    if change.status != "compatible":
        yield f"    fingerprint: {change.fingerprint}"


def explanation(change: Change) -> Iterator[str]:
    """Why the change has its status, line by line: what excuses it, and the witness or the reason of its verdict."""
    verdict = change.verdict
    if change.acceptance is not None:
        yield f"{change.acceptance.kind}: {one_line(change.acceptance.reason)}"
    match verdict:
        case Breaking():
            if verdict.witness is not None:
                yield f"witness: {message_text(verdict.witness.message)}"
                yield f"    {rejection_text(verdict.witness)}"
            elif verdict.reason:
                yield f"because: {one_line(verdict.reason)}"
        case Compatible():
            yield f"because: {one_line(verdict.proof)}"
        case Undecided():
            yield f"opinion: {verdict.opinion}; {one_line(verdict.reason)}"
        case _:
            assert_never(verdict)


def places_text(change: Change) -> str:
    """``old spec/v1/a.yaml:3:5, new spec/v1/a.yaml:4:5``, as far as there are places."""
    sides = [
        f"{name} {place_text(place)}" for name, place in (("old", change.old), ("new", change.new)) if place
    ]
    return ", ".join(sides) or "no place"


def place_text(place: Place) -> str:
    """``spec/v1/a.yaml:3:5``, or the pointer of what stands in no file."""
    return str(place.span) if place.span is not None else place.pointer


def operations_text(operations: tuple[OperationRef, ...], limit: int = _SHOWN_OPERATIONS) -> str:
    """The first *limit* operations, and how many more there are."""
    more = len(operations) - limit
    names = ", ".join(one_line(str(ref)) for ref in operations[:limit])
    return names + (f" and {more} more" if more > 0 else "")
