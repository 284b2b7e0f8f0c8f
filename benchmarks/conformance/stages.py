"""The stages of one contract, each in a process of its own with a time limit."""

from __future__ import annotations

import contextlib
import json
import os
import re
import resource
import signal
import subprocess
import sys
import tempfile
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

ROOT = Path(__file__).parents[2]
MEMORY_LIMIT = 4 * 1024**3
"""Bytes of address space beyond which a stage dies by itself, in place of the machine."""


@dataclass(frozen=True, slots=True)
class Ran:
    """How a process ended; ``status`` is ``None`` where it took too long."""

    status: int | None
    stdout: str
    stderr: str
    cpu: float

    @property
    def why(self) -> str:
        """The last line of what it complained about."""
        if self.status is None:
            return "took too long"
        lines = [line for line in (self.stderr or self.stdout).splitlines() if line.strip()]
        return lines[-1][:300] if lines else f"exit code {self.status}"


@dataclass(slots=True)
class Line:
    """What is known about one contract. A stage that did not end well left its reason in ``broken``."""

    name: str
    errors: int = 0
    warnings: int = 0
    declared: int = 0
    served: int = 0
    unsupported: int = 0
    duplicates: int = 0
    """Operations whose requests go to an earlier one, each with a finding."""
    findings: int = 0
    equal: bool = False
    lost: list[str] = field(default_factory=list[str])
    failed: list[str] = field(default_factory=list[str])
    types: str = "-"
    cpu: float = 0.0
    peak_mb: float = 0.0
    lines: int = 0
    codes: dict[str, int] = field(default_factory=dict[str, int])
    broken: dict[str, str] = field(default_factory=dict[str, str])

    @property
    def good(self) -> bool:
        """Whether everything that is required of a contract holds."""
        return (
            not self.broken
            and self.equal
            and not self.lost
            and not self.failed
            and self.types in {"ok", "-"}
            and self.served + self.unsupported + self.duplicates == self.declared
        )


@dataclass(frozen=True, slots=True, kw_only=True)
class Options:
    """``seconds`` is the limit of a stage. ``checked`` runs mypy with ``cache`` as its cache."""

    seconds: float
    checked: bool
    cache: Path


def run_stages(spec: Path, name: str, options: Options) -> Line:
    """Take the contract *spec* through all stages in a folder that is removed afterwards."""
    line = Line(name)
    with tempfile.TemporaryDirectory(prefix="conformance-") as temporary:
        folder = Path(temporary)
        _validate(spec, line, options)
        package = _generate(spec, folder, line, options)
        if package is not None:
            _boot(folder, package, line, options)
            if options.checked:
                _check_types(folder, line, options)
    return line


def _validate(spec: Path, line: Line, options: Options) -> None:
    command = [sys.executable, "-m", "accord", "validate", "--format", "json", str(spec)]
    ran = _run(command, options.seconds)
    try:
        findings = json.loads(ran.stdout)
        severities = [finding["severity"] for finding in findings["findings"]]
    except (ValueError, KeyError, TypeError):
        line.broken["validate"] = ran.why
        return
    line.errors, line.warnings = severities.count("error"), severities.count("warning")


def _generate(spec: Path, folder: Path, line: Line, options: Options) -> str | None:
    report = _child("generate_one", [str(spec), str(folder)], "generate", line, options)
    if report is None:
        return None
    line.cpu, line.peak_mb, line.lines = report["cpu"], report["peak_mb"], report["lines"]
    line.declared, line.codes = report["declared"], report["codes"]
    line.duplicates = report["duplicates"]
    line.findings = report["errors"] + report["warnings"]
    line.lost = [*report["lost"], *(f"invented: {fact}" for fact in report["invented"])]
    return str(report["package"])


def _boot(folder: Path, package: str, line: Line, options: Options) -> None:
    report = _child("boot_one", [str(folder), package], "boot", line, options)
    if report is not None:
        line.equal, line.failed = report["equal"], report["failed"]
        line.served, line.unsupported = report["served"], report["unsupported"]


def _check_types(folder: Path, line: Line, options: Options) -> None:
    command = [sys.executable, "-m", "mypy", "--strict", "--cache-dir", str(options.cache)]
    command += ["--explicit-package-bases", "--no-error-summary", "generated", "implementation"]
    ran = _run(command, options.seconds * 2, folder)
    if ran.status is None:
        line.broken["mypy"] = ran.why
        return
    wrong = re.findall(r": error: ", ran.stdout)
    line.types = "ok" if ran.status == 0 else f"{len(wrong)} errors" if wrong else "failed"
    if ran.status:
        line.failed.extend(text[:300] for text in (ran.stdout + ran.stderr).splitlines()[:5])


def _child(
    module: str, arguments: Sequence[str], stage: str, line: Line, options: Options
) -> Mapping[str, Any] | None:
    ran = _run([sys.executable, "-m", f"benchmarks.conformance.{module}", *arguments], options.seconds)
    try:
        if ran.status == 0:
            found: Mapping[str, Any] = json.loads(ran.stdout)
            return found
    except ValueError:
        pass
    line.broken[stage] = ran.why
    return None


def _run(command: Sequence[str], seconds: float, folder: Path = ROOT) -> Ran:
    path = os.pathsep.join(str(ROOT / text) for text in ("tools", "src", "."))
    environment = {**os.environ, "PYTHONPATH": path, "MYPYPATH": path, "NO_COLOR": "1", "PYTHONHASHSEED": "0"}
    before = resource.getrusage(resource.RUSAGE_CHILDREN)
    with tempfile.TemporaryFile("w+") as out, tempfile.TemporaryFile("w+") as err:
        child = subprocess.Popen(
            command,
            cwd=folder,
            env=environment,
            stdout=out,
            stderr=err,
            start_new_session=True,
        )
        resource.prlimit(child.pid, resource.RLIMIT_AS, (MEMORY_LIMIT, MEMORY_LIMIT))
        status: int | None
        try:
            status = child.wait(timeout=seconds)
        except subprocess.TimeoutExpired:
            status = None
            with contextlib.suppress(ProcessLookupError):
                os.killpg(child.pid, signal.SIGKILL)
            child.wait()
        out.seek(0)
        err.seek(0)
        after = resource.getrusage(resource.RUSAGE_CHILDREN)
        return Ran(status, out.read(), err.read(), after.ru_utime - before.ru_utime)
