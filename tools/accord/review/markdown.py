"""A review as Markdown, for a comment on a pull request."""

from __future__ import annotations

import json
import re
from collections.abc import Iterator, Sequence
from typing import Final, assert_never

from accord.contract.schema import Unset
from accord.diff import STATUSES, Breaking, Change, Compatible, Undecided, Witness
from accord.report.text import one_line
from accord.review.messages import field_lines, rejection_text, start_line
from accord.review.model import Comparison, Review, count
from accord.review.text import operations_text, place_text

MARKER: Final = "<!-- accord-diff -->"
"""The first line, by which a workflow finds its comment again."""

_LIMIT: Final = 60_000
"""Code hosts refuse comments of more than 65,536 characters."""

_TITLES: Final = {
    "breaking": "🔴 Breaking",
    "undecided": "🟡 Undecided",
    "accepted": "🔵 Accepted",
    "compatible": "🟢 Compatible",
}
_CODE: Final = re.compile(r"(`[^`\n]+`)")
_SPECIAL: Final = re.compile(r"([\\`*_{}\[\]()#+!|~$])")
_BODY_LIMIT: Final = 1_500


def escaped(text: str) -> str:
    """*text* of a contract as Markdown that only shows it: no markup, no HTML, no mention of a user."""
    return "".join(
        part if _CODE.fullmatch(part) else _escaped(part) for part in _CODE.split(one_line(text)) if part
    )


def _escaped(text: str) -> str:
    # Characters that Markdown reads are escaped; @ and :// get an invisible space, against mentions and links.
    text = _SPECIAL.sub(r"\\\1", text.replace("&", "&amp;").replace("<", "&lt;").replace(">", "&gt;"))
    return text.replace("@", "@\u200b").replace("://", ":\u200b//")


def render(review: Review) -> str:
    """The whole comment. Changes that do not fit into one are counted at the end."""
    total = count(change for _, change in review.changes())
    shown = [f"{number} {status}" for status, number in total.items() if number]
    blocks = [MARKER, f"## API changes: {', '.join(shown) or 'none'}"]
    if shown:
        blocks.append("\n".join(_table(review)))
    if review.findings:
        blocks.append("\n".join(_findings(review)))
    room = _LIMIT - sum(len(block) + 2 for block in blocks)
    for comparison in review.comparisons:
        block = _comparison(comparison, room)
        room -= len(block) + 2
        blocks.append(block)
    return "\n\n".join(block for block in blocks if block) + "\n"


def _table(review: Review) -> Iterator[str]:
    yield "| contract | breaking | undecided | accepted | compatible | `info.version` |"
    yield "|---|--:|--:|--:|--:|---|"
    for comparison in review.comparisons:
        counts = count(comparison.report.changes)
        numbers = " | ".join(str(counts[status]) for status in STATUSES)
        yield f"| {escaped(comparison.name)} | {numbers} | {_version(comparison)} |"


def _version(comparison: Comparison) -> str:
    version = comparison.report.version
    shown = " → ".join(escaped(text) for text in dict.fromkeys((version.old, version.new)) if text)
    if version.satisfied is False:
        return f"{shown} (the changes require a {version.required} version)"
    return shown


def _findings(review: Review) -> Iterator[str]:
    room = _LIMIT // 4
    for number, finding in enumerate(review.findings):
        hint = f" {escaped(finding.hint)}" if finding.hint else ""
        line = f"- {_code(finding.code)} {_code(str(finding.span))}: {escaped(finding.message)}.{hint}"
        room -= len(line) + 1
        if room < 0:
            yield f"- and {len(review.findings) - number} more: see the whole report"
            return
        yield line


def _comparison(comparison: Comparison, room: int) -> str:
    if not comparison.report.changes:
        return ""
    parts = [f"### {escaped(comparison.name)}"]
    for status in STATUSES:
        changes = list(comparison.report.of(status))
        if changes:
            parts.append(_group(status, changes, room - sum(len(part) + 2 for part in parts)))
    return "\n\n".join(parts)


def _group(status: str, changes: Sequence[Change], room: int) -> str:
    items: list[str] = []
    for change in changes:
        item = "\n".join(_change(change))
        room -= len(item) + 1
        if room < 0:
            break
        items.append(item)
    left = len(changes) - len(items)
    if left:
        items.append(f"- and {left} more: see the whole report")
    title = f"{_TITLES[status]} ({len(changes)})"
    if status in {"breaking", "undecided"}:
        return f"#### {title}\n\n" + "\n".join(items)
    return f"<details><summary>{title}</summary>\n\n" + "\n".join(items) + "\n\n</details>"


def _change(change: Change) -> Iterator[str]:
    direction = f" ({change.direction})" if change.direction else ""
    yield f"- {_code(change.code)}{direction} {escaped(change.message)}"
    places = [
        f"{name} {_code(place_text(place))}"
        for name, place in (("old", change.old), ("new", change.new))
        if place is not None
    ]
    affected = f"affects {escaped(operations_text(change.operations))}" if change.operations else ""
    yield f"  <br>{'; '.join(part for part in (affected, ', '.join(places)) if part)}"
    if change.acceptance is not None:
        yield f"  <br>{change.acceptance.kind}: {escaped(change.acceptance.reason)}"
    verdict = change.verdict
    match verdict:
        case Breaking():
            if verdict.witness is not None:
                yield from _witness(verdict.witness, change)
            else:
                yield f"  <br>{escaped(verdict.reason)}"
        case Compatible():
            yield f"  <br>{escaped(verdict.proof)}"
        case Undecided():
            yield f"  <br>probably {verdict.opinion}: {escaped(verdict.reason)} (fingerprint `{change.fingerprint}`)"
        case _:
            assert_never(verdict)


def _witness(witness: Witness, change: Change) -> Iterator[str]:
    message = witness.message
    lines = [start_line(message), *field_lines(message)]
    if not isinstance(message.body, Unset):
        body = json.dumps(message.body, indent=2, ensure_ascii=False)
        cut = body if len(body) <= _BODY_LIMIT else body[:_BODY_LIMIT] + "\n..."
        lines += [one_line(f"Content-Type: {message.media_type}"), "", *cut.split("\n")]
    text = "\n".join("".join(c if c.isprintable() else "\ufffd" for c in line) for line in lines)
    # One backtick more than the longest run inside, so that nothing in the message ends the block.
    fence = "`" * max(3, 1 + max((len(run) for run in re.findall("`+", text)), default=0))
    said = rejection_text(witness)
    yield f"  <details><summary>Witness: {_html(said)}</summary>"
    yield ""
    yield f"  {fence}"
    yield from (f"  {line}" for line in text.split("\n"))
    yield f"  {fence}"
    yield f"  Fingerprint: `{change.fingerprint}`"
    yield "  </details>"


def _html(text: str) -> str:
    text = one_line(text).replace("&", "&amp;").replace("<", "&lt;").replace(">", "&gt;")
    # In a line of HTML Markdown is read too.
    return _SPECIAL.sub(lambda match: f"&#{ord(match[0])};", text).replace("@", "@\u200b")


def _code(text: str) -> str:
    """*text* in the typeface of code, whatever is in it."""
    text = one_line(text)
    ticks = "`" * (1 + max((len(run) for run in re.findall("`+", text)), default=0))
    space = " " if text.startswith("`") or text.endswith("`") else ""
    return f"{ticks}{space}{text}{space}{ticks}"
