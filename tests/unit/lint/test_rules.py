"""Every rule fires where its cases say and stays silent where they say so."""

from __future__ import annotations

from pathlib import Path

import pytest

from accord.lint.catalogue import RULES
from tests.unit.lint.scenarios import Scenario, lint, scenarios

ALL = scenarios()


@pytest.mark.parametrize("scenario", ALL, ids=lambda s: f"{s.code}-{s.where}")
def test_a_rule_fires_exactly_at_the_marked_lines(scenario: Scenario, tmp_path: Path) -> None:
    findings = lint(tmp_path, scenario.text)
    reported = [finding for finding in findings if finding.code == scenario.code]
    shown = "\n".join(str(finding) for finding in findings)
    assert [finding.span.line for finding in reported] == list(scenario.lines), f"{scenario.where}\n{shown}"
    assert bool(scenario.lines) == scenario.fires
    assert all(finding.hint and "\n" not in finding.message for finding in reported)


@pytest.mark.parametrize("code", [rule.code for rule in RULES])
def test_every_rule_has_a_firing_and_a_silent_case(code: str) -> None:
    effects = {scenario.fires for scenario in ALL if scenario.code == code}
    assert effects == {True, False}


def test_codes_are_unique_and_every_case_is_about_a_rule() -> None:
    codes = [rule.code for rule in RULES]
    assert len(codes) == len(set(codes))
    assert {scenario.code for scenario in ALL} == set(codes)


def test_rules_say_what_why_and_what_to_do() -> None:
    for rule in RULES:
        assert all(text.endswith((".", "`.")) for text in (rule.summary, rule.why, rule.hint)), rule.code
