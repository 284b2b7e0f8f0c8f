"""How values are written as text, and values that two ways of writing them tell apart."""

from __future__ import annotations

import json
from collections.abc import Iterator
from dataclasses import dataclass, replace
from itertools import islice
from typing import Final
from urllib.parse import quote

from accord.contract.schema import UNSET, JsonValue, Unset
from accord.diff.lanes import Way
from accord.diff.node import Conj, Node
from accord.diff.plain import longest
from accord.diff.texts import found

_RESERVED: Final = ":/?#[]@!$&'()*+,;="
_UNRESERVED_ONLY: Final = r"^[^:/?#\[\]@!$&'()*+,;=]*$"
_TRIES: Final = 40
_SEPARATORS: Final = {"spaceDelimited": "%20", "pipeDelimited": "|"}
_SCALARS: Final = frozenset({"string", "integer", "number", "boolean", "null"})


@dataclass(frozen=True, slots=True, kw_only=True)
class Writing:
    """How one value is written; ``style`` is ``json`` where it stands in a media type of its own."""

    name: str
    style: str
    explode: bool = False
    reserved: bool = False
    """Whether reserved characters may be written as they are."""


def written(writing: Writing, value: JsonValue) -> str:
    """*value* as text; of an object each name and value."""
    w = writing
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
    starts = {"simple": "", "label": ".", "matrix": f";{w.name}="}
    return starts.get(w.style, f"{w.name}=")


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


def telling(way: Way, conj: Conj, sender: Writing, receiver: Writing) -> JsonValue | Unset | None:
    """A value of the sender that the receiver expects to be written otherwise.

    ``UNSET``: it is certain that there is none; ``None``: none was found. Who may write reserved characters as they
    are may leave it.
    """
    wanted = replace(receiver, reserved=receiver.reserved and sender.reserved)
    node = way.sender.node(conj)

    def differs(value: JsonValue) -> bool:
        # How nothing is written is left to the reader.
        return value not in (None, [], {}) and written(sender, value) != written(wanted, value)

    seen = 0
    for value in _candidates(way, conj, node):
        seen += 1
        if differs(value):
            return value
    return UNSET if seen and _is_plain(node, sender, wanted) else None


def _candidates(way: Way, conj: Conj, node: Node) -> Iterator[JsonValue]:
    judge = way.decider.sender_judge
    text = found(node.strings, lacking=_UNRESERVED_ONLY)
    likely: list[JsonValue] = [text, "a/b", ["a/b", "c"]]
    for value in likely:
        if value is not None and judge.accepts(conj, value):
            yield value
    sampler = way.contrast.sampler
    yield from islice(sampler.fitting(conj), _TRIES)
    yield from islice(sampler.fitting(conj, seed=2), _TRIES)


def _is_plain(node: Node, sender: Writing, receiver: Writing) -> bool:
    """Whether the values that were tried stand for all others."""
    if sender.reserved != receiver.reserved and node.types & {"string", "array", "object"}:
        return False
    most = longest(node.arrays)
    is_short = "array" not in node.types or (most is not None and most <= 1)
    return node.types <= _SCALARS | {"array"} and is_short
