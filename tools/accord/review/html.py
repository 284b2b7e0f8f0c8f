"""A review as one page for people: nothing is loaded, and nothing of a contract is more than text.

The page is whole without JavaScript; the script filters, searches and moves. Its policy names the one style and the one
script that may run by their digests, so that text of a contract could not run even where it were not escaped.
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
from accord.diff import OperationSummary
from accord.review.fragments import Fragments
from accord.review.gate import due
from accord.review.html_change import card, method_badge
from accord.review.html_text import escaped, with_code
from accord.review.model import STATUSES, Comparison, Review, count

_ASSETS: Final = files("accord.review") / "assets"
_PLACE: Final = re.compile(r"\{\{(\w+)\}\}")
LABELS: Final = {
    "breaking": "breaking",
    "undecided": "undecided",
    "waived": "agreed to",
    "compatible": "compatible",
}


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
        "overview": "".join(_overview(one) for one in review.comparisons),
        "changes": "".join(_changes(review)),
        "version": escaped(__version__),
    }
    # In one pass: text of a contract that looks like a place of the template stays what it is.
    page = _PLACE.sub(lambda match: parts[match[1]], _asset("report.html"))
    return page.encode("utf-8", "replace").decode()


def _asset(name: str) -> str:
    return (_ASSETS / name).read_text(encoding="utf-8")


def _digest(text: str) -> str:
    return "sha256-" + base64.b64encode(hashlib.sha256(text.encode()).digest()).decode()


def _verdict(review: Review) -> str:
    counts = count(change for _, change in review.changes())
    if counts["breaking"]:
        return _banner("breaking", f"{_changes_text(counts['breaking'])} break{'s' if counts['breaking'] == 1 else ''} somebody", "Each is shown with a message that one side allows and the other refuses.")  # fmt: skip
    if counts["undecided"]:
        return _banner("undecided", "Nothing is known to break", f"{_changes_text(counts['undecided'])} could neither be proved harmless nor refuted.")  # fmt: skip
    if counts["waived"]:
        return _banner("waived", "Nothing breaks that was not agreed to", f"{_changes_text(counts['waived'])} would break somebody, and {'was' if counts['waived'] == 1 else 'were'} announced or accepted.")  # fmt: skip
    if counts["compatible"]:
        return _banner("compatible", "Nothing breaks", "Every change is proved to be compatible.")
    return _banner("compatible", "Nothing changed", "Both sides mean the same.")


def _banner(status: str, title: str, text: str) -> str:
    return f'<div class="banner {status}"><h1>{title}</h1><p>{text}</p></div>'


def _changes_text(number: int) -> str:
    return "1 change" if number == 1 else f"{number} changes"


def _tiles(review: Review) -> Iterator[str]:
    counts = count(change for _, change in review.changes())
    for status in STATUSES:
        yield (
            f'<button type="button" class="tile {status}" data-filter="{status}" aria-pressed="false">'
            f"<b>{counts[status]}</b><span>{LABELS[status]}</span></button>"
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
    steps = " → ".join(f"<b>{escaped(one)}</b>" for one in dict.fromkeys((version.old, version.new)) if one)
    note = ""
    if comparison.old is not None and comparison.new is not None:
        if version.satisfied is False:
            note = f'<em class="bad">a {version.demanded} step is due: {escaped(due(version))}</em>'
        elif version.demanded != "none":
            note = f"<em>the changes are a {version.demanded} step</em>"
    rows = "".join(_operation(one) for one in sorted(comparison.report.summary, key=_worst_first))
    head = "".join(f'<th scope="col">{LABELS[status]}</th>' for status in STATUSES)
    table = (
        f'<div class="scroll"><table><thead><tr><th scope="col">operation</th>{head}</tr></thead>'
        f"<tbody>{rows}</tbody></table></div>"
        if rows
        else "<p>No operation is reached by a change.</p>"
    )
    return (
        f'<section class="overview"><h2>{escaped(comparison.name)} '
        f"<small><span>info.version {steps}</span> {note}</small></h2>{table}</section>"
    )


def _worst_first(summary: OperationSummary) -> tuple[bool, bool, bool]:
    """What breaks stands first; otherwise the order of paths stays."""
    return not summary.breaking, not summary.undecided, not summary.waived


def _operation(summary: OperationSummary) -> str:
    ref = summary.operation
    counts = (summary.breaking, summary.undecided, summary.waived, summary.compatible)
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
