"""Reads the cases of rules: small documents with the lines marked where a rule must fire."""

from __future__ import annotations

import re
from dataclasses import dataclass
from pathlib import Path

from accord.contract.load import load_api
from accord.diagnostics import Diagnostic
from accord.lint import validate
from accord.source.document import read_document

CASES = Path(__file__).parent / "cases"
_HEADER = re.compile(r"=== (?P<code>[a-z0-9-]+) (?P<effect>fires|silent)(?: (?P<version>3\.\d))?")


@dataclass(frozen=True, slots=True)
class Scenario:
    code: str
    fires: bool
    text: str
    lines: tuple[int, ...]
    where: str


def scenarios() -> list[Scenario]:
    return [scenario for path in sorted(CASES.glob("*.txt")) for scenario in _read(path)]


def _read(path: Path) -> list[Scenario]:
    found: list[Scenario] = []
    lines = path.read_text("utf-8").splitlines()
    starts = [number for number, line in enumerate(lines) if line.startswith("=== ")]
    for start, end in zip(starts, [*starts[1:], len(lines)], strict=True):
        header = _HEADER.fullmatch(lines[start])
        assert header is not None, f"{path.name}:{start + 1}: {lines[start]}"
        text = _complete(lines[start + 1 : end], header["version"] or "3.1")
        marked = tuple(
            number for number, line in enumerate(text.splitlines(), start=1) if line.rstrip().endswith("#!")
        )
        found.append(
            Scenario(header["code"], header["effect"] == "fires", text, marked, f"{path.name}:{start + 1}")
        )
    return found


def _complete(body: list[str], version: str) -> str:
    keys = {line.split(":")[0] for line in body if line and not line.startswith((" ", "#"))}
    head = []
    if "openapi" not in keys:
        head.append(f"openapi: {version}.0")
    if "info" not in keys:
        head.append('info: {title: T, version: "1"}')
    tail = [] if "paths" in keys else ["paths: {}"]
    return "\n".join([*head, *body, *tail]) + "\n"


def lint(folder: Path, text: str, name: str = "openapi.yaml") -> tuple[Diagnostic, ...]:
    path = folder / name
    path.write_text(text, "utf-8")
    document = read_document(path)
    return validate(document, load_api(document, name="t"))
