"""The pinned ``ruff format``, run once over all files of a tree."""

from __future__ import annotations

import os
import subprocess
import sys
import sysconfig
import tempfile
from collections.abc import Mapping
from pathlib import Path, PurePosixPath
from typing import Final

from accord.errors import EnvironmentFaultError

LINE_LENGTH: Final = 110
_TARGET: Final = "py311"


def format_sources(sources: Mapping[str, str]) -> dict[str, str]:
    """*sources* (POSIX path to text) as ``ruff format`` leaves them; files that are no Python stay as they are.

    The result does not depend on any configuration on the machine.

    Raises:
        EnvironmentFaultError: ruff is not installed.
        RuntimeError: a source is not valid Python, which is a bug of the generator.
    """
    python = {path: text for path, text in sources.items() if path.endswith(".py")}
    if not python:
        return dict(sources)
    with tempfile.TemporaryDirectory(prefix="accord-format-") as folder:
        root = Path(folder)
        for path, text in python.items():
            target = root / PurePosixPath(path)
            target.parent.mkdir(parents=True, exist_ok=True)
            target.write_text(text, encoding="utf-8", newline="\n")
        _run_ruff(root)
        formatted = {path: (root / PurePosixPath(path)).read_text(encoding="utf-8") for path in python}
    return {path: formatted.get(path, text) for path, text in sources.items()}


def _run_ruff(root: Path) -> None:
    command = [
        *ruff_command(),
        "format",
        "--isolated",
        "--no-cache",
        "--line-length",
        str(LINE_LENGTH),
        "--target-version",
        _TARGET,
        ".",
    ]
    done = subprocess.run(command, cwd=root, capture_output=True, text=True, check=False)  # noqa: S603  # own arguments
    if done.returncode != 0:
        raise RuntimeError(f"ruff format rejected generated code: {done.stderr.strip()}")


def ruff_command() -> list[str]:
    """The ruff of this environment, not whatever stands first on the path.

    Raises:
        EnvironmentFaultError: it is not installed.
    """
    name = "ruff.exe" if os.name == "nt" else "ruff"
    for folder in (Path(sysconfig.get_path("scripts")), Path(sys.executable).parent):
        if (folder / name).is_file():
            return [str(folder / name)]
    raise EnvironmentFaultError(
        "ruff, which formats generated code, is not installed.", hint="Install the extra: accord[tools]."
    )
