"""``make conformance``: every contract of a folder through Accord, the JSON Schema test suite, and the page
``docs/reference/conformance.md``.

The folder holds contracts as files, or folders with an ``openapi.yaml`` (``.yml``, ``.json``) as their entry.
"""

from __future__ import annotations

import argparse
import os
import queue
import sys
import tempfile
import threading
from collections.abc import Sequence
from pathlib import Path

from benchmarks.conformance.page import page, text_line, total
from benchmarks.conformance.stages import ROOT, Line, Options, run_stages
from benchmarks.conformance.suite import Outcome, run_suite
from benchmarks.conformance.suite_page import suite_lines, suite_section

_ENTRIES = ("openapi.yaml", "openapi.yml", "openapi.json")
_SUFFIXES = {".json", ".yaml", ".yml"}


def find(corpus: Path) -> list[tuple[str, Path]]:
    """Names and entry files of the contracts in *corpus*, by name."""
    found: list[tuple[str, Path]] = []
    for path in sorted(corpus.iterdir()):
        if path.is_file() and path.suffix in _SUFFIXES:
            found.append((path.stem, path))
        elif path.is_dir():
            entries = [path / entry for entry in _ENTRIES if (path / entry).is_file()]
            found.extend((path.name, entry) for entry in entries[:1])
    return found


def run(specs: Sequence[tuple[str, Path]], jobs: int, seconds: float, *, checked: bool) -> list[Line]:
    """The lines of *specs*, each printed when it is known."""
    waiting: queue.SimpleQueue[tuple[int, str, Path]] = queue.SimpleQueue()
    # The largest first, so that none of them runs alone at the end.
    for index, (name, path) in sorted(enumerate(specs), key=lambda item: -item[1][1].stat().st_size):
        waiting.put((index, name, path))
    done: dict[int, Line] = {}

    with tempfile.TemporaryDirectory(prefix="conformance-mypy-") as caches:

        def work(number: int) -> None:
            options = Options(seconds=seconds, checked=checked, cache=Path(caches) / str(number))
            while True:
                try:
                    index, name, path = waiting.get_nowait()
                except queue.Empty:
                    return
                done[index] = run_stages(path, name, options)
                print(text_line(done[index]), end="", flush=True)

        threads = [threading.Thread(target=work, args=(number,)) for number in range(jobs)]
        for thread in threads:
            thread.start()
        for thread in threads:
            thread.join()
    return [done[index] for index in sorted(done)]


def main() -> int:
    """0 if everything that is required holds for every contract, 1 if not, 2 without contracts."""
    parser = argparse.ArgumentParser(prog="make conformance", description=__doc__)
    default = os.environ.get("CORPUS") or str(ROOT.parent / "shared" / "corpus" / "specs")
    parser.add_argument("--corpus", type=Path, default=Path(default), help="folder of contracts")
    parser.add_argument("--only", nargs="*", default=[], metavar="NAME", help="contracts to keep")
    parser.add_argument(
        "--largest", type=int, default=0, metavar="BYTES", help="leave out larger entry files"
    )
    parser.add_argument("--jobs", type=int, default=2)
    parser.add_argument("--seconds", type=float, default=400, help="limit of each stage")
    parser.add_argument("--no-mypy", action="store_true", help="leave out the type checker")
    parser.add_argument(
        "--suite",
        type=Path,
        default=ROOT.parent / "shared" / "jsonschema",
        help="folder of the JSON Schema test suite",
    )
    parser.add_argument("--page", type=Path, help="write the page of the docs here")
    options = parser.parse_args()
    if not options.corpus.is_dir():
        print(f"there is no folder {options.corpus}: give one by CORPUS=FOLDER", file=sys.stderr)
        return 2
    specs = [
        (name, path)
        for name, path in find(options.corpus)
        if (not options.only or name in options.only)
        and (not options.largest or path.stat().st_size <= options.largest)
    ]
    lines = run(specs, options.jobs, options.seconds, checked=not options.no_mypy)
    print("total: " + " | ".join(total(lines)))
    outcomes = _suite(options.suite)
    if options.page is not None:
        options.page.write_text(page(lines) + suite_section(outcomes), encoding="utf-8")
    good = all(line.good for line in lines) and not any(outcome.unexplained for outcome in outcomes)
    return 0 if lines and good else 1


def _suite(folder: Path) -> list[Outcome]:
    if not folder.is_dir():
        print(f"there is no JSON Schema test suite in {folder}: left out", file=sys.stderr)
        return []
    outcomes = run_suite(folder)
    print(suite_lines(outcomes), end="")
    return outcomes


if __name__ == "__main__":
    raise SystemExit(main())
