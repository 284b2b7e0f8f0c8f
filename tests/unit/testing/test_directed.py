"""Answers that chance does not reach: 403 for a scope, somebody else's resource, 406, 409 and 413."""

from __future__ import annotations

import base64
import json
from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest

from accord.config import load_config
from accord.errors import UsageError
from accord.testing import (
    AppTarget,
    ContractTestOptions,
    ContractTestReport,
    StaticCredential,
    run_contract_test,
)
from accord.testing.config import options_from_config
from accord.testing.credentials import Attached
from accord.testing.directed import claimed_scopes
from tests.unit.testing.support import load

NOTES = Path(__file__).parent / "guarded"
MINE, OTHER, POOR = (StaticCredential(value=name) for name in ("ada", "bob", "poor"))


def run(faults: str = "", **changes: Any) -> ContractTestReport:
    loaded = load(NOTES / "openapi.yaml")
    options = ContractTestOptions(
        target=AppTarget(app="app:app", directory=NOTES, environment={"FAULTS": faults}),
        seed=3,
        max_examples=5,
        phases=("coverage", "probes"),
        credentials={"token": MINE},
        second={"token": OTHER},
        narrow={"token": POOR},
    )
    options = replace(options, **changes)
    return run_contract_test(loaded.api, loaded.document, options)


def test_a_service_that_rejects_rightly_shows_every_documented_response() -> None:
    report = run()
    assert report.findings == ()
    seen = {row.operation: row.documented for row in report.coverage}
    assert all(count for row in seen.values() for count in row.values()), seen
    rejected = {row.operation: row.rejections for row in report.coverage}
    assert rejected["POST /notes"][403] > 0


@pytest.mark.parametrize(
    ("faults", "findings"),
    [
        (
            "scopes",
            {
                ("scope-ignored", operation)
                for operation in ("POST /notes", "GET /notes/{noteId}", "PUT /notes/{noteId}")
            },
        ),
        ("owners", {("object-authorization-ignored", "PUT /notes/{noteId}")}),
        ("accept", {("accept-ignored", "GET /notes/{noteId}")}),
    ],
)
def test_a_service_that_does_not_is_told(faults: str, findings: set[tuple[str, str]]) -> None:
    report = run(faults)
    assert {(found.code, found.operation) for found in report.findings} == findings


def test_a_limit_that_is_documented_and_not_met_is_told() -> None:
    report = run("limit")
    assert report.findings == ()
    assert "POST /notes: 413 is documented, but was not answered to a body of 16 MiB" in report.warnings


def test_without_other_credentials_nothing_is_claimed() -> None:
    report = run("scopes owners", second={}, narrow={})
    assert report.findings == ()


@pytest.mark.parametrize(
    ("claims", "scopes"),
    [
        ({"scope": "read write"}, {"read", "write"}),
        ({"scp": ["read"]}, {"read"}),
        ({"sub": "ada"}, set()),
        ([], set()),
    ],
)
def test_a_token_may_say_which_scopes_it_has(claims: Any, scopes: set[str]) -> None:
    payload = base64.urlsafe_b64encode(json.dumps(claims).encode()).decode().rstrip("=")
    attached = Attached(headers={"Authorization": f"Bearer e30.{payload}.x"})
    assert claimed_scopes(attached) == scopes
    assert claimed_scopes(Attached(headers={"Authorization": "Bearer a.!.c"})) == set()
    assert claimed_scopes(Attached(headers={"X-Key": "k"})) == set()


def test_other_credentials_are_configured_by_who_they_are(tmp_path: Path) -> None:
    (tmp_path / "pyproject.toml").write_text(
        "[tool.accord.contract-test]\n"
        'other-credentials = { second = { token = "bob" }, narrow = { token = "poor" } }\n'
    )
    options = options_from_config(load_config(tmp_path))
    assert options.second == {"token": OTHER}
    assert options.narrow == {"token": POOR}
    (tmp_path / "pyproject.toml").write_text(
        '[tool.accord.contract-test]\nother-credentials = { third = { token = "x" } }\n'
    )
    with pytest.raises(UsageError, match="unknown key 'third'"):
        options_from_config(load_config(tmp_path))


def test_a_hook_gives_other_credentials_too(tmp_path: Path) -> None:
    (tmp_path / "directed_hooks.py").write_text(
        "def both(base_url):\n    return {'token': 'ada', 'second:token': 'bob', 'narrow:token': 'poor'}\n"
        "def third(base_url):\n    return {'third:token': 'x'}\n"
    )
    for name in ("app.py", "openapi.yaml"):
        (tmp_path / name).write_text((NOTES / name).read_text())
    target = AppTarget(app="app:app", directory=tmp_path, environment={"FAULTS": "owners"})
    report = run(target=target, hook="directed_hooks:both", second={}, narrow={})
    assert {found.code for found in report.findings} == {"object-authorization-ignored"}
    with pytest.raises(UsageError, match="credentials of 'third'"):
        run(target=target, hook="directed_hooks:third")
