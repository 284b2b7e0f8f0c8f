"""One change in the HTML page of a review."""

from __future__ import annotations

import html
import re
from collections.abc import Iterable
from typing import Final, assert_never

from accord.contract.schema import Unset
from accord.diff import Breaking, Change, Compatible, OperationRef, Undecided, Witness
from accord.review.fragments import Cell, Fragment, Row
from accord.review.messages import Line, clause_excerpt, field_lines, json_lines, start_line
from accord.review.text import place_text

_SHOWN_OPERATIONS: Final = 8
_MAX_LINES: Final = 60
_BEFORE: Final = 6
_OMISSION: Final = Line("⋯")
_CODE: Final = re.compile(r"`([^`\n]+)`")
_METHODS: Final = frozenset({"GET", "POST", "PUT", "PATCH", "DELETE"})
_LACKING: Final = frozenset({"required", "dependentRequired", "minProperties", "minItems", "contains"})
"""Clauses that refuse a value for what it lacks: marking all that it has would point to the wrong thing."""


def card(change: Change, fragment: Fragment | None, anchor: str) -> str:
    """The change as an article with the id *anchor*. It is folded unless it breaks or may break somebody."""
    is_open = " open" if change.status in {"breaking", "undecided"} else ""
    operations = escaped("\n".join(str(ref) for ref in change.operations))
    direction = f'<span class="tag">{change.direction}</span>' if change.direction else ""
    channel = '<span class="tag">policy</span>' if change.channel == "policy" else ""
    return (
        f'<article id="{anchor}" class="change {change.status}" data-status="{change.status}" '
        f'data-operations="{operations}" tabindex="-1"><details{is_open}><summary>'
        f'<span class="status">{change.status}</span><h3>{with_code(change.message)}</h3>'
        f'<span class="tags"><span class="tag code">{escaped(change.code)}</span>{direction}{channel}</span></summary>'
        f'<div class="body">{_operations(change.operations)}{_verdict(change)}{_sides(fragment, change)}'
        f"{_foot(change, anchor)}</div></details></article>"
    )


def method_badge(ref: OperationRef) -> str:
    """The method, in its colour."""
    name = ref.method if ref.method in _METHODS else "OTHER"
    return f'<span class="method {name}">{escaped(ref.method)}</span>'


def _operations(operations: tuple[OperationRef, ...]) -> str:
    if not operations:
        return ""
    items = [
        f"<li>{method_badge(ref)}<span>{escaped(ref.path)}{'' if ref.kind == 'operation' else f' ({ref.kind})'}</span></li>"
        for ref in operations
    ]
    shown, more = items[:_SHOWN_OPERATIONS], items[_SHOWN_OPERATIONS:]
    folded = (
        f'<details class="more"><summary>and {len(more)} more</summary><ul class="operations">{"".join(more)}</ul></details>'
        if more
        else ""
    )
    return f'<div class="affected"><h4>Affects</h4><ul class="operations">{"".join(shown)}</ul>{folded}</div>'


def _verdict(change: Change) -> str:
    acceptance, verdict = change.acceptance, change.verdict
    match verdict:
        case Breaking(witness=Witness() as witness):
            shown = _witness(witness)
        case Breaking():
            shown = _because("because", verdict.reason)
        case Compatible():
            shown = _because("because", verdict.proof)
        case Undecided():
            shown = _because(f"probably {verdict.opinion}", verdict.reason)
        case _:
            assert_never(verdict)
    return (_because(acceptance.kind, acceptance.reason) if acceptance is not None else "") + shown


def _because(label: str, text: str) -> str:
    return f'<p class="because"><b>{label}</b> {with_code(text)}</p>'


def _witness(witness: Witness) -> str:
    clause = witness.clause
    message = witness.message
    lines = [
        Line(start_line(message), clause.keyword == "operation"),
        *(Line(text) for text in field_lines(message)),
    ]
    if not isinstance(message.body, Unset):
        lines.append(Line(f"Content-Type: {message.media_type}"))
        lines.append(Line(""))
        # Only a body has places that a pointer can name.
        pointer = (
            clause.instance_pointer
            if witness.proof is None or witness.proof.instance == message.body
            else None
        )
        lines += json_lines(message.body, pointer, is_whole=clause.keyword not in _LACKING)
    where = f" at <code>{escaped(clause.instance_pointer)}</code>" if clause.instance_pointer else ""
    excerpt = clause_excerpt(witness)
    schema = f'<pre class="json">{_lines(excerpt)}</pre>' if excerpt else ""
    return (
        f'<div class="witness"><div class="allows"><h4>The {witness.accepted_by} contract allows</h4>'
        f'<pre class="json">{_lines(lines)}</pre></div>'
        f'<div class="refuses"><h4>The {witness.refused_by} contract does not</h4>'
        f'<p class="clause"><mark>{escaped(clause.keyword)}</mark>{where}: {escaped(_short(clause.message))}</p>'
        f"{schema}</div></div>"
    )


def _short(text: str) -> str:
    return text if len(text) <= 300 else text[:297] + "..."


def _lines(lines: Iterable[Line]) -> str:
    """*lines*, cut to those around the first that is excused, so that it is seen without scrolling.

    The start of a message, up to the first blank line, is kept.
    """
    lines = list(lines)
    head = next((number + 1 for number, line in enumerate(lines) if not line.text), 0)
    first = next((number for number, line in enumerate(lines) if line.excused), 0)
    start = max(head, first - _BEFORE) if first - head > 2 * _BEFORE else head
    shown = [*lines[:head], *([_OMISSION] if start > head else []), *lines[start : start + _MAX_LINES]]
    if start + _MAX_LINES < len(lines):
        shown.append(_OMISSION)
    return "".join(_line(line) for line in shown)


def _line(line: Line) -> str:
    if line is _OMISSION:
        return f'<span class="gap">{line.text}</span>\n'
    if not line.excused:
        return f"{escaped(line.text)}\n"
    bare = line.text.lstrip()
    return f"{line.text[: len(line.text) - len(bare)]}<mark>{escaped(bare)}</mark>\n"


def _sides(fragment: Fragment | None, change: Change) -> str:
    if fragment is None:
        return ""
    old = _side("old", fragment.old_file, place_text(change.old) if change.old else "", fragment.rows)
    new = _side("new", fragment.new_file, place_text(change.new) if change.new else "", fragment.rows)
    return f'<div class="sides">{old}{new}</div>'


def _side(side: str, file: str, place: str, rows: tuple[Row, ...]) -> str:
    if not file:
        return f'<div class="side none"><h4>{side}</h4><p>Not in this version.</p></div>'
    cells = [row.old if side == "old" else row.new for row in rows]
    texts = [cell.text for cell in cells if cell is not None and cell.text.strip()]
    # Each side is dedented by itself, so that deeply nested schemas fit into half a page.
    indent = min((len(text) - len(text.lstrip()) for text in texts), default=0)
    lines = "".join(_row(row, cell, side, indent) for row, cell in zip(rows, cells, strict=True))
    return (
        f'<div class="side {side}"><h4>{side} <code>{escaped(place)}</code></h4>'
        f'<pre tabindex="0" aria-label="{side}: {escaped(place)}"><span class="lines">{lines}</span></pre></div>'
    )


def _row(row: Row, cell: Cell | None, side: str, indent: int) -> str:
    if row.kind == "gap":
        return '<span class="line gap">⋯\n</span>'
    if cell is None:
        return '<span class="line fill">\n</span>'
    classes = (
        "line" + (f" changed {side}" if row.kind == "changed" else "") + (" focus" if cell.focus else "")
    )
    return f'<span class="{classes}" data-line="{cell.number}">{escaped(cell.text[indent:])}\n</span>'


def _foot(change: Change, anchor: str) -> str:
    accept = ""
    if change.status in {"breaking", "undecided"}:
        accept = (
            f'<span>accept it: <code>accord diff --accept {change.fingerprint} --reason "..."</code></span>'
        )
    return (
        f'<footer><a href="#{anchor}" title="link to this change">#{change.fingerprint}</a>{accept}</footer>'
    )


def escaped(text: str) -> str:
    """*text* as text: no markup, and no control characters, which could turn its direction round."""
    # Not printable are, among others, the marks that make text run from right to left.
    return html.escape("".join(c if c.isprintable() or c == "\t" else "\ufffd" for c in text), quote=True)


def with_code(text: str) -> str:
    """*text* as text, with what stands between backticks in the typeface of code."""
    return _CODE.sub(r"<code>\1</code>", escaped(" ".join(text.split())))
