"""The broken specs of the shared folder: every fault found at its own line, nothing on the good ones."""

from __future__ import annotations

import csv
from pathlib import Path

import pytest

from accord.contract.load import load_api
from accord.diagnostics import Diagnostic, Severity
from accord.errors import ContractUnusableError
from accord.lint import validate
from accord.source.document import read_document

FOLDER = Path(__file__).parents[4] / "shared" / "lint"
pytestmark = pytest.mark.skipif(not FOLDER.is_dir(), reason="the shared folder of broken specs is absent")


def _lint(path: Path) -> tuple[Diagnostic, ...]:
    try:
        document = read_document(path)
    except ContractUnusableError as error:
        return error.diagnostics
    return validate(document, load_api(document, name=path.stem))


def _expected() -> list[tuple[str, int]]:
    if not FOLDER.is_dir():
        return []
    with (FOLDER / "expected.tsv").open(encoding="utf-8", newline="") as file:
        return [(row["file"], int(row["line"])) for row in csv.DictReader(file, delimiter="\t")]


@pytest.mark.parametrize(("name", "line"), _expected())
def test_the_fault_is_found_at_its_line_and_nothing_else(name: str, line: int) -> None:
    reported = [finding for finding in _lint(FOLDER / name) if finding.severity is not Severity.INFO]
    assert [finding.span.line for finding in reported] == [line], "\n".join(map(str, reported))


@pytest.mark.parametrize("name", ["00_good.yaml", "00_good30.yaml"])
def test_nothing_is_said_about_a_good_one(name: str) -> None:
    assert _lint(FOLDER / name) == ()
