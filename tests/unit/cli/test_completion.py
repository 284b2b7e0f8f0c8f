"""The shells ask for completion by environment variables; the responses are what a user sees after a tab."""

from __future__ import annotations

import os
import subprocess
import sys
from pathlib import Path

import pytest


def complete(words: str, folder: Path, count: int) -> list[str]:
    run = subprocess.run(
        [str(Path(sys.executable).with_name("accord"))],
        env={
            **os.environ,
            "_ACCORD_COMPLETE": "complete_bash",
            "COMP_WORDS": words,
            "COMP_CWORD": str(count),
        },
        cwd=folder,
        capture_output=True,
        text=True,
        check=True,
        timeout=60,
    )
    return run.stdout.split()


def test_commands_are_completed(tmp_path: Path) -> None:
    assert complete("accord va", tmp_path, 1) == ["validate"]


def test_formats_are_completed(tmp_path: Path) -> None:
    assert set(complete("accord validate --format ", tmp_path, 3)) >= {
        "text",
        "json",
        "github",
        "sarif",
        "junit",
    }


def test_versions_of_the_project_are_completed(tmp_path: Path) -> None:
    for name in ("v1", "v2"):
        folder = tmp_path / "spec" / name
        folder.mkdir(parents=True)
        (folder / "openapi.yaml").write_text("openapi: 3.1.0\n", encoding="utf-8")
    assert complete("accord validate --version ", tmp_path, 3) == ["v1", "v2"]


@pytest.mark.parametrize("broken", ["tool = [", "[tool.accord]\nspec = 3\n"])
def test_a_project_that_cannot_be_read_completes_nothing_and_says_nothing(
    tmp_path: Path, broken: str
) -> None:
    (tmp_path / "pyproject.toml").write_text(broken, encoding="utf-8")
    assert complete("accord validate --version ", tmp_path, 3) == []
