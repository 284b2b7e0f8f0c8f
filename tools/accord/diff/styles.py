"""How parameters, headers and form fields are serialized, and values that two styles serialize differently."""

from __future__ import annotations

import json
from collections.abc import Iterator
from dataclasses import dataclass, replace
from itertools import islice
from typing import Final
from urllib.parse import quote

from accord.contract.schema import UNSET, JsonValue, Unset
from accord.diagnostics import Span
from accord.diff.model import Undecided, Verdict
from accord.diff.proof.inclusion import longest
from accord.diff.proof.node import Intersection, Node
from accord.diff.proof.texts import found
from accord.diff.proof.transfer import Transfer
from accord.diff.report.findings import Exchange, breaking, compatible
from accord.diff.witness.comparison import SchemaComparison, SchemaComparisons
from accord.diff.witness.values import Frame

_RESERVED: Final = ":/?#[]@!$&'()*+,;="
# A string that this does not match shows whether reserved characters are encoded.
_UNRESERVED_ONLY: Final = r"^[^:/?#\[\]@!$&'()*+,;=]*$"
_TRIES: Final = 40
_SEPARATORS: Final = {"spaceDelimited": "%20", "pipeDelimited": "|"}
_SCALARS: Final = frozenset({"string", "integer", "number", "boolean", "null"})


@dataclass(frozen=True, slots=True, kw_only=True)
class Writing:
    """How one value is serialized. ``style`` is ``json`` for a value with a media type of its own."""

    name: str
    style: str
    explode: bool = False
    reserved: bool = False
    """Whether reserved characters may be sent unencoded."""


@dataclass(frozen=True, slots=True, kw_only=True)
class StyleChange:
    """A value that both versions serialize in their own way. ``sent`` is the sender's schema of it."""

    exchange: Exchange
    transfer: Transfer
    old: Writing
    new: Writing
    sent: Intersection
    span: Span
    frame: Frame

    def verdict(self, comparisons: SchemaComparisons) -> Verdict:
        """Breaking with a value that both serialize differently; compatible where it is certain that there is none."""
        sender, receiver = (self.old, self.new) if self.transfer.sender == "old" else (self.new, self.old)
        value = distinguishing_value(comparisons.of(self.transfer), self.sent, sender, receiver)
        match value:
            case Unset():
                return compatible("such values are serialized in the same way")
            case None:
                return Undecided(
                    opinion="breaking", reason="no value was found that is serialized differently"
                )
            case _:
                clause = ("style", f"`{receiver.name}` is serialized differently")
                message = self.frame(value)
                return breaking(self.exchange, self.transfer.direction, message, clause, self.span)


def written(writing: Writing, value: JsonValue) -> str:
    """*value* as text, together with its name where the style writes that."""
    w = writing
    # Keys are sorted and everything is encoded: only the difference between two serializations counts, not the bytes.
    if w.style == "json":
        return f"{w.name}={quote(json.dumps(value, sort_keys=True), safe='')}"
    match value:
        case list():
            return _listed(w, [_scalar(w, item) for item in value])
        case dict():
            return _paired(w, [(quote(key, safe=""), _scalar(w, item)) for key, item in value.items()])
        case _:
            return _start(w) + _scalar(w, value)


def _start(w: Writing) -> str:
    return {"simple": "", "label": ".", "matrix": f";{w.name}="}.get(w.style, f"{w.name}=")


def _listed(w: Writing, items: list[str]) -> str:
    if not w.explode or w.style == "simple":
        return _start(w) + _SEPARATORS.get(w.style, ",").join(items)
    if w.style == "label":
        return "." + ".".join(items)
    mark = ";" if w.style == "matrix" else "&"
    return mark.join(f"{w.name}={item}" for item in items)


def _paired(w: Writing, pairs: list[tuple[str, str]]) -> str:
    if w.style == "deepObject":
        return "&".join(f"{w.name}[{key}]={item}" for key, item in pairs)
    if not w.explode:
        return _start(w) + _SEPARATORS.get(w.style, ",").join(part for pair in pairs for part in pair)
    starts = {"simple": ("", ","), "label": (".", "."), "matrix": (";", ";")}
    start, mark = starts.get(w.style, ("", "&"))
    return start + mark.join(f"{key}={item}" for key, item in pairs)


def _scalar(w: Writing, value: JsonValue) -> str:
    text = value if isinstance(value, str) else json.dumps(value, sort_keys=True)
    return quote(text, safe=_RESERVED if w.reserved else "")


def distinguishing_value(
    comparison: SchemaComparison, intersection: Intersection, sender: Writing, receiver: Writing
) -> JsonValue | Unset | None:
    """A value of the sender that the receiver expects to be serialized differently.

    ``UNSET``: it is certain that there is none. ``None``: none was found.
    """
    # A sender that may send reserved characters unencoded may encode them as well: more freedom is no difference.
    wanted = replace(receiver, reserved=receiver.reserved and sender.reserved)
    node = comparison.sender.node(intersection)

    def differs(value: JsonValue) -> bool:
        # OpenAPI leaves open how null and empty values are serialized.
        return value not in (None, [], {}) and written(sender, value) != written(wanted, value)

    tried = 0
    for value in _candidates(comparison, intersection, node):
        tried += 1
        if differs(value):
            return value
    return UNSET if tried and _is_uniform(node, sender, wanted) else None


def _candidates(comparison: SchemaComparison, intersection: Intersection, node: Node) -> Iterator[JsonValue]:
    judge = comparison.decider.sender_judge
    text = found(node.strings, lacking=_UNRESERVED_ONLY)
    likely: list[JsonValue] = [text, "a/b", ["a/b", "c"]]
    for value in likely:
        if value is not None and judge.accepts(intersection, value):
            yield value
    sampler = comparison.counterexamples.sampler
    yield from islice(sampler.fitting(intersection), _TRIES)
    yield from islice(sampler.fitting(intersection, seed=2), _TRIES)


def _is_uniform(node: Node, sender: Writing, receiver: Writing) -> bool:
    """Whether all values are serialized by one rule, so that the few that were tried prove it for the others.

    That is so for scalars and for arrays of one item, unless reserved characters make a difference.
    """
    if sender.reserved != receiver.reserved and node.types & {"string", "array", "object"}:
        return False
    most = longest(node.arrays)
    is_short = "array" not in node.types or (most is not None and most <= 1)
    return node.types <= _SCALARS | {"array"} and is_short
