"""``python -m benchmarks.diff_scale``: what comparing two large versions of one contract costs.

Two versions of GitHub's API (npm package ``@octokit/openapi``) are fetched once, by npm, into the user's cache
(``--sources FOLDER`` holds them elsewhere: ``OLD.json`` and ``NEW.json``), and go through the whole command in every format.
Then both documents are doubled: every path and every component once more, under another name.
"""

from __future__ import annotations

import argparse
import json
import os
import shutil
import subprocess
import sys
import tempfile
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Final

from accord.contract.schema import JsonValue
from accord.errors import AccordError
from accord.sdk.programs import find_node, run

PACKAGE: Final = "@octokit/openapi"
VERSIONS: Final = ("19.1.0", "20.0.0")
DOCUMENT: Final = Path("generated") / "api.github.com.json"
FORMATS: Final = ("text", "json", "markdown", "github", "sarif", "junit", "html")

MOST_SECONDS: Final = 10.0
MOST_MEGABYTES: Final = 1_000.0
MOST_ENTRIES: Final = 150
MOST_GROWTH: Final = 2.5


@dataclass(frozen=True, slots=True, kw_only=True)
class Cost:
    """One run of the command: seconds of CPU, the peak of memory in megabytes, and the size of the report in bytes."""

    seconds: float
    megabytes: float
    size: int


def main() -> int:
    """Measure and print; 1 where a run costs more than it may."""
    parser = argparse.ArgumentParser(prog="python -m benchmarks.diff_scale", description=__doc__)
    parser.add_argument("--sources", type=Path, help="folder with OLD.json and NEW.json")
    options = parser.parse_args()
    with tempfile.TemporaryDirectory() as folder:
        try:
            sides = _given(options.sources) if options.sources else fetch()
        except AccordError as error:
            print(f"{error} {error.hint or ''}".strip(), file=sys.stderr)
            return error.exit_code
        return _measure(sides, Path(folder))


def _measure(sides: tuple[Path, Path], folder: Path) -> int:
    costs = {name: compare(sides, name, folder / f"report.{name}") for name in FORMATS}
    report = json.loads((folder / "report.json").read_text(encoding="utf-8"))
    entries = sum(len(comparison["changes"]) for comparison in report["comparisons"])
    print("| format | CPU s | memory MB | report KB |\n|---|---|---|---|")
    for name, cost in costs.items():
        print(f"| {name} | {cost.seconds:.1f} | {cost.megabytes:.0f} | {cost.size / 1000:.0f} |")
    doubled = (folder / "old.json", folder / "new.json")
    for source, target in zip(sides, doubled, strict=True):
        target.write_text(json.dumps(double(source), indent=2), encoding="utf-8")
    twice = compare(doubled, "text", folder / "report.twice")
    growth = twice.seconds / costs["text"].seconds
    print(
        f"\n{entries} entries; twice the document: {twice.seconds:.1f} s, {twice.megabytes:.0f} MB, {growth:.2f} times"
    )
    failures = list(_failures(costs, entries, growth))
    for failure in failures:
        print(failure, file=sys.stderr)
    return 1 if failures else 0


def _failures(costs: dict[str, Cost], entries: int, growth: float) -> Iterator[str]:
    for name, cost in costs.items():
        if cost.seconds > MOST_SECONDS or cost.megabytes > MOST_MEGABYTES:
            yield f"{name}: {cost.seconds:.1f} s of CPU, {cost.megabytes:.0f} MB"
    if entries > MOST_ENTRIES:
        yield f"{entries} entries"
    if growth > MOST_GROWTH:
        yield f"twice the document takes {growth:.2f} times the time"


def compare(sides: tuple[Path, Path], name: str, target: Path) -> Cost:
    """The cost of one run of ``accord diff``."""
    command = [sys.executable, "-m", "accord", "diff", *map(str, sides), "--format", name]
    command += ["--fail-on", "none", "--output", str(target)]
    with subprocess.Popen(command, stderr=subprocess.DEVNULL) as process:
        _, status, usage = os.wait4(process.pid, 0)
        process.returncode = os.waitstatus_to_exitcode(status)
    if process.returncode != 0:
        raise SystemExit(f"accord diff ended with {process.returncode}")
    return Cost(
        seconds=usage.ru_utime + usage.ru_stime,
        megabytes=usage.ru_maxrss / 1000,
        size=target.stat().st_size,
    )


# ── documents ─────────────────────────────────────────────────────────────────────────────────────────────────────────


def _given(folder: Path) -> tuple[Path, Path]:
    return folder / "OLD.json", folder / "NEW.json"


def fetch() -> tuple[Path, Path]:
    """Both versions, as npm installs them, kept in the user's cache.

    Raises:
        AccordError: npm is missing, or cannot install the package.
    """
    cache = Path(os.environ.get("XDG_CACHE_HOME") or Path.home() / ".cache") / "accord" / "diff-scale"
    old, new = (_fetched(version, cache) for version in VERSIONS)
    return old, new


def _fetched(version: str, cache: Path) -> Path:
    kept = cache / f"github-{version}.json"
    if kept.is_file():
        return kept
    cache.mkdir(parents=True, exist_ok=True)
    npm = find_node().npm
    with tempfile.TemporaryDirectory(dir=cache) as folder:
        command = [*npm, "install", "--ignore-scripts", "--no-audit", "--no-fund", "--no-save"]
        run([*command, "--prefix", folder, f"{PACKAGE}@{version}"], what="npm install", cwd=Path(folder))
        found = Path(folder) / "node_modules" / PACKAGE / DOCUMENT
        copied = Path(folder) / "document.json"
        shutil.copyfile(found, copied)
        copied.replace(kept)
    return kept


def double(source: Path) -> JsonValue:
    """The document at *source* with everything in it twice: the second time under other names."""
    document: JsonValue = json.loads(source.read_text(encoding="utf-8"))
    again = _mapping(_renamed(document))
    out = _mapping(document)
    _mapping(out["paths"]).update({f"/again{path}": item for path, item in _mapping(again["paths"]).items()})
    components = _mapping(out["components"])
    for kind, named in _mapping(again["components"]).items():
        more = {f"again-{name}": value for name, value in _mapping(named).items()}
        _mapping(components[kind]).update(more)
    return out


def _mapping(value: JsonValue) -> dict[str, JsonValue]:
    assert isinstance(value, dict)
    return value


def _renamed(value: JsonValue) -> JsonValue:
    """*value* with references and ids of operations under other names."""
    if isinstance(value, list):
        return [_renamed(member) for member in value]
    if not isinstance(value, dict):
        return value
    out = {key: _renamed(member) for key, member in value.items()}
    reference, operation = out.get("$ref"), out.get("operationId")
    if isinstance(reference, str):
        start, _, name = reference.rpartition("/")
        out["$ref"] = f"{start}/again-{name}"
    if isinstance(operation, str):
        out["operationId"] = f"again/{operation}"
    return out


if __name__ == "__main__":
    sys.exit(main())
