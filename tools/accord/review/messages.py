"""The messages of witnesses as text for people."""

from __future__ import annotations

import json
from collections.abc import Iterator
from dataclasses import dataclass
from typing import Final, assert_never

from accord.contract.schema import JsonValue, Unset
from accord.diff import RequestMessage, ResponseMessage, Witness
from accord.diff.model import Message
from accord.report.text import one_line
from accord.source.pointer import escape, split

_SHOWN_VALUE: Final = 400


def value_text(value: JsonValue, limit: int = _SHOWN_VALUE) -> str:
    """JSON on one line, cut to *limit* characters."""
    text = json.dumps(value, ensure_ascii=False)
    return text if len(text) <= limit else text[: limit - 3] + "..."


def start_line(message: Message) -> str:
    """``POST /items``, or ``200 of GET /items``."""
    match message:
        case RequestMessage():
            return f"{message.method} {message.path}"
        case ResponseMessage():
            return f"{message.status} of {message.method} {message.path}"
        case _:
            assert_never(message)


def field_lines(message: Message) -> Iterator[str]:
    """One line for each parameter that is not in the path, for each header of a response, and for those of parts."""
    match message:
        case RequestMessage():
            for location, name, value in message.parameters:
                if location != "path":
                    yield f"{location} {name}={value_text(value)}"
        case ResponseMessage():
            for name, value in message.headers:
                yield f"{name}: {value_text(value)}"
        case _:
            assert_never(message)
    for part, name, value in message.parts:
        # A media type is written without the quotes of JSON.
        text = value if name == "Content-Type" and isinstance(value, str) else value_text(value)
        yield f"part {part}: {name}: {text}"


def message_text(message: Message) -> str:
    """The whole message on one line."""
    parts = [start_line(message), *field_lines(message)]
    if not isinstance(message.body, Unset):
        parts.append(f"{message.media_type} {value_text(message.body)}")
    return ", ".join(one_line(part) for part in parts)


def rejection_text(witness: Witness) -> str:
    """``old allows it, new does not: maxLength at /name: ...``."""
    clause = witness.clause
    where = f" at {clause.instance_pointer}" if clause.instance_pointer else ""
    said = f"{witness.accepted_by} allows it, {witness.refused_by} does not"
    return f"{said}: {clause.keyword}{where}: {one_line(clause.message)}"


@dataclass(frozen=True, slots=True)
class Line:
    """A line of JSON. ``excused``: it holds what the witness is about."""

    text: str
    excused: bool = False


def json_lines(value: JsonValue, pointer: str | None, *, is_whole: bool = True) -> tuple[Line, ...]:
    """*value* as JSON over several lines, with the value at *pointer* excused (``None``: nothing).

    Unless *is_whole* only the first line of that value is excused.
    """
    lines = tuple(_lines(value, "", pointer, "", excused=False))
    first = next((number for number, line in enumerate(lines) if line.excused), None)
    if is_whole or first is None:
        return lines
    return tuple(Line(line.text, number == first) for number, line in enumerate(lines))


def _lines(value: JsonValue, here: str, pointer: str | None, pad: str, *, excused: bool) -> Iterator[Line]:
    excused = excused or here == pointer
    if not value or not isinstance(value, dict | list):
        yield Line(json.dumps(value, ensure_ascii=False), excused)
        return
    members: list[tuple[str, str, JsonValue]]
    if isinstance(value, dict):
        members = [
            (json.dumps(key, ensure_ascii=False) + ": ", escape(key), inner) for key, inner in value.items()
        ]
    else:
        members = [("", str(number), inner) for number, inner in enumerate(value)]
    yield Line("{" if isinstance(value, dict) else "[", excused)
    for number, (start, step, inner) in enumerate(members):
        end = "" if number == len(members) - 1 else ","
        lines = _lines(inner, f"{here}/{step}", pointer, pad + "  ", excused=excused)
        yield from _member(pad + "  " + start, end, lines)
    yield Line(pad + ("}" if isinstance(value, dict) else "]"), excused)


def _member(start: str, end: str, lines: Iterator[Line]) -> Iterator[Line]:
    """The lines of a member: *start* before the first of them, *end* after the last."""
    held: Line | None = None
    is_first = True
    for line in lines:
        if held is not None:
            yield held
        held = Line(start + line.text, line.excused) if is_first else line
        is_first = False
    if held is not None:
        yield Line(held.text + end, held.excused)


def clause_excerpt(witness: Witness) -> tuple[Line, ...]:
    """The schema that holds the refusing clause, with the clause excused; empty where no schema decides."""
    proof, pointer = witness.proof, witness.clause.schema_pointer
    if proof is None or not pointer:
        return ()
    steps = split(pointer)
    holder: JsonValue = proof.refusing
    for step in steps[:-1]:
        match holder:
            case dict() if step in holder:
                holder = holder[step]
            case list() if step.isdecimal() and int(step) < len(holder):
                holder = holder[int(step)]
            case _:
                return ()
    if not isinstance(holder, dict) or steps[-1] not in holder:
        return ()
    brief = _brief(holder, steps[-1])
    return json_lines(brief, f"/{escape(steps[-1])}{_missing(brief.get('required'), witness)}")


def _missing(required: JsonValue, witness: Witness) -> str:
    """The pointer inside of ``required`` to the property that the message lacks, ``""`` where that is unknown."""
    if witness.clause.keyword != "required" or not isinstance(required, list):
        return ""
    message = witness.clause.message
    lacks = [number for number, name in enumerate(required) if message.startswith(f"{json.dumps(name)} ")]
    return f"/{lacks[0]}" if len(lacks) == 1 else ""


def _brief(schema: dict[str, JsonValue], clause: str) -> dict[str, JsonValue]:
    """The schema with the objects and lists of its other keywords left out: the clause is what matters."""
    return {
        key: value if key == clause or not isinstance(value, dict | list) else "..."
        for key, value in schema.items()
        if key not in {"$schema", "$defs"}
    }
