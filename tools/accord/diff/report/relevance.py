"""Which obligations and which rejections are about which difference."""

from __future__ import annotations

import json
from collections.abc import Iterator
from typing import Final

from accord.contract.schemas.keywords import IN_PLACE
from accord.diff.proof.decide import Decider, Pair
from accord.diff.proof.inclusion import Obligation
from accord.diff.proof.judge import Path, Rejection
from accord.diff.proof.path import Step
from accord.diff.report.deltas import Delta

_VALUES: Final = frozenset({"type", "enum", "const", "false"})
_OWN: Final = {
    "type": _VALUES,
    "nullable": _VALUES,
    "enum": _VALUES,
    "enum-value": _VALUES,
    "minimum": frozenset({"minimum", "exclusiveMinimum", "enum"}),
    "maximum": frozenset({"maximum", "exclusiveMaximum", "enum"}),
}
"""The keywords by which validators refuse what a difference is about, where it is not the keyword of its own name."""
_COMBINED: Final = IN_PLACE | {"contains", "propertyNames", "unevaluatedItems", "unevaluatedProperties"}
"""Keywords whose schemas the comparison does not take apart: anything may be about a difference in one of them."""
_OF_OBJECT: Final = frozenset(
    {"required", "additionalProperties", "maxProperties", "minProperties", "dependentRequired"}
)
_SPREADING: Final = frozenset({"additionalProperties", "patternProperties"})


class Relevance:
    """What belongs to one difference."""

    def __init__(self, delta: Delta, declared: frozenset[str]) -> None:
        """*declared* are the properties that both sides declare: those are no matter of ``additionalProperties``."""
        self._delta = delta
        self._declared = declared
        self._members = frozenset(delta.names or (delta.member,))

    def obligation(self, obligation: Obligation) -> bool:
        """Whether an obligation at the place of the difference is about it."""
        delta = self._delta
        if delta.keyword in {"properties", "direction", "required"}:
            return obligation.member in self._members or obligation.keyword in {
                "maxProperties",
                "minProperties",
                *_COMBINED,
            }
        if delta.keyword in _COMBINED or obligation.keyword in _COMBINED:
            return True
        return obligation.keyword in _OWN.get(delta.keyword, frozenset({delta.keyword}))

    def step(self, step: Step) -> bool:
        """Whether what is wrong behind *step* is about the difference."""
        delta = self._delta
        if delta.keyword in {"properties", "direction"}:
            return step.kind == "property" and step.name in self._members
        if delta.keyword in _SPREADING:
            return step.kind == "additional" or (step.kind == "property" and step.name not in self._declared)
        return delta.keyword in _COMBINED

    def rejection(self, rejection: Rejection, path: Path) -> bool:
        """Whether a rejection of the value at *path* is about the difference."""
        delta = self._delta
        inner = rejection.instance[len(path) :]
        named = {part for part in rejection.schema if isinstance(part, str)}
        if delta.keyword in _COMBINED:
            return True
        if delta.keyword in {"properties", "direction", "required"}:
            if inner:
                return delta.keyword != "required" and inner[0] in self._members
            return bool(named & _OF_OBJECT) and (
                bool(rejection.members & self._members)
                or any(json.dumps(m, ensure_ascii=False) in rejection.message for m in self._members)
            )
        if delta.keyword == "dependentRequired":
            return not inner and bool(named & {"dependentRequired", "dependentSchemas"})
        if delta.keyword in _SPREADING:
            return bool(inner) or bool(named & _SPREADING)
        wanted = _OWN.get(delta.keyword, frozenset({delta.keyword}))
        if wanted is _VALUES:
            # A value that is gone may be refused by anything that stands beside the list.
            return not inner
        return not inner and bool(
            wanted & {rejection.schema[-1] if rejection.schema else "", rejection.keyword}
        )


def concerned(decider: Decider, pair: Pair, relevance: Relevance) -> bool:
    """Whether an unproved obligation of *pair* is about the difference."""
    return any(
        relevance.obligation(found) if isinstance(found, Obligation) else relevance.step(found)
        for found in _unproved(decider, pair)
    )


def _unproved(decider: Decider, pair: Pair) -> Iterator[Obligation | Step]:
    """Unproved obligations at the place itself, in all of its cases, and the steps to values inside that are not proved."""
    seen = {id(pair)}
    waiting = [pair]
    while waiting:
        next_pair = waiting.pop()
        decider.proved(next_pair)
        yield from next_pair.unproved
        for step, inner in next_pair.edges:
            if decider.proved(inner):
                continue
            if step is not None:
                yield step
            elif id(inner) not in seen:
                seen.add(id(inner))
                waiting.append(inner)
