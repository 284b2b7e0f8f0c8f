"""The labelled pairs of a peer's own tests: how many breaks are found, how many alarms are false, and why we differ."""

from __future__ import annotations

import json
from collections import Counter
from pathlib import Path
from typing import Any

import pytest

from accord.diff import Breaking, DiffReport
from tests.unit.diff.support import bad, compare, confirmed, proofs

PAIRS = Path(__file__).parents[4] / "shared" / "diff" / "pairs.jsonl"

DISAGREED = {
    # Labelled harmless, called breaking by us:
    "pair-010": "a token with the old scopes only is no longer enough",
    "pair-160": "the branch that was added to oneOf overlaps with another one: what fitted one now fits two",
    # Labelled breaking, called harmless by us:
    "pair-064": "an enumeration was lifted from a request: more is accepted, nothing less",
    "pair-068": "the narrowed property is readOnly in a request, and the response promises more",
    "pair-237": "the body of a webhook became required: the service sends it, and the listener gets no less",
}


@pytest.fixture(scope="module")
def reports(tmp_path_factory: pytest.TempPathFactory) -> list[tuple[dict[str, Any], DiffReport]]:
    if not PAIRS.is_file():
        pytest.skip("the labelled pairs, ../shared/diff/pairs.jsonl, are not on this machine")
    folder = tmp_path_factory.mktemp("pairs")
    rows = [json.loads(line) for line in PAIRS.read_text(encoding="utf-8").splitlines()]
    return [(row, compare(row["base"], row["revision"], folder)) for row in rows]


def test_breaks_are_found_and_alarms_are_few(reports: list[tuple[dict[str, Any], DiffReport]]) -> None:
    counted: Counter[tuple[str, bool]] = Counter()
    differing: set[str] = set()
    for row, report in reports:
        if row["verdict"] == "policy-dependent":
            continue
        found = bool(bad(report))
        expected = row["verdict"] == "breaking"
        if row["class"] == "wire" or not expected:
            counted[row["verdict"], found] += 1
        if found != expected:
            differing.add(row["name"])
    breaking = counted["breaking", True] + counted["breaking", False]
    harmless = counted["not-breaking", True] + counted["not-breaking", False]
    assert counted["breaking", True] >= 0.95 * breaking
    assert counted["not-breaking", True] <= 0.03 * harmless
    assert differing == set(DISAGREED), "every disagreement has a reason above"


def test_breaks_come_with_witnesses(reports: list[tuple[dict[str, Any], DiffReport]]) -> None:
    changes = [c for _, report in reports for c in bad(report) if c.channel == "wire"]
    shown = [c for c in changes if isinstance(c.verdict, Breaking) and c.verdict.witness is not None]
    undecided = [c for c in changes if c.status == "undecided"]
    assert len(shown) >= 0.9 * len(changes)
    assert len(undecided) <= 0.05 * len(changes)


def test_a_second_validator_confirms_every_witness(reports: list[tuple[dict[str, Any], DiffReport]]) -> None:
    found = [(row["name"], proof) for row, report in reports for proof in proofs(report)]
    assert len(found) > 80
    assert [name for name, proof in found if not confirmed(proof)] == []


def test_nothing_changed_from_a_version_to_itself(
    reports: list[tuple[dict[str, Any], DiffReport]], tmp_path: Path
) -> None:
    for row, _ in reports:
        assert compare(row["base"], row["base"], tmp_path).changes == (), row["name"]
