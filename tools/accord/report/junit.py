"""Reports as JUnit XML, which CI systems show as tests.

JUnit has no standard of its own; what is written here is what the readers of GitLab, Jenkins and GitHub actions agree upon:
suites of cases, where a case may have failures, be skipped, or have an output.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Final
from xml.etree.ElementTree import Element, SubElement, indent, tostring

from accord.diagnostics import Diagnostic, Severity
from accord.report.text import one_line

# Everything that XML 1.0 cannot hold, not even as a character reference (its section 2.2, production ``Char``).
_NOT_XML: Final = re.compile("[^\t\n\r\x20-\ud7ff\ue000-\ufffd\U00010000-\U0010ffff]")


@dataclass(frozen=True, slots=True, kw_only=True)
class Failure:
    """Why a case failed: a stable *code*, one sentence, and the details, which may have many lines."""

    code: str
    message: str
    details: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Case:
    """One test; it passed if it has no failures. *skipped* is the reason why it did not run, empty if it did."""

    classname: str
    name: str
    failures: Sequence[Failure] = ()
    skipped: str = ""
    output: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class Suite:
    """Cases that belong together. *failures* and *skipped* are the numbers that a CI system sums up; *seconds* and *output*
    may be unknown."""

    name: str
    cases: Sequence[Case]
    failures: int
    skipped: int = 0
    seconds: float | None = None
    properties: Mapping[str, str] = field(default_factory=dict[str, str])
    output: str | None = None


def junit(name: str, suites: Iterable[Suite]) -> str:
    """The document of one command, without a newline at its end. Characters that XML cannot hold become ``U+FFFD``."""
    root = Element("testsuites", name=name)
    for suite in suites:
        _add_suite(root, suite)
    indent(root)
    return '<?xml version="1.0" encoding="UTF-8"?>\n' + tostring(root, encoding="unicode")


def findings_junit(command: str, names: Sequence[str], diagnostics: Iterable[Diagnostic]) -> str:
    """The findings of *command*: a case for each file with findings, and for each of the contracts *names* that were read.

    An error is a failure; warnings and infos stand in the output of their case.
    """
    by_file: dict[str, list[Diagnostic]] = {name: [] for name in names}
    for finding in diagnostics:
        by_file.setdefault(finding.span.file, []).append(finding)
    cases = [_findings_case(name, found) for name, found in by_file.items()]
    failures = sum(len(case.failures) for case in cases)
    return junit(f"accord {command}", [Suite(name=command, cases=cases, failures=failures)])


def _findings_case(name: str, found: Sequence[Diagnostic]) -> Case:
    """The case of one file."""
    return Case(
        classname="accord",
        name=one_line(name),
        failures=[
            Failure(code=finding.code, message=one_line(finding.message), details=_line(finding))
            for finding in found
            if finding.severity is Severity.ERROR
        ],
        output="\n".join(_line(finding) for finding in found if finding.severity is not Severity.ERROR),
    )


def _line(finding: Diagnostic) -> str:
    """A finding with its hint."""
    return one_line(str(finding)) + (f"\n    hint: {one_line(finding.hint)}" if finding.hint else "")


def _add_suite(root: Element, suite: Suite) -> None:
    """Write one suite below *root*."""
    attributes = {
        "name": _xml(suite.name),
        "tests": str(len(suite.cases)),
        "failures": str(suite.failures),
        "errors": "0",
        "skipped": str(suite.skipped),
    }
    if suite.seconds is not None:
        attributes["time"] = f"{suite.seconds:.3f}"
    element = SubElement(root, "testsuite", attributes)
    if suite.properties:
        properties = SubElement(element, "properties")
        for name, value in suite.properties.items():
            SubElement(properties, "property", name=name, value=_xml(value))
    for case in suite.cases:
        _add_case(element, case)
    if suite.output is not None:
        SubElement(element, "system-out").text = _xml(suite.output)


def _add_case(suite: Element, case: Case) -> None:
    """Write one case below *suite*."""
    element = SubElement(suite, "testcase", classname=_xml(case.classname), name=_xml(case.name))
    if case.skipped:
        SubElement(element, "skipped", message=_xml(case.skipped))
    for failure in case.failures:
        child = SubElement(element, "failure", type=failure.code, message=_xml(failure.message))
        child.text = _xml(failure.details)
    if case.output:
        SubElement(element, "system-out").text = _xml(case.output)


def _xml(text: str) -> str:
    """*text* without what XML cannot hold."""
    return _NOT_XML.sub("\ufffd", text)
