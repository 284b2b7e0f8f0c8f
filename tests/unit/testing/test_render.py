"""Reports as text, JSON and JUnit XML."""

from __future__ import annotations

import json
from dataclasses import replace
from xml.etree import ElementTree

import jsonschema_rs

from accord.diagnostics import Span
from accord.testing import (
    REPORT_SCHEMA,
    ContractTestReport,
    Finding,
    OperationCoverage,
    Suppressed,
    render_json,
    render_junit,
    render_text,
    report_data,
    summary_line,
)

FINDING = Finding(
    code="response-body-invalid",
    operation="GET /items/{id}",
    clause="/components/schemas/Item/required",
    message='the body: "name" is a required property',
    span=Span("spec/v1/openapi.yaml", 12, 5),
    status=200,
    curl="curl -i http://127.0.0.1:1/items/1",
    phase="fuzzing",
    count=3,
)
REPORT = ContractTestReport(
    api="v1",
    base_url="http://127.0.0.1:1/api/v1",
    seed=42,
    seconds=1.25,
    findings=(FINDING,),
    suppressed=(
        Suppressed(
            code="valid-request-rejected",
            operation="POST /items",
            reason="names are unique",
            count=2,
            configured=True,
        ),
    ),
    coverage=(
        OperationCoverage(
            operation="GET /items/{id}", cases=10, documented={"200": 4, "404": 0}, rejections={422: 6}
        ),
        OperationCoverage(operation="POST /items", cases=5, documented={"201": 0, "422": 5}, rejections={}),
        OperationCoverage(operation="DELETE /items/{id}", cases=0, documented={"204": 0}, rejections={}),
        OperationCoverage(
            operation="POST /reset",
            cases=0,
            documented={"204": 0},
            rejections={},
            excluded="it empties the shop",
        ),
    ),
    warnings=("POST /items: no credentials",),
)
CLEAN = replace(REPORT, findings=())


def test_the_table_shows_what_was_seen_and_what_was_not() -> None:
    lines = render_text(CLEAN).splitlines()
    assert lines[0].split() == ["operation", "cases", "documented", "undocumented", "rejections"]
    assert lines[1].split("  ")[-1].strip() == "422:6"
    assert "200:4 404:-" in lines[1]
    assert lines[2].endswith("201:- 422:5  (error responses only)")
    assert lines[3].endswith("204:-  (not reached)")
    assert lines[4].endswith("(excluded: it empties the shop)")


def test_a_finding_names_place_operation_clause_and_request() -> None:
    text = render_text(REPORT)
    assert "spec/v1/openapi.yaml:12:5: error[response-body-invalid]: GET /items/{id}: " in text
    assert "(3 times)" in text
    assert "clause: /components/schemas/Item/required" in text
    assert "    curl -i http://127.0.0.1:1/items/1" in text
    assert "\x1b[" not in text
    assert "\x1b[31m" in render_text(REPORT, colour=True)


def test_suppressions_are_listed_with_their_reasons() -> None:
    assert "2 x valid-request-rejected, POST /items: names are unique (configured)" in render_text(REPORT)


def test_the_summary_names_the_seed_and_an_early_end() -> None:
    assert summary_line(CLEAN) == "v1: no findings in 15 cases of 4 operations, 1.2 s, seed 42"
    assert "1 finding in" in summary_line(REPORT)
    stopped = replace(CLEAN, stopped="the time budget was spent")
    assert summary_line(stopped).endswith("stopped early: the time budget was spent")


def test_exit_codes() -> None:
    assert (REPORT.exit_code, CLEAN.exit_code) == (1, 0)
    assert replace(CLEAN, service_died=True).exit_code == 1


def test_the_json_report_keeps_its_documented_schema() -> None:
    validator = jsonschema_rs.Draft202012Validator(REPORT_SCHEMA, validate_formats=True)
    data = json.loads(render_json([REPORT, CLEAN]))
    assert [error.message for error in validator.iter_errors(data)] == []
    assert data == report_data([REPORT, CLEAN])
    assert data["passed"] is False
    assert [report["passed"] for report in data["reports"]] == [False, True]
    assert [row["state"] for row in data["reports"][0]["coverage"]] == [
        "exercised",
        "rejection-only",
        "not-reached",
        "excluded",
    ]
    broken = json.loads(render_json([REPORT]))
    broken["reports"][0]["findings"][0]["count"] = 0
    assert not validator.is_valid(broken)


def test_lone_surrogates_do_not_break_the_json_report() -> None:
    odd = replace(FINDING, message="\ud800", curl="curl \udcff")
    render_json([replace(REPORT, findings=(odd,))]).encode()


def test_junit_has_a_case_for_each_operation() -> None:
    odd = replace(FINDING, message="a \x00 b \ud800 <&>")
    root = ElementTree.fromstring(render_junit([replace(REPORT, findings=(odd,))]))
    suite = root.find("testsuite")
    assert suite is not None
    assert (suite.get("tests"), suite.get("failures"), suite.get("skipped")) == ("4", "1", "2")
    cases = {case.get("name"): case for case in suite.iter("testcase")}
    failure = cases["GET /items/{id}"].find("failure")
    assert failure is not None
    assert failure.get("type") == "response-body-invalid"
    assert failure.get("message") == "a \ufffd b \ufffd <&>"
    assert "clause: /components/schemas/Item/required" in (failure.text or "")
    skipped = cases["POST /reset"].find("skipped")
    assert skipped is not None
    assert skipped.get("message") == "it empties the shop"


def test_a_finding_is_a_diagnostic_at_its_operation() -> None:
    diagnostic = FINDING.to_diagnostic()
    assert str(diagnostic).startswith(
        "spec/v1/openapi.yaml:12:5: error[response-body-invalid]: GET /items/{id}:"
    )
    assert diagnostic.pointer == FINDING.clause
