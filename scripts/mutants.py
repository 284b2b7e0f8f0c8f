"""Mutation testing of the modules where a wrong line does the most harm, by mutmut.

Each module is mutated in a copy of the project below build/mutants, and its mutants run against the unit tests that are
about it, one process at a time. A test that fails kills a mutant; one that lives shows a line that no test watches.

Usage: `python -m scripts.mutants [MODULE ...] [--seconds N] [--page FILE]`, in the root of a git work tree; without a
module all of :data:`TARGETS`. ``--seconds`` bounds each module. The table goes to stdout and, with the survivors as
diffs, to build/mutants/report.md; ``--page`` puts it in a page of documentation, together with the modules of earlier
runs. Exit code: 0 done, whatever lives, 1 the tests of a module could not be run, 2 usage, 5 something is missing.
"""

from __future__ import annotations

import argparse
import json
import os
import shutil
import signal
import subprocess
import sys
from collections.abc import Iterable, Sequence
from contextlib import chdir, suppress
from pathlib import Path
from typing import Final

from scripts.mutant_decorators import undecorated
from scripts.mutant_report import Fate, Outcome, fate, replaced, report, table

ROOT: Final = Path(__file__).resolve().parent.parent
BUILD: Final = ROOT / "build" / "mutants"

_PARAMETERS: Final = (
    "tests/unit/runtime/test_parameters.py",
    "tests/unit/runtime/test_brackets.py",
    "tests/unit/runtime/test_undeclared_query.py",
    "tests/unit/runtime/test_wire_styles.py",
)
_GUARD: Final = (
    "tests/unit/runtime/test_rejections.py",
    "tests/unit/runtime/test_bodies.py",
    "tests/unit/runtime/test_responses.py",
)
_SECURITY: Final = ("tests/unit/runtime/test_security.py", "tests/unit/runtime/test_credentials.py")
_SOURCE: Final = (
    "tests/unit/source/test_identifiers.py",
    "tests/unit/source/test_limits.py",
    "tests/unit/source/test_document.py",
    "tests/unit/source/test_yaml.py",
)
_SCHEMA: Final = ("tests/unit/contract",)
_DIFF: Final = (
    "tests/unit/diff/test_language.py",
    "tests/unit/diff/test_own_pairs.py",
    "tests/unit/diff/test_equivalence.py",
)
_SERVICE: Final = (
    "tests/unit/service/test_rate_limits.py",
    "tests/unit/service/test_callers.py",
    "tests/unit/service/test_peers.py",
    "tests/unit/service/test_edge.py",
)
_VALUES: Final = ("tests/service/core/test_values.py", "tests/service/core/test_items.py")
_ACCOUNTS: Final = ("tests/service/core/test_accounts.py", "tests/service/core/test_claims.py")

TARGETS: Final[dict[str, tuple[str, ...]]] = {
    "accord.contract.json_schema": _SCHEMA,
    "accord.contract.schemas.patterns": ("tests/unit/contract/schemas/test_patterns.py",),
    "accord.contract.schemas.walk": _SCHEMA,
    "accord.contract.schemas.numbers": ("tests/unit/contract/schemas/test_numbers.py",),
    "accord.contract.visit": _SCHEMA,
    "accord.diff.proof.decide": _DIFF,
    "accord.diff.proof.language": _DIFF,
    "accord.diff.proof.inclusion": _DIFF,
    "accord.runtime.brackets": _PARAMETERS,
    "accord.runtime.guard": _GUARD,
    "accord.runtime.parameters": _PARAMETERS,
    "accord.runtime.security": _SECURITY,
    "accord.runtime.strict_json": (
        "tests/unit/runtime/test_strict_json.py",
        "tests/unit/runtime/test_json_places.py",
    ),
    "accord.runtime.styles": _PARAMETERS,
    "accord.runtime.wire": _PARAMETERS,
    "accord.service.callers": _SERVICE,
    "accord.service.protection": _SERVICE,
    "accord.service.rate_counters": _SERVICE,
    "accord.service.rate_limits": _SERVICE,
    "accord.source.identifiers": _SOURCE,
    "accord.source.limits": _SOURCE,
    "accord.source.pointer": ("tests/unit/source", "tests/unit/contract/test_load_broken.py"),
    "impl.core.api_keys": ("tests/service/core/test_accounts.py", "tests/service/tokens/test_guessing.py"),
    "impl.core.cursors": _VALUES,
    "impl.core.etags": _VALUES,
    "impl.core.idempotency": ("tests/service/core/test_once.py",),
    "impl.core.ownership": (
        "tests/service/core/test_ownership.py",
        "tests/service/core/test_owned_inserts.py",
    ),
    "impl.core.passwords": _ACCOUNTS,
    "impl.core.signing": _ACCOUNTS,
    "impl.core.tokens": (*_ACCOUNTS, "tests/service/tokens/test_refreshing.py"),
}
"""Modules, and the tests that are about each."""

# Where the copy has what the project has: mutmut tells modules apart by their path, and finds them below src only.
_PLACES: Final = {
    "tools/accord/": "src/accord/",
    "src/": "src/",
    "tests/unit/": "tests/unit/",
    "tests/service/": "tests/service/",
    "tests/contract/": "tests/contract/",
    "generated/": "generated/",
    "spec/": "spec/",
}
_TESTS_NEED: Final = ("generated", "spec", "tools")


def main(arguments: Sequence[str] | None = None) -> int:
    """Run the mutants of the modules asked for, print the table and return the exit code."""
    parser = argparse.ArgumentParser(
        prog="python -m scripts.mutants", description="Mutation testing by mutmut."
    )
    parser.add_argument("modules", nargs="*", metavar="MODULE", help="default: all")
    parser.add_argument(
        "--seconds", type=int, default=600, help="bound for each module (default: %(default)s)"
    )
    parser.add_argument("--page", type=Path, help="page of documentation whose table is renewed")
    options = parser.parse_args(arguments)
    asked: list[str] = options.modules or list(TARGETS)
    unknown = sorted(set(asked) - set(TARGETS))
    if unknown:
        parser.error(
            f"no tests are known for {', '.join(unknown)}; add them to TARGETS in scripts/mutants.py"
        )
    mutmut = Path(sys.executable).with_name("mutmut")
    if not mutmut.exists():
        _say(f"{mutmut} is not installed: run make setup")
        return 5
    # A shell starts what runs behind it with this one ignored, and mutmut, which it stops, would inherit that.
    signal.signal(signal.SIGINT, signal.default_int_handler)
    outcomes: list[Outcome] = []
    for module in sorted(set(asked)):
        _say(f"{module} ...")
        outcome = run(module, mutmut, options.seconds)
        if outcome is None:
            _say(f"{module}: its tests do not run by themselves, see {BUILD / module / 'mutmut.log'}")
        else:
            outcomes.append(outcome)
            _keep(outcome)
    print(table(outcomes), end="")
    (BUILD / "report.md").write_text(report(outcomes), encoding="utf-8")
    _say(f"the survivors: {(BUILD / 'report.md').relative_to(ROOT)}")
    if options.page is not None:
        page: Path = options.page
        page.write_text(replaced(page.read_text(encoding="utf-8"), _kept()), encoding="utf-8")
    return 0 if len(outcomes) == len(set(asked)) else 1


def _say(text: str) -> None:
    print(f"mutants: {text}", file=sys.stderr, flush=True)


def run(module: str, mutmut: Path, seconds: int) -> Outcome | None:
    """The fates of a module's mutants after at most *seconds*; ``None`` where its tests fail without a mutant."""
    folder = BUILD / module
    path = Path("src", *module.split(".")).with_suffix(".py")
    copy_project(folder)
    mutated = folder / path
    mutated.write_text(undecorated(mutated.read_text(encoding="utf-8")), encoding="utf-8")
    _configure(folder, path, TARGETS[module])
    # The order of the tests of a mutant is that of a set of names.
    environment = os.environ | {"PYTHONHASHSEED": "0", "ACCORD_LOG_FORMAT": "off"}
    with (folder / "mutmut.log").open("w", encoding="utf-8") as log:
        process = subprocess.Popen(
            [mutmut, "run", "--max-children", "1"],
            cwd=folder,
            env=environment,
            stdout=log,
            stderr=log,
            start_new_session=True,
        )
        try:
            code = process.wait(seconds)
        except subprocess.TimeoutExpired:
            code = 0
        finally:
            _stop(process)
    return _read(module, folder, path) if code == 0 else None


def copy_project(folder: Path) -> None:
    """Make *folder* a copy of what the tests of a module need: tracked files, and new ones that git does not ignore."""
    if folder.exists():
        shutil.rmtree(folder)
    for name in _own_files():
        place = next((old for old in _PLACES if name.startswith(old)), None)
        if place is not None and (ROOT / name).is_file():
            target = folder / _PLACES[place] / name.removeprefix(place)
            target.parent.mkdir(parents=True, exist_ok=True)
            shutil.copy2(ROOT / name, target)
    # Some tests read the toolchain's own texts by their path.
    (folder / "tools").mkdir()


def _own_files() -> list[str]:
    listed = subprocess.run(
        ["git", "ls-files", "-z", "--cached", "--others", "--exclude-standard"],
        cwd=ROOT,
        check=True,
        capture_output=True,
        text=True,
        encoding="utf-8",
    )
    return sorted(set(listed.stdout.split("\0")) - {""})


def _configure(folder: Path, path: Path, tests: Sequence[str]) -> None:
    settings = {
        "source_paths": ["src"],
        "only_mutate": [str(path)],
        "also_copy": list(_TESTS_NEED),
        # Servers are the same to every mutant of the core; SQLite is there at once.
        "pytest_add_cli_args": ["-p", "no:cacheprovider", "-p", "no:xdist", "-k", "not servers and not slow"],
        "pytest_add_cli_args_test_selection": list(tests),
    }
    lines = [f"{key} = {json.dumps(value)}" for key, value in settings.items()]
    project = (ROOT / "pyproject.toml").read_text(encoding="utf-8")
    (folder / "pyproject.toml").write_text(
        "\n".join([project, "[tool.mutmut]", *lines, ""]), encoding="utf-8"
    )


def _stop(process: subprocess.Popen[bytes]) -> None:
    """End a run that is still going on, with all that it started. What it knows so far is on the disk."""
    if process.poll() is None:
        process.send_signal(signal.SIGINT)
        with suppress(subprocess.TimeoutExpired):
            process.wait(30)
    with suppress(ProcessLookupError):
        os.killpg(process.pid, signal.SIGKILL)
    process.wait()


def _read(module: str, folder: Path, path: Path) -> Outcome:
    from mutmut.mutation.diff_apply import get_diff_for_mutant

    meta = folder / "mutants" / path.with_name(path.name + ".meta")
    codes: dict[str, int | None] = json.loads(meta.read_text(encoding="utf-8"))["exit_code_by_key"]
    fates: dict[str, Fate] = {name.removeprefix(module + "."): fate(code) for name, code in codes.items()}
    diffs: dict[str, str] = {}
    with chdir(folder):
        for name, found in fates.items():
            if found in {"survived", "not reached"}:
                diffs[name] = get_diff_for_mutant(f"{module}.{name}", path=path)
    return Outcome(module=module, fates=fates, diffs=diffs)


def _keep(outcome: Outcome) -> None:
    (BUILD / f"{outcome.module}.json").write_text(json.dumps(dict(outcome.fates)), encoding="utf-8")


def _kept() -> Iterable[Outcome]:
    for path in sorted(BUILD.glob("*.json")):
        yield Outcome(module=path.stem, fates=json.loads(path.read_text(encoding="utf-8")), diffs={})


if __name__ == "__main__":
    sys.exit(main())
