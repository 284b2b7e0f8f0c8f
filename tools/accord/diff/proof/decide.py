"""Proves that everything a sender may send is allowed by a receiver.

The question about two schemas is a graph. Its nodes are pairs of a sender's and a receiver's schema. A pair has
obligations that could not be proved, and edges to further pairs: those of the values inside, and those that the proof
of this pair rests on. It is proved where no unproved obligation can be reached from it.

Recursive schemas lead to a pair again that is being proved. For a value inside that adds nothing: JSON values are
finite, so that the argument is an induction over their depth. On the same value it proves nothing, see
:func:`circles`. Pairs are known by the identity of their schemas, so that a shared schema is looked at once, however
many operations use it.

An unproved obligation is no refutation. Whether there is a value that breaks is the question of ``witness/``.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from dataclasses import dataclass, field, replace
from enum import Enum, auto

from accord.contract.schema import Conditional, JsonValue, Ref, Schema
from accord.contract.schemas.normal import ANYTHING, Containing
from accord.contract.schemas.walk import walk
from accord.diff.proof import inclusion
from accord.diff.proof.cases import bare, by_type, refined, split
from accord.diff.proof.disjoint import Disjointness, Included
from accord.diff.proof.equality import SchemaEquality
from accord.diff.proof.inclusion import Inner, Obligation, may_occur
from accord.diff.proof.judge import Judge
from accord.diff.proof.node import ANY, NEVER, Group, Intersection, IntersectionKey, Node, item_of
from accord.diff.proof.path import Step
from accord.diff.proof.reader import SchemaReader, has_unevaluated
from accord.diff.proof.transfer import Transfer


class State(Enum):
    """How far the obligations of a pair are known."""

    NEW = auto()
    EXPANDING = auto()
    EXPANDED = auto()


@dataclass(slots=True, eq=False)
class Pair:
    """The question whether all values of *sender* fit *receiver* at one place.

    ``unproved`` are its obligations without a proof. ``edges`` lead to the pairs that it rests on: with a step to
    values inside, without one to the same value.
    """

    sender: Intersection
    receiver: Intersection
    unproved: list[Obligation] = field(default_factory=list[Obligation])
    edges: list[tuple[Step | None, Pair]] = field(default_factory=list["tuple[Step | None, Pair]"])
    state: State = State.NEW


class Decider:
    """Proves pairs of schemas of two contracts under one transfer.

    ``equality`` compares the old version's schemas with the new one's, in this order; ``sender_is_new`` says that the
    sender's schemas are the second ones.
    """

    def __init__(
        self,
        sender: SchemaReader,
        receiver: SchemaReader,
        equality: SchemaEquality,
        transfer: Transfer,
        *,
        is_inverse: bool = False,
    ) -> None:
        self.sender = sender
        self.receiver = receiver
        self.equality = equality
        self.transfer = transfer
        self.sender_is_new = transfer.sender == "new"
        self.sender_judge = Judge(sender)
        self.receiver_judge = Judge(receiver)
        self.disjoint = Disjointness(
            self.sender_judge, self.receiver_judge, self.equal_schemas, None if is_inverse else self._inverse
        )
        self._pairs: dict[tuple[IntersectionKey, IntersectionKey], Pair] = {}
        self._proved: dict[int, bool] = {}

    def _inverse(self) -> Included:
        """The proof that everything the receiver allows fits a schema of the sender."""
        transfer = replace(self.transfer, sender=self.transfer.receiver)
        inverse = Decider(self.receiver, self.sender, self.equality, transfer, is_inverse=True)
        return lambda receiver, sender: inverse.proved(inverse.pair(receiver, sender))

    def pair(self, sender: Intersection, receiver: Intersection) -> Pair:
        """The pair of *sender* and *receiver*, not looked at yet."""
        key = (sender.key, receiver.key)
        known = self._pairs.get(key)
        if known is None:
            known = self._pairs[key] = Pair(sender, receiver)
        return known

    def proved(self, pair: Pair) -> bool:
        """Whether it is certain that everything the sender may send is allowed."""
        known = self._proved.get(id(pair))
        if known is not None:
            return known
        is_final = True
        seen = {id(pair): pair}
        waiting = [pair]
        while waiting:
            current = waiting.pop()
            if current.state is State.NEW:
                self.expand(current)
            is_expanded = current.state is State.EXPANDED
            is_final = is_final and is_expanded
            if (current.unproved and is_expanded) or self._proved.get(id(current)) is False:
                self._proved[id(pair)] = False
                return False
            for _, inner in current.edges:
                if id(inner) not in seen and not self._proved.get(id(inner)):
                    seen[id(inner)] = inner
                    waiting.append(inner)
        if not is_final:
            # A pair further out is being expanded and asks for this one: so far nothing speaks against it, but the
            # answer must not be kept, because it may rest on that pair.
            return True
        if circles(seen.values()):
            self._proved[id(pair)] = False
            return False
        self._proved.update(dict.fromkeys(seen, True))
        return True

    def expand(self, pair: Pair) -> None:
        """Find the obligations of *pair*, as a whole or else case by case."""
        pair.state = State.EXPANDING
        self._whole(pair)
        if not self._settled(pair):
            cases = self._cases(pair)
            if cases is not None:
                pair.unproved.clear()
                pair.edges[:] = [(None, self.pair(case, pair.receiver)) for case in cases]
        pair.state = State.EXPANDED

    def _settled(self, pair: Pair) -> bool:
        """Whether taking the sender apart into cases cannot help.

        It may help where a proof is missing for the same value, or for a property that only some branches declare.
        """
        if pair.unproved:
            return False
        conditional = self.sender.node(pair.sender).objects.conditional
        return all(
            self.proved(inner)
            for step, inner in pair.edges
            if step is None or (step.kind == "property" and step.name in conditional)
        )

    def _cases(self, pair: Pair) -> tuple[Intersection, ...] | None:
        cases = split(self.sender, pair.sender)
        if cases is None and self.receiver.node(pair.receiver).combines:
            # The receiver may have an alternative for each type.
            cases = by_type(self.sender, pair.sender)
        return cases

    def equal_schemas(self, sender: Schema, receiver: Schema) -> bool:
        """Whether both sides mean the same by these schemas."""
        old, new = (receiver, sender) if self.sender_is_new else (sender, receiver)
        return self.equality.schemas(old, new)

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
            pair.unproved.append(Obligation("false"))
            return
        if self.transfer.repeated and self._is_list_of_one(pair, s, r):
            return
        missing = self._missing(s, r)
        if missing:
            pair.unproved.append(Obligation("type", ",".join(sorted(missing))))
        if r.enum is not None and not inclusion.sends_only(s, r.enum):
            pair.unproved.append(Obligation("enum"))
        self._by_type(pair, s, r)
        self._combined(pair, s, r)

    def _is_list_of_one(self, pair: Pair, s: Node, r: Node) -> bool:
        """Whether a single text is sent where a list is expected, which reads it as a list of one."""
        scalars = {"string", "integer", "number", "boolean"}
        if not (
            s.types <= scalars and r.types == frozenset({"array"}) and r.arrays.least <= 1 and not r.combines
        ):
            return False
        pair.edges.append((None, self.pair(pair.sender, item_of(r, 0))))
        return True

    def _missing(self, s: Node, r: Node) -> frozenset[str]:
        """The types that only the sender has. In text a string without restrictions takes every scalar."""
        missing = s.types - r.types
        if self.transfer.text and "string" in r.types:
            strings = r.strings
            is_restricted = strings.patterns or strings.formats or strings.least or strings.most is not None
            if not is_restricted and r.enum is None:
                missing -= {"integer", "number", "boolean"}
        return missing

    def _remaining(self, pair: Pair) -> Intersection | None:
        """The receiver's schemas that the sender does not have as well; ``None`` where none are left.

        Equal schemas need no proof, which makes most pairs cheap: of two versions nearly everything is equal.
        """
        receiver = pair.receiver
        wanted = self.receiver.parts(receiver)
        sent = self.sender.parts(pair.sender)
        if wanted is None or sent is None:
            return receiver
        left = [part for part in wanted if not any(self.equal_schemas(known, part) for known in sent)]
        nots = tuple(
            excluded
            for excluded in receiver.nots
            if not any(self.equal_schemas(known, excluded) for known in pair.sender.nots)
        )
        if len(left) == len(wanted) and len(nots) == len(receiver.nots):
            return receiver
        if self._marks_differ(pair, left) or any(map(has_unevaluated, left)):
            # What counts as evaluated stands in the schemas beside it, which would be left out.
            return receiver
        if not left and not nots:
            return None
        return Intersection(tuple(bare(self.receiver, part) for part in left) or (ANYTHING,), nots)

    def _marks_differ(self, pair: Pair, left: Iterable[Schema]) -> bool:
        """Whether the sides differ in the properties that belong to the other direction.

        A property that is readOnly in one schema is excused in all of them, so that equal schemas may mean different
        things in different company.
        """
        wanted = self.receiver.node(pair.receiver).objects.excused
        sent = self.sender.node(pair.sender).objects.excused
        if not wanted and not sent:
            return False
        remaining = self.receiver.node(Intersection(tuple(left) or (ANYTHING,))).objects.excused
        return wanted != sent or remaining != wanted

    def _finite(self, pair: Pair, values: Iterable[JsonValue]) -> None:
        """Where the sender has finitely many values each of them is tried: that is a proof."""
        for value in values:
            if self.sender_judge.accepts(pair.sender, value) is not False and not self.takes(
                pair.receiver, value
            ):
                pair.unproved.append(Obligation("enum"))
                return

    def takes(self, receiver: Intersection, value: JsonValue) -> bool:
        """Whether the receiver allows *value* in one of its interpretations."""
        return any(
            self.receiver_judge.accepts(receiver, read) for read in self.transfer.interpretations(value)
        )

    def _by_type(self, pair: Pair, s: Node, r: Node) -> None:
        found: list[Obligation | Inner] = []
        shared = s.types & r.types
        if shared & {"integer", "number"}:
            found += inclusion.numbers(s, r)
        if "string" in shared:
            found += inclusion.strings(s, r)
        if "array" in shared:
            found += inclusion.arrays(s, r)
            found += self._contains(s, r)
        if "object" in shared:
            found += inclusion.objects(s, r, remembers=self.sender_is_new)
            found += self._names(s, r)
        self._take(pair, found)

    def _take(self, pair: Pair, found: Iterable[Obligation | Inner]) -> None:
        """Make *found* obligations and edges of *pair*."""
        for entry in found:
            if isinstance(entry, Obligation):
                pair.unproved.append(entry)
            elif entry.receiver != ANY:
                pair.edges.append((entry.step, self.pair(entry.sender, entry.receiver)))

    def _contains(self, s: Node, r: Node) -> Iterator[Obligation]:
        """``contains`` of the receiver follows from one of the sender, or from the number of items."""
        for wanted in r.arrays.contains:
            is_promised = any(self._is_contained(promised, wanted) for promised in s.arrays.contains)
            if not is_promised and not self._is_contained_by_size(s, wanted):
                yield Obligation("contains")

    def _is_contained(self, promised: Containing, wanted: Containing) -> bool:
        at_most = wanted.most is None or (promised.most is not None and promised.most <= wanted.most)
        if promised.least < wanted.least or not at_most:
            return False
        if self.equal_schemas(promised.schema, wanted.schema):
            return True
        # An upper bound counts what fits: it does not carry over to a wider schema, which more items may fit.
        return wanted.most is None and self.proved(
            self.pair(Intersection((promised.schema,)), Intersection((wanted.schema,)))
        )

    def _is_contained_by_size(self, s: Node, wanted: Containing) -> bool:
        """Whether there are enough items, all of which fit, and never too many."""
        if wanted.most is not None and (s.arrays.most is None or s.arrays.most > wanted.most):
            return False
        if wanted.least == 0:
            return True
        if s.arrays.least < wanted.least:
            return False
        places = [item_of(s, index) for index in range(len(s.arrays.prefix) + 1)]
        return all(self.proved(self.pair(place, Intersection((wanted.schema,)))) for place in places)

    def _names(self, s: Node, r: Node) -> Iterator[Obligation]:
        """``propertyNames``: declared names are tried one by one, all others must fit as strings."""
        objects = s.objects
        for wanted in r.objects.names:
            if any(self.equal_schemas(known, wanted) for known in objects.names):
                continue
            declared = [name for name, intersection in objects.properties.items() if intersection != NEVER]
            declared += objects.conditional
            if objects.names:
                allowed = Intersection(objects.names)
                declared = [n for n in declared if self.sender_judge.accepts(allowed, n) is not False]
            fits = all(self.receiver_judge.accepts(Intersection((wanted,)), name) for name in declared)
            if fits and (not objects.closed or objects.patterns):
                any_name = Intersection((*objects.names, self.sender.of_type("string")))
                fits = self.proved(self.pair(any_name, Intersection((wanted,))))
            if not fits:
                yield Obligation("propertyNames")

    def _combined(self, pair: Pair, s: Node, r: Node) -> None:
        """The obligations of keywords that combine schemas."""
        for group in r.groups:
            self._group(pair, group)
        for excluded in r.negations:
            if not self.disjoint.certain(pair.sender, Intersection((excluded,))):
                pair.unproved.append(Obligation("not"))
        for condition in r.conditionals:
            self._condition(pair, condition)
        for name, schema in r.dependents:
            if "object" in s.types and may_occur(s.objects, name):
                self._dependent(pair, name, schema)
        for part in r.unevaluated:
            met = self._met(pair, r.groups)
            found = inclusion.unevaluated(self.receiver, part, s, met, remembers=self.sender_is_new)
            self._take(pair, found)

    def _group(self, pair: Pair, group: Group) -> None:
        """One branch must take everything. Of ``oneOf`` all others must exclude the sender.

        A sender whose values need different branches is taken apart into cases first, see :meth:`expand`.
        """
        for branch in group.branches:
            inner = self.pair(pair.sender, Intersection((branch,)))
            if inner is pair or not self.proved(inner):
                continue
            others = [other for other in group.branches if other is not branch]
            if group.kind == "anyOf" or all(
                self.disjoint.certain(pair.sender, Intersection((other,))) for other in others
            ):
                pair.edges.append((None, inner))
                return
        pair.unproved.append(Obligation(group.kind))

    def _met(self, pair: Pair, groups: tuple[Group, ...]) -> list[tuple[Group, Schema]]:
        """The alternatives that hold for certain."""
        return [
            (group, branch)
            for group in groups
            for branch in group.branches
            if self._holds(pair, Intersection((branch,)))
        ]

    def _holds(self, pair: Pair, wanted: Intersection) -> bool:
        """Whether everything that the sender of *pair* sends fits *wanted*; *pair* then rests on that."""
        inner = self.pair(pair.sender, wanted)
        if inner is pair or not self.proved(inner):
            return False
        pair.edges.append((None, inner))
        return True

    def _condition(self, pair: Pair, c: Conditional) -> None:
        """``if``: a sender that meets the condition must fit ``then``, one that does not ``else``."""
        excluded = any(self.equal_schemas(known, c.condition) for known in pair.sender.nots)
        never_met = excluded or self.disjoint.certain(pair.sender, Intersection((c.condition,)))
        always_met = any(self.equal_schemas(known, c.condition) for known in pair.sender.schemas)
        if c.otherwise is not None and not always_met:
            always_met = self._holds(pair, Intersection((c.condition,)))
        met, unmet = pair.sender, pair.sender
        if not any(isinstance(part, Ref) for part in walk(c.condition)):
            # Without references the condition means the same in both contracts.
            met = refined(pair.sender, also=c.condition)
            unmet = refined(pair.sender, never=c.condition)
        inner: list[Pair] = []
        if c.then is not None and not never_met:
            inner.append(self.pair(met, Intersection((c.then,))))
        if c.otherwise is not None and not always_met:
            inner.append(self.pair(unmet, Intersection((c.otherwise,))))
        if all(map(self.proved, inner)):
            pair.edges.extend((None, follows) for follows in inner)
        else:
            pair.unproved.append(Obligation("if"))

    def _dependent(self, pair: Pair, name: str, schema: Schema) -> None:
        node = self.sender.node(pair.sender)
        if any(name == known and self.equal_schemas(s, schema) for known, s in node.dependents):
            return
        present = refined(pair.sender, also=self.sender.demanding(name))
        inner = self.pair(present, Intersection((schema,)))
        if self.proved(inner):
            pair.edges.append((None, inner))
        else:
            pair.unproved.append(Obligation("dependentSchemas", name))


def circles(pairs: Iterable[Pair]) -> bool:
    """Whether a pair is reached from itself on the same value, by edges without a step.

    ``R: {anyOf: [{$ref: R}, ...]}`` would otherwise be proved by itself. The search is depth first and keeps its own
    stack: ``open_edges`` holds what is left of each pair on the current way.
    """
    done: set[int] = set()
    for start in pairs:
        open_edges: dict[int, Iterator[Pair]] = {}
        waiting = [start] if id(start) not in done else []
        while waiting:
            pair = waiting[-1]
            inner = open_edges.setdefault(id(pair), (p for step, p in pair.edges if step is None))
            found = next((p for p in inner if id(p) not in done), None)
            if found is None:
                done.add(id(waiting.pop()))
                continue
            if id(found) in open_edges:
                return True
            waiting.append(found)
    return False
