"""Contract tests of the service as it runs in production: two workers on PostgreSQL and Redis, by several seeds.

    python scripts/contract_test_production.py [--runs 5] [SEED...]

Each run has a database and a Redis of its own, and prints its seed, so that it can be repeated. Without seeds they are
drawn. The service is what `make serve` starts, with the settings of `[tool.accord.contract-test.environment]`. At the end
stands a table of the runs, as docs/guides/contract-test.md has it.

Exit code: 0 nothing was found, 1 findings, 5 something is missing on this machine.
"""

import argparse
import os
import random
import re
import subprocess
import sys
import tempfile
import time
import tomllib
from pathlib import Path

ROOT = Path(__file__).resolve().parent.parent
sys.path[:0] = [str(ROOT), str(ROOT / "src"), str(ROOT / "tools")]

os.environ.setdefault(
    "ACCORD_LOG_FORMAT", "off"
)  # importing the application configures the logging of a process

from scripts.services import ServicesError  # noqa: E402 - after the path
from tests.service.operation.processes import supervised  # noqa: E402
from tests.service.servers import Servers, started  # noqa: E402

# What a contract test says of one version.
_RESULT = re.compile(r"(\S+): (no|\d+) findings? in (\d+) cases of (\d+) operations")
_PLACES = ("ACCORD_STATE_DIR", "ACCORD_DATABASE_URL", "ACCORD_API_KEY")


def main() -> int:
    """Run them one after the other; return the exit code."""
    parser = argparse.ArgumentParser(description=(__doc__ or "").splitlines()[0])
    parser.add_argument("seeds", type=int, nargs="*")
    parser.add_argument("--runs", type=int, default=5, help="how many, where no seeds are given")
    arguments = parser.parse_args()
    draw = random.SystemRandom()
    seeds = arguments.seeds or [draw.randrange(1 << 32) for _ in range(arguments.runs)]
    try:
        with started() as servers:
            runs = [_run(servers, seed) for seed in seeds]
    except ServicesError as error:
        print(f"contract-test: {error}", file=sys.stderr)
        return 5
    codes = [code for code, _ in runs]
    print("\n| seed | cases | findings |\n|---|---|---|")
    for seed, (_, said) in zip(seeds, runs, strict=True):
        print(_row(seed, said))
    print(f"\n{codes.count(0)} of {len(codes)} runs found nothing")
    return max(codes)


def _row(seed: int, said: str) -> str:
    found = _RESULT.findall(said)
    cases = ", ".join(f"{version} {number}" for version, _, number, _ in found) or "none"
    findings = sum(int(count) for _, count, _, _ in found if count != "no")
    return f"| {seed} | {cases} | {findings if found else 'no result'} |"


def _run(servers: Servers, seed: int) -> tuple[int, str]:
    """Run one; return its exit code, and what it printed."""
    settings = tomllib.loads((ROOT / "pyproject.toml").read_text(encoding="utf-8"))
    test = settings["tool"]["accord"]["contract-test"]
    more = {name: value for name, value in test["environment"].items() if name not in _PLACES}
    start = time.monotonic()
    with tempfile.TemporaryDirectory(prefix="accord-production-") as folder:
        backend = servers.backend()
        key = {"ACCORD_API_KEY": str(test["credentials"]["apiKey"])}
        with supervised("uvicorn", Path(folder), backend, **{**more, **key}) as service:
            command = [sys.executable, "-m", "accord", "contract-test", "--seed", str(seed)]
            done = subprocess.run(
                [*command, "--url", service.url, "--reports", f"{folder}/reports"],
                cwd=ROOT,
                capture_output=True,
                text=True,
                check=False,
            )
        log = service.log.read_text(encoding="utf-8", errors="replace")
    found = [line for line in done.stdout.splitlines() if "findings in" in line]
    print(f"seed {seed}: {'; '.join(found) or 'no result'} ({time.monotonic() - start:.0f} s)", flush=True)
    if done.returncode:
        print(done.stdout + done.stderr)
    if "Traceback" in log:
        print(f"seed {seed}: a traceback in the log of the service")
        return max(1, done.returncode), done.stdout
    return done.returncode, done.stdout


if __name__ == "__main__":
    sys.exit(main())
