"""Whether no value can fit both a sender's and a receiver's schema."""

from __future__ import annotations

from collections.abc import Callable
from typing import TYPE_CHECKING, Final

from accord.contract.schema import JsonValue, Schema
from accord.contract.schemas.numbers import Bounds
from accord.diff.cases import split
from accord.diff.node import ANY, NEVER, Conj, Node, child_of

if TYPE_CHECKING:
    from accord.diff.decide import Decider

_DEPTH: Final = 4
_MOST_CASES: Final = 32


class Apart:
    """Proves that schemas exclude each other; ``False`` only means that it is not certain."""

    def __init__(self, decider: Decider, inverse: Callable[[], Decider] | None = None) -> None:
        """*inverse* makes the decider of the opposite question: whether the receiver's schema lies in the sender's."""
        self._decider = decider
        self._make_inverse = inverse
        self._inverse: Decider | None = None

    def certain(self, sender: Conj, receiver: Conj, depth: int = 0) -> bool:
        """Whether it is certain that nothing that the sender emits fits *receiver*."""
        d = self._decider
        if depth > _DEPTH:
            return False
        s, r = d.sender.node(sender), d.receiver.node(receiver)
        if s.never or r.never or self._barred(s, receiver):
            return True
        if s.enum is not None:
            return not any(self._fits(receiver, value) for value in s.enum)
        if r.enum is not None:
            return not any(d.sender_judge.accepts(sender, value) is not False for value in r.enum)
        shared = s.types & r.types
        if all(self._type(name, s, r, depth) for name in shared):
            return True
        return self._by_cases(sender, receiver, depth)

    def _fits(self, receiver: Conj, value: JsonValue) -> bool:
        return self._decider.receiver_judge.accepts(receiver, value) is not False

    def _barred(self, s: Node, receiver: Conj) -> bool:
        """Whether the sender excludes a schema that allows all of *receiver*."""
        d = self._decider
        if len(receiver.schemas) != 1:
            return False
        schema: Schema = receiver.schemas[0]
        if any(d.same_schemas(barred, schema) for barred in s.negations):
            return True
        if self._inverse is None and self._make_inverse is not None:
            self._inverse = self._make_inverse()
        inverse = self._inverse
        return inverse is not None and any(
            inverse.proved(inverse.pair(receiver, Conj((barred,)))) for barred in s.negations
        )

    def _type(self, name: str, s: Node, r: Node, depth: int) -> bool:
        match name:
            case "integer" | "number":
                return _disjoint(s.numbers, r.numbers) or _disjoint(r.numbers, s.numbers)
            case "string":
                a, b = s.strings, r.strings
                return (a.most is not None and a.most < b.least) or (b.most is not None and b.most < a.least)
            case "array":
                x, y = s.arrays, r.arrays
                return (x.most is not None and x.most < y.least) or (y.most is not None and y.most < x.least)
            case "object":
                return self._objects(s, r, depth)
            case _:
                return False

    def _objects(self, s: Node, r: Node, depth: int) -> bool:
        x, y = s.objects, r.objects
        for name in (*x.required, *(n for n in y.required if n not in x.required)):
            own, wanted = child_of(s, name), child_of(r, name)
            if name in x.branched:
                own = ANY
            is_absent = x.closed and name not in x.properties and not x.patterns and name not in x.branched
            if NEVER in (own, wanted) or is_absent:
                return True
            if ANY not in (own, wanted) and self.certain(own, wanted, depth + 1):
                return True
        return False

    def _by_cases(self, sender: Conj, receiver: Conj, depth: int) -> bool:
        d = self._decider
        cases = split(d.sender, sender)
        if cases is not None and len(cases) <= _MOST_CASES:
            return all(self.certain(case, receiver, depth + 1) for case in cases)
        wanted = split(d.receiver, receiver)
        if wanted is not None and len(wanted) <= _MOST_CASES:
            return all(self.certain(sender, case, depth + 1) for case in wanted)
        return False


def _disjoint(below: Bounds, above: Bounds) -> bool:
    if below.high is None or above.low is None:
        return False
    return below.high < above.low or (below.high == above.low and (below.high_open or above.low_open))
