"""Mock real contracts and test the mocks against them, several times with different seeds.

Usage: `python scripts/mock_test.py [--set named|twenty] [--runs 5] [--examples 20] [--seconds 240] [--only NAME]
[--page FILE] [CONTRACT...]`. Without contracts those of a set are taken from `../shared/corpus/specs`. Every phase of
Schemathesis and every probe is on. Prints a line for each run and every finding, and writes the table of its set into
a page. Exit code 1 with findings, 5 where the corpus is not on this machine.
"""

from __future__ import annotations

import argparse
import socket
import subprocess
import sys
import time
from collections import Counter
from collections.abc import Generator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import dataclass, field
from pathlib import Path
from typing import Final

from accord.bundle import bundle
from accord.contract.load import load_api
from accord.contract.model import Api, HttpScheme
from accord.diagnostics import has_errors
from accord.mock.declarations import declare_api
from accord.source.document import read_document
from accord.testing import (
    ContractTestOptions,
    ContractTestReport,
    Credential,
    StaticCredential,
    UrlTarget,
    render_text,
    run_contract_test,
)
from accord.testing.options import ALL_PHASES

CORPUS: Final = Path(__file__).resolve().parents[2] / "shared" / "corpus" / "specs"
NAMED: Final = (
    "oai-v3.0-petstore.yaml",
    "rm31-petstore.yaml",
    "museum.yaml",
    "rm31-train-travel.yaml",
    "realworld.yaml",
    "mf-redocly-starter/openapi.yaml",
    "mf-connexion-relrefs/openapi.yaml",
    "ogen-sample.json",
    "ogen-parameters.json",
    "ogen-form.json",
    "ogen-http-requests.json",
    "rm30-parameters-style.json",
    "heyapi-full31.yaml",
    "spotify.yaml",
)
SMALLEST: Final = 20
START_SECONDS: Final = 60.0
TOKEN: Final = "the-token-of-the-mock"  # noqa: S105 - it protects nothing
PASSWORD: Final = "ada:the-password-of-the-mock"  # noqa: S105 - neither does this
HEAD: Final = (
    "contract",
    "operations",
    "exercised",
    "left out",
    "runs",
    "phases",
    "requests",
    "findings",
    "not counted",
)


@dataclass(frozen=True, slots=True, kw_only=True)
class Run:
    """One contract test; ``phases`` are those that had something to send."""

    report: ContractTestReport
    phases: tuple[str, ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class Effort:
    """How hard a mock is tested: ``examples`` for each operation, ``seconds`` at most."""

    examples: int
    seconds: float


@dataclass(slots=True)
class Tested:
    """All runs of one contract."""

    name: str
    runs: list[Run] = field(default_factory=list[Run])

    @property
    def row(self) -> tuple[str, ...]:
        """A line of the table."""
        reports = [run.report for run in self.runs]
        missing = [phase for phase in ALL_PHASES if any(phase not in run.phases for run in self.runs)]
        stopped = sum(1 for report in reports if report.stopped)
        return (
            self.name,
            str(len(reports[0].coverage)),
            str(len({r.operation for report in reports for r in report.coverage if r.state == "exercised"})),
            str(sum(row.state == "excluded" for row in reports[0].coverage)),
            f"{len(reports)}, {stopped} cut short" if stopped else str(len(reports)),
            f"without {', '.join(missing)}" if missing else "all",
            str(sum(report.cases for report in reports)),
            str(sum(len(report.findings) for report in reports)),
            str(sum(item.count for report in reports for item in report.suppressed)),
        )


def main() -> int:
    """Run what was asked for."""
    arguments = _arguments()
    contracts: list[Path] = arguments.contracts
    if not contracts:
        if not CORPUS.is_dir():
            print("the corpus of real contracts, ../shared/corpus, is not on this machine", file=sys.stderr)
            return 5
        contracts = smallest(SMALLEST) if arguments.set == "twenty" else [CORPUS / name for name in NAMED]
    effort = Effort(examples=arguments.examples, seconds=arguments.seconds)
    done: list[Tested] = []
    print(f"{'contract':<40}  run  operations  exercised  excluded  cases  findings  seconds", flush=True)
    for path in contracts:
        if arguments.only not in str(path):
            continue
        tested = Tested(_name(path))
        done.append(tested)
        for seed in range(1, arguments.runs + 1):
            run = test_mock(path, seed=seed, effort=effort)
            tested.runs.append(run)
            _print(tested.name, seed, run.report)
            if arguments.runs == 1 and arguments.contracts:
                print(render_text(run.report).split("\n\nNot counted")[0])
        if arguments.page is not None:
            # As it goes: a run that is interrupted has tested what it has tested.
            write_section(arguments.page, arguments.set, table(done))
    print(table(done))
    return 1 if any(run.report.findings for tested in done for run in tested.runs) else 0


def _arguments() -> argparse.Namespace:
    parser = argparse.ArgumentParser(description="Test mocks of real contracts.")
    parser.add_argument("contracts", nargs="*", type=Path)
    parser.add_argument("--set", choices=("named", "twenty"), default="named", help="which of the corpus")
    parser.add_argument("--runs", type=int, default=5, help="independent runs of each contract")
    parser.add_argument("--examples", type=int, default=20, help="random cases for each operation")
    parser.add_argument("--seconds", type=float, default=240.0, help="at most, for each run")
    parser.add_argument("--only", default="", help="only contracts whose name holds this")
    parser.add_argument("--page", type=Path, help="the page that has the table of the set")
    return parser.parse_args()


def smallest(count: int) -> list[Path]:
    """The smallest contracts of the corpus that declare an operation and have no error, by the bytes of all their files."""
    files = [path for path in CORPUS.iterdir() if path.suffix in {".json", ".yaml"}]
    folders = [path / "openapi.yaml" for path in CORPUS.iterdir() if path.is_dir()]
    found: list[Path] = []
    for path in sorted([*files, *folders], key=lambda path: (_size(path), path.name)):
        loaded = load_api(read_document(path), name=path.stem)
        if loaded.api.operations and not has_errors(loaded.diagnostics):
            found.append(path)
        if len(found) == count:
            break
    return found


def _size(path: Path) -> int:
    files = [path] if path.parent == CORPUS else [file for file in path.parent.rglob("*") if file.is_file()]
    return sum(file.stat().st_size for file in files)


def test_mock(path: Path, *, seed: int, effort: Effort) -> Run:
    """One contract test against a mock of the contract at *path*."""
    document = read_document(path)
    loaded = load_api(document, name=path.stem)
    data = bundle(document, loaded).data
    phases: list[str] = []
    with mocked(path) as url:
        options = ContractTestOptions(
            target=UrlTarget(url=url),
            seed=seed,
            max_examples=effort.examples,
            time_budget=effort.seconds,
            stream_timeout=1.0,
            credentials=credentials(loaded.api),
            exclude=unserved(loaded.api),
        )
        report = run_contract_test(
            loaded.api, data, options, lambda line: phases.append(line.rpartition(": ")[2])
        )
    return Run(report=report, phases=tuple(phase for phase in ALL_PHASES if phase in phases))


def credentials(api: Api) -> Mapping[str, Credential]:
    """What the mock was told to accept, for every scheme."""
    return {
        name: StaticCredential(
            value=PASSWORD if isinstance(scheme, HttpScheme) and scheme.scheme == "basic" else TOKEN
        )
        for name, scheme in api.security_schemes.items()
    }


def unserved(api: Api) -> Mapping[str, str]:
    """Operations that Accord does not serve, with the reason that it gives: they answer 501."""
    return {
        f"{operation.method} {operation.path}": "; ".join(operation.unsupported)
        for operation, _ in declare_api(api, "assert").operations
        if operation.unsupported
    }


@contextmanager
def mocked(path: Path) -> Generator[str]:
    """The root URL of a running mock."""
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        port = probe.getsockname()[1]
    command = [sys.executable, "-m", "accord", "mock", str(path), "--keep-going", "--port", str(port)]
    command += ["--token", TOKEN, "--token", PASSWORD]
    process = subprocess.Popen(command, stderr=subprocess.PIPE, text=True)
    try:
        deadline = time.monotonic() + START_SECONDS
        while time.monotonic() < deadline and process.poll() is None:
            try:
                socket.create_connection(("127.0.0.1", port), timeout=1).close()
            except OSError:
                time.sleep(0.05)
            else:
                break
        if process.poll() is not None:
            assert process.stderr is not None
            raise SystemExit(f"{path.name}: the mock does not start: {process.stderr.read()}")
        yield f"http://127.0.0.1:{port}"
    finally:
        process.terminate()
        process.communicate(timeout=15)


def table(done: Sequence[Tested]) -> str:
    """What was tested, in Markdown: a row for each contract, what was left out, and what was not counted, with reasons."""
    rows = [HEAD, ("---",) * len(HEAD), *(tested.row for tested in done)]
    lines = [f"| {' | '.join(row)} |" for row in rows]
    reasons: Counter[tuple[str, str]] = Counter()
    excluded: dict[str, None] = {}
    for tested in done:
        for report in (run.report for run in tested.runs):
            for item in report.suppressed:
                reasons[item.code, item.reason] += item.count
            for row in report.coverage:
                if row.excluded:
                    excluded.setdefault(f"* {tested.name}, `{row.operation}`: {row.excluded}")
    if excluded:
        lines += ["", "Left out, because Accord answers 501 to them:", "", *excluded]
    if reasons:
        lines += ["", "Not counted:", ""]
        lines += [f"* `{code}`, {count} times: {reason}" for (code, reason), count in sorted(reasons.items())]
    return "\n".join(lines) + "\n"


def write_section(page: Path, name: str, text: str) -> None:
    """Put *text* between the marks of a section."""
    before, begin, rest = page.read_text(encoding="utf-8").partition(f"<!-- {name}: begin -->\n")
    _, end, after = rest.partition(f"<!-- {name}: end -->")
    if not begin or not end:
        raise SystemExit(f"{page} has no section {name!r}")
    page.write_text(f"{before}{begin}\n{text}\n{end}{after}", encoding="utf-8")


def _name(path: Path) -> str:
    return path.parent.name if path.name.startswith("openapi.") else path.stem


def _print(name: str, seed: int, report: ContractTestReport) -> None:
    exercised = sum(row.state == "exercised" for row in report.coverage)
    excluded = sum(row.state == "excluded" for row in report.coverage)
    stopped = f"  {report.stopped}" if report.stopped else ""
    print(
        f"{name:<40}  {seed:>3}  {len(report.coverage):>10}  {exercised:>9}  {excluded:>8}  {report.cases:>5}  "
        f"{len(report.findings):>8}  {report.seconds:>7.1f}{stopped}",
        flush=True,
    )
    for finding in report.findings:
        print(f"    {finding.to_diagnostic().code}: {finding.operation}: {finding.message}")
        print(f"        clause {finding.clause}\n        {finding.curl}", flush=True)


if __name__ == "__main__":
    sys.exit(main())
