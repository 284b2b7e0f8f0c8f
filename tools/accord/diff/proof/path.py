"""The path from the schema of a whole value to a schema inside of it, which is a JSON path in the value as well."""

from __future__ import annotations

from dataclasses import dataclass
from itertools import islice
from typing import Final, Literal, TypeAlias

from accord.diff.proof.judge import Path
from accord.diff.proof.node import Intersection
from accord.source.pointer import join

_SHOWN_STEPS: Final = 100


@dataclass(frozen=True, slots=True)
class Step:
    """From a value to one inside of it: a property (``name``), an item (``index``), or any additional property.

    An additional property has the pattern of ``patternProperties`` as its ``name``, or ``""``.
    """

    kind: Literal["property", "item", "additional"]
    name: str = ""
    index: int = 0


@dataclass(frozen=True, slots=True)
class Branch:
    """From a schema to one of its alternatives, which is about the same value."""

    keyword: str
    old: Intersection
    new: Intersection


@dataclass(frozen=True, slots=True)
class Segment:
    """One step of a path, with the schemas of both versions that it starts from."""

    step: Step | Branch
    old: Intersection
    new: Intersection


SchemaPath: TypeAlias = tuple[Segment, ...]
"""From the schemas of a whole value to those of a part of it, the outermost segment first."""


def instance_path(path: SchemaPath) -> Path:
    """The place in a value that *path* leads to. It ends before the first additional property: its name is unknown."""
    out: list[str | int] = []
    for segment in path:
        step = segment.step
        if isinstance(step, Branch):
            continue
        if step.kind == "additional":
            break
        out.append(step.name if step.kind == "property" else step.index)
    return tuple(out)


def shown_path(path: SchemaPath) -> str:
    """The place as a JSON pointer for people: ``*`` stands for any item and for any additional property."""
    steps = [segment.step for segment in islice(path, _SHOWN_STEPS)]
    return join("", *(_shown(step) for step in steps if isinstance(step, Step)))


def _shown(step: Step) -> str:
    if step.kind == "property":
        return step.name
    # Index 0 is the first item behind the prefix, where there is none: it stands for every item.
    return "*" if step.kind == "additional" or step.index == 0 else str(step.index)
