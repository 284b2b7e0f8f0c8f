"""What a comparison of two contracts says: changes, each with its verdict and, where it breaks somebody, a witness.

Every node is frozen. Nothing in here knows how a report is printed.
"""

from __future__ import annotations

import hashlib
from collections.abc import Iterator
from dataclasses import dataclass, field
from typing import Literal, TypeAlias, assert_never

from accord.contract.schema import UNSET, JsonValue, Unset
from accord.diagnostics import Diagnostic, Span

Side: TypeAlias = Literal["old", "new"]
Channel: TypeAlias = Literal["wire", "policy"]
"""``wire``: what is sent and accepted. ``policy``: what was agreed apart from it (announcements, names, versions)."""
Direction: TypeAlias = Literal["request", "response"]
"""From the view of the operation. Of a webhook or callback the service sends the request."""
OperationKind: TypeAlias = Literal["operation", "webhook", "callback"]
Level: TypeAlias = Literal["none", "patch", "minor", "major"]


@dataclass(frozen=True, slots=True, kw_only=True)
class Place:
    """Where something stands in one version: a place in a file, and the JSON pointer or name by which people know it.

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
    """Where in a message a change is seen, in the first operation that it reaches.

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
    """A concrete request. ``parameters`` are (location, name, value) in the order of the contract; values are JSON,
    not yet written in their style. ``body`` is ``UNSET`` where none is sent. ``parts`` are (property, header, value) of
    the parts of a body, where they say more than their values."""

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
    """What in the refusing contract refuses the message.

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
    """A message that ``accepted_by`` allows (or promises) and the other version does not.

    ``proof`` is set where schemas decide; elsewhere the lack of an operation, parameter, status, ... does.
    """

    message: Message
    accepted_by: Side
    refused_by: Side
    clause: Clause
    proof: SchemaProof | None = field(default=None, compare=False)


@dataclass(frozen=True, slots=True, kw_only=True)
class Breaking:
    """Somebody breaks. ``witness`` shows it (on the wire; a broken policy has none)."""

    reason: str
    witness: Witness | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class Compatible:
    """Nobody breaks; ``proof`` says in a phrase why that is certain."""

    proof: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Undecided:
    """Neither proved nor refuted: ``opinion`` is a rule's guess, ``reason`` what stands in the way."""

    opinion: Literal["breaking", "compatible"]
    reason: str


Verdict: TypeAlias = Breaking | Compatible | Undecided


@dataclass(frozen=True, slots=True, kw_only=True)
class Waiver:
    """Why a breaking change does not fail a comparison: announced by a deprecation, or in an unstable operation."""

    kind: Literal["announced", "unstable", "accepted"]
    reason: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Change:
    """One cause: what changed at one place, and every operation that it reaches.

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
    waiver: Waiver | None = None
    fingerprint: str

    @property
    def status(self) -> Literal["breaking", "compatible", "undecided", "waived"]:
        """The verdict in a word; a break that a waiver covers is ``waived``."""
        match self.verdict:
            case Breaking():
                return "breaking" if self.waiver is None else "waived"
            case Compatible():
                return "compatible"
            case Undecided():
                return "undecided" if self.waiver is None else "waived"
            case _:
                assert_never(self.verdict)


@dataclass(frozen=True, slots=True, kw_only=True)
class OperationSummary:
    """How many changes of each verdict reach an operation."""

    operation: OperationRef
    breaking: int = 0
    undecided: int = 0
    waived: int = 0
    compatible: int = 0


@dataclass(frozen=True, slots=True, kw_only=True)
class VersionAdvice:
    """``info.version`` of both sides, the rise that the changes demand, and whether it happened.

    ``satisfied`` is ``None`` where one of the versions is no semantic version.
    """

    old: str
    new: str
    demanded: Level
    satisfied: bool | None


@dataclass(frozen=True, slots=True, kw_only=True)
class DiffReport:
    """Everything that a comparison found: breaking first, then undecided, waived, compatible; by place within each."""

    old: str
    new: str
    changes: tuple[Change, ...]
    summary: tuple[OperationSummary, ...]
    version: VersionAdvice
    diagnostics: tuple[Diagnostic, ...] = ()

    def of(self, status: str) -> Iterator[Change]:
        """The changes with this ``Change.status``."""
        return (change for change in self.changes if change.status == status)

    @property
    def breaks(self) -> bool:
        """Whether a change breaks somebody and nothing waives it."""
        return any(change.status == "breaking" for change in self.changes)


def fingerprint(*parts: str) -> str:
    """Sixteen hex digits for what identifies a change; neither lines nor files are among its parts."""
    return hashlib.sha256("\x1f".join(parts).encode("utf-8", "replace")).hexdigest()[:16]
