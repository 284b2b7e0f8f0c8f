"""Collects what the comparisons of operations find, so that one change of a shared part is reported once."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, field
from typing import Protocol, TypeAlias

from accord.contract.model import Operation
from accord.diagnostics import Span
from accord.diff.model import (
    Breaking,
    Channel,
    Clause,
    Compatible,
    Direction,
    Message,
    OperationRef,
    Place,
    Side,
    Site,
    Verdict,
    Witness,
)
from accord.diff.proof.transfer import Transfer
from accord.diff.report.causes import Causes
from accord.diff.witness.comparison import SchemaComparisons
from accord.diff.witness.messages import Messages
from accord.diff.witness.values import ComparedValue

Places: TypeAlias = tuple[Place | None, Place | None]
"""Where something stands in the old and in the new version, ``None`` where a version does not have it."""


class Part(Protocol):
    """Any part of a contract that knows where it stands."""

    @property
    def span(self) -> Span:
        """Where it stands."""
        ...


@dataclass(frozen=True, slots=True, kw_only=True)
class Exchange:
    """One operation in both versions. ``reverse``: the service sends the request (webhooks, callbacks)."""

    old: Operation
    new: Operation
    ref: OperationRef
    reverse: bool = False

    def sender(self, direction: Direction) -> Side:
        """The side whose messages the other one has to take.

        Clients know the old contract and the service has the new one, so requests of an operation come from the old
        side and responses from the new one. A webhook turns both round.
        """
        return "old" if (direction == "request") != self.reverse else "new"

    def transfer(self, direction: Direction, *, text: bool = False, repeated: bool = False) -> Transfer:
        """The transfer of its values."""
        return Transfer(direction, self.sender(direction), text, repeated)

    def of(self, side: Side) -> Operation:
        """The operation in one version."""
        return self.old if side == "old" else self.new


@dataclass(frozen=True, slots=True, kw_only=True)
class Finding:
    """A difference outside of schemas, at one operation. Findings with one code and ``key`` are one change."""

    code: str
    message: str
    verdict: Verdict
    site: Site
    key: tuple[str, ...]
    direction: Direction | None = None
    channel: Channel = "wire"


@dataclass(slots=True, eq=False)
class GroupedFinding:
    """A finding with its places in the first operation, and all operations that it affects."""

    finding: Finding
    places: Places
    operations: dict[OperationRef, None] = field(default_factory=dict[OperationRef, None])


class Findings:
    """Takes findings and compared values of all operations; the report is made of it when all are there."""

    def __init__(self, comparisons: SchemaComparisons) -> None:
        self.comparisons = comparisons
        self.messages = Messages(comparisons)
        self.causes = Causes(comparisons)
        self._found: dict[tuple[str, ...], GroupedFinding] = {}

    def add(self, finding: Finding, places: Places, *operations: OperationRef) -> None:
        """Add a difference with its places and the operations that it affects."""
        # The first one speaks for all: findings with one key differ in their operations and places only.
        key = (finding.code, *finding.key)
        known = self._found.get(key)
        if known is None:
            known = self._found[key] = GroupedFinding(finding, places)
        known.operations.update(dict.fromkeys(operations))

    def compare(self, compared: ComparedValue) -> None:
        """Compare the schemas of a value."""
        self.causes.add(compared)

    def grouped(self) -> Iterator[GroupedFinding]:
        """Every finding, in the order in which it was first met."""
        return iter(self._found.values())


def breaking(
    exchange: Exchange, direction: Direction, message: Message, clause: tuple[str, str], span: Span
) -> Breaking:
    """The verdict for a message that one side may send and the other refuses; *clause* is keyword and reason."""
    return breaking_for(exchange.sender(direction), message, clause, span)


def breaking_for(sender: Side, message: Message, clause: tuple[str, str], span: Span | None) -> Breaking:
    """The verdict for a message that only *sender* allows, whichever direction it has."""
    keyword, reason = clause
    receiver: Side = "new" if sender == "old" else "old"
    return Breaking(
        reason=reason,
        witness=Witness(
            message=message,
            accepted_by=sender,
            refused_by=receiver,
            clause=Clause(keyword=keyword, message=reason, span=span),
        ),
    )


def compatible(proof: str) -> Compatible:
    """The verdict for a change that breaks nobody; *proof* says why in a phrase."""
    return Compatible(proof=proof)


def place(part: Part | None, pointer: str = "") -> Place | None:
    """The place of a part of a contract, ``None`` where one version does not have it."""
    return None if part is None else Place(span=part.span, pointer=pointer)
