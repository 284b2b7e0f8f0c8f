"""New code in the style of the file that it goes into: the project's own ruff settings, its indentation, its line ends."""

from __future__ import annotations

import json
import subprocess
import tomllib
from collections.abc import Sequence
from pathlib import Path
from typing import Final

from accord.emit.python.format import LINE_LENGTH, ruff_command

_CUT: Final = "# accord: cut"


def format_members(members: Sequence[str], *, depth: int, file: Path) -> list[list[tuple[int, str]]]:
    """*members* of a class as the project's formatter prints them: for each the lines, as level and text.

    Each member is source at level 0. *depth* is how many blocks the class body lies in, which decides line lengths.
    """
    front = "".join(f"{' ' * level}class _:\n" for level in range(depth))
    space = " " * depth
    blocks = [
        "".join(f"{space}{line}\n" if line else "\n" for line in member.splitlines()) for member in members
    ]
    text = front + f"\n{space}{_CUT}\n".join(["", *blocks])
    lines = _run(["format"], text, file).splitlines()
    body = lines[depth:]
    unit = _unit(lines, depth)
    found: list[list[tuple[int, str]]] = []
    for line in body:
        stripped = line.strip()
        if stripped == _CUT:
            found.append([])
        elif found and (stripped or found[-1]):
            found[-1].append(_level(line, unit, depth))
    return [_trimmed(values) for values in found]


def _unit(lines: Sequence[str], depth: int) -> str:
    first = next(line for line in lines[depth:] if line.strip())
    return first[: (len(first) - len(first.lstrip())) // depth] or " "


def _level(line: str, unit: str, depth: int) -> tuple[int, str]:
    level = 0
    while line.startswith(unit):
        line, level = line.removeprefix(unit), level + 1
    return max(level - depth, 0), line


def _trimmed(lines: list[tuple[int, str]]) -> list[tuple[int, str]]:
    while lines and not lines[-1][1]:
        lines.pop()
    return lines


def sort_imports(text: str, *, before: str, file: Path, own: Sequence[str]) -> str:
    """*text* with its imports in the order of isort, if they were so *before*; otherwise as it is.

    The order is the one that the project configures, or else that of fresh files, where the packages *own* stand last.
    """
    fresh = ["--isolated", "--config", f"lint.isort.known-first-party={json.dumps(list(own))}"]
    fresh += ["--config", f"line-length={LINE_LENGTH}"]
    for settings in ([], fresh):
        check = ["check", *settings, "--select", "I", "--ignore", "I002", "--quiet"]
        if _ruff(check, before, file).returncode == 0:
            return _run([*check, "--fix", "--exit-zero"], text, file)
    return text


def _run(arguments: Sequence[str], text: str, file: Path) -> str:
    done = _ruff(arguments, text, file)
    if done.returncode != 0:
        raise RuntimeError(
            f"ruff rejected new code for {file}: {done.stderr.decode(errors='replace').strip()}"
        )
    return done.stdout.decode()


def _ruff(arguments: Sequence[str], text: str, file: Path) -> subprocess.CompletedProcess[bytes]:
    place = file.resolve()
    own = ["--line-length", str(LINE_LENGTH)] if arguments[0] == "format" else []
    known = "--isolated" in arguments or _is_configured(place)
    settings = [] if known else ["--isolated", "--target-version", "py311", *own]
    command = [*ruff_command(), *arguments, "--no-cache", *settings, "--stdin-filename", str(place), "-"]
    folder = next(folder for folder in place.parents if folder.is_dir())
    return subprocess.run(  # noqa: S603  # own arguments
        command, input=text.encode(), cwd=folder, capture_output=True, check=False
    )


def _is_configured(file: Path) -> bool:
    """Whether ruff finds settings of the project for *file* that it can read."""
    for folder in file.parents:
        if (folder / "ruff.toml").is_file() or (folder / ".ruff.toml").is_file():
            return True
        project = folder / "pyproject.toml"
        if project.is_file():
            try:
                tools: object = tomllib.loads(project.read_text(encoding="utf-8")).get("tool", {})
            except (OSError, ValueError):
                return False
            if isinstance(tools, dict) and "ruff" in tools:
                return True
    return False
