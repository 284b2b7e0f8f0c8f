"""Real specs: no error where there is none, and no contract that is too large to check."""

from __future__ import annotations

import csv
import time
from pathlib import Path

import pytest

from accord.contract.load import load_api
from accord.diagnostics import Diagnostic, Severity
from accord.lint import validate
from accord.source.document import read_document

CORPUS = Path(__file__).parents[4] / "shared" / "corpus"
SPECS = CORPUS / "specs"
pytestmark = pytest.mark.skipif(not SPECS.is_dir(), reason="the shared corpus of real specs is absent")

CPU_SECONDS = 12.0


def _lint(path: Path) -> tuple[Diagnostic, ...]:
    document = read_document(path)
    return validate(document, load_api(document, name=path.stem))


@pytest.mark.parametrize(
    "name",
    [
        "oai-v3.0-petstore.yaml",
        "museum.yaml",
        "realworld.yaml",
        "rm31-train-travel.yaml",
        "mf-redocly-starter/openapi.yaml",
    ],
)
def test_a_sound_spec_has_no_error(name: str) -> None:
    errors = [finding for finding in _lint(SPECS / name) if finding.severity is Severity.ERROR]
    assert errors == [], "\n".join(map(str, errors))


@pytest.mark.slow
def test_the_largest_spec_takes_seconds() -> None:
    start = time.process_time()
    findings = _lint(SPECS / "octokit-api.github.json")
    assert time.process_time() - start < CPU_SECONDS
    assert findings


@pytest.mark.slow
def test_every_spec_can_be_checked_and_every_finding_has_a_place_in_it() -> None:
    with (CORPUS / "manifest.tsv").open(encoding="utf-8", newline="") as file:
        names = [row["file"] for row in csv.DictReader(file, delimiter="\t")]
    for name in names:
        folder = (SPECS / name).parent.resolve()
        for finding in _lint(SPECS / name):
            path = Path(finding.span.file)
            assert path.resolve().is_relative_to(folder), finding
            assert "\n" not in finding.message, finding
            assert finding.span.line >= 1, finding
            assert finding.span.column >= 1, finding
