"""How often each link was followed, and why one was not."""

from __future__ import annotations

from accord.contract.model import Link, Operation, Response
from accord.testing.report import LinkCoverage


class Links:
    """How often each link was followed, and why one was not."""

    def __init__(self) -> None:
        self._counts: dict[tuple[str, str, str], int] = {}
        self._reasons: dict[tuple[str, str, str], str] = {}
        self._targets: dict[tuple[str, str, str], str] = {}

    def followed(self, operation: Operation, response: Response, link: Link) -> None:
        """Count a link that was followed."""
        key = self._key(operation, response, link)
        self._counts[key] += 1

    def note(self, operation: Operation, response: Response, link: Link, reason: str) -> None:
        """Keep why a link was not followed; the first reason counts."""
        self._reasons.setdefault(self._key(operation, response, link), reason)

    def coverage(self) -> tuple[LinkCoverage, ...]:
        """Every link that was looked at."""
        return tuple(
            LinkCoverage(
                operation=operation,
                status=status,
                name=name,
                target=self._targets[operation, status, name],
                followed=count,
                reason="" if count else self._reasons.get((operation, status, name), ""),
            )
            for (operation, status, name), count in self._counts.items()
        )

    def _key(self, operation: Operation, response: Response, link: Link) -> tuple[str, str, str]:
        key = (f"{operation.method} {operation.path}", response.status, link.name)
        self._counts.setdefault(key, 0)
        written = link.operation_id or link.operation_ref or "nothing"
        self._targets[key] = written if link.target is None else " ".join(link.target)
        return key
