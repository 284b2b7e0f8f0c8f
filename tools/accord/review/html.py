"""A review as one HTML page that loads nothing and in which text of a contract is never more than text.

The page is complete without JavaScript; the script filters, searches and moves. The page's policy names its one style
and its one script by their digests, so that text of a contract could not run even if it were not escaped.
"""

from __future__ import annotations

import base64
import hashlib
import re
from collections import Counter
from collections.abc import Iterator
from importlib.resources import files
from typing import Final

from accord import __version__
from accord.diff import STATUSES, OperationSummary
from accord.review.fragments import Fragments
from accord.review.gate import least_version
from accord.review.html_change import card, escaped, method_badge, with_code
from accord.review.model import Comparison, Review, count

_ASSETS: Final = files("accord.review") / "assets"
_PLACE: Final = re.compile(r"\{\{(\w+)\}\}")


def render(review: Review) -> str:
    """The page, which is one file."""
    style, script = _asset("report.css"), _asset("report.js")
    parts = {
        "style": style,
        "script": script,
        "style_digest": _digest(style),
        "script_digest": _digest(script),
        "old": escaped(review.old),
        "new": escaped(review.new),
        "verdict": _verdict(review),
        "tiles": "".join(_tiles(review)),
        "findings": _findings(review),
        "overview": "".join(map(_overview, review.comparisons)),
        "changes": "".join(_changes(review)),
        "version": escaped(__version__),
    }
    # In one pass: text of a contract that looks like a placeholder of the template stays as it is.
    page = _PLACE.sub(lambda match: parts[match[1]], _asset("report.html"))
    return page.encode("utf-8", "replace").decode()


def _asset(name: str) -> str:
    return (_ASSETS / name).read_text(encoding="utf-8")


def _digest(text: str) -> str:
    return "sha256-" + base64.b64encode(hashlib.sha256(text.encode()).digest()).decode()


def _verdict(review: Review) -> str:
    counts = count(change for _, change in review.changes())
    if counts["breaking"]:
        return _banner("breaking", f"{_changes_text(counts['breaking'])} break{'s' if counts['breaking'] == 1 else ''} clients or the service", "Each is shown with a message that one version allows and the other refuses.")  # fmt: skip
    if counts["undecided"]:
        return _banner("undecided", "No breaking change was found", f"{_changes_text(counts['undecided'])} could not be proved compatible.")  # fmt: skip
    if counts["accepted"]:
        return _banner("accepted", "All breaking changes are accepted", f"{_changes_text(counts['accepted'])} {'was' if counts['accepted'] == 1 else 'were'} announced, unstable or accepted.")  # fmt: skip
    if counts["compatible"]:
        return _banner("compatible", "No breaking changes", "Every change is proved to be compatible.")
    return _banner("compatible", "No changes", "Both versions mean the same.")


def _banner(status: str, title: str, text: str) -> str:
    return f'<div class="banner {status}"><h1>{title}</h1><p>{text}</p></div>'


def _changes_text(number: int) -> str:
    return "1 change" if number == 1 else f"{number} changes"


def _tiles(review: Review) -> Iterator[str]:
    counts = count(change for _, change in review.changes())
    for status in STATUSES:
        yield (
            f'<button type="button" class="tile {status}" data-filter="{status}" aria-pressed="false">'
            f"<b>{counts[status]}</b><span>{status}</span></button>"
        )


def _findings(review: Review) -> str:
    if not review.findings:
        return ""
    items = "".join(
        f'<li class="{finding.severity.value}"><b>{escaped(finding.code)}</b> {with_code(finding.message)}'
        f"{f'<br><span>{with_code(finding.hint)}</span>' if finding.hint else ''}"
        f"<br><code>{escaped(str(finding.span))}</code></li>"
        for finding in review.findings
    )
    return f'<section class="findings"><h2>About this review</h2><ul>{items}</ul></section>'


def _overview(comparison: Comparison) -> str:
    version = comparison.report.version
    steps = " → ".join(
        f"<b>{escaped(text)}</b>" for text in dict.fromkeys((version.old, version.new)) if text
    )
    note = ""
    if comparison.old is not None and comparison.new is not None:
        if version.satisfied is False:
            least = escaped(least_version(version))
            note = f'<em class="bad">the changes require a {version.required} version: {least}</em>'
        elif version.required != "none":
            note = f"<em>the changes require a {version.required} version</em>"
    rows = "".join(_operation(summary) for summary in sorted(comparison.report.summary, key=_worst_first))
    head = "".join(f'<th scope="col">{status}</th>' for status in STATUSES)
    table = (
        f'<div class="scroll"><table><thead><tr><th scope="col">operation</th>{head}</tr></thead>'
        f"<tbody>{rows}</tbody></table></div>"
        if rows
        else "<p>No operation is affected.</p>"
    )
    return (
        f'<section class="overview"><h2>{escaped(comparison.name)} '
        f"<small><span>info.version {steps}</span> {note}</small></h2>{table}</section>"
    )


def _worst_first(summary: OperationSummary) -> tuple[bool, bool, bool]:
    """Operations that break come first; otherwise the order of paths is kept."""
    return not summary.breaking, not summary.undecided, not summary.accepted


def _operation(summary: OperationSummary) -> str:
    ref = summary.operation
    counts = (summary.breaking, summary.undecided, summary.accepted, summary.compatible)
    cells = "".join(
        f'<td>{f"""<span class="pill {status}">{number}</span>""" if number else "<i>·</i>"}</td>'
        for status, number in zip(STATUSES, counts, strict=True)
    )
    name = escaped(str(ref))
    return (
        f'<tr><th scope="row"><button type="button" class="operation" data-operation="{name}">'
        f"{method_badge(ref)}<span>{escaped(ref.path)}</span></button></th>{cells}</tr>"
    )


def _changes(review: Review) -> Iterator[str]:
    seen: Counter[str] = Counter()
    for comparison in review.comparisons:
        if not comparison.report.changes:
            continue
        fragments = Fragments(comparison)
        cards: list[str] = []
        for change in comparison.report.changes:
            seen[change.fingerprint] += 1
            again = seen[change.fingerprint]
            anchor = change.fingerprint if again == 1 else f"{change.fingerprint}-{again}"
            cards.append(card(change, fragments.of(change), anchor))
        yield f'<section class="changes"><h2>{escaped(comparison.name)}</h2>{"".join(cards)}</section>'
