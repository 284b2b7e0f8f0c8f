"""Whole contract tests against a service that keeps its contract, and against one with faults sown in."""

from __future__ import annotations

import pytest

from accord.errors import EnvironmentFaultError, UsageError
from accord.testing import (
    AppTarget,
    ContractTestReport,
    LoginCredential,
    StaticCredential,
    Suppression,
    UrlTarget,
    render_json,
)
from accord.testing.server import running_service
from tests.unit.testing.support import SHOP, run_shop

ITEM = "/components/schemas/Item"
ONE = "/paths/~1items~1{itemId}"


def reported(report: ContractTestReport) -> set[tuple[str, str, str]]:
    return {(f.code, f.operation, f.clause) for f in report.findings}


@pytest.mark.parametrize("seed", [1, 2])
def test_a_conforming_service_comes_out_clean(seed: int) -> None:
    report = run_shop(seed=seed)
    assert report.findings == ()
    assert report.warnings == ()
    assert report.stopped == ""
    assert report.seed == seed
    assert {row.operation: row.state for row in report.coverage} == {
        row.operation: "exercised" for row in report.coverage
    }
    seen = {row.operation: row.documented for row in report.coverage}
    assert seen["PUT /items/{itemId}"]["200"], "a write needs the current ETag; a probe fetches it"
    assert seen["PUT /items/{itemId}"]["412"]
    assert all(seen["GET /items/{itemId}"].values())
    assert "correct horse" not in render_json([report])


BATCHES = {
    "drop-field fake-delete leak missing-header if-match-ignored": {
        ("response-body-invalid", "GET /items/{itemId}", f"{ITEM}/required"),
        ("deleted-still-there", "DELETE /items/{itemId}", f"{ONE}/get/responses/404"),
        ("response-write-only", "POST /users", "/components/schemas/User/properties/password"),
        ("response-write-only", "GET /users/{userId}", "/components/schemas/User/properties/password"),
        ("response-header-missing", "POST /items", "/paths/~1items/post/responses/201/headers/Location"),
        ("precondition-ignored", "PUT /items/{itemId}", f"{ONE}/put/responses/412"),
    },
    "wrong-type location-gone no-304 odd-query unanchored anonymous-delete": {
        ("auth-ignored", "DELETE /items/{itemId}", f"{ONE}/delete/security"),
        ("response-body-invalid", "GET /items/{itemId}", f"{ITEM}/properties/price/type"),
        ("location-unresolvable", "POST /items", "/paths/~1items/post/responses/201/headers/Location"),
        ("not-modified-missing", "GET /items/{itemId}", f"{ONE}/get/responses/304"),
        ("server-error", "GET /items", "/paths/~1items/get/responses"),
        (
            "invalid-request-accepted",
            "POST /items",
            "/components/schemas/NewItem/properties/code/pattern",
        ),
    },
    "wrong-status media-type forged odd-500 bad-header stringly": {
        (
            "invalid-request-accepted",
            "PUT /items/{itemId}",
            "/components/schemas/NewItem/properties/stock/type",
        ),
        ("response-status-undocumented", "POST /items", "/paths/~1items/post/responses"),
        ("response-media-type", "GET /items/{itemId}", f"{ONE}/get/responses/200/content"),
        ("auth-ignored", "GET /users/{userId}", "/paths/~1users~1{userId}/get/security"),
        ("server-error", "POST /users", "/paths/~1users/post/responses"),
        ("response-header-invalid", "GET /items", "/paths/~1items/get/responses/200/headers/X-Total"),
    },
    "always-304 location-nowhere auth-ignored no-allow": {
        ("not-modified-wrong", "GET /items/{itemId}", f"{ONE}/get/responses/304"),
        ("location-unresolvable", "POST /items", "/paths/~1items/post/responses/201/headers/Location"),
        ("auth-ignored", "POST /items", "/paths/~1items/post/security"),
        ("allow-missing", "POST /users", "/paths/~1users"),
    },
    "304-anyway problem-as-json any-method": {
        ("not-modified-wrong", "GET /items/{itemId}", f"{ONE}/get/responses/304"),
        ("problem-media-type", "DELETE /items/{itemId}", f"{ONE}/delete/responses/404"),
        ("method-undeclared-answered", "GET /items", "/paths/~1items"),
    },
}


@pytest.mark.parametrize("faults", BATCHES)
def test_each_fault_is_found_and_named(faults: str) -> None:
    report = run_shop(faults)
    assert BATCHES[faults] - reported(report) == set()
    assert report.exit_code == 1
    for finding in report.findings:
        assert finding.curl.startswith("curl -i ")
        assert finding.clause.startswith("/")
        assert finding.span.file.endswith("openapi.yaml")
        assert finding.span.line > 1


@pytest.mark.parametrize("seed", [100, 106])
def test_a_resource_is_made_where_none_is_left_to_probe(seed: int) -> None:
    """Whatever Location names is not there, and earlier probes have deleted the rest."""
    report = run_shop("location-gone anonymous-delete no-304", seed=seed)
    assert ("not-modified-missing", "GET /items/{itemId}", f"{ONE}/get/responses/304") in reported(report)


def test_what_no_fault_touches_is_not_blamed() -> None:
    report = run_shop("drop-field", phases=("coverage", "probes"))
    assert reported(report) == {("response-body-invalid", "GET /items/{itemId}", f"{ITEM}/required")}


def test_a_suppression_counts_with_its_reason_and_an_exclusion_is_not_called() -> None:
    known = Suppression(
        code="response-body-invalid", operation="getItem", reason="ticket 7: names are optional"
    )
    report = run_shop(
        "drop-field",
        phases=("coverage",),
        suppressions=(known,),
        exclude={"streamEvents": "never ends", "POST /unknown": "of another version"},
    )
    assert report.findings == ()
    (entry,) = [entry for entry in report.suppressed if entry.configured]
    assert (entry.code, entry.operation, entry.reason) == (
        "response-body-invalid",
        "GET /items/{itemId}",
        "ticket 7: names are optional",
    )
    assert entry.count > 1
    events = report.coverage[-1]
    assert (events.operation, events.cases, events.excluded) == ("GET /events", 0, "never ends")


def test_undocumented_rejections_count_where_the_options_say_so() -> None:
    report = run_shop(rejections="documented", phases=("coverage",))
    assert ("response-status-undocumented", "POST /users", "/paths/~1users/post/responses") in reported(
        report
    )


def test_a_reason_is_needed() -> None:
    with pytest.raises(UsageError, match="without a reason"):
        run_shop(suppressions=(Suppression(code="server-error", reason=" "),))


def test_without_credentials_only_rejections_are_seen_and_the_report_says_so() -> None:
    report = run_shop(credentials={}, phases=("coverage",))
    assert report.findings == ()
    states = {row.operation: row.state for row in report.coverage}
    assert states["POST /items"] == "rejection-only"
    assert "POST /items: no credentials for token, only error responses can be tested" in report.warnings


def test_a_login_that_fails_ends_the_test() -> None:
    wrong = LoginCredential(url="/tokens", form={"username": "ada", "password": "wrong"})
    with pytest.raises(EnvironmentFaultError, match="the login for token got 401"):
        run_shop(credentials={"token": wrong}, phases=("coverage",))


def test_a_hook_prepares_the_service_and_gives_credentials() -> None:
    report = run_shop(hook="hooks:log_in", credentials={}, phases=("coverage",))
    assert report.findings == ()
    states = {row.operation: row.state for row in report.coverage}
    assert states["POST /items"] == "exercised"


@pytest.mark.parametrize("hook", ["hooks", "no.such.module:f", "hooks:nothing", "hooks:returns_a_list"])
def test_a_hook_that_cannot_be_used_is_told(hook: str) -> None:
    with pytest.raises(UsageError, match=r"hook|names no function"):
        run_shop(hook=hook, phases=("coverage",))


def test_a_service_that_runs_already_is_tested_and_left_running() -> None:
    with running_service(
        AppTarget(app="app:app", directory=SHOP, environment={"FAULTS": "wrong-type"})
    ) as service:
        for url in (service.url, service.url + "/api/v1"):
            report = run_shop(target=UrlTarget(url=url), phases=("coverage", "probes"), max_examples=2)
            assert report.base_url == service.url + "/api/v1"
            assert {f.code for f in report.findings} == {"response-body-invalid"}
        assert not service.is_dead()


def test_a_time_budget_ends_the_test_and_says_so() -> None:
    report = run_shop(time_budget=0.3, max_examples=200)
    assert report.stopped == "the time budget was spent"
    assert report.seconds < 10


def test_an_expired_token_is_fetched_anew() -> None:
    """A static token that the service rejects shows rejections; a login replaces an expired one by itself."""
    stale = run_shop(credentials={"token": StaticCredential(value="a.b.c")}, phases=("coverage",))
    assert {row.operation: row.state for row in stale.coverage}["POST /items"] == "rejection-only"
    report = run_shop("expiring", phases=("fuzzing",), max_examples=10)
    created = next(row for row in report.coverage if row.operation == "POST /items")
    assert created.documented["201"] > 3


def test_a_request_without_a_response_is_a_finding() -> None:
    report = run_shop("hang", timeout=0.3, phases=("coverage",))
    assert ("no-response", "PUT /items/{itemId}", f"{ONE}/put") in reported(report)


def test_a_service_that_dies_is_told_with_the_request_that_killed_it() -> None:
    report = run_shop("crash", phases=("coverage", "probes"))
    assert report.service_died
    assert not report.passed
    assert report.stopped
    assert "no-response" in {finding.code for finding in report.findings}
    assert any("out of memory" in warning for warning in report.warnings)
