"""Real specs: no error where there is none, and no contract that is too large to check. `tests/unit/test_corpus.py` checks all of them."""

from __future__ import annotations

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
