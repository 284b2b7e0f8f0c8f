"""Proves that no value fits both of two schemas.

The receiver's ``not`` and ``oneOf`` need it: what they exclude must not be what the sender sends.
"""

from __future__ import annotations

from collections.abc import Callable
from functools import cached_property
from typing import Final

from accord.contract.schema import JsonValue, Schema
from accord.contract.schemas.numbers import Bounds
from accord.diff.proof.cases import split
from accord.diff.proof.judge import Judge
from accord.diff.proof.node import ANY, NEVER, Intersection, Node, child_of

# Both bounds keep the search short: a proof of disjointness that needs more is rare, and without one the answer is
# only "undecided".
_DEPTH: Final = 4
_MOST_CASES: Final = 32

Included = Callable[[Intersection, Intersection], bool]
"""Whether it is proved that every value of a receiver's schema fits a schema of the sender."""


class Disjointness:
    """Proves that schemas of a sender and a receiver exclude each other; ``False`` only means that it is not certain."""

    def __init__(
        self,
        sender: Judge,
        receiver: Judge,
        equal: Callable[[Schema, Schema], bool],
        make_inverse: Callable[[], Included] | None = None,
    ) -> None:
        """*equal* compares a sender's schema with a receiver's.

        *make_inverse* gives the proof of the opposite direction. It is made when it is first needed, and the inverse
        itself has none: a proof by exclusion is not taken back and forth between the two directions.
        """
        self._sender = sender
        self._receiver = receiver
        self._equal = equal
        self._make_inverse = make_inverse

    @cached_property
    def _included(self) -> Included | None:
        return None if self._make_inverse is None else self._make_inverse()

    def certain(self, sender: Intersection, receiver: Intersection, depth: int = 0) -> bool:
        """Whether it is certain that nothing that the sender sends fits *receiver*."""
        if depth > _DEPTH:
            return False
        s, r = self._sender.reader.node(sender), self._receiver.reader.node(receiver)
        if s.never or r.never or self._excluded(s, receiver):
            return True
        if s.enum is not None:
            return not any(self._fits(receiver, value) for value in s.enum)
        if r.enum is not None:
            return not any(self._sender.accepts(sender, value) is not False for value in r.enum)
        shared = s.types & r.types
        if all(self._type(name, s, r, depth) for name in shared):
            return True
        return self._by_cases(sender, receiver, depth)

    def _fits(self, receiver: Intersection, value: JsonValue) -> bool:
        # A judge that cannot say (None) counts as a yes here: only a certain no proves anything.
        return self._receiver.accepts(receiver, value) is not False

    def _excluded(self, s: Node, receiver: Intersection) -> bool:
        """Whether the sender excludes a schema that allows all of *receiver*."""
        if len(receiver.schemas) != 1:
            return False
        schema: Schema = receiver.schemas[0]
        if any(self._equal(excluded, schema) for excluded in s.negations):
            return True
        included = self._included
        return included is not None and any(
            included(receiver, Intersection((excluded,))) for excluded in s.negations
        )

    def _type(self, name: str, s: Node, r: Node, depth: int) -> bool:
        match name:
            case "integer" | "number":
                return _below(s.numbers, r.numbers) or _below(r.numbers, s.numbers)
            case "string" | "array":
                a, b = (s.strings, r.strings) if name == "string" else (s.arrays, r.arrays)
                return (a.most is not None and a.most < b.least) or (b.most is not None and b.most < a.least)
            case "object":
                return self._objects(s, r, depth)
            case _:
                return False

    def _objects(self, s: Node, r: Node, depth: int) -> bool:
        """Objects exclude each other by one property that is there for certain and fits only one of both sides."""
        x, y = s.objects, r.objects
        for name in (*x.required, *(n for n in y.required if n not in x.required)):
            sent, wanted = child_of(s, name), child_of(r, name)
            if name in x.conditional:
                # A branch may say more of this property than the node does.
                sent = ANY
            is_absent = x.closed and name not in x.properties and not x.patterns and name not in x.conditional
            if NEVER in (sent, wanted) or is_absent:
                return True
            if ANY not in (sent, wanted) and self.certain(sent, wanted, depth + 1):
                return True
        return False

    def _by_cases(self, sender: Intersection, receiver: Intersection, depth: int) -> bool:
        """All cases of one side must exclude the other side."""
        cases = split(self._sender.reader, sender)
        if cases is not None and len(cases) <= _MOST_CASES:
            return all(self.certain(case, receiver, depth + 1) for case in cases)
        wanted = split(self._receiver.reader, receiver)
        if wanted is not None and len(wanted) <= _MOST_CASES:
            return all(self.certain(sender, case, depth + 1) for case in wanted)
        return False


def _below(low: Bounds, high: Bounds) -> bool:
    """Whether all numbers of *low* are less than all of *high*."""
    if low.high is None or high.low is None:
        return False
    return low.high < high.low or (low.high == high.low and (low.high_open or high.low_open))
