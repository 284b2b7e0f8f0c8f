"""Findings are values: collected by every stage, sorted and printed once by a format of ``accord.report``."""

from __future__ import annotations

import enum
from collections.abc import Iterable
from dataclasses import dataclass, field


@dataclass(frozen=True, slots=True, order=True)
class Span:
    """A place in a source file.

    ``file`` is a POSIX path as the user would type it (relative to the working directory where possible);
    ``line`` and ``column`` count from 1.
    """

    file: str
    line: int
    column: int

    def __str__(self) -> str:
        return f"{self.file}:{self.line}:{self.column}"


class Severity(enum.Enum):
    """How much a finding matters; ``--fail-on`` names the least severity that fails a command."""

    ERROR = "error"
    WARNING = "warning"
    INFO = "info"

    @property
    def rank(self) -> int:
        """0 for the most severe; used for sorting and for ``--fail-on``."""
        return _RANKS[self]


_RANKS = {Severity.ERROR: 0, Severity.WARNING: 1, Severity.INFO: 2}


@dataclass(frozen=True, slots=True, kw_only=True)
class Diagnostic:
    """One finding: a stable kebab-case ``code``, one sentence, its place, and what to do about it.

    ``pointer`` is the JSON pointer of the node inside ``span.file`` (empty where there is none).
    """

    code: str
    message: str
    span: Span
    hint: str = ""
    severity: Severity = Severity.ERROR
    pointer: str = field(default="", compare=False)

    def __str__(self) -> str:
        return f"{self.span}: {self.severity.value}[{self.code}]: {self.message}"


def warning(code: str, message: str, span: Span, hint: str = "") -> Diagnostic:
    """A finding that does not fail a command by itself: something is left out, or taken otherwise than it is written."""
    return Diagnostic(code=code, message=message, span=span, hint=hint, severity=Severity.WARNING)


def sort_diagnostics(diagnostics: Iterable[Diagnostic]) -> tuple[Diagnostic, ...]:
    """Order by place, then severity, then code, with exact repetitions removed."""
    unique = dict.fromkeys(diagnostics)
    return tuple(sorted(unique, key=lambda d: (d.span, d.severity.rank, d.code, d.message)))


def has_errors(diagnostics: Iterable[Diagnostic]) -> bool:
    """Whether any of the findings is an error."""
    return any(d.severity is Severity.ERROR for d in diagnostics)
