"""From a gap to a value that shows it: made at the place in question, put into everything around it, and confirmed."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from itertools import islice
from typing import Final

from accord.contract.schema import JsonValue
from accord.diff.cases import split
from accord.diff.judge import Path, Refusal
from accord.diff.lanes import Way
from accord.diff.listing import Branch, Listed
from accord.diff.model import Clause, SchemaProof, Witness
from accord.diff.node import Conj, Strings, item_of
from accord.diff.plain import Step
from accord.diff.sample import NoValueError
from accord.diff.slots import Slot
from accord.diff.texts import found
from accord.source.pointer import join

Trail = tuple[tuple["Step | Branch", Listed], ...]
"""From the root of a slot to a place inside: each step with the pair that it starts from."""
Concerns = Callable[[Refusal, Path], bool]
"""Whether a refusal at a path is about the change in question."""

_LOCAL: Final = 150
_EMBEDDED: Final = 12
_BROAD: Final = 200
_MESSAGE: Final = 300
_REASON: Final = 160
COMBINATORS: Final = frozenset(
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


class Finder:
    """Looks for witnesses in one way."""

    def __init__(self, way: Way) -> None:
        self._way = way
        self._decider = way.decider

    def find(self, slot: Slot, trail: Trail, at: Listed, concerns: Concerns) -> Witness | None:
        """A witness for a difference at *at*, to which *trail* leads from the root of *slot*."""
        sender, receiver = self._sides(at.old, at.new)
        root = self._sides(slot.old, slot.new)
        made = 0
        for value in islice(self._way.contrast.values(sender, receiver), _LOCAL):
            if not self._is_concerned(receiver, value, concerns):
                continue
            for whole, path in islice(self._embedded(trail, value), 3):
                made += 1
                witness = self._confirmed(slot, root, whole, path, concerns)
                if witness is not None:
                    return witness
            if made > _EMBEDDED:
                break
        return None

    def search(self, slot: Slot, path: Path | None, concerns: Concerns) -> Witness | None:
        """A witness by sampling the whole value; *path* says where the change stands, ``None``: anywhere."""
        root = self._sides(slot.old, slot.new)
        values = self._way.contrast.values(*root)
        samples = self._way.contrast.sampler.fitting(root[0], seed=1, tries=40)
        for value in (*islice(values, _BROAD), *islice(samples, _BROAD)):
            witness = self._confirmed(slot, root, value, path, concerns)
            if witness is not None:
                return witness
        return None

    def _sides(self, old: Conj, new: Conj) -> tuple[Conj, Conj]:
        return (old, new) if self._way.lane.sender == "old" else (new, old)

    def _is_concerned(self, receiver: Conj, value: JsonValue, concerns: Concerns) -> bool:
        if self._decider.takes(receiver, value):
            return False
        refusals = self._decider.receiver_judge.refusals(receiver, value)
        return any(concerns(one, ()) for one in refusals)

    def _confirmed(
        self, slot: Slot, root: tuple[Conj, Conj], value: JsonValue, path: Path | None, concerns: Concerns
    ) -> Witness | None:
        decider = self._decider
        if not decider.sender_judge.accepts(root[0], value) or decider.takes(root[1], value):
            return None
        refusals = decider.receiver_judge.refusals(root[1], value)
        chosen = _chosen(refusals, path, concerns)
        if chosen is None:
            return None
        proof = SchemaProof(
            instance=value,
            accepting=decider.sender_judge.document(root[0]),
            refusing=decider.receiver_judge.document(root[1]),
        )
        lane = self._way.lane
        return Witness(
            message=slot.frame(value),
            accepted_by=lane.sender,
            refused_by=lane.receiver,
            clause=Clause(
                keyword=_keyword(chosen),
                message=_short(chosen.message),
                schema_pointer=pointer(chosen.schema),
                instance_pointer=pointer(chosen.instance),
                span=slot.new_span if lane.receiver == "new" else slot.old_span,
            ),
            proof=proof,
        )

    def _embedded(self, trail: Trail, value: JsonValue) -> Iterator[tuple[JsonValue, Path]]:
        """*value* inside of everything around it, with the path to it."""
        if not trail:
            yield value, ()
            return
        *front, (step, parent) = trail
        sender, _ = self._sides(parent.old, parent.new)
        for outer in islice(self._around(sender, step, value), 3):
            inner_path = _path_of(step, outer, value)
            for whole, path in self._embedded(tuple(front), outer):
                yield whole, (*path, *inner_path)

    def _around(self, sender: Conj, step: Step | Branch, value: JsonValue) -> Iterator[JsonValue]:
        judge = self._decider.sender_judge
        for case in self._cases(sender, step):
            try:
                outer = self._put(case, step, value)
            except NoValueError:
                continue
            if judge.accepts(sender, outer):
                yield outer

    def _cases(self, sender: Conj, step: Step | Branch) -> list[Conj]:
        sampler = self._way.contrast.sampler
        if isinstance(step, Step):
            return sampler.cases(sender, None)
        chosen = self._sides(step.old, step.new)[0].schemas[0]
        out: list[Conj] = []
        for case in split(self._way.sender, sender) or (sender,):
            if any(schema is chosen for schema in case.schemas):
                out += sampler.cases(case, None)
        return out or sampler.cases(sender, None)

    def _put(self, case: Conj, step: Step | Branch, value: JsonValue) -> JsonValue:
        sampler = self._way.contrast.sampler
        if isinstance(step, Branch):
            return sampler.make(case, given=value) if isinstance(value, dict) else value
        if step.kind == "item":
            node = self._way.sender.node(case)
            front = [sampler.make(item_of(node, index), None, 1) for index in range(step.index)]
            back = range(step.index + 1, node.arrays.least)
            return [*front, value, *(sampler.make(item_of(node, index), None, 1) for index in back)]
        name = step.name
        if step.kind == "additional":
            name = "x-further" if not step.name else found(Strings(patterns=(step.name,))) or "x"
        return sampler.make(case, given={name: value})


def _path_of(step: Step | Branch, outer: JsonValue, value: JsonValue) -> Path:
    if isinstance(step, Branch):
        return ()
    if step.kind == "item":
        return (step.index,)
    if step.kind == "property":
        return (step.name,)
    assert isinstance(outer, dict)
    return next(((name,) for name, inner in outer.items() if inner is value), ())


def _chosen(refusals: list[Refusal], path: Path | None, concerns: Concerns) -> Refusal | None:
    """The refusal that is about the change: at its place, or a combination of schemas around it."""
    if path is None:
        return refusals[0] if refusals else None
    direct = [one for one in refusals if one.instance[: len(path)] == path and concerns(one, path)]
    if direct:
        return direct[0]
    around = [one for one in refusals if is_around(one, path)]
    return around[0] if around else None


def is_around(refusal: Refusal, path: Path) -> bool:
    """Whether a combination of schemas refuses a value that holds *path*."""
    return refusal.keyword in COMBINATORS and refusal.instance == path[: len(refusal.instance)]


def _short(text: str) -> str:
    """*text*, which starts with the refused value and ends with the reason."""
    return text if len(text) <= _MESSAGE else f"{text[: _MESSAGE - _REASON - 5]} ... {text[-_REASON:]}"


def _keyword(refusal: Refusal) -> str:
    named = [part for part in refusal.schema if isinstance(part, str)]
    return named[-1] if named else refusal.keyword


def pointer(path: Path) -> str:
    """*path* as a JSON pointer."""
    return join("", *path)
