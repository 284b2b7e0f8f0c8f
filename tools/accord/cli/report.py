"""Findings as text for people and as JSON for programs; other formats stand in modules of their own."""

from __future__ import annotations

import json
from collections import Counter
from collections.abc import Iterable, Sequence

from accord.diagnostics import Diagnostic, Severity

_COLOURS = {Severity.ERROR: "\x1b[31m", Severity.WARNING: "\x1b[33m", Severity.INFO: "\x1b[36m"}
_RESET = "\x1b[0m"


def text(diagnostics: Iterable[Diagnostic], *, colour: bool = False) -> str:
    """One line a finding, ``file:line:column: severity[code]: message``, and its hint indented below."""
    lines: list[str] = []
    for finding in diagnostics:
        label = f"{finding.severity.value}[{finding.code}]"
        if colour:
            label = f"{_COLOURS[finding.severity]}{label}{_RESET}"
        lines.append(f"{finding.span}: {label}: {one_line(finding.message)}")
        if finding.hint:
            lines.append(f"    hint: {one_line(finding.hint)}")
    return "\n".join(lines)


def summary(names: Sequence[str], diagnostics: Iterable[Diagnostic]) -> str:
    """``2 contracts (v1, v2): 1 error, 3 warnings``, or that nothing was found."""
    counts = Counter(d.severity for d in diagnostics)
    parts = [_plural(counts[severity], severity.value) for severity in Severity if counts[severity]]
    return f"{_plural(len(names), 'contract')} ({', '.join(names)}): {', '.join(parts) or 'nothing found'}"


def as_json(names: Sequence[str], diagnostics: Iterable[Diagnostic]) -> str:
    """``{"contracts": [...], "findings": [...], "counts": {...}}``; every finding has the same keys."""
    found = list(diagnostics)
    counts = Counter(d.severity.value for d in found)
    return json.dumps(
        {
            "contracts": list(names),
            "findings": [
                {
                    "file": d.span.file,
                    "line": d.span.line,
                    "column": d.span.column,
                    "severity": d.severity.value,
                    "code": d.code,
                    "message": _encodable(d.message),
                    "hint": _encodable(d.hint),
                    "pointer": d.pointer,
                }
                for d in found
            ],
            "counts": {severity.value: counts[severity.value] for severity in Severity},
        },
        indent=2,
        ensure_ascii=False,
    )


def one_line(value: str) -> str:
    """*value* without line breaks and control characters: text of a contract must not steer a terminal."""
    return "".join(c if c.isprintable() else " " for c in " ".join(value.split()))


def _encodable(value: str) -> str:
    """*value* without lone surrogates, which no output takes."""
    return value.encode("utf-8", "backslashreplace").decode()


def _plural(count: int, noun: str) -> str:
    return f"{count} {noun}" if count == 1 else f"{count} {noun}s"
