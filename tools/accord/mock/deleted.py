"""The one thing that a mock remembers: what was deleted, so that it is not there afterwards."""

from __future__ import annotations

from typing import Final

# A mock may run for weeks under a load test; the oldest path is forgotten.
_KEPT: Final = 10_000


class Deleted:
    """Paths of resources that were deleted. A POST or PUT to a path, below it or above it brings it back."""

    def __init__(self) -> None:
        self._paths: dict[str, None] = {}

    def holds(self, path: str) -> bool:
        """Whether *path*, or what it lies below, was deleted."""
        pieces = path.split("/")
        return bool(self._paths) and any(
            "/".join(pieces[:count]) in self._paths for count in range(2, len(pieces) + 1)
        )

    def note(self, method: str, path: str, status: int) -> None:
        """Note what an answer with *status* means for *path*."""
        if not 200 <= status < 300:
            return
        if method == "DELETE":
            self._paths[path] = None
            if len(self._paths) > _KEPT:
                self._paths.pop(next(iter(self._paths)))
        elif method in {"POST", "PUT"} and self._paths:
            pieces = path.split("/")
            above = {"/".join(pieces[:count]) for count in range(2, len(pieces) + 1)}
            # Creating `/items/1/tags` means that `/items/1` is there again.
            for known in [p for p in self._paths if p in above or p.startswith(f"{path.rstrip('/')}/")]:
                del self._paths[known]
