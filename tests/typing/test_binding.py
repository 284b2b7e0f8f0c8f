"""A change of the contract that an implementation does not follow is a type error at the line that has to change.

Each mutation is a package of its own, and one run of mypy and one of pyright check all of them.
"""

from __future__ import annotations

import json
import os
import re
import subprocess
import sys
from collections import defaultdict
from pathlib import Path

import pytest

from tests.typing.mutations import MUTATIONS, Mutation
from tests.typing.project import write_package

pytestmark = pytest.mark.slow

Found = dict[str, list[tuple[str, int, str]]]
"""File, line and message of what a checker found, by package."""

TOOLS = Path(__file__).parents[2] / "tools"


@pytest.fixture(scope="module")
def packages(tmp_path_factory: pytest.TempPathFactory) -> Path:
    folder = tmp_path_factory.mktemp("typing")
    for mutation in MUTATIONS:
        (folder / mutation.name).mkdir()
        write_package(folder / mutation.name, mutation.files())
    return folder


@pytest.fixture(scope="module")
def mypy(packages: Path) -> Found:
    command = [
        sys.executable,
        "-m",
        "mypy",
        "--strict",
        "--config-file=",
        "--cache-dir=/dev/null",
        "--no-pretty",
    ]
    command += [
        "--enable-error-code=explicit-override",
        "--no-error-summary",
        *(mutation.name for mutation in MUTATIONS),
    ]
    environment = {**os.environ, "MYPYPATH": str(TOOLS)}
    done = subprocess.run(command, cwd=packages, env=environment, capture_output=True, text=True, check=False)
    assert done.returncode in {0, 1}, done.stderr
    found: Found = defaultdict(list)
    for line in done.stdout.splitlines():
        match = re.fullmatch(r"(\w+)/(.+?):(\d+): error: (.*)", line)
        if match:
            found[match[1]].append((match[2], int(match[3]), match[4]))
        else:
            assert ": note: " in line, line
    return found


@pytest.fixture(scope="module")
def pyright(packages: Path) -> Found:
    config = {
        "include": [mutation.name for mutation in MUTATIONS],
        "extraPaths": [str(TOOLS)],
        "pythonVersion": "3.11",
        "typeCheckingMode": "strict",
        "reportImplicitOverride": "error",
    }
    (packages / "pyrightconfig.json").write_text(json.dumps(config))
    command = [sys.executable, "-m", "pyright", "--outputjson", "--pythonpath", sys.executable]
    done = subprocess.run(command, cwd=packages, capture_output=True, text=True, check=False)
    assert done.returncode in {0, 1}, done.stdout + done.stderr
    found: Found = defaultdict(list)
    for diagnostic in json.loads(done.stdout)["generalDiagnostics"]:
        if diagnostic.get("rule", "").startswith(("reportUnknown", "reportUnused")):
            continue  # follows from another error
        package, _, file = Path(diagnostic["file"]).relative_to(packages).as_posix().partition("/")
        found[package].append((file, diagnostic["range"]["start"]["line"] + 1, diagnostic["message"]))
    return found


@pytest.mark.parametrize("mutation", MUTATIONS, ids=lambda item: item.name)
def test_mypy_points_at_the_line(mutation: Mutation, mypy: Found) -> None:
    check(mutation, mypy[mutation.name], mutation.mypy)


@pytest.mark.parametrize("mutation", MUTATIONS, ids=lambda item: item.name)
def test_pyright_points_at_the_line(mutation: Mutation, pyright: Found) -> None:
    check(mutation, pyright[mutation.name], mutation.pyright)


def check(mutation: Mutation, found: list[tuple[str, int, str]], expected: str) -> None:
    """The checker complains at each expected line and nowhere else, and says there what is expected."""
    places = mutation.places()
    assert sorted({(file, line) for file, line, _ in found}) == places, found
    if mutation.line is not None:
        first = (f"{mutation.at}.py", mutation.number())
        assert any(expected in message for file, line, message in found if (file, line) == first), found
