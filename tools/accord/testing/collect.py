"""Gathers what checks report: one finding for each broken clause of an operation, with its shortest request, and the
coverage."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field, replace
from typing import Final

from accord.contract.model import Link, Operation, Response
from accord.testing.checks import Breach, Rules, check_exchange
from accord.testing.contract import find_response
from accord.testing.curl import curl_of
from accord.testing.exchange import Exchange, label
from accord.testing.options import Suppression
from accord.testing.problems import is_server_rejection
from accord.testing.redaction import Secrets
from accord.testing.report import Finding, LinkCoverage, OperationCoverage, Source, Suppressed

_SEEN_BY_BOTH: Final[Mapping[str, frozenset[str]]] = {
    "response-status-undocumented": frozenset({"response-status-undocumented", "problem-media-type"}),
    "response-media-type": frozenset({"response-media-type", "problem-media-type"}),
    "response-header-missing": frozenset({"response-header-missing"}),
    "response-header-invalid": frozenset({"response-header-invalid"}),
    "response-body-invalid": frozenset({"response-body-invalid", "response-write-only"}),
    "response-body-malformed": frozenset({"response-body-malformed"}),
    "server-error": frozenset({"server-error"}),
    "allow-missing": frozenset({"allow-missing"}),
    "allow-incomplete": frozenset({"allow-incomplete"}),
    "auth-ignored": frozenset({"auth-ignored"}),
    "deleted-still-there": frozenset({"deleted-still-there"}),
    "invalid-request-accepted": frozenset({"invalid-request-accepted"}),
    "method-undeclared-answered": frozenset({"method-undeclared-answered"}),
    "response-slow": frozenset({"response-slow"}),
}
"""What Schemathesis reports, less exactly, and the codes of Accord's own checks that tell the same with its clause."""


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
        self._suppressed: dict[tuple[str, str, str, bool], int] = {}
        self._seen = {name: _Seen() for name in rules.contract.operations}
        self.warnings: dict[str, None] = {}

    def exchange(self, exchange: Exchange) -> tuple[Breach, ...]:
        """Count an exchange, check it, and report what breaks the contract. Status 0 is a request without response."""
        if not exchange.response.status:
            lost = Breach(
                code="no-response",
                clause=exchange.operation.pointer,
                message=f"{exchange.method} was never answered",
            )
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
        if before is None:
            self._findings[key] = finding
        else:
            # The shortest request that shows a fault takes the place of shrinking, which would multiply the
            # run.
            shorter = finding if len(finding.curl) < len(before.curl) else before
            self._findings[key] = replace(shorter, count=before.count + 1)

    def suppress(self, code: str, operation: str, reason: str, *, configured: bool = False) -> None:
        """Count a failure that is no finding."""
        key = (code, operation, reason, configured)
        self._suppressed[key] = self._suppressed.get(key, 0) + 1

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
            or not any((code, finding.operation) in own for code in _SEEN_BY_BOTH.get(finding.code, ()))
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
            self._row(name, operation, exclude.get(name, ""))
            for name, operation in self.rules.contract.operations.items()
        )

    def statuses(self, operation: Operation) -> Mapping[str, int]:
        """Number of responses under each documented status so far."""
        return self._seen[label(operation)].statuses

    def _row(self, name: str, operation: Operation, excluded: str) -> OperationCoverage:
        """The line of one operation in the table of coverage."""
        seen = self._seen[name]
        return OperationCoverage(
            operation=name,
            cases=seen.cases,
            documented={response.status: seen.statuses[response.status] for response in operation.responses}
            or dict(sorted(seen.statuses.items())),
            rejections=dict(sorted(seen.rejections.items())),
            excluded=excluded,
        )

    def _count(self, exchange: Exchange) -> None:
        """Count a response under its documented status, or among the rejections."""
        seen = self._seen[label(exchange.operation)]
        seen.cases += 1
        if not exchange.is_own_method:
            return
        status = exchange.response.status
        response = find_response(exchange.operation, status)
        if is_server_rejection(exchange.response):
            return
        if response is not None:
            seen.statuses[response.status] += 1
        elif not exchange.operation.responses and status < 400:
            seen.statuses[str(status)] += 1
        elif self.rules.accepts_undocumented(exchange):
            seen.rejections[status] += 1

    def _known(self, code: str, operation: str, status: int, message: str) -> Suppression | None:
        """The first suppression that fits a failure."""
        for known in self._suppressions:
            if (
                known.code == code
                and known.operation in {"*", operation}
                and known.status in {None, status}
                and known.contains in message
            ):
                return known
        return None


class Links:
    """Counts for each link of the contract how often it was followed, and keeps why one was not."""

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
        """Enter a link, and give what tells it from others."""
        key = (label(operation), response.status, link.name)
        self._counts.setdefault(key, 0)
        written = link.operation_id or link.operation_ref or "nothing"
        self._targets[key] = written if link.target is None else " ".join(link.target)
        return key
