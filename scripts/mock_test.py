"""Mock real contracts and test the mocks against them, several times with different seeds.

Usage: `python scripts/mock_test.py [--runs 5] [--examples 20] [--only NAME] [CONTRACT...]`. Without contracts those of
the corpus in `../shared/corpus/specs` are taken. Prints a line for each run and every finding; exit code 1 with
findings, 5 where the corpus is not on this machine.
"""

from __future__ import annotations

import argparse
import socket
import subprocess
import sys
import time
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from pathlib import Path

from accord.bundle import bundle
from accord.contract.load import load_api
from accord.contract.model import Api, HttpScheme
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

CORPUS = Path(__file__).resolve().parents[2] / "shared" / "corpus" / "specs"
CONTRACTS = (
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
START_SECONDS = 60.0
TOKEN = "the-token-of-the-mock"  # noqa: S105 - it protects nothing
PASSWORD = "ada:the-password-of-the-mock"  # noqa: S105 - neither does this


def main() -> int:
    """Run what was asked for."""
    parser = argparse.ArgumentParser(description="Test mocks of real contracts.")
    parser.add_argument("contracts", nargs="*", type=Path)
    parser.add_argument("--runs", type=int, default=5, help="independent runs of each contract")
    parser.add_argument("--examples", type=int, default=20, help="random cases for each operation")
    parser.add_argument("--only", default="", help="only contracts whose name holds this")
    arguments = parser.parse_args()
    contracts: list[Path] = arguments.contracts or [CORPUS / name for name in CONTRACTS]
    if not arguments.contracts and not CORPUS.is_dir():
        print("the corpus of real contracts, ../shared/corpus, is not on this machine", file=sys.stderr)
        return 5
    found = 0
    print(f"{'contract':<32}  run  operations  exercised  excluded  cases  findings  seconds", flush=True)
    for path in contracts:
        if arguments.only not in str(path):
            continue
        for run in range(1, arguments.runs + 1):
            report = test_mock(path, seed=run, examples=arguments.examples)
            found += len(report.findings)
            print(_line(path, run, report), flush=True)
            for finding in report.findings:
                print(f"    {finding.to_diagnostic().code}: {finding.operation}: {finding.message}")
                print(f"        clause {finding.clause}\n        {finding.curl}", flush=True)
            if arguments.runs == 1:
                print(render_text(report).split("\n\nNot counted")[0])
    return 1 if found else 0


def test_mock(path: Path, *, seed: int, examples: int) -> ContractTestReport:
    """The report of one contract test against a mock of the contract at *path*."""
    document = read_document(path)
    loaded = load_api(document, name=path.stem)
    data = bundle(document, loaded).data
    with mocked(path) as url:
        options = ContractTestOptions(
            target=UrlTarget(url=url),
            seed=seed,
            max_examples=examples,
            stream_timeout=1.0,
            credentials=credentials(loaded.api),
            exclude=unserved(loaded.api),
        )
        return run_contract_test(loaded.api, data, options)


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
        f"{one.method} {one.path}": "; ".join(one.unsupported)
        for one in declare_api(api, "assert").operations
        if one.unsupported
    }


@contextmanager
def mocked(path: Path) -> Iterator[str]:
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


def _line(path: Path, run: int, report: ContractTestReport) -> str:
    name = path.parent.name if path.name.startswith("openapi.") else path.stem
    exercised = sum(row.state == "exercised" for row in report.coverage)
    excluded = sum(row.state == "excluded" for row in report.coverage)
    stopped = f"  {report.stopped}" if report.stopped else ""
    return (
        f"{name:<32}  {run:>3}  {len(report.coverage):>10}  {exercised:>9}  {excluded:>8}  {report.cases:>5}  "
        f"{len(report.findings):>8}  {report.seconds:>7.1f}{stopped}"
    )


if __name__ == "__main__":
    sys.exit(main())
