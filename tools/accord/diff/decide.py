"""Decides whether everything that a sender may emit is allowed by a receiver.

The question about two schemas becomes a graph: a pair of schemas has obligations of its own that could not be proved
(*gaps*) and leads to pairs of what is inside. A pair is proved where no gap can be reached from it; a pair met again
inside of itself adds nothing, which is what recursion means for finite values. Pairs are known by the identity of
their schemas, so that a shared schema is looked at once, however many operations use it.

A gap is no refutation: whoever wants to know asks for a value (``witness.py``).
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from dataclasses import dataclass, field, replace

from accord.contract.schema import Conditional, JsonValue, Ref, Schema
from accord.contract.schemas.normal import ANYTHING, Containing
from accord.contract.schemas.walk import walk
from accord.diff import plain
from accord.diff.apart import Apart
from accord.diff.cases import bare, by_type, refined, split
from accord.diff.judge import Judge
from accord.diff.lane import Lane
from accord.diff.node import ANY, NEVER, Conj, ConjKey, Group, Node, item_of
from accord.diff.plain import Gap, Inner, Step, may_occur
from accord.diff.reader import SchemaReader, has_unevaluated
from accord.diff.readings import readings_of
from accord.diff.same import Sameness
from accord.diff.unevaluated import unevaluated


@dataclass(slots=True, eq=False)
class Pair:
    """What *sender* says against what *receiver* says of one place. ``edges`` without a step stay at that place."""

    sender: Conj
    receiver: Conj
    gaps: list[Gap] = field(default_factory=list[Gap])
    edges: list[tuple[Step | None, Pair]] = field(default_factory=list["tuple[Step | None, Pair]"])
    state: int = 0
    """0: not looked at, 1: being looked at, 2: done."""


class Decider:
    """Pairs of schemas of two contracts.

    In text a string takes all scalars. ``swapped``: the sender has the new contract, so that *same* takes it second.
    """

    def __init__(
        self,
        sender: SchemaReader,
        receiver: SchemaReader,
        same: Sameness,
        lane: Lane,
        *,
        is_inverse: bool = False,
    ) -> None:
        self.sender = sender
        self.receiver = receiver
        self.same = same
        self._lane = lane
        self.text = lane.text
        self.repeated = lane.repeated
        self.swapped = lane.sender == "new"
        self.sender_judge = Judge(sender)
        self.receiver_judge = Judge(receiver)
        self.apart = Apart(self, None if is_inverse else self._inverse)
        self._pairs: dict[tuple[ConjKey, ConjKey], Pair] = {}
        self._proved: dict[int, bool] = {}

    def _inverse(self) -> Decider:
        lane = replace(self._lane, sender=self._lane.receiver)
        return Decider(self.receiver, self.sender, self.same, lane, is_inverse=True)

    def pair(self, sender: Conj, receiver: Conj) -> Pair:
        """The pair of *sender* and *receiver*, not looked at yet."""
        key = (sender.key, receiver.key)
        known = self._pairs.get(key)
        if known is None:
            known = self._pairs[key] = Pair(sender, receiver)
        return known

    def proved(self, pair: Pair) -> bool:
        """Whether it is certain that all that the sender may emit is allowed."""
        known = self._proved.get(id(pair))
        if known is not None:
            return known
        final = True
        seen = {id(pair): pair}
        waiting = [pair]
        while waiting:
            one = waiting.pop()
            if one.state == 0:
                self.expand(one)
            final = final and one.state == 2
            if (one.gaps and one.state == 2) or self._proved.get(id(one)) is False:
                self._proved[id(pair)] = False
                return False
            for _, inner in one.edges:
                if id(inner) not in seen and not self._proved.get(id(inner)):
                    seen[id(inner)] = inner
                    waiting.append(inner)
        if not final:
            return True
        if circles(seen.values()):
            self._proved[id(pair)] = False
            return False
        self._proved.update(dict.fromkeys(seen, True))
        return True

    def expand(self, pair: Pair) -> None:
        """Find the obligations of *pair*."""
        pair.state = 1
        self._whole(pair)
        if not self._settled(pair):
            cases = self._cases(pair)
            if cases is not None:
                pair.gaps.clear()
                pair.edges[:] = [(None, self.pair(case, pair.receiver)) for case in cases]
        pair.state = 2

    def _settled(self, pair: Pair) -> bool:
        if pair.gaps:
            return False
        branched = self.sender.node(pair.sender).objects.branched
        return all(
            self.proved(inner)
            for step, inner in pair.edges
            if step is None or (step.kind == "property" and step.name in branched)
        )

    def _cases(self, pair: Pair) -> tuple[Conj, ...] | None:
        cases = split(self.sender, pair.sender)
        if cases is None and self._is_combined(pair):
            cases = by_type(self.sender, pair.sender)
        return cases

    def _is_combined(self, pair: Pair) -> bool:
        return self.receiver.node(pair.receiver).combines

    def same_schemas(self, sender: Schema, receiver: Schema) -> bool:
        """Whether both sides write one schema alike."""
        return self.same.schemas(receiver, sender) if self.swapped else self.same.schemas(sender, receiver)

    def _whole(self, pair: Pair) -> None:
        s = self.sender.node(pair.sender)
        if s.never:
            return
        remaining = self._remaining(pair)
        if remaining is None:
            return
        r = self.receiver.node(remaining)
        if s.enum is not None:
            self._finite(pair, s.enum)
            return
        if r.never:
            pair.gaps.append(Gap("false"))
            return
        if self.repeated and self._listed(pair, s, r):
            return
        missing = self._missing(s, r)
        if missing:
            pair.gaps.append(Gap("type", ",".join(sorted(missing))))
        if r.enum is not None and not plain.listed(s, r.enum):
            pair.gaps.append(Gap("enum"))
        self._plain(pair, s, r)
        self._combined(pair, s, r)

    def _listed(self, pair: Pair, s: Node, r: Node) -> bool:
        """A text where a list is expected is read as a list of one."""
        scalars = {"string", "integer", "number", "boolean"}
        if not (
            s.types <= scalars and r.types == frozenset({"array"}) and r.arrays.least <= 1 and not r.combines
        ):
            return False
        pair.edges.append((None, self.pair(pair.sender, item_of(r, 0))))
        return True

    def _missing(self, s: Node, r: Node) -> frozenset[str]:
        missing = s.types - r.types
        if self.text and "string" in r.types:
            free = not (
                r.strings.patterns or r.strings.formats or r.strings.least or r.strings.most is not None
            )
            if free and r.enum is None:
                missing -= {"integer", "number", "boolean"}
        return missing

    def _remaining(self, pair: Pair) -> Conj | None:
        """The receiver's schemas that the sender does not have as well; ``None`` where none are left."""
        receiver = pair.receiver
        wanted = self.receiver.parts(receiver)
        own = self.sender.parts(pair.sender)
        if wanted is None or own is None:
            return receiver
        left = [part for part in wanted if not any(self.same_schemas(mine, part) for mine in own)]
        nots = tuple(
            barred
            for barred in receiver.nots
            if not any(self.same_schemas(mine, barred) for mine in pair.sender.nots)
        )
        if len(left) == len(wanted) and len(nots) == len(receiver.nots):
            return receiver
        if self._marks_differ(pair, left) or any(map(has_unevaluated, left)):
            # What a schema evaluates stands in the others too.
            return receiver
        if not left and not nots:
            return None
        return Conj(tuple(bare(self.receiver, part) for part in left) or (ANYTHING,), nots)

    def _marks_differ(self, pair: Pair, left: Iterable[Schema]) -> bool:
        """What belongs to the other direction must be excused alike, before schemas count as the same."""
        wanted = self.receiver.node(pair.receiver).objects.marked
        own = self.sender.node(pair.sender).objects.marked
        if not wanted and not own:
            return False
        rest = self.receiver.node(Conj(tuple(left) or (ANYTHING,))).objects.marked
        return wanted != own or rest != wanted

    def _finite(self, pair: Pair, values: Iterable[JsonValue]) -> None:
        for value in values:
            if self.sender_judge.accepts(pair.sender, value) is not False and not self.takes(
                pair.receiver, value
            ):
                pair.gaps.append(Gap("enum"))
                return

    def takes(self, receiver: Conj, value: JsonValue) -> bool:
        """Whether the receiver allows *value*, in text in any of its readings."""
        readings = readings_of(value) if self.text else [value]
        if self.repeated and not isinstance(value, list | dict | None):
            readings += [[one] for one in readings]
        return any(self.receiver_judge.accepts(receiver, one) for one in readings)

    def _plain(self, pair: Pair, s: Node, r: Node) -> None:
        found: list[Gap | Inner] = []
        shared = s.types & r.types
        if shared & {"integer", "number"}:
            found += plain.numbers(s, r)
        if "string" in shared:
            found += plain.strings(s, r)
        if "array" in shared:
            found += plain.arrays(s, r)
            found += self._contains(s, r)
        if "object" in shared:
            found += plain.objects(s, r, remembers=self.swapped)
            found += self._names(s, r)
        for one in found:
            if isinstance(one, Gap):
                pair.gaps.append(one)
            elif one.receiver != ANY:
                pair.edges.append((one.step, self.pair(one.sender, one.receiver)))

    def _contains(self, s: Node, r: Node) -> Iterator[Gap]:
        for wanted in r.arrays.contains:
            if not any(self._is_contained(own, wanted) for own in s.arrays.contains) and not self._all_inside(
                s, wanted
            ):
                yield Gap("contains")

    def _is_contained(self, own: Containing, wanted: Containing) -> bool:
        at_most = wanted.most is None or (own.most is not None and own.most <= wanted.most)
        if own.least < wanted.least or not at_most:
            return False
        if self.same_schemas(own.schema, wanted.schema):
            return True
        return wanted.most is None and self.proved(self.pair(Conj((own.schema,)), Conj((wanted.schema,))))

    def _all_inside(self, s: Node, wanted: Containing) -> bool:
        """Whether sizes alone settle ``contains``."""
        if wanted.most is not None and (s.arrays.most is None or s.arrays.most > wanted.most):
            return False
        if wanted.least == 0:
            return True
        if s.arrays.least < wanted.least:
            return False
        places = [item_of(s, index) for index in range(len(s.arrays.prefix) + 1)]
        return all(self.proved(self.pair(place, Conj((wanted.schema,)))) for place in places)

    def _names(self, s: Node, r: Node) -> Iterator[Gap]:
        objects = s.objects
        for wanted in r.objects.names:
            if any(self.same_schemas(own, wanted) for own in objects.names):
                continue
            named = [name for name, conj in objects.properties.items() if conj != NEVER]
            named += objects.branched
            if objects.names:
                kept = Conj(objects.names)
                named = [name for name in named if self.sender_judge.accepts(kept, name) is not False]
            good = all(self.receiver_judge.accepts(Conj((wanted,)), name) for name in named)
            if good and (not objects.closed or objects.patterns):
                own = Conj((*objects.names, self.sender.of_type("string")))
                good = self.proved(self.pair(own, Conj((wanted,))))
            if not good:
                yield Gap("propertyNames")

    def _combined(self, pair: Pair, s: Node, r: Node) -> None:
        for group in r.groups:
            self._group(pair, group)
        for barred in r.negations:
            if not self.apart.certain(pair.sender, Conj((barred,))):
                pair.gaps.append(Gap("not"))
        for condition in r.conditionals:
            self._condition(pair, condition)
        for name, schema in r.dependents:
            if "object" in s.types and may_occur(s.objects, name):
                self._dependent(pair, name, schema)
        for part in r.unevaluated:
            for one in unevaluated(self.receiver, part, s, self._met(pair, r.groups), remembers=self.swapped):
                if isinstance(one, Gap):
                    pair.gaps.append(one)
                else:
                    pair.edges.append((one.step, self.pair(one.sender, one.receiver)))

    def _group(self, pair: Pair, group: Group) -> None:
        for branch in group.branches:
            inner = self.pair(pair.sender, Conj((branch,)))
            if inner is pair or not self.proved(inner):
                continue
            rest = [other for other in group.branches if other is not branch]
            if group.kind == "anyOf" or all(
                self.apart.certain(pair.sender, Conj((other,))) for other in rest
            ):
                pair.edges.append((None, inner))
                return
        pair.gaps.append(Gap(group.kind))

    def _met(self, pair: Pair, groups: tuple[Group, ...]) -> list[tuple[Group, Schema]]:
        """The alternatives that hold for certain."""
        pairs = [(group, branch) for group in groups for branch in group.branches]
        return [one for one in pairs if self._holds(pair, Conj((one[1],)))]

    def _holds(self, pair: Pair, wanted: Conj) -> bool:
        """Whether all that the sender of *pair* emits fits *wanted*; *pair* then rests on that."""
        inner = self.pair(pair.sender, wanted)
        if inner is pair or not self.proved(inner):
            return False
        pair.edges.append((None, inner))
        return True

    def _condition(self, pair: Pair, c: Conditional) -> None:
        when = Conj((c.condition,))
        barred = any(self.same_schemas(own, c.condition) for own in pair.sender.nots)
        never_met = barred or self.apart.certain(pair.sender, when)
        always_met = any(self.same_schemas(own, c.condition) for own in pair.sender.schemas)
        if c.otherwise is not None and not always_met:
            always_met = self._holds(pair, Conj((c.condition,)))
        met, unmet = pair.sender, pair.sender
        if not any(isinstance(one, Ref) for one in walk(c.condition)):
            # Without references the condition means the same in both contracts.
            met = refined(pair.sender, also=c.condition)
            unmet = refined(pair.sender, never=c.condition)
        inner: list[Pair] = []
        if c.then is not None and not never_met:
            inner.append(self.pair(met, Conj((c.then,))))
        if c.otherwise is not None and not always_met:
            inner.append(self.pair(unmet, Conj((c.otherwise,))))
        if all(self.proved(one) for one in inner):
            pair.edges.extend((None, one) for one in inner)
        else:
            pair.gaps.append(Gap("if"))

    def _dependent(self, pair: Pair, name: str, schema: Schema) -> None:
        node = self.sender.node(pair.sender)
        if any(own == name and self.same_schemas(mine, schema) for own, mine in node.dependents):
            return
        present = refined(pair.sender, also=self.sender.demanding(name))
        inner = self.pair(present, Conj((schema,)))
        if self.proved(inner):
            pair.edges.append((None, inner))
        else:
            pair.gaps.append(Gap("dependentSchemas", name))


def circles(pairs: Iterable[Pair]) -> bool:
    """Whether a pair is reached from itself without a step inside: what a schema says by itself alone proves nothing."""
    done: set[int] = set()
    for start in pairs:
        way: dict[int, Iterator[Pair]] = {}
        waiting = [start] if id(start) not in done else []
        while waiting:
            one = waiting[-1]
            inner = way.setdefault(id(one), (p for step, p in one.edges if step is None))
            found = next((p for p in inner if id(p) not in done), None)
            if found is None:
                done.add(id(waiting.pop()))
                continue
            if id(found) in way:
                return True
            waiting.append(found)
    return False
