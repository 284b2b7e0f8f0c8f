"""What a contract test found, as values. ``accord.testing.render`` turns them into text, JSON and JUnit XML."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Literal, TypeAlias

from accord.diagnostics import Diagnostic, Span
from accord.errors import EXIT_CLEAN, EXIT_FINDINGS

Source: TypeAlias = Literal["accord", "schemathesis"]
State: TypeAlias = Literal["exercised", "rejection-only", "not-reached", "excluded"]


@dataclass(frozen=True, slots=True, kw_only=True)
class Finding:
    """One way in which the service breaks its contract.

    ``clause`` is the JSON pointer, in the bundled contract, of the clause that is broken; ``operation`` is
    ``METHOD /path`` as the contract spells it. ``curl`` repeats the request, with secrets replaced by
    ``<secret>``. ``count`` says how often it was seen; the request shown is the shortest of them.
    """

    code: str
    operation: str
    clause: str
    message: str
    span: Span
    status: int | None = None
    curl: str = ""
    source: Source = "accord"
    phase: str = ""
    count: int = 1

    def to_diagnostic(self) -> Diagnostic:
        """The finding at its operation's place in the contract."""
        return Diagnostic(
            code=self.code,
            message=f"{self.operation}: {self.message}",
            span=self.span,
            pointer=self.clause,
            hint=self.curl,
        )


@dataclass(frozen=True, slots=True, kw_only=True)
class Suppressed:
    """Failures that do not count, with the reason: rules of Accord's own, or those of the configuration."""

    code: str
    operation: str
    reason: str
    count: int
    configured: bool


@dataclass(frozen=True, slots=True, kw_only=True)
class OperationCoverage:
    """What was seen of one operation. ``documented`` maps each documented status, in the order of the contract, to
    the number of responses under it (where none is documented, each that was seen); ``rejections`` holds answers under
    undocumented statuses of the rejections table. ``excluded`` is the reason why the operation was left out, empty if it
    was not."""

    operation: str
    cases: int
    documented: Mapping[str, int]
    rejections: Mapping[int, int]
    excluded: str = ""

    @property
    def state(self) -> State:
        """``exercised`` once a documented success or redirect was seen, ``not-reached`` without any response."""
        if self.excluded:
            return "excluded"
        if any(count and status[0] in "123" for status, count in self.documented.items()):
            return "exercised"
        if any(self.documented.values()) or self.rejections:
            return "rejection-only"
        return "not-reached"


@dataclass(frozen=True, slots=True, kw_only=True)
class LinkCoverage:
    """A link of a documented response: how often it was followed to its target (``METHOD /path``, or as written where
    it names no operation), and why it was not where that is never."""

    operation: str
    status: str
    name: str
    target: str
    followed: int
    reason: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class ContractTestReport:
    """The result for one version of a contract.

    ``seed`` is the one the run used, also where none was asked for. ``warnings`` say what could not be tested.
    ``stopped`` tells why the run ended before its end (the time budget), empty otherwise. ``service_died`` is true
    where the service that was started for the test did not live to its end.
    """

    api: str
    base_url: str
    seed: int
    seconds: float
    findings: tuple[Finding, ...]
    suppressed: tuple[Suppressed, ...]
    coverage: tuple[OperationCoverage, ...]
    links: tuple[LinkCoverage, ...] = ()
    warnings: tuple[str, ...] = ()
    stopped: str = ""
    service_died: bool = False

    @property
    def cases(self) -> int:
        """Number of requests that were answered or should have been."""
        return sum(row.cases for row in self.coverage)

    @property
    def passed(self) -> bool:
        """Whether nothing was found and the service lived."""
        return not self.findings and not self.service_died

    @property
    def exit_code(self) -> int:
        """0 for a report that passed, otherwise 1."""
        return EXIT_CLEAN if self.passed else EXIT_FINDINGS
