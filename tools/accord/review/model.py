"""A review: the comparison of each version of a contract, and findings about the review itself."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from typing import Literal, TypeAlias

from accord.diagnostics import Diagnostic, Span, has_errors
from accord.diff import STATUSES, Change, DiffReport

FailOn: TypeAlias = Literal["breaking", "undecided", "none"]


@dataclass(frozen=True, slots=True, kw_only=True)
class Edition:
    """One side of a comparison. ``entry`` is the place of its entry file, ``version`` of its ``info.version``."""

    name: str
    entry: Span
    version: Span


@dataclass(frozen=True, slots=True, kw_only=True)
class Comparison:
    """Two editions of a contract. One of them is ``None`` where the whole version was added or removed.

    ``texts`` holds every source file of both by the name in its spans.
    """

    old: Edition | None
    new: Edition | None
    report: DiffReport
    texts: Mapping[str, str]

    @property
    def name(self) -> str:
        """``v1``, or ``v1 → v2`` where different versions were compared."""
        names = [edition.name for edition in (self.old, self.new) if edition is not None]
        return " → ".join(dict.fromkeys(names))

    @property
    def entry(self) -> Span:
        """The entry file, which findings point to when a change has no place in the new edition."""
        edition = self.new or self.old
        assert edition is not None
        return edition.entry


@dataclass(frozen=True, slots=True, kw_only=True)
class Review:
    """The result of comparing ``old`` with ``new``, as the user named them.

    ``findings`` are about the review itself: accepted changes, and ``info.version``. ``label`` stands
    before every path of the new side, if that is a revision of git (``HEAD:``).
    """

    old: str
    new: str
    label: str
    comparisons: tuple[Comparison, ...]
    findings: tuple[Diagnostic, ...] = ()

    def changes(self) -> Iterator[tuple[Comparison, Change]]:
        """Every change with the comparison that it belongs to."""
        return (
            (comparison, change) for comparison in self.comparisons for change in comparison.report.changes
        )

    def fails(self, fail_on: FailOn) -> bool:
        """Whether a change is at least as bad as *fail_on*, or a finding is an error; never for ``none``."""
        if fail_on == "none":
            return False
        failing = {"breaking"} if fail_on == "breaking" else {"breaking", "undecided"}
        return has_errors(self.findings) or any(change.status in failing for _, change in self.changes())


def count(changes: Iterable[Change]) -> dict[str, int]:
    """How many changes of each status there are; every status is a key."""
    counts: dict[str, int] = dict[str, int].fromkeys(STATUSES, 0)
    for change in changes:
        counts[change.status] += 1
    return counts
