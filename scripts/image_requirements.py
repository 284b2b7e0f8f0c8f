"""Write `deploy/requirements.txt`: the part of the lock that the service runs on, without the tools.

    python scripts/image_requirements.py [--check]

The runtime's own dependencies and the group `reference`, with all that they need in turn, as the packages of this
environment say it for Linux. Run it after `make lock`. With `--check` nothing is written; exit code 1 where it would be.
"""

import sys
import tomllib
from importlib.metadata import PackageNotFoundError, requires
from pathlib import Path

from packaging.requirements import Requirement
from packaging.utils import canonicalize_name

ROOT = Path(__file__).resolve().parent.parent
LOCK = ROOT / "requirements.lock"
WRITTEN = ROOT / "deploy" / "requirements.txt"
_LINUX = {"sys_platform": "linux", "platform_system": "Linux", "os_name": "posix"}


def needed() -> set[str]:
    """Return the names of every package that the service needs."""
    project = tomllib.loads((ROOT / "pyproject.toml").read_text(encoding="utf-8"))
    wanted = [*project["project"]["dependencies"], *project["dependency-groups"]["reference"]]
    found: set[tuple[str, str]] = set()
    waiting = [Requirement(line) for line in wanted]
    while waiting:
        requirement = waiting.pop()
        name = canonicalize_name(requirement.name)
        for extra in ("", *sorted(requirement.extras)):
            if (name, extra) not in found:
                found.add((name, extra))
                waiting += _needs(name, extra)
    return {name for name, _ in found}


def _needs(name: str, extra: str) -> list[Requirement]:
    try:
        lines = requires(name) or []
    except PackageNotFoundError:
        return []  # for another Python than this one; its own needs are for that one too
    read = [Requirement(line) for line in lines]
    return [
        requirement
        for requirement in read
        if requirement.marker is None
        or (
            requirement.marker.evaluate({**_LINUX, "extra": extra})
            and (not extra or "extra" in str(requirement.marker))
        )
    ]


def text() -> str:
    """Return what the file has to hold."""
    names = needed()
    entries = LOCK.read_text(encoding="utf-8").replace("\\\n", "\\\0").splitlines(keepends=True)
    kept = [entry for entry in entries if canonicalize_name(entry.partition("==")[0]) in names]
    return "".join(kept).replace("\\\0", "\\\n")


def main() -> int:
    """Write or check; return the exit code."""
    wanted = text()
    if "--check" in sys.argv[1:]:
        if WRITTEN.read_text(encoding="utf-8") != wanted:
            print(
                "deploy/requirements.txt is stale: run `python scripts/image_requirements.py`",
                file=sys.stderr,
            )
            return 1
        return 0
    WRITTEN.write_text(wanted, encoding="utf-8")
    return 0


if __name__ == "__main__":
    sys.exit(main())
