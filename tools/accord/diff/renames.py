"""Recognises renames by what stayed: the schema of a property, the shape of an operation."""

from __future__ import annotations

from typing import TYPE_CHECKING

from accord.diff.node import ANY, NEVER, Conj, Objects

if TYPE_CHECKING:
    from accord.diff.listing import Lister


def renamed_properties(lister: Lister, old: Objects, new: Objects) -> dict[str, str]:
    """Properties that went with one schema and came with the same under another name.

    Plain scalars say too little: they count only where one went and one came, with names that are alike.
    """
    gone = [name for name, conj in old.properties.items() if name not in new.properties and conj != NEVER]
    come = [name for name, conj in new.properties.items() if name not in old.properties and conj != ANY]
    if not gone or not come or len(gone) * len(come) > 64:
        return {}
    out: dict[str, str] = {}
    for name in gone:
        fits = [
            other
            for other in come
            if other not in out.values()
            and (name in old.required) == (other in new.required)
            and lister.alike(old.properties[name], new.properties[other])
        ]
        named = [other for other in fits if similar_names(name, other)]
        if len(named) == 1:
            out[name] = named[0]
        elif len(fits) == 1 and len(gone) == len(come) == 1 and not _is_plain(lister, old.properties[name]):
            out[name] = fits[0]
    return out


def similar_names(one: str, other: str) -> bool:
    """Whether two names are spellings of one another, or one holds the other as a whole."""
    a, b = _letters(one), _letters(other)
    return a == b or (min(len(a), len(b)) >= 3 and (a in b or b in a))


def _letters(name: str) -> str:
    return "".join(c for c in name.lower() if c.isalnum())


def _is_plain(lister: Lister, conj: Conj) -> bool:
    node = lister.old.node(conj)
    return not (node.types & {"array", "object"}) and node.enum is None
