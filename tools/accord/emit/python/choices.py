"""What an ``anyOf`` or ``oneOf`` means for a type, and how the classes of a union are told apart, by a tag for certain or by
``by_tag`` at run time.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace

from accord.contract.json_schema import View, is_read_only, is_write_only
from accord.contract.schema import Assertions, Discriminator, NamedSchema
from accord.emit.python.naming import attribute_name
from accord.emit.python.pytype import Model, PyType, either, with_metadata
from accord.emit.python.shapes import Choice, Folder, Shape


@dataclass(frozen=True, slots=True, kw_only=True)
class Variant:
    """A class of a union and the named schema it stands for."""

    schema: str
    model: Model

    @property
    def type(self) -> PyType:
        """The class as a type."""
        return PyType(members=(self.model,))


def informative(folder: Folder, shape: Shape) -> list[Choice]:
    """Choices whose branches tell more about the type than the shape around them."""
    kinds = set(shape.inferred_types or ())
    out: list[Choice] = []
    for choice in shape.choices:
        for branch in choice.branches:
            inner = folder.fold(branch, visited=shape.visited)
            plain = replace(inner, types=None)
            narrows = inner.types is not None and not (kinds and kinds <= set(inner.types))
            if plain.says_something or narrows:
                out.append(choice)
                break
    return out


def adds_nothing(folder: Folder, base: Shape, branch: Shape) -> bool:
    """Whether all that *base* says about the type stands in *branch* too."""
    if base.enum is not None or base.patterned or base.is_array or base.additional is not None:
        return False
    if branch.choices and branch.types is None and not branch.members:
        inner = [b for choice in informative(folder, branch) for b in choice.branches]
        return bool(inner) and all(
            adds_nothing(folder, base, folder.fold(b, visited=branch.visited)) for b in inner
        )
    if base.types is not None:
        kinds = branch.inferred_types
        allowed = {*base.types, *(("integer",) if "number" in base.types else ())}
        if (kinds is None and branch.enum is None) or (kinds is not None and not set(kinds) <= allowed):
            return False
    if branch.inferred_types == ("null",):
        return True
    return base.members.keys() <= branch.members.keys() and base.required <= branch.required


def descendants(name: str, schemas: Mapping[str, NamedSchema], folder: Folder) -> tuple[str, ...]:
    """Schemas that extend the named one by ``allOf``, directly or through others, in the order of the contract."""
    found = {name}
    grew = True
    while grew:
        grew = False
        for other, named in schemas.items():
            if other not in found and isinstance(named.schema, Assertions):
                bases = {r.target for b in named.schema.all_of if (r := folder.sole_reference(b)) is not None}
                if bases & found:
                    found.add(other)
                    grew = True
    return tuple(other for other in schemas if other in found and other != name)


def tagged_union(
    variants: tuple[Variant, ...], discriminator: Discriminator, fallback: Variant | None = None
) -> PyType:
    """The union of *variants*, chosen by the tag; an unknown tag means *fallback*, or whichever fits best.

    A tag is what the mapping says, or the name of the schema.
    """
    by_schema = {variant.schema: variant.model.name for variant in variants}
    tags = {**by_schema, **{t: by_schema[s] for t, s in discriminator.mapping if s in by_schema}}
    members = [_tagged(variant.type, variant.model.name) for variant in variants]
    other = by_schema.get(discriminator.default_mapping or "") or (fallback.model.name if fallback else "")
    if not other:
        members.append(_tagged(either(*(variant.type for variant in variants)), ""))
    given = f", other={other!r}" if other else ""
    chooser = f"by_tag({discriminator.property_name!r}, {tags!r}{given})"
    return with_metadata(either(*members), chooser, "from accord.runtime import by_tag")


def _tagged(type_: PyType, tag: str) -> PyType:
    return with_metadata(type_, f"tagged({tag!r})", "from accord.runtime import tagged")


def discriminating_field(tag: str, shapes: Sequence[Shape], folder: Folder, view: View) -> str | None:
    """The field of all *shapes* that decides by its literal values; ``None`` where that is not sound.

    Each shape must require the tag and give it string values of its own: then no value that the contract accepts is
    rejected for its tag. A mapping is not needed, and one that contradicts the schemas does no harm.
    """
    seen: set[str] = set()
    name = attribute_name(tag)
    for shape in shapes:
        member = shape.members.get(tag)
        if member is None or tag not in shape.required or is_write_only(member.schema, folder.schemas):
            return None
        if view == "request" and is_read_only(member.schema, folder.schemas):
            return None
        values = folder.fold(member.schema).enum
        if not values or not all(isinstance(value, str) for value in values):
            return None
        texts = {value for value in values if isinstance(value, str)}
        if texts & seen or sum(attribute_name(other) == name for other in shape.members) != 1:
            return None
        seen |= texts
    return name
