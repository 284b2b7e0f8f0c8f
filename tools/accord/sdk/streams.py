"""Streams, which client generators know by halves: each gets them spelled as it can read them."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Final
from urllib.parse import unquote

from accord.contract.media_types import essence
from accord.contract.schema import JsonValue
from accord.publish.walk import rewrite_document
from accord.sdk.model import Note, Object, value_at
from accord.source.pointer import join

EVENTS: Final = "text/event-stream"
SEQUENCES: Final = ("application/jsonl", "application/x-ndjson", "application/json-seq")


def with_event_payloads(document: Object) -> Object:
    """*document* in which an event stream has the schema of what stands in ``data``, decoded: what clients that read
    events hand to their caller."""

    def response(value: Object, _pointer: str) -> JsonValue:
        content = value.get("content")
        media = content.get(EVENTS) if isinstance(content, dict) else None
        if not isinstance(content, dict) or not isinstance(media, dict) or "schema" not in media:
            return value
        plain = {key: member for key, member in media.items() if key not in {"example", "examples"}}
        return {
            **value,
            "content": {**content, EVENTS: {**plain, "schema": _payload(media["schema"], document)}},
        }

    return rewrite_document(document, {"response": response})


def with_streams_as_text(document: Object) -> tuple[Object, tuple[Note, ...]]:
    """*document* in which streams are text, for clients that read a response only as a whole."""
    notes: list[Note] = []

    def response(value: Object, pointer: str) -> JsonValue:
        content = value.get("content")
        if not isinstance(content, dict):
            return value
        result = dict(content)
        for name in content:
            if essence(name) in {EVENTS, *SEQUENCES}:
                result[name] = {"schema": {"type": "string"}}
                note = Note(
                    code="sdk-stream",
                    message=f"the client reads {name} as one text, at its end",
                    pointer=join(pointer, "content", name),
                    hint="Call client.get_httpx_client().stream(...) to read the stream as it comes.",
                )
                notes.append(note)
        return {**value, "content": result}

    return rewrite_document(document, {"response": response}), tuple(notes)


def _payload(schema: JsonValue, document: Object) -> JsonValue:
    """The schema of the payload of events that *schema* describes as sent; *schema* itself where it does not."""
    every = list(_payloads(schema, document, frozenset()))
    found = [value for index, value in enumerate(every) if value not in every[:index]]
    if not found:
        return schema
    return found[0] if len(found) == 1 else {"anyOf": found}


def _payloads(schema: JsonValue, document: Object, seen: frozenset[str]) -> Iterator[JsonValue]:
    """Schemas of ``data`` in every kind of event. *seen*: references on the way."""
    if not isinstance(schema, dict):
        return
    reference = schema.get("$ref")
    if isinstance(reference, str) and reference not in seen:
        target = value_at(document, unquote(reference.removeprefix("#")))
        yield from _payloads(target, document, seen | {reference})
    for key in ("oneOf", "anyOf", "allOf"):
        branches = schema.get(key)
        for branch in branches if isinstance(branches, list) else ():
            yield from _payloads(branch, document, seen)
    properties = schema.get("properties")
    data = properties.get("data") if isinstance(properties, dict) else None
    if isinstance(data, dict):
        yield data.get("contentSchema", data)
