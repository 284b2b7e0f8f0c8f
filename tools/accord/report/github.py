"""Findings as workflow commands: GitHub shows each beside the line of the contract that it is about.

The syntax is that of GitHub's "workflow commands" (``::error file=...,line=...::message``), with its escapes.
"""

from __future__ import annotations

from collections.abc import Iterable
from typing import Final

from accord.diagnostics import Diagnostic, Severity
from accord.report.text import message_and_hint, one_line

_COMMANDS: Final = {Severity.ERROR: "error", Severity.WARNING: "warning", Severity.INFO: "notice"}


def workflow_commands(diagnostics: Iterable[Diagnostic]) -> str:
    """One line a finding, its hint in the same annotation."""
    return "\n".join(_annotation(finding) for finding in diagnostics)


def _annotation(finding: Diagnostic) -> str:
    """One finding as a command."""
    properties = {
        "file": finding.span.file,
        "line": str(finding.span.line),
        "col": str(finding.span.column),
        "title": finding.code,
    }
    # In a property, colons and commas mean something.
    escaped = {n: _data(one_line(v)).replace(":", "%3A").replace(",", "%2C") for n, v in properties.items()}
    reported = ",".join(f"{name}={value}" for name, value in escaped.items())
    return f"::{_COMMANDS[finding.severity]} {reported}::{_data(message_and_hint(finding))}"


def _data(text: str) -> str:
    """Text as the message of a command."""
    return text.replace("%", "%25").replace("\r", "%0D").replace("\n", "%0A")
