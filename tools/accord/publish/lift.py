"""References that lead into the middle of something: generators follow only those to components."""

from __future__ import annotations

import copy
from collections.abc import Iterator, Mapping
from typing import Final
from urllib.parse import unquote

from accord.contract.schema import JsonValue
from accord.publish.model import Object
from accord.publish.walk import objects_in
from accord.source.grammar import Kind
from accord.source.pointer import escape, join, split, to_fragment

_SCHEMAS: Final = "/components/schemas"
_CONNECTING: Final = frozenset(
    {"properties", "items", "allOf", "anyOf", "oneOf", "$defs", "schema", "content", "paths"}
)


def lift(document: Object) -> tuple[Object, Mapping[str, str]]:
    """A copy of *document* in which every referenced schema is a component, and media types stand where they are used.

    The mapping leads from the pointer of each new component to where its schema stood.
    """
    result = copy.deepcopy(document)
    _inline_media_types(result)
    moved: dict[str, str] = {}
    targets = {pointer for pointer in map(_target, _references(result, "openapi")) if pointer is not None}
    # The deepest first, so that a pointer still leads where it led when its turn comes.
    for pointer in sorted(targets, key=lambda target: (-target.count("/"), target)):
        name = _lift_one(result, pointer)
        if name is not None:
            moved[join(_SCHEMAS, name)] = pointer
    return result, moved


def _inline_media_types(document: Object) -> None:
    """3.2 lets ``content`` refer to shared media types; nothing older reads that."""
    components = document.get("components")
    shared = components.get("mediaTypes") if isinstance(components, dict) else None
    if not isinstance(shared, dict):
        return
    for holder, kind in objects_in(document, "openapi"):
        content = (
            holder.get("content") if kind in {"parameter", "header", "request-body", "response"} else None
        )
        for name, media in content.items() if isinstance(content, dict) else ():
            reference = media.get("$ref") if isinstance(media, dict) else None
            if isinstance(reference, str) and reference.startswith("#/components/mediaTypes/"):
                assert isinstance(content, dict)
                content[name] = copy.deepcopy(shared.get(split(unquote(reference[1:]))[-1], {}))


def _references(document: Object, kind: Kind) -> Iterator[str]:
    """References of schemas in an object of *kind*."""
    for value, of in objects_in(document, kind):
        reference = value.get("$ref")
        if of == "schema" and isinstance(reference, str):
            yield reference


def _target(reference: str) -> str | None:
    """The pointer of a reference that is no component's; ``None`` for those that may stay."""
    if not reference.startswith("#/"):
        return None
    segments = split(unquote(reference[1:]))
    return (
        None
        if len(segments) == 3 and segments[0] == "components"
        else "".join(f"/{escape(s)}" for s in segments)
    )


def _lift_one(document: Object, pointer: str) -> str | None:
    """Move the schema at *pointer* into the components; its new name, ``None`` where there is no schema."""
    holder, key = _holder(document, split(pointer))
    schema = holder.get(key) if isinstance(holder, dict) else _item(holder, key)
    if not isinstance(schema, dict):
        return None
    components = document.setdefault("components", {})
    schemas = components.setdefault("schemas", {}) if isinstance(components, dict) else None
    if not isinstance(schemas, dict):
        return None
    name = _fresh(_name(split(pointer)), schemas)
    reference = to_fragment(join(_SCHEMAS, name))
    for value, kind in list(objects_in(document, "openapi")):
        if kind == "schema" and isinstance(used := value.get("$ref"), str) and _target(used) == pointer:
            value["$ref"] = reference
    schemas[name] = schema
    if isinstance(holder, dict):
        holder[key] = {"$ref": reference}
    elif isinstance(holder, list):
        holder[int(key)] = {"$ref": reference}
    return name


def _holder(document: Object, segments: list[str]) -> tuple[JsonValue, str]:
    """The container of what stands at a pointer, and its key there."""
    value: JsonValue = document
    for segment in segments[:-1]:
        value = value.get(segment) if isinstance(value, dict) else _item(value, segment)
    return value, segments[-1]


def _item(value: JsonValue, segment: str) -> JsonValue:
    """An item of a list, by the text of its index."""
    if isinstance(value, list) and segment.isdecimal() and int(segment) < len(value):
        return value[int(segment)]
    return None


def _name(segments: list[str]) -> str:
    """``Order/properties/customer`` is ``OrderCustomer``: the names on the way, without what only connects them."""
    words = [
        segment
        for segment in segments
        if segment not in _CONNECTING and segment not in {"components", "schemas"}
    ]
    letters = ["".join(c if c.isalnum() else " " for c in word).split() for word in words]
    return "".join(part[:1].upper() + part[1:] for parts in letters for part in parts) or "Schema"


def _fresh(name: str, taken: Mapping[str, JsonValue]) -> str:
    """*name*, or with a number where it is taken."""
    number, candidate = 1, name
    while candidate in taken:
        number += 1
        candidate = f"{name}{number}"
    return candidate
