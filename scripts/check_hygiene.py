"""Fail when a tracked file names a place that exists on one machine only.

Two kinds of text must never be committed: the address of a package index (a lock file has to install from
whatever index its reader uses) and an absolute path of somebody's home folder or work tree (it works nowhere
else). The lock is checked line by line: a name, a version, a marker and hashes are all it may hold.

Usage: `python scripts/check_hygiene.py`, in a git work tree. Exit code 1 and one `file:line: message` per finding.
"""

import re
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path

ROOT = Path(__file__).resolve().parent.parent
LOCK = "requirements.lock"

# Each pattern is written with a character class, so that it does not match its own source.
FORBIDDEN = {
    "address of a package index": re.compile(
        r"""
        p[y]pi\.(?:org|python\.org|io)\b
        | files\.p[y]thonhosted\.org
        | registry\.(?:n[p]mjs\.org|y[a]rnpkg\.com)
        | (?:deb|security|ftp)\.d[e]bian\.org
        | (?:static|index)?\.?cr[a]tes\.io\b
        | proxy\.g[o]lang\.org
        | --(?:extra-)?index-[u]rl[ =]
        | --find-[l]inks[ =]
        """,
        re.VERBOSE | re.IGNORECASE,
    ),
    "path of one machine": re.compile(
        r"""
        (?: (?<![\w.~}/-]) | (?<=file://) )  # at the start of a path, not inside of one
        (?: /(?:h[o]me|U[s]ers)/[A-Za-z][\w.-]*/
          | /r[o]ot/
          | /w[o]rk/
          | /t[m]p/[\w.-]*
          | [A-Z]:\\U[s]ers\\
        )
        """,
        re.VERBOSE,
    ),
}

LOCK_LINE = re.compile(
    r"""
    [a-z0-9][a-z0-9._-]*==[A-Za-z0-9.!+_-]+(?:[ ];[ ][^\\#@]+)?[ ]\\
    | [ ]{4}--hash=sha256:[0-9a-f]{64}(?:[ ]\\)?
    """,
    re.VERBOSE,
)


def main() -> int:
    """Print every finding and return the exit code."""
    findings = [
        finding for path in _tracked_files() for finding in check_content(path, (ROOT / path).read_bytes())
    ]
    for finding in findings:
        print(finding, file=sys.stderr)
    return 1 if findings else 0


def _tracked_files() -> list[Path]:
    """Return what git holds, relative to the root; a file deleted in the work tree is left out."""
    listed = subprocess.run(
        ["git", "ls-files", "-z"], cwd=ROOT, check=True, capture_output=True, text=True, encoding="utf-8"
    )
    paths = (Path(name) for name in listed.stdout.split("\0") if name)
    return [path for path in paths if (ROOT / path).is_file()]


def check_content(path: Path, content: bytes) -> Iterator[str]:
    """Yield one `file:line: message` per finding in *content*, which is that of *path*; binary files have none."""
    if b"\0" in content:
        return
    for number, line in enumerate(content.decode("utf-8", "replace").splitlines(), start=1):
        for what, pattern in FORBIDDEN.items():
            if match := pattern.search(line):
                yield f"{path}:{number}: {what}: {match.group().strip()}"
        if str(path) == LOCK and not LOCK_LINE.fullmatch(line):
            yield f"{path}:{number}: not a pinned and hashed requirement: {line.strip()}"


if __name__ == "__main__":
    sys.exit(main())
