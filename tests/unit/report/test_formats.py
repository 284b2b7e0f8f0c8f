from __future__ import annotations

import json
from xml.etree.ElementTree import fromstring

from accord.diagnostics import Diagnostic, Severity, Span
from accord.report.github import workflow_commands
from accord.report.junit import findings_junit
from accord.report.sarif import RuleText, sarif


def finding(
    message: str = "wrong", *, line: int = 3, file: str = "spec/a b.yaml", pointer: str = "/a"
) -> Diagnostic:
    return Diagnostic(
        code="some-code", message=message, span=Span(file, line, 7), hint="mend it", pointer=pointer
    )


def test_github_escapes_what_would_end_a_command() -> None:
    line = workflow_commands([finding("50 % off\n::error::injected", file="spec/a,b:c.yaml")])
    assert line == (
        "::error file=spec/a%2Cb%3Ac.yaml,line=3,col=7,title=some-code::50 %25 off ::error::injected%0Amend it"
    )
    assert "\n" not in line


def test_github_knows_three_levels() -> None:
    found = [
        Diagnostic(code="c", message="m", span=Span("f", 1, 1), severity=severity) for severity in Severity
    ]
    commands = [line.split(" ")[0] for line in workflow_commands(found).splitlines()]
    assert commands == ["::error", "::warning", "::notice"]


def test_sarif_points_at_rules_and_places() -> None:
    log = json.loads(sarif([finding(), finding("other")], {"some-code": RuleText(summary="s", why="w")}))
    run = log["runs"][0]
    assert log["version"] == "2.1.0"
    assert run["tool"]["driver"]["rules"] == [
        {"id": "some-code", "shortDescription": {"text": "s"}, "fullDescription": {"text": "w"}}
    ]
    first = run["results"][0]
    assert (first["ruleIndex"], first["level"], first["message"]["text"]) == (0, "error", "wrong\nmend it")
    place = first["locations"][0]["physicalLocation"]
    assert place["artifactLocation"] == {"uri": "spec/a%20b.yaml", "uriBaseId": "%SRCROOT%"}
    assert place["region"] == {"startLine": 3, "startColumn": 7}


def test_sarif_fingerprints_survive_moved_lines_and_tell_places_apart() -> None:
    def prints(found: list[Diagnostic]) -> list[str]:
        return [
            result["partialFingerprints"]["accord/v1"]
            for result in json.loads(sarif(found, {}))["runs"][0]["results"]
        ]

    assert prints([finding(line=3)]) == prints([finding(line=90)])
    assert prints([finding(pointer="/a")]) != prints([finding(pointer="/b")])


def test_sarif_of_nothing_is_a_run_without_results() -> None:
    run = json.loads(sarif([], {}))["runs"][0]
    assert (run["results"], run["tool"]["driver"]["rules"]) == ([], [])


def test_sarif_holds_text_that_no_file_can() -> None:
    sarif([finding("lone \ud800 surrogate")], {}).encode()


def test_junit_fails_for_errors_only_and_names_every_contract() -> None:
    warning = Diagnostic(code="w", message="odd\x00", span=Span("f", 1, 1), severity=Severity.WARNING)
    suite = fromstring(findings_junit("validate", ["v1"], [finding("<wrong>"), warning]).split("\n", 1)[1])[0]
    assert (suite.get("tests"), suite.get("failures")) == ("3", "1")
    cases = {case.get("name"): [child.tag for child in case] for case in suite}
    assert cases == {"v1": [], "spec/a b.yaml": ["failure"], "f": ["system-out"]}
    assert suite[1][0].get("message") == "<wrong>"
