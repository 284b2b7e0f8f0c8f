"""Two versions of a large real contract, compared within bounds."""

from __future__ import annotations

import os
import resource
import subprocess
import sys
from pathlib import Path

import pytest

CACHE = Path(os.environ.get("XDG_CACHE_HOME") or Path.home() / ".cache") / "accord" / "diff-scale"
LARGE = [CACHE / f"github-{version}.json" for version in ("19.1.0", "20.0.0")]

SCALE = """
import sys, time
from pathlib import Path
from accord.contract.load import load_api
from accord.diff import diff
from accord.source.collector import without_collector
from accord.source.document import read_document
start = time.process_time()
with without_collector():
    apis = [load_api(read_document(Path(name), root=Path(name).parent), name="github").api for name in sys.argv[1:]]
report = diff(*apis)
print(time.process_time() - start, len(report.changes))
"""


@pytest.mark.skipif(
    not all(path.is_file() for path in LARGE),
    reason="two versions of GitHub's API are not on this machine: `python -m benchmarks.diff_scale` fetches them",
)
def test_two_versions_of_a_large_contract() -> None:
    command = [sys.executable, "-c", SCALE, *map(str, LARGE)]
    done = subprocess.run(command, capture_output=True, text=True, check=True, timeout=300)
    seconds, changes = done.stdout.split()
    assert float(seconds) < 10, "CPU seconds, reading included"
    assert int(changes) <= 150, "one entry for each cause, however many operations it reaches"
    assert resource.getrusage(resource.RUSAGE_CHILDREN).ru_maxrss < 1_000_000, "kilobytes"
