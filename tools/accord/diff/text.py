"""A report as plain text: a block for each change, then a line that sums up."""

from __future__ import annotations

import json
from collections.abc import Iterator
from typing import Final, assert_never

from accord.contract.schema import JsonValue, Unset
from accord.diff.model import (
    Breaking,
    Change,
    Compatible,
    DiffReport,
    Message,
    Place,
    RequestMessage,
    ResponseMessage,
    Undecided,
    Witness,
)

_SHOWN_OPERATIONS: Final = 5
_SHOWN_VALUE: Final = 400


def render(report: DiffReport, *, everything: bool = True) -> str:
    """All changes as text; without *everything* only those that break or may break somebody."""
    shown = [c for c in report.changes if everything or c.status != "compatible"]
    blocks = ["\n".join(_change(change)) for change in shown]
    return "".join(block + "\n" for block in blocks)


def summary(report: DiffReport) -> str:
    """``v1: 2 breaking, 1 undecided, 3 waived, 10 compatible``, and what the version should be."""
    counts = [
        f"{sum(1 for _ in report.of(status))} {status}"
        for status in ("breaking", "undecided", "waived", "compatible")
    ]
    version = report.version
    line = f"{report.new}: {', '.join(counts)}"
    if version.satisfied is False:
        line += f"; info.version went from {version.old} to {version.new}, a {version.demanded} step is due"
    return line


def _change(change: Change) -> Iterator[str]:
    direction = f" {change.direction}" if change.direction else ""
    yield f"{change.status}[{change.code}]{direction}: {_line(change.message)}"
    yield f"    {_places(change)}"
    if change.operations:
        yield f"    {_operations(change)}"
    verdict = change.verdict
    match verdict:
        case Breaking():
            if change.waiver is not None:
                yield f"    waived: {_line(change.waiver.reason)}"
            if verdict.witness is not None:
                yield from _witness(verdict.witness)
            elif verdict.reason:
                yield f"    because: {_line(verdict.reason)}"
        case Compatible():
            yield f"    because: {_line(verdict.proof)}"
        case Undecided():
            yield f"    opinion: {verdict.opinion}; {_line(verdict.reason)}"
        case _:
            assert_never(verdict)


def _places(change: Change) -> str:
    sides = [f"{name} {_place(place)}" for name, place in (("old", change.old), ("new", change.new)) if place]
    return ", ".join(sides) or "no place"


def _place(place: Place) -> str:
    return str(place.span) if place.span is not None else place.pointer


def _operations(change: Change) -> str:
    names = [_line(str(ref)) for ref in change.operations[:_SHOWN_OPERATIONS]]
    more = len(change.operations) - len(names)
    return f"reaches {', '.join(names)}" + (f" and {more} more" if more else "")


def _witness(witness: Witness) -> Iterator[str]:
    yield f"    witness: {_message(witness.message)}"
    clause = witness.clause
    where = f" at {clause.instance_pointer}" if clause.instance_pointer else ""
    yield f"        {witness.accepted_by} allows it, {witness.refused_by} does not: {clause.keyword}{where}: {_line(clause.message)}"


def _message(message: Message) -> str:
    match message:
        case RequestMessage():
            parts = [f"{message.method} {message.path}"]
            parts += [
                f"{location} {name}={_value(value)}"
                for location, name, value in message.parameters
                if location != "path"
            ]
        case ResponseMessage():
            parts = [f"{message.status} of {message.method} {message.path}"]
            parts += [f"{name}: {_value(value)}" for name, value in message.headers]
        case _:
            assert_never(message)
    if not isinstance(message.body, Unset):
        parts.append(f"{message.media_type} {_value(message.body)}")
    return ", ".join(_line(part) for part in parts)


def _value(value: JsonValue) -> str:
    text = json.dumps(value, ensure_ascii=False)
    return text if len(text) <= _SHOWN_VALUE else text[: _SHOWN_VALUE - 3] + "..."


def _line(text: str) -> str:
    return "".join(c if c.isprintable() else " " for c in text)
