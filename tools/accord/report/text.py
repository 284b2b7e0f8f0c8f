"""Findings as text for people, and what every format does to text that comes from a contract."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Sequence

from accord.diagnostics import Diagnostic, Severity

_COLOURS = {Severity.ERROR: "\x1b[31m", Severity.WARNING: "\x1b[33m", Severity.INFO: "\x1b[36m"}
_RESET = "\x1b[0m"


def findings_text(diagnostics: Iterable[Diagnostic], *, colour: bool = False) -> str:
    """One line a finding, ``file:line:column: severity[code]: message``, and its hint indented below."""
    lines: list[str] = []
    for finding in diagnostics:
        label = painted(f"{finding.severity.value}[{finding.code}]", finding.severity, colour=colour)
        lines.append(f"{finding.span}: {label}: {one_line(finding.message)}")
        if finding.hint:
            lines.append(f"    hint: {one_line(finding.hint)}")
    return "\n".join(lines)


def summary(names: Sequence[str], diagnostics: Iterable[Diagnostic]) -> str:
    """``2 contracts (v1, v2): 1 error, 3 warnings``, or that nothing was found."""
    counts = Counter(d.severity for d in diagnostics)
    parts = [_plural(counts[severity], severity.value) for severity in Severity if counts[severity]]
    return f"{_plural(len(names), 'contract')} ({', '.join(names)}): {', '.join(parts) or 'nothing found'}"


def painted(label: str, severity: Severity, *, colour: bool) -> str:
    """*label* in the colour of *severity*, or as it is where no *colour* is wanted."""
    return f"{_COLOURS[severity]}{label}{_RESET}" if colour else label


def one_line(value: str) -> str:
    """*value* without line breaks and control characters: text of a contract must not steer a terminal."""
    return "".join(c if c.isprintable() else " " for c in " ".join(value.split()))


def message_and_hint(finding: Diagnostic) -> str:
    """The message, and below it the hint if there is one: what a code host shows beside a line."""
    return one_line(finding.message) + (f"\n{one_line(finding.hint)}" if finding.hint else "")


def encodable(value: str) -> str:
    """*value* without lone surrogates, which no UTF-8 file holds, each written as its escape."""
    return value.encode("utf-8", "backslashreplace").decode()


def _plural(count: int, noun: str) -> str:
    """``1 error``, ``2 errors``."""
    return f"{count} {noun}" if count == 1 else f"{count} {noun}s"
