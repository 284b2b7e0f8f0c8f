"""The gate on ``info.version``: it must rise as the changes demand."""

from __future__ import annotations

from collections.abc import Iterator

from accord.diagnostics import Diagnostic, Severity
from accord.diff import VersionAdvice
from accord.diff.semver import parse_version
from accord.review.model import Comparison


def version_findings(comparison: Comparison) -> Iterator[Diagnostic]:
    """What is wrong with the step of ``info.version``."""
    advice = comparison.report.version
    if comparison.old is None or comparison.new is None or advice.demanded == "none":
        return
    place = comparison.new.version
    if advice.satisfied is False:
        yield Diagnostic(
            code="version-not-raised",
            message=f"info.version went from {advice.old} to {advice.new}, but the changes are a {advice.demanded} step",
            hint=f"Raise it to {due(advice)} or further.",
            span=place,
        )
    elif advice.satisfied is None:
        yield Diagnostic(
            code="version-not-semantic",
            message=f"info.version went from {advice.old!r} to {advice.new!r}; whether that rises, nobody can say",
            hint="Write it as MAJOR.MINOR.PATCH.",
            span=place,
            severity=Severity.WARNING,
        )


def due(advice: VersionAdvice) -> str:
    """The least version that the changes allow, ``""`` where the old one is no semantic version."""
    parsed = parse_version(advice.old)
    if parsed is None:
        return ""
    major, minor, patch = parsed
    match advice.demanded:
        case "major" if major > 0:
            return f"{major + 1}.0.0"
        case "major" | "minor":
            return f"{major}.{minor + 1}.0"
        case "patch":
            return f"{major}.{minor}.{patch + 1}"
        case _:
            return advice.old
