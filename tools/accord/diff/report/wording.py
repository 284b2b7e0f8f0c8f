"""What people read of a difference in schemas: its code, a sentence about it, and where it stands."""

from __future__ import annotations

import re
from typing import Final

from accord.contract.schemas.normal import NOWHERE
from accord.diagnostics import Span
from accord.diff.model import Place
from accord.diff.proof.node import Intersection
from accord.diff.proof.reader import SchemaReader
from accord.diff.report.causes import Cause
from accord.diff.report.deltas import Delta
from accord.diff.report.listing import Listing, SchemaDiff
from accord.diff.witness.values import ComparedValue, Location

_CAPITAL: Final = re.compile(r"(?<!^)(?=[A-Z])")
_LONG: Final = 120
_NAMES: Final = {
    "type": "the type",
    "content": "the content encoding or media type of a string",
    "default": "the default",
    "discriminator": "the discriminator",
    "sunset": "the sunset",
}


def code_of(delta: Delta, *, is_required: bool = False) -> str:
    """The code of a difference, such as ``max-length-decreased``. Tools rely on it, so it never changes."""
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
        # The renamed property first: it is a difference in ``properties`` as well.
        case "properties" if delta.names is not None:
            text = f"the property `{delta.names[0]}` is now called `{delta.names[1]}`"
        case "properties":
            text = f"the {'required ' if is_required else ''}property `{member}` was {delta.action}"
        case "required":
            text = f"the property `{member}` became {'required' if delta.action == 'added' else 'optional'}"
        case "direction":
            mark = "readOnly" if view == "request" else "writeOnly"
            text = f"the property `{member}` {'became' if delta.action == 'added' else 'is no longer'} {mark}"
        case "deprecated":
            return f"{where or 'the value'} is {'' if delta.action == 'added' else 'no longer '}deprecated"
        case "type" | "content" | "default" | "discriminator" | "sunset":
            text = f"{_NAMES[delta.keyword]} was {delta.action}{values}"
        case "nullable":
            text = f"null is {'now' if delta.action == 'added' else 'no longer'} allowed"
        case "enum-value":
            text = f"the value {member} was {delta.action}"
        case "additionalProperties":
            text = f"additional properties are {'no longer' if delta.action == 'closed' else 'now'} allowed"
        case "schema":
            text = "several changes together allow other values than before"
        case "anyOf" | "oneOf" if member:
            text = f"the alternative {member} of {delta.keyword} was {delta.action}"
        case _:
            text = f"`{delta.keyword}`{f' `{member}`' if member else ''} {_verb(delta.action)}{values}"
    return f"{where}: {text}" if where else text


def where_of(diff: SchemaDiff, compared: ComparedValue, path: str) -> str:
    """What people call the place: ``Item.name`` in a named schema, or the part of the message with the JSON path."""
    location = diff.new_location if diff.new_location.schema else diff.old_location
    if location.schema:
        inside = location.pointer.replace("/properties/", ".").replace("/items", "[]").lstrip(".")
        separator = "." if inside and not inside.startswith("[") else ""
        return f"{location.schema}{separator}{inside}"
    site = compared.site
    part = f"{site.location} `{site.name}`" if site.name else site.location
    return f"{part} {path}" if path else part


def places_of(cause: Cause, listing: Listing) -> tuple[Place, Place]:
    """The places of a difference in the old and the new version: at its property, where it is about one."""
    diff, delta, compared = cause.diff, cause.delta, cause.places[0][0]
    names = delta.names or (delta.member, delta.member)
    return (
        _place(listing.old, (diff.old, diff.old_location), names[0], compared.old_span),
        _place(listing.new, (diff.new, diff.new_location), names[1], compared.new_span),
    )


def _place(reader: SchemaReader, schema: tuple[Intersection, Location], member: str, fallback: Span) -> Place:
    intersection, location = schema
    span = _span(reader, intersection, member) or fallback
    return Place(span=span, schema=location.schema, pointer=location.pointer)


def _span(reader: SchemaReader, intersection: Intersection, member: str) -> Span | None:
    parts = reader.parts(intersection) or ()
    for part in parts:
        for entry in part.object.properties:
            if member and entry.name == member:
                return entry.span
    spans = [part.span for part in parts] or [schema.span for schema in intersection.schemas]
    # Schemas that the comparison made itself, such as "anything", stand nowhere.
    return next((span for span in spans if span != NOWHERE), None)


def _kebab(name: str) -> str:
    return _CAPITAL.sub("-", name).lower()


def _verb(action: str) -> str:
    return action if action in {"increased", "decreased", "changed"} else f"was {action}"


def _short(text: str) -> str:
    return text if len(text) <= _LONG else text[: _LONG - 3] + "..."
