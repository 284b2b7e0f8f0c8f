"""Contracts that mean harm are generated safely or rejected with a place, and nothing happens on the way.

Nothing of a contract runs, nothing outside of the spec root is read, nothing outside of the target is written, nothing
connects anywhere, and no response is a traceback. See ``contracts.py`` for the set and ``worker.py`` for who watches.
"""

from __future__ import annotations

import json
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest

from accord.errors import EXIT_CLEAN, EXIT_CONTRACT, EXIT_FINDINGS
from tests.cases.hostile.contracts import CASES, SECRET, Hostile

ROOT = Path(__file__).parents[3]
ERRORS = "error"


@pytest.fixture(scope="module")
def worker() -> Iterator[subprocess.Popen[str]]:
    """The process that forks for each case."""
    with subprocess.Popen(
        [sys.executable, "-m", "tests.cases.hostile.worker"],
        cwd=ROOT,
        stdin=subprocess.PIPE,
        stdout=subprocess.PIPE,
        text=True,
    ) as process:
        yield process
        assert process.stdin is not None
        process.stdin.close()


def lay_out(case: Hostile, folder: Path) -> Path:
    """The project of a case, beside a folder that is none of its business."""
    project, outside = folder / "project", folder / "outside"
    version = project / "spec" / "v1"
    version.mkdir(parents=True)
    outside.mkdir()
    (outside / "secret.yaml").write_text(f"Secret: {{type: string, const: {SECRET}}}\n", encoding="utf-8")
    (project / "pyproject.toml").write_text('[tool.accord]\nspec = "spec"\n', encoding="utf-8")
    for path, text in case.files.items():
        filled = text.replace("CANARY", str(folder / "canary"))
        (version / path).write_bytes(filled.encode("utf-8", "surrogateescape"))
    if case.link is not None:
        name, target = case.link
        (version / name).symlink_to(folder / target)
    return project


def everything(folder: Path, *, but: tuple[str, ...]) -> dict[str, bytes]:
    return {
        str(path.relative_to(folder)): path.read_bytes()
        for path in sorted(folder.rglob("*"))
        if path.is_file() and "__pycache__" not in path.parts and not str(path.relative_to(folder)).startswith(but)
    }


@pytest.mark.parametrize("name", CASES)
def test_hostile(name: str, worker: subprocess.Popen[str], tmp_path: Path) -> None:
    case = CASES[name]
    project = lay_out(case, tmp_path)
    before = everything(tmp_path, but=())
    assert worker.stdin is not None
    assert worker.stdout is not None
    worker.stdin.write(f"{project}\n")
    worker.stdin.flush()
    result: dict[str, Any] = json.loads(worker.stdout.readline())

    assert "died" not in result, f"the process ended with {result['died']}: out of time or memory"
    assert result["seen"] == []
    assert not (tmp_path / "canary").exists(), "text of the contract ran"
    assert everything(tmp_path, but=("project/generated", "project/src")) == before
    for command in ("validate", "generate", "scaffold"):
        code, output = result.get(command, (EXIT_CLEAN, ""))
        assert code in {EXIT_CLEAN, EXIT_FINDINGS, EXIT_CONTRACT}, output[-2_000:]
        assert "Traceback" not in output
        assert SECRET not in output

    findings = json.loads(result["validate"][1])["findings"]
    assert all(finding["line"] >= 1 and finding["column"] >= 1 and finding["file"] for finding in findings)
    codes = {finding["code"] for finding in findings if finding["severity"] == ERRORS}
    if case.rejected:
        assert case.rejected in codes
    if result["generate"][0] == EXIT_CLEAN:
        assert result["scaffold"][0] == EXIT_CLEAN, result["scaffold"][1]
        assert result.get("fault", "") == ""
        assert set(result["responses"].values()) <= {200, 400, 401, 404, 405, 415, 422, 501}, result["responses"]
    else:
        assert not (project / "generated").exists(), "a rejected contract left something behind"
        assert codes, "a contract is rejected with a finding"


def test_the_set_is_large_and_has_both_kinds() -> None:
    assert len(CASES) >= 60
    assert sum(bool(case.rejected) for case in CASES.values()) >= 20
