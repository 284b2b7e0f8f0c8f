"""Labelled pairs of our own: every keyword in both directions, and what stands around schemas.

A label is the worst that a comparison may say: ``B`` breaking (on the wire, with a witness that another validator
confirms), ``U`` undecided, ``P`` breaking by policy alone, ``C`` compatible or silent, ``S`` silent, ``*`` anything.
"""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any, Final

import pytest

from accord.diff import Breaking, DiffReport
from tests.unit.diff.support import bad, body, compare, confirmed, proofs, response

FOLDER: Final = Path(__file__).parent


def rows(name: str) -> list[dict[str, Any]]:  # Any: OpenAPI documents and schemas
    return [json.loads(line) for line in (FOLDER / name).read_text(encoding="utf-8").splitlines()]


def tree(leaf: dict[str, Any], name: str) -> dict[str, Any]:
    kids = {"type": "array", "items": {"$ref": f"#/components/schemas/{name}"}}
    return {"type": "object", "properties": {"v": leaf, "kids": kids}}


NAMED: Final[dict[str, Any]] = {
    "Str": {"type": "string"},
    "Tree": tree({"type": "string"}, "Tree"),
    "Tree2": tree({"type": "string", "maxLength": 4}, "Tree2"),
}


def said(report: DiffReport) -> str:
    """The label that a report deserves."""
    found = bad(report)
    if any(change.status == "breaking" and change.channel == "wire" for change in found):
        return "B"
    if any(change.status == "undecided" for change in found):
        return "U"
    return "P" if found else "C" if report.changes else "S"


def check(report: DiffReport, label: str) -> None:
    allowed = {"C", "S"} if label == "C" else {label}
    assert label == "*" or said(report) in allowed, [
        (change.status, change.message) for change in report.changes
    ]
    if label in {"U", "*"}:
        return
    verdicts = [change.verdict for change in bad(report) if change.channel == "wire"]
    assert all(isinstance(verdict, Breaking) and verdict.witness for verdict in verdicts), verdicts
    assert all(map(confirmed, proofs(report)))


@pytest.mark.parametrize("row", rows("pairs_of_schemas.jsonl"), ids=lambda row: row["name"])
def test_a_schema_means_the_same_to_a_person(row: dict[str, Any], tmp_path: Path) -> None:
    old, new = row["old"], row["new"]
    check(compare(body(old, **NAMED), body(new, **NAMED), tmp_path), row["request"])
    check(compare(response(old, **NAMED), response(new, **NAMED), tmp_path), row["response"])


@pytest.mark.parametrize("row", rows("pairs_of_operations.jsonl"), ids=lambda row: row["name"])
def test_an_operation_means_the_same_to_a_person(row: dict[str, Any], tmp_path: Path) -> None:
    check(compare(row["old"], row["new"], tmp_path), row["verdict"])
