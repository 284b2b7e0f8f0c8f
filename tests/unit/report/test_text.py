from __future__ import annotations

import json

from accord.diagnostics import Diagnostic, Severity, Span
from accord.report.data import findings_json
from accord.report.text import findings_text, summary


def finding(message: str, *, severity: Severity = Severity.ERROR, hint: str = "") -> Diagnostic:
    return Diagnostic(
        code="some-code",
        message=message,
        span=Span("spec/a.yaml", 3, 7),
        severity=severity,
        hint=hint,
        pointer="/a",
    )


def test_text_has_place_severity_code_message_and_hint() -> None:
    text = findings_text([finding("wrong", hint="do it right"), finding("odd", severity=Severity.WARNING)])
    assert text.splitlines() == [
        "spec/a.yaml:3:7: error[some-code]: wrong",
        "    hint: do it right",
        "spec/a.yaml:3:7: warning[some-code]: odd",
    ]


def test_colour_marks_the_severity_only() -> None:
    assert (
        findings_text([finding("wrong")], colour=True)
        == "spec/a.yaml:3:7: \x1b[31merror[some-code]\x1b[0m: wrong"
    )


def test_text_of_a_contract_cannot_steer_a_terminal() -> None:
    assert findings_text([finding("a\x1b[2Jb\nc\u202ed")]) == "spec/a.yaml:3:7: error[some-code]: a [2Jb c d"


def test_summary_counts_by_severity() -> None:
    found = [finding("a"), finding("b", severity=Severity.INFO), finding("c", severity=Severity.INFO)]
    assert summary(["v1", "v2"], found) == "2 contracts (v1, v2): 1 error, 2 infos"
    assert summary(["v1"], []) == "1 contract (v1): nothing found"


def test_json_has_the_same_keys_for_every_finding() -> None:
    data = json.loads(findings_json(["v1"], [finding("a\nb", hint="h"), finding("c")]))
    assert data["contracts"] == ["v1"]
    assert data["counts"] == {"error": 2, "warning": 0, "info": 0}
    assert {tuple(item) for item in data["findings"]} == {
        ("file", "line", "column", "severity", "code", "message", "hint", "pointer")
    }
    assert data["findings"][0]["message"] == "a\nb"
