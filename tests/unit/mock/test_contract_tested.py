"""A mock keeps the contract that it mocks: Accord's own contract test says so."""

from __future__ import annotations

import subprocess
import sys
from pathlib import Path

import pytest

ROOT = Path(__file__).resolve().parents[3]
CORPUS = ROOT.parent / "shared" / "corpus" / "specs"


@pytest.mark.slow
@pytest.mark.parametrize("name", ["oai-v3.0-petstore.yaml", "mf-connexion-relrefs/openapi.yaml"])
def test_a_mock_of_a_real_contract_passes_its_contract_test(name: str) -> None:
    if not CORPUS.is_dir():
        pytest.skip("the corpus of real contracts, ../shared/corpus, is not on this machine")
    assert _test_mock(CORPUS / name, runs=2) == ""


@pytest.mark.slow
def test_a_mock_of_a_shop_passes_its_contract_test(tmp_path: Path) -> None:
    """Everything that the shop of the other tests has, apart from what nobody can give."""
    text = (Path(__file__).parent / "shop.yaml").read_text()
    sound = text.replace("minimum: 2, maximum: 1", "minimum: 1, maximum: 2")
    assert sound != text
    (tmp_path / "shop.yaml").write_text(sound)
    assert _test_mock(tmp_path / "shop.yaml", runs=1) == ""


def _test_mock(contract: Path, *, runs: int) -> str:
    """The findings of so many runs of ``scripts/mock_test.py``."""
    command = [sys.executable, "scripts/mock_test.py", "--runs", str(runs), "--examples", "5", str(contract)]
    done = subprocess.run(command, cwd=ROOT, capture_output=True, text=True, timeout=240, check=False)
    return "" if done.returncode == 0 else done.stdout + done.stderr
