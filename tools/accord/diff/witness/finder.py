"""Finds a witness: a message that one version allows and the other refuses, because of the difference in question.

A candidate value is made at the place of the difference, put into the smallest value around it, and confirmed by
jsonschema-rs as a whole: the sender's schema must accept it, the receiver's must refuse it, and the rejection must be
about the difference. What makes candidates may therefore guess; a witness never rests on a guess.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator
from itertools import islice
from typing import Final

from accord.contract.schema import JsonValue
from accord.diff.model import Clause, SchemaProof, Witness
from accord.diff.proof.cases import split
from accord.diff.proof.judge import Path, Rejection
from accord.diff.proof.node import Intersection, Strings, item_of
from accord.diff.proof.path import Branch, SchemaPath, Segment, Step
from accord.diff.proof.texts import found
from accord.diff.witness.comparison import SchemaComparison
from accord.diff.witness.sample import NoValueError
from accord.diff.witness.values import ComparedValue
from accord.source.pointer import join

Concerns = Callable[[Rejection, Path], bool]
"""Whether a rejection at a path is about the difference in question."""

# Limits of the search, in candidates: at the place of the difference, of these in their surroundings, and as a whole.
_MOST_LOCAL: Final = 150
_MOST_EMBEDDED: Final = 12
_MOST_WHOLE: Final = 200
# Ways to put one value into what is around it; the first nearly always does.
_SURROUNDINGS: Final = 3
# Letters of a rejection's text in a report, and of those the ones kept at its end.
_MESSAGE: Final = 300
_REASON: Final = 160
_COMBINING: Final = frozenset(
    {
        "oneOf",
        "anyOf",
        "allOf",
        "not",
        "if",
        "oneOfNotValid",
        "oneOfMultipleValid",
        "unevaluatedProperties",
        "unevaluatedItems",
    }
)
"""What refuses a value around the difference instead of the one at it."""


class WitnessFinder:
    """Looks for witnesses under one transfer."""

    def __init__(self, comparison: SchemaComparison) -> None:
        self._comparison = comparison
        self._decider = comparison.decider
        self._sampler = comparison.counterexamples.sampler

    def at(
        self,
        compared: ComparedValue,
        path: SchemaPath,
        schemas: tuple[Intersection, Intersection],
        concerns: Concerns,
    ) -> Witness | None:
        """A witness for a difference in *schemas* (old, new), to which *path* leads from the root of *compared*."""
        sender, receiver = self._comparison.by_role(*schemas)
        root = self._comparison.by_role(compared.old, compared.new)
        tried = 0
        for value in islice(self._comparison.counterexamples.values(sender, receiver), _MOST_LOCAL):
            if not self._is_concerned(receiver, value, concerns):
                continue
            for whole, place in islice(self._embedded(path, value), _SURROUNDINGS):
                tried += 1
                witness = self._confirmed(compared, root, whole, place, concerns)
                if witness is not None:
                    return witness
            if tried > _MOST_EMBEDDED:
                break
        return None

    def anywhere(self, compared: ComparedValue, path: Path | None, concerns: Concerns) -> Witness | None:
        """A witness among samples of the whole value.

        *path* is where the difference stands in the value, ``None`` where any rejection counts.
        """
        root = self._comparison.by_role(compared.old, compared.new)
        values = self._comparison.counterexamples.values(*root)
        # A fixed seed: the same contracts give the same report.
        samples = self._sampler.fitting(root[0], seed=1, tries=40)
        for value in (*islice(values, _MOST_WHOLE), *islice(samples, _MOST_WHOLE)):
            witness = self._confirmed(compared, root, value, path, concerns)
            if witness is not None:
                return witness
        return None

    def _is_concerned(self, receiver: Intersection, value: JsonValue, concerns: Concerns) -> bool:
        """Whether *value* alone is refused for the difference: a cheap test before it is put into its surroundings."""
        if self._decider.takes(receiver, value):
            return False
        rejections = self._decider.receiver_judge.rejections(receiver, value)
        return any(concerns(rejection, ()) for rejection in rejections)

    def _confirmed(
        self,
        compared: ComparedValue,
        root: tuple[Intersection, Intersection],
        value: JsonValue,
        path: Path | None,
        concerns: Concerns,
    ) -> Witness | None:
        decider = self._decider
        # Both judges see the whole value: what holds at one place may be forbidden by what surrounds it.
        if not decider.sender_judge.accepts(root[0], value) or decider.takes(root[1], value):
            return None
        rejections = decider.receiver_judge.rejections(root[1], value)
        chosen = _chosen(rejections, path, concerns)
        if chosen is None:
            return None
        transfer = self._comparison.transfer
        return Witness(
            message=compared.frame(value),
            accepted_by=transfer.sender,
            refused_by=transfer.receiver,
            clause=Clause(
                keyword=_keyword(chosen),
                message=_short(chosen.message),
                schema_pointer=join("", *chosen.schema),
                instance_pointer=join("", *chosen.instance),
                span=compared.new_span if transfer.receiver == "new" else compared.old_span,
            ),
            proof=SchemaProof(
                instance=value,
                accepting=decider.sender_judge.document(root[0]),
                refusing=decider.receiver_judge.document(root[1]),
            ),
        )

    def _embedded(self, path: SchemaPath, value: JsonValue) -> Iterator[tuple[JsonValue, Path]]:
        """*value* inside of everything around it, with the place where it then is."""
        if not path:
            yield value, ()
            return
        *outer, segment = path
        for surrounding in islice(self._around(segment, value), _SURROUNDINGS):
            inner_path = _place(segment.step, surrounding, value)
            for whole, place in self._embedded(tuple(outer), surrounding):
                yield whole, (*place, *inner_path)

    def _around(self, segment: Segment, value: JsonValue) -> Iterator[JsonValue]:
        """Values of the segment's schemas, as the sender may send them, that hold *value*."""
        sender, _ = self._comparison.by_role(segment.old, segment.new)
        for case in self._cases(sender, segment.step):
            try:
                surrounding = self._with(case, segment.step, value)
            except NoValueError:
                continue
            if self._decider.sender_judge.accepts(sender, surrounding):
                yield surrounding

    def _cases(self, sender: Intersection, step: Step | Branch) -> list[Intersection]:
        if isinstance(step, Step):
            return self._sampler.cases(sender, None)
        # Only the cases that hold the branch in question.
        branch = self._comparison.by_role(step.old, step.new)[0].schemas[0]
        cases: list[Intersection] = []
        for case in split(self._comparison.sender, sender) or (sender,):
            if any(schema is branch for schema in case.schemas):
                cases += self._sampler.cases(case, None)
        return cases or self._sampler.cases(sender, None)

    def _with(self, case: Intersection, step: Step | Branch, value: JsonValue) -> JsonValue:
        """A value of *case* that holds *value* where *step* leads.

        Raises:
            NoValueError: none was found.
        """
        make = self._sampler.make
        if isinstance(step, Branch):
            return make(case, given=value) if isinstance(value, dict) else value
        if step.kind == "item":
            node = self._comparison.sender.node(case)
            front = [make(item_of(node, index), None, 1) for index in range(step.index)]
            back = range(step.index + 1, node.arrays.least)
            return [*front, value, *(make(item_of(node, index), None, 1) for index in back)]
        name = step.name
        if step.kind == "additional":
            name = "x-further" if not step.name else found(Strings(patterns=(step.name,))) or "x"
        return make(case, given={name: value})


def _place(step: Step | Branch, surrounding: JsonValue, value: JsonValue) -> Path:
    """Where *value* is in *surrounding*; an additional property got its name there."""
    if isinstance(step, Branch):
        return ()
    if step.kind == "item":
        return (step.index,)
    if step.kind == "property":
        return (step.name,)
    assert isinstance(surrounding, dict)
    return next(((name,) for name, inner in surrounding.items() if inner is value), ())


def _chosen(rejections: list[Rejection], path: Path | None, concerns: Concerns) -> Rejection | None:
    """The rejection that is about the difference: at its place, or a combination of schemas around it."""
    if path is None:
        return rejections[0] if rejections else None
    for rejection in rejections:
        if rejection.instance[: len(path)] == path and concerns(rejection, path):
            return rejection
    around = (r for r in rejections if r.keyword in _COMBINING and r.instance == path[: len(r.instance)])
    return next(around, None)


def _short(text: str) -> str:
    """*text*, which starts with the refused value and ends with the reason."""
    return text if len(text) <= _MESSAGE else f"{text[: _MESSAGE - _REASON - 5]} ... {text[-_REASON:]}"


def _keyword(rejection: Rejection) -> str:
    named = [part for part in rejection.schema if isinstance(part, str)]
    return named[-1] if named else rejection.keyword
