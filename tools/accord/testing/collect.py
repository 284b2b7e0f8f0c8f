"""Gathers what checks report: one finding for each broken clause of an operation, with its shortest request, and the
coverage."""

from __future__ import annotations

import time
from collections import Counter
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field, replace
from typing import Final

from accord.contract.model import Link, Operation, Response
from accord.contract.schema import JsonValue
from accord.testing.checks import Breach, Rules, check_exchange
from accord.testing.contract import Contract, find_response
from accord.testing.credentials import Credentials
from accord.testing.curl import curl_of
from accord.testing.exchange import Exchange, label
from accord.testing.options import ContractTestOptions, Suppression
from accord.testing.problems import is_server_rejection
from accord.testing.redaction import Secrets
from accord.testing.report import Finding, LinkCoverage, OperationCoverage, Source, Suppressed

_SEEN_BY_BOTH: Final = frozenset(
    "response-header-missing response-header-invalid response-body-malformed server-error allow-missing allow-incomplete "
    "auth-ignored deleted-still-there invalid-request-accepted method-undeclared-answered response-slow "
    "response-status-undocumented response-media-type response-body-invalid".split()
)
"""What Schemathesis reports, less exactly, and Accord's own checks tell with its clause."""
_ALSO_REPORTED_AS: Final[Mapping[str, str]] = {
    "response-status-undocumented": "problem-media-type",
    "response-media-type": "problem-media-type",
    "response-body-invalid": "response-write-only",
}
"""Codes of Accord's own checks that tell the same as one of those."""


@dataclass(slots=True)
class _Seen:
    """What was seen of one operation so far."""

    cases: int = 0
    statuses: Counter[str] = field(default_factory=Counter[str])
    rejections: Counter[int] = field(default_factory=Counter[int])


class Collector:
    """Receives every exchange of a run, checks it, and keeps what the report needs (not the exchanges)."""

    def __init__(self, rules: Rules, secrets: Secrets, suppressions: Iterable[Suppression]) -> None:
        self.rules = rules
        self._secrets = secrets
        self._suppressions = tuple(suppressions)
        self._findings: dict[tuple[str, str, str, int | None, Source], Finding] = {}
        self._suppressed: Counter[tuple[str, str, str, bool]] = Counter()
        self._seen = {name: _Seen() for name in rules.contract.operations}
        self.warnings: dict[str, None] = {}

    def exchange(self, exchange: Exchange) -> tuple[Breach, ...]:
        """Count an exchange, check it, and report what breaks the contract. Status 0 is a request without response."""
        if not exchange.response.status:
            lost = Breach("no-response", exchange.operation.pointer, f"{exchange.method} was never answered")
            self.report(lost, exchange)
            return (lost,)
        self._count(exchange)
        breaches = tuple(check_exchange(self.rules, exchange))
        for breach in breaches:
            self.report(breach, exchange)
        return breaches

    def report(
        self, breach: Breach, exchange: Exchange, *, source: Source = "accord", curl: str = ""
    ) -> None:
        """Keep a breach as a finding, unless the configuration accepts it."""
        name = label(exchange.operation)
        # Before it is compared with what is known: a suppression must not have to name a secret.
        message = self._secrets.hide(breach.message)
        known = self._known(breach.code, name, exchange.response.status, message)
        if known is not None:
            self.suppress(breach.code, name, known.reason, configured=True)
            return
        finding = Finding(
            code=breach.code,
            operation=name,
            clause=breach.clause,
            message=message,
            span=exchange.operation.span,
            status=exchange.response.status or None,
            curl=self._secrets.hide(curl or curl_of(exchange)),
            source=source,
            phase=exchange.phase,
        )
        key = (finding.code, name, finding.clause, finding.status, source)
        before = self._findings.get(key)
        if before is not None:
            # The shortest request that shows a fault takes the place of shrinking, which would multiply the
            # run.
            finding = replace(min(before, finding, key=lambda f: len(f.curl)), count=before.count + 1)
        self._findings[key] = finding

    def suppress(self, code: str, operation: str, reason: str, *, configured: bool = False) -> None:
        """Count a failure that is no finding."""
        self._suppressed[code, operation, reason, configured] += 1

    def warn(self, text: str) -> None:
        """Keep a sentence about what could not be tested, once."""
        self.warnings.setdefault(self._secrets.hide(text))

    def findings(self) -> tuple[Finding, ...]:
        """All findings in the order of the contract; what both sources saw is told once, by Accord's own check."""
        order = {name: index for index, name in enumerate(self.rules.contract.operations)}
        own = {(f.code, f.operation) for f in self._findings.values() if f.source == "accord"}
        kept = [
            finding
            for finding in self._findings.values()
            if finding.source == "accord"
            or finding.code not in _SEEN_BY_BOTH
            or own.isdisjoint(
                (code, finding.operation) for code in (finding.code, _ALSO_REPORTED_AS.get(finding.code))
            )
        ]
        return tuple(sorted(kept, key=lambda f: (order[f.operation], f.code, f.clause, f.status or 0)))

    def suppressed(self) -> tuple[Suppressed, ...]:
        """What did not count, with reasons and numbers."""
        return tuple(
            Suppressed(code=code, operation=operation, reason=reason, count=count, configured=configured)
            for (code, operation, reason, configured), count in sorted(self._suppressed.items())
        )

    def coverage(self, exclude: Mapping[str, str]) -> tuple[OperationCoverage, ...]:
        """What was seen of each operation, in the order of the contract; *exclude* gives reasons by operation."""
        return tuple(
            OperationCoverage(
                operation=name,
                cases=seen.cases,
                documented={r.status: seen.statuses[r.status] for r in operation.responses}
                or dict(sorted(seen.statuses.items())),
                rejections=dict(sorted(seen.rejections.items())),
                excluded=exclude.get(name, ""),
            )
            for name, operation in self.rules.contract.operations.items()
            for seen in (self._seen[name],)
        )

    def statuses(self, operation: Operation) -> Mapping[str, int]:
        """Number of responses under each documented status so far."""
        return self._seen[label(operation)].statuses

    def _count(self, exchange: Exchange) -> None:
        """Count a response under its documented status, or among the rejections."""
        seen = self._seen[label(exchange.operation)]
        seen.cases += 1
        if not exchange.is_own_method or is_server_rejection(exchange.response):
            return
        status = exchange.response.status
        response = find_response(exchange.operation, status)
        if response is not None:
            seen.statuses[response.status] += 1
        elif not exchange.operation.responses and status < 400:
            seen.statuses[str(status)] += 1
        elif self.rules.accepts_undocumented(exchange):
            seen.rejections[status] += 1

    def _known(self, code: str, operation: str, status: int, message: str) -> Suppression | None:
        """The first suppression that fits a failure."""
        fitting = (
            known
            for known in self._suppressions
            if known.code == code
            and known.operation in {"*", operation}
            and known.status in {None, status}
            and known.contains in message
        )
        return next(fitting, None)


class Links:
    """Counts for each link of the contract how often it was followed, and keeps why one was not."""

    def __init__(self) -> None:
        self._rows: dict[tuple[str, str, str], LinkCoverage] = {}

    def followed(self, operation: Operation, response: Response, link: Link) -> None:
        """Count a link that was followed."""
        row = self._row(operation, response, link)
        self._rows[row.operation, row.status, row.name] = replace(row, followed=row.followed + 1, reason="")

    def note(self, operation: Operation, response: Response, link: Link, reason: str) -> None:
        """Keep why a link was not followed; the first reason counts."""
        row = self._row(operation, response, link)
        if not row.followed and not row.reason:
            self._rows[row.operation, row.status, row.name] = replace(row, reason=reason)

    def coverage(self) -> tuple[LinkCoverage, ...]:
        """Every link that was looked at."""
        return tuple(self._rows.values())

    def _row(self, operation: Operation, response: Response, link: Link) -> LinkCoverage:
        """What is known of a link so far."""
        name, status = label(operation), response.status
        written = link.operation_id or link.operation_ref or "nothing"
        target = written if link.target is None else " ".join(link.target)
        new = LinkCoverage(operation=name, status=status, name=link.name, target=target, followed=0)
        return self._rows.setdefault((name, status, link.name), new)


@dataclass(frozen=True, slots=True, kw_only=True)
class Run:
    """One run against one service: what its phases work with."""

    contract: Contract
    document: Mapping[str, JsonValue]
    options: ContractTestOptions
    base_url: str
    seed: int
    credentials: Credentials
    second: Credentials
    """Credentials of somebody else, who may do the same to resources of their own; none may be configured."""
    narrow: Credentials
    """Credentials that lack scopes; none may be configured."""
    collector: Collector
    links: Links = field(default_factory=Links)
    deadline: float | None = None
    """On the clock of ``time.monotonic``."""

    @property
    def is_over(self) -> bool:
        """Whether the time budget is spent."""
        return self.deadline is not None and time.monotonic() > self.deadline
