"""The history of an API in Markdown: each release, grouped as people look for what changed."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from typing import Final

from accord.diff import Breaking, Change
from accord.review.markdown import escaped
from accord.review.model import Comparison
from accord.review.text import operations_text

GROUPS: Final = ("Added", "Changed", "Deprecated", "Removed", "Fixed")

_SHOWN_OPERATIONS: Final = 3
# What an API has or has not. The limits of a value may be added and removed too, but people look for them under Changed.
_THINGS: Final = (
    "version", "operation", "webhook", "callback", "parameter", "header", "property", "status", "response",
    "media-type", "body", "server", "tag", "link", "enum-value", "branch", "default", "security-scheme",
)  # fmt: skip


@dataclass(frozen=True, slots=True, kw_only=True)
class Release:
    """A release with its comparisons to the one before it.

    ``name`` is a tag, ``Unreleased``, or ``""`` where only two sides were compared. ``day`` is ISO 8601 or ``""``.
    """

    name: str
    day: str
    comparisons: tuple[Comparison, ...]


def render(releases: Iterable[Release]) -> str:
    """The whole file. A release without changes is listed too, but not ``Unreleased``."""
    blocks = ["# Changes of the API"]
    for release in releases:
        parts = [part for comparison in release.comparisons for part in _comparison(comparison)]
        if not parts and release.name == "Unreleased":
            continue
        if release.name:
            blocks.append(f"## {escaped(release.name)}{f' ({release.day})' if release.day else ''}")
        blocks += parts or ["Nothing changed in the contracts."]
    return "\n\n".join(blocks) + "\n"


def _comparison(comparison: Comparison) -> Iterator[str]:
    lines: dict[str, dict[str, None]] = {group: {} for group in GROUPS}
    for change in comparison.report.changes:
        lines[group_of(change)].setdefault(_line(change))
    if not any(lines.values()):
        return
    yield f"### {escaped(comparison.name)}{_versions(comparison)}"
    for group, found in lines.items():
        if found:
            yield f"#### {group}\n\n" + "\n".join(found)


def _versions(comparison: Comparison) -> str:
    version = comparison.report.version
    shown = [escaped(text) for text in dict.fromkeys((version.old, version.new)) if text]
    return f" ({' → '.join(shown)})" if shown else ""


def group_of(change: Change) -> str:
    """The group under which people look for *change*."""
    subject, _, action = change.code.rpartition("-")
    if action == "deprecated" or subject in {"deprecated", "sunset", "sunset-moved"}:
        return "Deprecated"
    if change.code == "documentation-changed" or subject == "link":
        return "Fixed"
    if action in {"added", "removed"} and subject.endswith(_THINGS):
        return action.capitalize()
    return "Changed"


def _line(change: Change) -> str:
    mark = ""
    if isinstance(change.verdict, Breaking):
        excuse = change.acceptance
        why = f" ({escaped(excuse.kind)}: {escaped(excuse.reason)})" if excuse else ""
        mark = f"**Breaking{why}:** "
    elif change.status == "undecided":
        mark = "**May break:** "
    where = (
        f" ({escaped(operations_text(change.operations, _SHOWN_OPERATIONS))})" if change.operations else ""
    )
    return f"- {mark}{escaped(change.message)}{where}"
