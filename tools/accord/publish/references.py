"""Which components a part of a document needs."""

from __future__ import annotations

from collections.abc import Iterator, Mapping

from accord.contract.schema import JsonValue
from accord.publish.model import Object
from accord.source.grammar import REFERABLE, Kind, slot
from accord.source.pointer import split

Component = tuple[str, str]
"""Section and name."""


def component_of(reference: str) -> Component | None:
    """The component that a local reference leads to or into, ``None`` for any other reference."""
    segments = split(_decoded(reference)) if reference.startswith("#/") else []
    return (segments[1], segments[2]) if len(segments) >= 3 and segments[0] == "components" else None


def reachable(document: Object, roots: Mapping[str, Kind]) -> frozenset[Component]:
    """Components that the members *roots* of *document* need, directly or through others, security schemes included."""
    components = document.get("components")
    sections: Mapping[str, JsonValue] = components if isinstance(components, dict) else {}
    found: set[Component] = set()
    queue: list[Component] = []
    for member, kind in roots.items():
        holder = document.get(member)
        for item in holder.values() if isinstance(holder, dict) else ():
            queue.extend(_needed(item, kind))
    while queue:
        section, name = component = queue.pop()
        entries = sections.get(section)
        if component in found or not isinstance(entries, dict) or name not in entries:
            continue
        found.add(component)
        queue.extend(_needed(entries[name], slot("components", section).kind))
    return frozenset(found)


def _needed(value: JsonValue, kind: Kind) -> Iterator[Component]:
    """Components named in an object of *kind*: by references, discriminators, and security requirements."""
    if kind == "data":
        return
    if isinstance(value, list):
        for item in value:
            yield from _needed(item, kind)
        return
    if not isinstance(value, dict):
        return
    for key in ("$ref", "$dynamicRef") if kind in REFERABLE else ():
        reference = value.get(key)
        component = component_of(reference) if isinstance(reference, str) else None
        if component is not None:
            yield component
    if kind == "operation":
        yield from _schemes(value.get("security"))
    if kind == "discriminator":
        yield from _mapped(value.get("mapping"))
    for key, member in value.items():
        where = slot(kind, key)
        if where.shape == "map" and isinstance(member, dict):
            for item in member.values():
                yield from _needed(item, where.kind)
        else:
            yield from _needed(member, where.kind)


def _schemes(requirements: JsonValue) -> Iterator[Component]:
    for requirement in requirements if isinstance(requirements, list) else ():
        for name in requirement if isinstance(requirement, dict) else ():
            yield ("securitySchemes", name)


def _mapped(mapping: JsonValue) -> Iterator[Component]:
    for target in mapping.values() if isinstance(mapping, dict) else ():
        if isinstance(target, str):
            yield component_of(target) or ("schemas", target)


def _decoded(reference: str) -> str:
    from urllib.parse import unquote

    return unquote(reference[1:])
