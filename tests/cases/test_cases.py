"""Every folder ``tests/cases/<command>/<behaviour>/`` is a project, a command and what must come of it.

* ``case.toml``: ``command`` (a list, run as ``accord ...`` in a copy of ``project/``), ``exit`` (the exit code) and, where
  files matter, ``tree`` (a folder of the copy that must equal ``expected/``).
* ``git`` (a list, optional): folders beside ``project`` that are committed to the branch ``main`` one after the other before
  ``project`` becomes the uncommitted work tree; ``folder:tag`` tags its commit. Authors and days are fixed.
* ``stdout.txt`` and ``stderr.txt``: the exact output; a missing file stands for no output.

``make golden`` (``ACCORD_GOLDEN=1``) writes the outputs and trees anew; the exit code is never renewed.
"""

from __future__ import annotations

import os
import shutil
import subprocess
import tomllib
from collections.abc import Iterator
from pathlib import Path

import pytest

from tests.commands import Commands, forking

HERE = Path(__file__).parent
CASES = sorted(path.parent for path in HERE.glob("*/*/case.toml"))
GOLDEN = os.environ.get("ACCORD_GOLDEN") == "1"
ENVIRONMENT = {"NO_COLOR": "1", "COLUMNS": "100", "ACCORD_PROGRESS": "never"}


def _name(case: Path) -> str:
    return case.relative_to(HERE).as_posix()


@pytest.fixture(scope="module")
def commands() -> Iterator[Commands]:
    with forking("accord", **ENVIRONMENT) as running:
        yield running


@pytest.mark.parametrize("case", CASES, ids=_name)
def test_case(case: Path, tmp_path: Path, commands: Commands) -> None:
    wanted = tomllib.loads((case / "case.toml").read_text(encoding="utf-8"))
    project = tmp_path / "project"
    project.mkdir()
    if "git" in wanted:
        _commit(case, wanted["git"], project)
    if (case / "project").is_dir():
        shutil.copytree(case / "project", project, symlinks=True, dirs_exist_ok=True)
    run = commands.run(*wanted["command"], cwd=project, env={**os.environ, **ENVIRONMENT})
    seen = {
        "stdout.txt": run.stdout.replace(str(project), "{project}"),
        "stderr.txt": run.stderr.replace(str(project), "{project}"),
    }
    assert run.returncode == wanted["exit"], run.stdout + run.stderr
    for name, text in seen.items():
        _compare_file(case / name, text)
    if "tree" in wanted:
        _compare_tree(case / "expected", project / wanted["tree"])


def _commit(case: Path, commits: list[str], project: Path) -> None:
    _git(project, "init", "--quiet", "--initial-branch=main")
    for number, commit in enumerate(commits, start=1):
        folder, _, tag = commit.partition(":")
        shutil.copytree(case / folder, project, symlinks=True, dirs_exist_ok=True)
        _git(project, "add", "--all")
        _git(project, "commit", "--quiet", "--message", folder, day=number)
        if tag:
            _git(project, "tag", tag)
        _git(project, "rm", "--quiet", "-r", ".")
        project.mkdir(exist_ok=True)


def _git(project: Path, *arguments: str, day: int = 1) -> None:
    who = {
        f"GIT_{role}_{part}": "accord@example.org"
        for role in ("AUTHOR", "COMMITTER")
        for part in ("NAME", "EMAIL")
    }
    when = {f"GIT_{role}_DATE": f"2026-01-{day:02}T12:00:00Z" for role in ("AUTHOR", "COMMITTER")}
    own = {"GIT_CONFIG_GLOBAL": os.devnull, "GIT_CONFIG_SYSTEM": os.devnull}
    subprocess.run(["git", *arguments], cwd=project, env={**os.environ, **who, **when, **own}, check=True)


def _compare_file(file: Path, text: str) -> None:
    if GOLDEN:
        file.write_text(text, encoding="utf-8") if text else file.unlink(missing_ok=True)
        return
    expected = file.read_text(encoding="utf-8") if file.is_file() else ""
    assert text == expected, f"{file.name} differs; if that is right, run: make golden"


def _compare_tree(expected: Path, actual: Path) -> None:
    if GOLDEN:
        shutil.rmtree(expected, ignore_errors=True)
        if actual.is_dir():
            shutil.copytree(actual, expected)
        return
    assert _files(actual) == _files(expected)


def _files(folder: Path) -> dict[str, str]:
    return {
        path.relative_to(folder).as_posix(): path.read_text(encoding="utf-8")
        for path in sorted(folder.rglob("*"))
        if path.is_file() and "__pycache__" not in path.parts
    }


def test_every_case_folder_is_complete() -> None:
    folders = {path for path in HERE.glob("*/*/") if path.name != "__pycache__"}
    assert folders == set(CASES), "a folder without case.toml never runs"
