"""Findings as JUnit XML: a suite for the command, a case for each file, a failure for each error in it."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from xml.etree.ElementTree import Element, SubElement, indent, tostring

from accord.cli.report import one_line
from accord.diagnostics import Diagnostic, Severity


def junit(command: str, names: Sequence[str], diagnostics: Iterable[Diagnostic]) -> str:
    """*names* are the contracts that were read: a case each, beside those of the files with findings.

    An error is a failure; warnings and infos stand in the output of their case.
    """
    by_file: dict[str, list[Diagnostic]] = {}
    for finding in diagnostics:
        by_file.setdefault(finding.span.file, []).append(finding)
    cases = {**{name: [] for name in names}, **by_file}
    failures = sum(finding.severity is Severity.ERROR for found in by_file.values() for finding in found)
    root = Element("testsuites", name=f"accord {command}")
    suite = SubElement(
        root,
        "testsuite",
        name=command,
        tests=str(len(cases)),
        failures=str(failures),
        errors="0",
        skipped="0",
    )
    for name, found in cases.items():
        _case(suite, name, found)
    indent(root)
    return '<?xml version="1.0" encoding="UTF-8"?>\n' + tostring(root, encoding="unicode")


def _case(suite: Element, name: str, found: Sequence[Diagnostic]) -> None:
    case = SubElement(suite, "testcase", classname="accord", name=one_line(name))
    for finding in found:
        if finding.severity is Severity.ERROR:
            failure = SubElement(case, "failure", type=finding.code, message=one_line(finding.message))
            failure.text = _line(finding)
    rest = [_line(finding) for finding in found if finding.severity is not Severity.ERROR]
    if rest:
        SubElement(case, "system-out").text = "\n".join(rest)


def _line(finding: Diagnostic) -> str:
    return one_line(str(finding)) + (f"\n    hint: {one_line(finding.hint)}" if finding.hint else "")
