"""Parameters whose text may be read in several ways, and those that stand in several places of a path."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from typing import Any, TypeAlias, TypeVar

from accord.runtime.declare import ABSENT, Either, Wire
from accord.runtime.guard import Guard, GuardError
from accord.runtime.problems import Rejection, RejectionKind
from accord.runtime.request import Parts
from accord.runtime.strict_json import JsonValue
from accord.runtime.wire import ReadText, WireError, decode

SourceT = TypeVar("SourceT")
"""What a value is extracted from: a request, or the pairs of a form."""
FromParts: TypeAlias = Callable[[Parts], Any]  # Any: JSON, or ABSENT


def alternatives_of(wire: Wire) -> tuple[Wire, ...]:
    """The ways in which text may be read: those of :class:`Either`, or the one that *wire* is."""
    return wire.alternatives if isinstance(wire, Either) else (wire,)


def compile_alternatives(
    wire: Wire, compile_one: Callable[[Wire], Callable[[SourceT], Any]], guard: Guard
) -> Callable[[SourceT], Any]:  # Any: JSON, or ABSENT
    """Compile *wire* into an extractor, each of its alternatives by *compile_one*. Of several, the first value is taken, in the
    order of :class:`Either`, that the guard accepts.

    Where it accepts none the first value is given on, for the fault to be told; where no reading can be made at all,
    the extractor raises the :class:`WireError` of the first.
    """
    if not isinstance(wire, Either):
        return compile_one(wire)
    if wire.guard is None:
        raise GuardError(
            "a value with several alternatives has no entry in guard.json: generate the package again"
        )
    key, valid = guard.require(wire.guard), guard.valid
    extracts = [compile_one(reading) for reading in wire.alternatives]

    def extract(source: SourceT) -> Any:  # Any: JSON, or ABSENT
        split: list[Any] = []  # Any: JSON
        whole: list[Any] = []  # Any: JSON
        fault: WireError | None = None
        for read in extracts:
            try:
                value = read(source)
            except WireError as error:
                fault = fault or error
                continue
            if value is not ABSENT:
                # In each style the delimiters inside of one value are encoded, so text that splits was
                # meant to: `a,b` for an array or a string is two items.
                (split if _is_split(value) else whole).append(value)
        found = [*split, *whole]
        if not found:
            if fault is not None:
                raise fault
            return ABSENT
        return next((value for value in found if valid({key: value})), found[0])

    return extract


def _is_split(value: JsonValue) -> bool:
    """Whether a reading found delimiters: two items or more, or properties."""
    return bool(value) if isinstance(value, dict) else isinstance(value, list) and len(value) > 1


def same_everywhere(places: Sequence[int], read: ReadText) -> FromParts:
    """A parameter that stands in a path more than once: what expands the template writes one value into all *places*, so
    that a path with different ones is none of the operation."""

    def extract(parts: Parts) -> Any:  # Any: JSON
        texts = [parts.path[place] for place in places]
        if len({decode(text) for text in texts}) > 1:
            raise Rejection(RejectionKind.NOT_FOUND)
        return read(texts[0])

    return extract
