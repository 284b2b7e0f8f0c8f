"""The hook file and the example workflow name commands and options that exist."""

from __future__ import annotations

import re
import subprocess
import sys
from pathlib import Path

import pytest
import yaml

ROOT = Path(__file__).parents[3]
HOOKS = yaml.safe_load((ROOT / ".pre-commit-hooks.yaml").read_text(encoding="utf-8"))
WORKFLOW = (ROOT / ".github/workflows/contract.yml").read_text(encoding="utf-8")
COMMANDS = [hook["entry"] for hook in HOOKS] + re.findall(r"(?<=\.venv/bin/)accord [^|>\n]+", WORKFLOW)


@pytest.mark.parametrize("command", COMMANDS)
def test_commands_parse(command: str) -> None:
    words = command.split()[1:]
    run = subprocess.run(
        [sys.executable, "-m", "accord", *words, "--help"],
        capture_output=True,
        text=True,
        check=False,
        timeout=60,
    )
    assert run.returncode == 0, run.stderr
    known = set(re.findall(r"--[a-z-]+", run.stdout))
    assert {word for word in words if word.startswith("--")} <= known


@pytest.mark.parametrize("hook", HOOKS, ids=lambda hook: str(hook["id"]))
def test_hooks_run_clean_on_this_project(hook: dict[str, object]) -> None:
    command = str(hook["entry"]).split()[1:]
    run = subprocess.run(
        [sys.executable, "-m", "accord", *command],
        cwd=ROOT,
        capture_output=True,
        text=True,
        check=False,
        timeout=120,
    )
    assert run.returncode == 0, run.stdout + run.stderr
    assert hook["pass_filenames"] is False
