"""The result of a comparison: changes, each with its verdict and, where it breaks somebody, a witness.

Every value is frozen, and none of them knows how a report is printed: ``accord.review`` does that.
"""

from __future__ import annotations

import hashlib
from collections.abc import Iterator
from dataclasses import dataclass, field
from typing import Final, Literal, TypeAlias, assert_never

from accord.contract.schema import UNSET, JsonValue, Unset
from accord.diagnostics import Diagnostic, Span

Side: TypeAlias = Literal["old", "new"]
Channel: TypeAlias = Literal["wire", "policy"]
"""``wire``: what is sent and accepted. ``policy``: promises beside it (deprecation, stability, names, defaults)."""
Direction: TypeAlias = Literal["request", "response"]
"""As the operation names them: the request of a webhook or callback is sent by the service."""
OperationKind: TypeAlias = Literal["operation", "webhook", "callback"]
Level: TypeAlias = Literal["none", "patch", "minor", "major"]
Status: TypeAlias = Literal["breaking", "undecided", "accepted", "compatible"]
"""A verdict as it counts: a breaking or undecided change that is excused is ``accepted``."""
STATUSES: Final[tuple[Status, ...]] = ("breaking", "undecided", "accepted", "compatible")
"""Every status, the worst first."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Place:
    """Where something stands in one version of a contract.

    ``schema`` is the named schema that holds it (``""`` outside of one); ``pointer`` leads from there, or from the
    operation, to the keyword.
    """

    span: Span | None
    schema: str = ""
    pointer: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class OperationRef:
    """An operation by its method and path (of a webhook: its name; of a callback: the expression)."""

    method: str
    path: str
    kind: OperationKind = "operation"

    def __str__(self) -> str:
        return f"{self.method} {self.path}" + ("" if self.kind == "operation" else f" ({self.kind})")


@dataclass(frozen=True, slots=True, kw_only=True)
class Site:
    """Where in a message a change is seen, in the first operation that it affects.

    ``location`` is ``body``, ``path``, ``query``, ``header``, ``cookie``, ``status``, ``security``, ``server``,
    ``operation`` or ``document``; ``name`` is the parameter's or header's. ``instance`` is the JSON pointer to the
    value inside of the body or parameter, with ``*`` for any item and any additional property.
    """

    location: str
    name: str = ""
    status: str = ""
    media_type: str = ""
    instance: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class RequestMessage:
    """A concrete request.

    ``parameters`` are (location, name, value) in the order of the contract; values are JSON, not yet written in their
    style. ``body`` is ``UNSET`` where none is sent. ``parts`` are (property, header, value) of the parts of a
    multipart body, where headers matter.
    """

    method: str
    path: str
    parameters: tuple[tuple[str, str, JsonValue], ...] = ()
    media_type: str = ""
    body: JsonValue | Unset = UNSET
    parts: tuple[tuple[str, str, JsonValue], ...] = ()


@dataclass(frozen=True, slots=True, kw_only=True)
class ResponseMessage:
    """A concrete response to ``method path``. Header values are JSON, not yet written in style ``simple``.

    ``parts``: see :class:`RequestMessage`.
    """

    method: str
    path: str
    status: str
    headers: tuple[tuple[str, JsonValue], ...] = ()
    media_type: str = ""
    body: JsonValue | Unset = UNSET
    parts: tuple[tuple[str, str, JsonValue], ...] = ()


Message: TypeAlias = RequestMessage | ResponseMessage


@dataclass(frozen=True, slots=True, kw_only=True)
class Clause:
    """What in a contract refuses the message of a witness.

    ``keyword`` is the JSON Schema keyword (``required``, ``maxLength``), or what refuses outside of schemas
    (``operation``, ``parameter``, ``body``, ``media-type``, ``status``, ``header``, ``security``, ``server``).
    ``schema_pointer`` leads to the keyword in the refusing schema; ``instance_pointer`` to the refused value.
    """

    keyword: str
    message: str
    schema_pointer: str = ""
    instance_pointer: str = ""
    span: Span | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class SchemaProof:
    """The part of the message that schemas judge, with both JSON Schemas (draft 2020-12) as they were asked.

    ``accepting`` accepts ``instance`` and ``refusing`` refuses it; any validator can repeat that. ``formats`` are
    asserted.
    """

    instance: JsonValue
    accepting: JsonValue
    refusing: JsonValue


@dataclass(frozen=True, slots=True, kw_only=True)
class Witness:
    """A message that one version allows (or promises) and the other refuses: the proof that a change breaks.

    ``proof`` is set where schemas decide. Elsewhere an operation, parameter, status, ... is missing.
    """

    message: Message
    accepted_by: Side
    refused_by: Side
    clause: Clause
    proof: SchemaProof | None = field(default=None, compare=False)


@dataclass(frozen=True, slots=True, kw_only=True)
class Breaking:
    """A client, the service or a listener breaks. ``witness`` shows it; a broken promise of policy has none."""

    reason: str
    witness: Witness | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class Compatible:
    """Nobody breaks; ``proof`` says in a phrase why that is certain."""

    proof: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Undecided:
    """Neither proved nor refuted. ``opinion`` is a guess, ``reason`` says why there is no more."""

    opinion: Literal["breaking", "compatible"]
    reason: str


Verdict: TypeAlias = Breaking | Compatible | Undecided


@dataclass(frozen=True, slots=True, kw_only=True)
class Acceptance:
    """Why a breaking or undecided change does not fail a comparison.

    ``announced`` by a deprecation, in an ``unstable`` operation, or ``accepted`` by an entry of the list of accepted
    changes.
    """

    kind: Literal["announced", "unstable", "accepted"]
    reason: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Change:
    """What changed at one place, and every operation that it affects.

    ``code`` is stable kebab-case. ``fingerprint`` names the change across reformatting, moved files and further
    operations that come to share its schema.
    """

    code: str
    channel: Channel
    direction: Direction | None
    message: str
    old: Place | None
    new: Place | None
    site: Site
    operations: tuple[OperationRef, ...]
    verdict: Verdict
    acceptance: Acceptance | None = None
    fingerprint: str

    @property
    def status(self) -> Status:
        """The verdict as it counts."""
        match self.verdict:
            case Breaking():
                return "breaking" if self.acceptance is None else "accepted"
            case Compatible():
                return "compatible"
            case Undecided():
                return "undecided" if self.acceptance is None else "accepted"
            case _:
                assert_never(self.verdict)


@dataclass(frozen=True, slots=True, kw_only=True)
class OperationSummary:
    """How many changes of each status affect an operation."""

    operation: OperationRef
    breaking: int = 0
    undecided: int = 0
    accepted: int = 0
    compatible: int = 0


@dataclass(frozen=True, slots=True, kw_only=True)
class VersionAdvice:
    """``info.version`` of both sides, the kind of version that the changes require, and whether the new one is that.

    ``required`` is counted from the old version: below 1.0.0 a breaking change requires a minor version.
    ``satisfied`` is ``None`` where one of the versions is no semantic version.
    """

    old: str
    new: str
    required: Level
    satisfied: bool | None


@dataclass(frozen=True, slots=True, kw_only=True)
class DiffReport:
    """Everything that a comparison found: changes in the order of ``STATUSES``, within each by place."""

    old: str
    new: str
    changes: tuple[Change, ...]
    summary: tuple[OperationSummary, ...]
    version: VersionAdvice
    diagnostics: tuple[Diagnostic, ...] = ()

    def of(self, status: Status) -> Iterator[Change]:
        """The changes of this status."""
        return (change for change in self.changes if change.status == status)

    @property
    def breaks(self) -> bool:
        """Whether a change breaks somebody and is not accepted."""
        return any(change.status == "breaking" for change in self.changes)


def fingerprint(*parts: str) -> str:
    """Sixteen hex digits that identify a change by its *parts*, among which are neither lines nor files."""
    return hashlib.sha256("\x1f".join(parts).encode("utf-8", "replace")).hexdigest()[:16]
