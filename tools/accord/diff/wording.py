"""Codes, sentences and places of what changed in schemas."""

from __future__ import annotations

import re
from collections.abc import Mapping
from typing import Final

from accord.contract.schemas.normal import NOWHERE
from accord.diagnostics import Span
from accord.diff.causes import Cause, Remark, shown_path
from accord.diff.keywords import Delta
from accord.diff.listing import Home, Listed
from accord.diff.model import Place
from accord.diff.node import Conj
from accord.diff.notes import Note
from accord.diff.reader import SchemaReader
from accord.diff.slots import Slot

_CAPITAL: Final = re.compile(r"(?<!^)(?=[A-Z])")
_LONG: Final = 120


def code_of(delta: Delta, *, is_required: bool = False) -> str:
    """The stable code of a difference."""
    match delta.keyword:
        case "properties":
            return f"{'required-' if is_required else ''}property-{delta.action}"
        case "required":
            return f"property-became-{'required' if delta.action == 'added' else 'optional'}"
        case "direction":
            return f"property-direction-{delta.action}"
        case "additionalProperties":
            return f"additional-properties-{delta.action}"
        case "anyOf" | "oneOf" if delta.member:
            return f"{_kebab(delta.keyword)}-branch-{delta.action}"
        case _:
            return f"{_kebab(delta.keyword)}-{delta.action}"


def sentence_of(delta: Delta, where: str, view: str, *, is_required: bool = False) -> str:
    """One sentence about a difference at *where*."""
    old, new = _short(delta.old), _short(delta.new)
    values = f" from {old} to {new}" if old and new else f" ({old or new})" if old or new else ""
    member = _short(delta.member)
    match delta.keyword:
        case "properties" if delta.names is not None:
            text = f"the property `{delta.names[0]}` is now called `{delta.names[1]}`"
        case "properties":
            text = f"the {'required ' if is_required else ''}property `{member}` was {delta.action}"
        case "required":
            text = f"the property `{member}` became {'required' if delta.action == 'added' else 'optional'}"
        case "direction":
            mark = "readOnly" if view == "request" else "writeOnly"
            text = f"the property `{member}` {'became' if delta.action == 'added' else 'is no longer'} {mark}"
        case "type":
            text = f"the type was {delta.action}{values}"
        case "nullable":
            text = "null became possible" if delta.action == "added" else "null is no longer possible"
        case "enum-value":
            text = f"the value {member} was {delta.action}"
        case "additionalProperties":
            text = f"further properties are {'no longer' if delta.action == 'closed' else 'now'} allowed"
        case "schema":
            text = "what is allowed changed by how its parts play together"
        case "anyOf" | "oneOf" if member:
            text = f"the branch {member} of {delta.keyword} was {delta.action}"
        case _:
            text = f"`{delta.keyword}`{f' `{member}`' if member else ''} {_verb(delta.action)}{values}"
    return f"{where}: {text}" if where else text


def note_code(note: Note) -> str:
    """The stable code of a difference in annotations."""
    return f"{note.kind}-{note.action}"


def note_sentence(note: Note, where: str) -> str:
    """One sentence about a difference in annotations."""
    old, new = _short(note.old), _short(note.new)
    values = f" from {old} to {new}" if old and new else f" ({old or new})" if old or new else ""
    names = {
        "content": "the encoding or media type of a text",
        "docs": "the documentation",
        "default": "the default",
        "discriminator": "the discriminator",
        "sunset": "the sunset",
    }
    if note.kind == "deprecated":
        text = "is deprecated" if note.action == "added" else "is no longer deprecated"
        return f"{where or 'the value'} {text}"
    text = f"{names[note.kind]} was {note.action}{values}"
    return f"{where}: {text}" if where else text


def where_of(at: Listed, slot: Slot, path: str) -> str:
    """How people call the place: the named schema with the way inside of it, or the part of the message."""
    home = at.new_home if at.new_home.schema else at.old_home
    if home.schema:
        inside = home.pointer.replace("/properties/", ".").replace("/items", "[]").lstrip(".")
        return f"{home.schema}.{inside}" if inside and not inside.startswith("[") else home.schema + inside
    site = slot.site
    part = f"{site.location} `{site.name}`" if site.name else site.location
    return f"{part}{' ' + path if path else ''}"


def places_of(cause: Cause | Remark, readers: Mapping[str, SchemaReader]) -> tuple[Place, Place]:
    """The places in the old and the new version."""
    slot = cause.places[0][0] if isinstance(cause, Cause) else cause.slot
    member = cause.delta.member if isinstance(cause, Cause) else ""
    names = (cause.delta.names or (member, member)) if isinstance(cause, Cause) else ("", "")
    at = cause.at
    return (
        _place(readers["old"], at.old, at.old_home, names[0], slot.old_span),
        _place(readers["new"], at.new, at.new_home, names[1], slot.new_span),
    )


def _place(reader: SchemaReader, conj: Conj, home: Home, member: str, fallback: Span) -> Place:
    span = _span(reader, conj, member) or fallback
    return Place(span=span, schema=home.schema, pointer=home.pointer)


def _span(reader: SchemaReader, conj: Conj, member: str) -> Span | None:
    parts = reader.parts(conj) or ()
    for part in parts:
        for entry in part.object.properties:
            if member and entry.name == member:
                return entry.span
    spans = [part.span for part in parts] or [schema.span for schema in conj.schemas]
    return next((span for span in spans if span != NOWHERE), None)


def path_text(cause: Cause) -> str:
    """The way to the value, for people."""
    return shown_path(cause.places[0][1])


def _kebab(name: str) -> str:
    return _CAPITAL.sub("-", name).lower()


def _verb(action: str) -> str:
    return action if action in {"increased", "decreased", "changed"} else f"was {action}"


def _short(text: str) -> str:
    return text if len(text) <= _LONG else text[: _LONG - 3] + "..."
