"""Reports as text, JSON and JUnit XML: pure functions of a :class:`~accord.testing.report.ContractTestReport`."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import asdict, replace
from typing import Final

from accord.contract.schema import JsonValue
from accord.diagnostics import Severity
from accord.report.data import json_text
from accord.report.junit import Case, Failure, Suite, junit
from accord.report.text import encodable, painted
from accord.testing.report import (
    ContractTestReport,
    Finding,
    LinkCoverage,
    OperationCoverage,
    Suppressed,
)

REPORT_FORMAT: Final = 1
"""Version of the JSON report; it grows by adding members only."""

_STRING: Final[JsonValue] = {"type": "string"}
_COUNT: Final[JsonValue] = {"type": "integer", "minimum": 0}
_COUNTS: Final[JsonValue] = {"type": "object", "additionalProperties": _COUNT}


def _object(properties: dict[str, JsonValue], *optional: str) -> JsonValue:
    """A schema of objects with *properties*, all required but the *optional* ones."""
    required: list[JsonValue] = [name for name in properties if name not in optional]
    return {"type": "object", "required": required, "properties": properties}


REPORT_SCHEMA: Final[dict[str, JsonValue]] = {
    "$schema": "https://json-schema.org/draft/2020-12/schema",
    "title": "Accord contract test report",
    "type": "object",
    "required": ["format", "passed", "reports"],
    "properties": {
        "format": {"const": REPORT_FORMAT},
        "passed": {"type": "boolean"},
        "reports": {"type": "array", "items": {"$ref": "#/$defs/report"}},
    },
    "$defs": {
        "report": _object(
            {
                "api": _STRING,
                "base_url": _STRING,
                "seed": {"type": "integer"},
                "seconds": {"type": "number", "minimum": 0},
                "cases": _COUNT,
                "passed": {"type": "boolean"},
                "stopped": _STRING,
                "warnings": {"type": "array", "items": _STRING},
                "findings": {"type": "array", "items": {"$ref": "#/$defs/finding"}},
                "suppressed": {"type": "array", "items": {"$ref": "#/$defs/suppressed"}},
                "coverage": {"type": "array", "items": {"$ref": "#/$defs/coverage"}},
                "links": {"type": "array", "items": {"$ref": "#/$defs/link"}},
            },
            "stopped",
            "warnings",
            "suppressed",
            "links",
        ),
        "finding": _object(
            {
                "code": _STRING,
                "operation": _STRING,
                "clause": {"type": "string", "format": "json-pointer"},
                "message": _STRING,
                "status": {"type": ["integer", "null"]},
                "curl": _STRING,
                "source": {"enum": ["accord", "schemathesis"]},
                "phase": _STRING,
                "count": {"type": "integer", "minimum": 1},
                "file": _STRING,
                "line": {"type": "integer", "minimum": 1},
                "column": {"type": "integer", "minimum": 1},
            },
            "status",
            "curl",
            "source",
            "phase",
        ),
        "suppressed": _object(
            {
                "code": _STRING,
                "operation": _STRING,
                "reason": _STRING,
                "count": _COUNT,
                "configured": {"type": "boolean"},
            }
        ),
        "coverage": _object(
            {
                "operation": _STRING,
                "cases": _COUNT,
                "state": {"enum": ["exercised", "rejection-only", "not-reached", "excluded"]},
                "documented": _COUNTS,
                "rejections": _COUNTS,
                "excluded": _STRING,
            },
            "excluded",
        ),
        "link": _object(
            {
                "operation": _STRING,
                "status": _STRING,
                "name": _STRING,
                "target": _STRING,
                "followed": _COUNT,
                "reason": _STRING,
            },
            "reason",
        ),
    },
}
"""JSON Schema of the JSON report."""

_UNTRIED: Final = frozenset({"excluded", "not-reached"})
"""States of operations whose JUnit case is skipped: neither passed nor failed."""


def render_text(report: ContractTestReport, *, colour: bool = False) -> str:
    """The report for a terminal: coverage table, what was suppressed and why, then the findings."""
    blocks = [_table(report.coverage)]
    if report.links:
        blocks.append("\n".join(["Links:", *map(_link_line, report.links)]))
    if report.suppressed:
        blocks.append("\n".join(["Not counted:", *map(_suppressed_line, report.suppressed)]))
    if report.warnings:
        blocks.append("\n".join(["Not tested:", *(f"  {text}" for text in report.warnings)]))
    blocks.extend(_finding_text(finding, colour=colour) for finding in report.findings)
    blocks.append(summary_line(report))
    return "\n\n".join(blocks)


def summary_line(report: ContractTestReport) -> str:
    """One line: the outcome, its size, and the seed that repeats it."""
    found = len(report.findings)
    outcome = "no findings" if not found else "1 finding" if found == 1 else f"{found} findings"
    stopped = f", stopped early: {report.stopped}" if report.stopped else ""
    return (
        f"{report.api}: {outcome} in {report.cases} cases of {len(report.coverage)} operations, "
        f"{report.seconds:.1f} s, seed {report.seed}{stopped}"
    )


def report_data(reports: Sequence[ContractTestReport]) -> dict[str, JsonValue]:
    """All reports of one command as JSON data, valid against :data:`REPORT_SCHEMA`."""
    return {
        "format": REPORT_FORMAT,
        "passed": all(report.passed for report in reports),
        "reports": [_report_data(report) for report in reports],
    }


def render_json(reports: Sequence[ContractTestReport]) -> str:
    """:func:`report_data` as text."""
    return json_text(report_data(reports)) + "\n"


def render_junit(reports: Sequence[ContractTestReport]) -> str:
    """JUnit XML: a suite for each version, a case for each operation, a failure for each finding."""
    return junit("accord contract-test", map(_suite, reports)) + "\n"


def _finding_text(finding: Finding, *, colour: bool) -> str:
    """A finding: what and where, the clause, and the command that repeats it."""
    label = painted(f"error[{finding.code}]", Severity.ERROR, colour=colour)
    times = f" ({finding.count} times)" if finding.count > 1 else ""
    head = f"{finding.span}: {label}: {finding.operation}: {finding.message}{times}"
    return f"{head}\n    clause: {finding.clause}" + (f"\n    {finding.curl}" if finding.curl else "")


def _link_line(link: LinkCoverage) -> str:
    """A link and how often it was followed."""
    outcome = f"followed {link.followed} times" if link.followed else f"not followed: {link.reason}"
    return f"  {link.operation} {link.status} {link.name} -> {link.target}: {outcome}"


def _suppressed_line(entry: Suppressed) -> str:
    """Failures that did not count, and why."""
    origin = "configured" if entry.configured else "built in"
    return f"  {entry.count} x {entry.code}, {entry.operation}: {entry.reason} ({origin})"


def _table(coverage: Sequence[OperationCoverage]) -> str:
    """Operations by documented statuses: how often each was seen, ``-`` for never; rejections beside them."""
    rows = [("operation", "cases", "documented", "undocumented rejections")]
    for row in coverage:
        seen = " ".join(f"{status}:{count or '-'}" for status, count in row.documented.items())
        rejected = " ".join(f"{status}:{count}" for status, count in row.rejections.items())
        rows.append((row.operation, str(row.cases), f"{seen or 'none'}{_mark(row)}", rejected))
    widths = [max(len(row[column]) for row in rows) for column in range(3)]
    return "\n".join(
        f"{row[0]:<{widths[0]}}  {row[1]:>{widths[1]}}  {row[2]:<{widths[2]}}  {row[3]}".rstrip()
        for row in rows
    )


def _mark(row: OperationCoverage) -> str:
    """What the table says about an operation that was not exercised."""
    match row.state:
        case "exercised":
            return ""
        case "rejection-only":
            return "  (error responses only)"
        case "not-reached":
            return "  (not reached)"
        case "excluded":
            return f"  (excluded: {row.excluded})"


def _report_data(report: ContractTestReport) -> dict[str, JsonValue]:
    """One report as JSON data."""
    return {
        "api": report.api,
        "base_url": report.base_url,
        "seed": report.seed,
        "seconds": round(report.seconds, 3),
        "cases": report.cases,
        "passed": report.passed,
        "stopped": report.stopped,
        "warnings": list(report.warnings),
        "findings": [_finding_data(finding) for finding in report.findings],
        "suppressed": [asdict(entry) for entry in report.suppressed],
        "coverage": [
            {
                "operation": row.operation,
                "cases": row.cases,
                "state": row.state,
                "documented": dict(row.documented),
                "rejections": {str(status): count for status, count in row.rejections.items()},
                "excluded": row.excluded,
            }
            for row in report.coverage
        ],
        "links": [asdict(link) for link in report.links],
    }


def _finding_data(finding: Finding) -> dict[str, JsonValue]:
    """One finding as JSON data."""
    data = asdict(replace(finding, message=encodable(finding.message), curl=encodable(finding.curl)))
    span: dict[str, JsonValue] = data.pop("span")
    return data | span


def _suite(report: ContractTestReport) -> Suite:
    """The suite of one version."""
    return Suite(
        name=report.api,
        cases=[_case(report, row) for row in report.coverage],
        # JUnit counts cases that failed, not findings: an operation with three of them is one.
        failures=len({finding.operation for finding in report.findings}),
        skipped=sum(row.state in _UNTRIED for row in report.coverage),
        seconds=report.seconds,
        properties={"seed": str(report.seed), "base-url": report.base_url},
        output="\n".join([*map(_suppressed_line, report.suppressed), *report.warnings]),
    )


def _case(report: ContractTestReport, row: OperationCoverage) -> Case:
    """The case of one operation."""
    found = [finding for finding in report.findings if finding.operation == row.operation]
    untried = row.state in _UNTRIED and not found
    return Case(
        classname=f"contract.{report.api}",
        name=row.operation,
        skipped=row.excluded or "no request reached the operation" if untried else "",
        failures=[
            Failure(code=f.code, message=f.message, details=f"{f.span}\nclause: {f.clause}\n{f.curl}")
            for f in found
        ],
    )
