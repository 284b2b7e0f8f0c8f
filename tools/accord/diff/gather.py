"""Where comparisons of operations put what they find."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, field

from accord.contract.model import Operation
from accord.diagnostics import Span
from accord.diff.causes import Causes
from accord.diff.lane import Lane
from accord.diff.lanes import Lanes
from accord.diff.messages import Messages
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
from accord.diff.slots import Slot


@dataclass(frozen=True, slots=True, kw_only=True)
class Exchange:
    """One operation in both versions. ``reverse``: the service sends the request (webhooks, callbacks)."""

    old: Operation
    new: Operation
    ref: OperationRef
    reverse: bool = False

    def sender(self, direction: Direction) -> Side:
        """The side whose messages the other one has to take."""
        return "old" if (direction == "request") != self.reverse else "new"

    def lane(self, direction: Direction, *, text: bool = False, repeated: bool = False) -> Lane:
        """The lane of its values."""
        return Lane(direction, self.sender(direction), text, repeated)

    def of(self, side: Side) -> Operation:
        """The operation in one version."""
        return self.old if side == "old" else self.new


@dataclass(frozen=True, slots=True, kw_only=True)
class Finding:
    """A difference outside of schemas, at one operation. Those with one ``key`` are one change."""

    code: str
    message: str
    verdict: Verdict
    site: Site
    key: tuple[str, ...]
    direction: Direction | None = None
    channel: Channel = "wire"
    old: Place | None = None
    new: Place | None = None


@dataclass(slots=True, eq=False)
class Gathered:
    """A finding with all of its operations."""

    finding: Finding
    operations: dict[OperationRef, None] = field(default_factory=dict[OperationRef, None])


class Gather:
    """Collects findings and slots, grouped."""

    def __init__(self, lanes: Lanes) -> None:
        self.lanes = lanes
        self.messages = Messages(lanes)
        self.causes = Causes(lanes)
        self._found: dict[tuple[str, ...], Gathered] = {}

    def add(self, finding: Finding, *operations: OperationRef) -> None:
        """A difference, with the operations that it reaches."""
        key = (finding.code, *finding.key)
        known = self._found.get(key)
        if known is None:
            known = self._found[key] = Gathered(finding)
        known.operations.update(dict.fromkeys(operations))

    def slot(self, slot: Slot) -> None:
        """A value whose schemas are compared."""
        self.causes.add(slot)

    def found(self) -> Iterator[Gathered]:
        """Everything, in the order in which it was met."""
        return iter(self._found.values())


def breaks(
    exchange: Exchange, direction: Direction, message: Message, clause: tuple[str, str], span: Span
) -> Breaking:
    """The verdict of a message that one side may send and the other refuses; *clause* is keyword and reason."""
    sender = exchange.sender(direction)
    receiver: Side = "new" if sender == "old" else "old"
    return Breaking(
        reason=clause[1],
        witness=Witness(
            message=message,
            accepted_by=sender,
            refused_by=receiver,
            clause=Clause(keyword=clause[0], message=clause[1], span=span),
        ),
    )


def harmless(proof: str) -> Compatible:
    """The verdict of what breaks nobody."""
    return Compatible(proof=proof)


def place(span: Span | None, pointer: str = "", schema: str = "") -> Place:
    """A place in one version."""
    return Place(span=span, pointer=pointer, schema=schema)
