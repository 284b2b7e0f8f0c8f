"""Which components a part of a document needs."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from urllib.parse import unquote

from accord.contract.schema import JsonValue
from accord.publish.model import Object
from accord.publish.walk import objects_in
from accord.source.grammar import REFERABLE, Kind, field_type
from accord.source.pointer import split

Component = tuple[str, str]
"""Section and name."""


def component_of(reference: str) -> Component | None:
    """The component that a local reference leads to or into, ``None`` for any other reference."""
    segments = split(unquote(reference[1:])) if reference.startswith("#/") else []
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
        queue.extend(_needed(entries[name], field_type("components", section).kind))
    return frozenset(found)


def _needed(value: JsonValue, kind: Kind) -> Iterator[Component]:
    """Components named in an object of *kind*: by references, discriminators, and security requirements."""
    for part, of in objects_in(value, kind):
        for key in ("$ref", "$dynamicRef") if of in REFERABLE else ():
            reference = part.get(key)
            component = component_of(reference) if isinstance(reference, str) else None
            if component is not None:
                yield component
        if of == "operation":
            yield from _schemes(part.get("security"))
        if of == "discriminator":
            yield from _mapped(part.get("mapping"))


def _schemes(requirements: JsonValue) -> Iterator[Component]:
    """Security schemes that requirements name."""
    for requirement in requirements if isinstance(requirements, list) else ():
        for name in requirement if isinstance(requirement, dict) else ():
            yield ("securitySchemes", name)


def _mapped(mapping: JsonValue) -> Iterator[Component]:
    """Schemas that a mapping names, by reference or by name."""
    for target in mapping.values() if isinstance(mapping, dict) else ():
        if isinstance(target, str):
            yield component_of(target) or ("schemas", target)
