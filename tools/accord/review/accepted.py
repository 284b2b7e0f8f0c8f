"""The list of accepted changes, ``accepted-changes.yaml`` beside the contracts, which is reviewed like them.

::

    - fingerprint: b6de86a4dfe88472
      reason: Every client sends the currency since June.
      until: 2027-01-31
"""

from __future__ import annotations

import json
import re
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import date
from pathlib import Path
from typing import Final

from accord.diagnostics import Diagnostic, Span
from accord.diff import STATUSES, Acceptance, Change, OperationSummary
from accord.errors import UsageError
from accord.review.model import Comparison
from accord.source.files import parse_text, read_file
from accord.source.limits import DEFAULT_LIMITS, Budget
from accord.source.node import Entry, MappingNode, Node, ScalarNode, SequenceNode, SourceFile

FILE_NAME: Final = "accepted-changes.yaml"
_KEYS: Final = ("fingerprint", "reason", "until")
_FINGERPRINT: Final = re.compile(r"[0-9a-f]{16}")
_SHAPE: Final = "An entry has a fingerprint, a reason and, if it is to end, until: YYYY-MM-DD."
_HEADER: Final = "# Accepted changes of the contract. `accord diff` prints the fingerprint of each change.\n"


@dataclass(frozen=True, slots=True, kw_only=True)
class Accepted:
    """One entry that is in force. ``until`` is its last day."""

    fingerprint: str
    reason: str
    until: date | None
    span: Span

    def acceptance(self) -> Acceptance:
        """Why the change of this entry does not fail a comparison."""
        ends = f" (until {self.until})" if self.until is not None else ""
        return Acceptance(kind="accepted", reason=f"{self.reason}{ends}")


@dataclass(frozen=True, slots=True, kw_only=True)
class AcceptRequest:
    """A new entry: the change with ``fingerprint`` is accepted for ``reason``, to the end of ``until``."""

    fingerprint: str
    reason: str
    until: date | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class AcceptedChanges:
    """The entries that are in force, and what is wrong with the others."""

    entries: tuple[Accepted, ...] = ()
    findings: tuple[Diagnostic, ...] = ()


def read_accepted(path: Path, *, display: str, today: date) -> AcceptedChanges:
    """Read the list at *path*, which may be missing; findings call it *display*."""
    if not path.is_file():
        return AcceptedChanges()
    tree = read_file(path, display=display, origin=path.name, budget=Budget(DEFAULT_LIMITS))
    return _of_root(tree.root, list(tree.diagnostics), today)


def parse_accepted(text: str, *, display: str, today: date) -> AcceptedChanges:
    """Read the list in *text*."""
    parsed = parse_text(SourceFile(display=display, origin=FILE_NAME, text=text), Budget(DEFAULT_LIMITS))
    return _of_root(parsed.root, list(parsed.diagnostics), today)


def _of_root(root: Node | None, findings: list[Diagnostic], today: date) -> AcceptedChanges:
    entries: list[Accepted] = []
    for item in _items(root, findings):
        read = _entry(item, today)
        if isinstance(read, Diagnostic):
            findings.append(read)
        # Two reasons for one change: a reviewer could not know which of them counts.
        elif any(read.fingerprint == known.fingerprint for known in entries):
            text = f"{read.fingerprint} is accepted twice"
            findings.append(_finding("accepted-twice", text, read.span, "Keep one of the entries."))
        else:
            entries.append(read)
    return AcceptedChanges(entries=tuple(entries), findings=tuple(findings))


def _items(root: Node | None, findings: list[Diagnostic]) -> Sequence[Node]:
    if root is None or (isinstance(root, ScalarNode) and root.value is None):
        return ()
    if isinstance(root, SequenceNode):
        return root.items
    findings.append(_finding("accepted-malformed", "the accepted changes are not a list", root.span, _SHAPE))
    return ()


def _entry(item: Node, today: date) -> Accepted | Diagnostic:
    if not isinstance(item, MappingNode):
        return _finding("accepted-malformed", "this entry is not a mapping", item.span, _SHAPE)
    for key, entry in item.entries.items():
        if key not in _KEYS:
            return _finding("accepted-malformed", f"an entry has no key {key!r}", entry.span, _SHAPE)
    written = item.entries.get("fingerprint")
    name = _text(written)
    if written is None or _FINGERPRINT.fullmatch(name) is None:
        text = f"{name!r} is not a fingerprint" if written is not None else "the fingerprint is missing"
        span = item.span if written is None else written.value.span
        hint = "A fingerprint is the sixteen hex digits that `accord diff` prints; quote it where it looks like a number."
        return _finding("accepted-malformed", text, span, hint)
    reason = _text(item.entries.get("reason")).strip()
    if not reason:
        text = f"{name} is accepted without a reason"
        return _finding("accepted-without-reason", text, written.span, "Say why the break is accepted.")
    return _dated(item, Accepted(fingerprint=name, reason=reason, until=None, span=written.span), today)


def _dated(item: MappingNode, accepted: Accepted, today: date) -> Accepted | Diagnostic:
    entry = item.entries.get("until")
    if entry is None:
        return accepted
    try:
        until = date.fromisoformat(_text(entry))
    except ValueError:
        text = f"{_text(entry)!r} is not a date"
        return _finding("accepted-malformed", text, entry.value.span, "Write it as YYYY-MM-DD.")
    # The last day itself still counts.
    if until < today:
        text = f"{accepted.fingerprint} was accepted until {until}"
        return _finding("accepted-expired", text, entry.value.span, "Extend the date, or revert the change.")
    return replace(accepted, until=until)


def _text(entry: Entry | None) -> str:
    """The scalar as it is written: a fingerprint of digits only would otherwise be a number."""
    if entry is None or not isinstance(entry.value, ScalarNode):
        return ""
    node = entry.value
    return node.value if isinstance(node.value, str) else "" if node.value is None else node.raw


def _finding(code: str, message: str, span: Span, hint: str) -> Diagnostic:
    return Diagnostic(code=code, message=message, span=span, hint=hint)


def accept(comparison: Comparison, accepted: Mapping[str, Accepted]) -> Comparison:
    """The comparison with the changes that are in *accepted*, by fingerprint, excused as accepted."""
    report = comparison.report
    changes: list[Change] = []
    excused: list[Change] = []
    for change in report.changes:
        entry = accepted.get(change.fingerprint)
        if entry is not None and change.status in {"breaking", "undecided"}:
            excused.append(change)
            changes.append(replace(change, acceptance=entry.acceptance()))
        else:
            changes.append(change)
    if not excused:
        return comparison
    changes.sort(key=lambda change: STATUSES.index(change.status))
    summary = tuple(_recounted(operation, excused) for operation in report.summary)
    return replace(comparison, report=replace(report, changes=tuple(changes), summary=summary))


def _recounted(summary: OperationSummary, excused: Sequence[Change]) -> OperationSummary:
    here = [change for change in excused if summary.operation in change.operations]
    broken = sum(change.status == "breaking" for change in here)
    return replace(
        summary,
        breaking=summary.breaking - broken,
        undecided=summary.undecided - (len(here) - broken),
        accepted=summary.accepted + len(here),
    )


def unused(accepted: Sequence[Accepted], comparisons: Sequence[Comparison]) -> Iterator[Diagnostic]:
    """Entries that accept nothing."""
    changes: dict[str, set[str]] = {}
    # One entry may accept the same change in several versions.
    for comparison in comparisons:
        for change in comparison.report.changes:
            changes.setdefault(change.fingerprint, set()).add(change.status)
    for entry in accepted:
        statuses = changes.get(entry.fingerprint)
        if statuses is None:
            text, hint = (
                "matches no change",
                "Remove the entry: its change was reverted, or is in the old version by now.",
            )
        elif statuses == {"compatible"}:
            text, hint = "is a compatible change", "Remove the entry: there is nothing to accept."
        else:
            continue
        yield _finding("accepted-unused", f"{entry.fingerprint} {text}", entry.span, hint)


def append(path: Path, change: Change, request: AcceptRequest, *, display: str, today: date) -> str:
    """The text of the list at *path* with a new entry for *change* at its end; nothing else in it changes.

    Raises:
        UsageError: the change is accepted already, or an entry cannot be put after what is there.
    """
    try:
        before = path.read_text(encoding="utf-8") if path.is_file() else _HEADER
    except UnicodeDecodeError:
        raise UsageError(f"{display}: this is not UTF-8 text", hint="Save the file as UTF-8.") from None
    # The comment is for reviewers of the file. The message may hold text of the contract, which must not end the line.
    note = " ".join("".join(c if c.isprintable() else " " for c in change.message).split())
    lines = [
        f"# {note}",
        f"- fingerprint: {json.dumps(change.fingerprint)}",
        f"  reason: {json.dumps(request.reason.strip(), ensure_ascii=False)}",
        *([f"  until: {request.until}"] if request.until is not None else []),
    ]
    text = before + ("" if before.endswith("\n") or not before else "\n") + "\n".join(lines) + "\n"
    # Read it again before it is written: the list may be in flow style, or not a list at all.
    read = parse_accepted(text, display=display, today=today)
    if any(
        finding.code == "accepted-twice" and change.fingerprint in finding.message
        for finding in read.findings
    ):
        raise UsageError(
            f"{display}: {change.fingerprint} is already accepted",
            hint="Edit that entry to change its reason or its date.",
        )
    if not any(entry.fingerprint == change.fingerprint for entry in read.entries):
        raise UsageError(
            f"{display}: an entry cannot be added at the end",
            hint="Write the list in block style, one `- fingerprint: ...` after the other.",
        )
    return text
