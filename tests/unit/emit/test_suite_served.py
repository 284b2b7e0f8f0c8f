"""JSON-Schema-Test-Suite against running, generated applications: bodies and answers as the suite says."""

from __future__ import annotations

import sys
from collections.abc import Iterator
from pathlib import Path

import pytest

from benchmarks.conformance.suite import Outcome, kept, run_part
from benchmarks.conformance.suite_contract import LeftOut, Part, not_shared, read_groups
from benchmarks.conformance.suite_page import suite_lines, suite_section

SUITE = Path(__file__).parents[4] / "shared" / "jsonschema"
present = pytest.mark.skipif(not SUITE.is_dir(), reason="JSON-Schema-Test-Suite is not beside the project")


@pytest.fixture
def folder(tmp_path: Path) -> Iterator[Path]:
    known = set(sys.modules)
    sys.path.insert(0, str(tmp_path))
    yield tmp_path
    sys.path.remove(str(tmp_path))
    for name in set(sys.modules) - known:
        if name.startswith("generated_spec_"):
            del sys.modules[name]


@present
@pytest.mark.slow
@pytest.mark.parametrize(("part", "total"), [("main", 1299), ("formats", 764), ("openapi-3.0", 641)])
def test_bodies_and_answers_are_what_the_suite_says(folder: Path, part: Part, total: int) -> None:
    outcome = run_part(SUITE, part, folder)
    assert outcome.unexplained == {}
    assert outcome.total == total
    assert max(len(outcome.requests), len(outcome.responses)) <= total * 0.005


@present
def test_what_openapi_3_0_does_not_share_is_told() -> None:
    groups, left = read_groups(SUITE, "openapi-3.0")
    assert sum(len(group.tests) for group in groups) + sum(left_out.tests for left_out in left) == 837
    assert (
        LeftOut(name="type: null type matches only the null object", tests=10, reason="the type `null`")
        in left
    )


@pytest.mark.parametrize(
    ("schema", "reason"),
    [
        ({"properties": {"dependencies": {"type": "string"}}, "enum": [{"id": 1}]}, ""),
        ({"properties": {"a": {"patternProperties": {}}}}, "`patternProperties`"),
        ({"definitions": {"a": {"type": ["string"]}}}, "`type` as a list"),
        (
            {"allOf": [{"$ref": "http://x.example/y"}]},
            "a reference to `http://x.example/y`, which it cannot hold",
        ),
    ],
)
def test_keywords_are_told_from_names_and_values(schema: dict[str, object], reason: str) -> None:
    assert not_shared(schema, {}) == reason  # type: ignore[arg-type]


def test_what_left_is_compared_as_json() -> None:
    assert kept([1.0, {"a": None}], [1, {"a": None, "undeclared": 2}])
    assert not kept([1], [True])
    assert not kept({"a": 1}, {"a": 2})
    assert not kept([1], [1, 2])


def test_a_test_that_nobody_explains_is_shown() -> None:
    outcome = Outcome(part="main", total=4, requests={"type: a: b": "204 expected, got 500"})
    assert "type: a: b: 204 expected, got 500" in suite_lines([outcome])
    section = suite_section([outcome])
    assert "| 4 | 3 (75.00%) | 4 (100.00%) |" in section
    assert "| main: type: a: b | body | not explained: 204 expected, got 500 |" in section
    assert suite_section([]) == ""
