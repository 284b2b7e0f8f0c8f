"""The gate on ``info.version``: it must be raised as far as the changes require."""

from __future__ import annotations

from collections.abc import Iterator

from accord.diagnostics import Diagnostic, Severity
from accord.diff import VersionAdvice
from accord.diff.report.semver import parse_version
from accord.review.model import Comparison


def version_findings(comparison: Comparison) -> Iterator[Diagnostic]:
    """The finding about ``info.version``, if it was not raised as far as the changes require, or cannot be compared."""
    advice = comparison.report.version
    # A version that was added or removed as a whole has nothing to be raised from.
    if comparison.old is None or comparison.new is None or advice.required == "none":
        return
    place = comparison.new.version
    if advice.satisfied is False:
        yield Diagnostic(
            code="version-not-raised",
            message=requirement(advice),
            hint=f"Raise it to {least_version(advice)} or later.",
            span=place,
        )
    elif advice.satisfied is None:
        yield Diagnostic(
            code="version-not-semantic",
            message=f"info.version went from {advice.old!r} to {advice.new!r}, which are not semantic versions",
            hint="Write it as MAJOR.MINOR.PATCH.",
            span=place,
            severity=Severity.WARNING,
        )


def requirement(advice: VersionAdvice) -> str:
    """``the changes require a major version, but info.version went from 1.0.0 to 1.1.0``."""
    is_same = advice.old == advice.new
    step = f"is still {advice.old}" if is_same else f"went from {advice.old} to {advice.new}"
    return f"the changes require a {advice.required} version, but info.version {step}"


def least_version(advice: VersionAdvice) -> str:
    """The least version that the changes allow, ``""`` where the old one is not a semantic version."""
    parsed = parse_version(advice.old)
    if parsed is None:
        return ""
    major, minor, patch = parsed
    match advice.required:
        case "major":
            return f"{major + 1}.0.0"
        case "minor":
            return f"{major}.{minor + 1}.0"
        case "patch":
            return f"{major}.{minor}.{patch + 1}"
        case _:
            return advice.old
