"""Where a type stands, and what the two halves of the builder need of each other."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, replace
from typing import Protocol

from accord.contract.json_schema import View
from accord.contract.schema import NamedSchema, Schema
from accord.diagnostics import Diagnostic
from accord.emit.python.custom_types import CustomTypes
from accord.emit.python.pytype import PyType, TypeMember
from accord.emit.python.shapes import Folder, Shape


@dataclass(frozen=True, slots=True, kw_only=True)
class TypeContext:
    """Where a type stands.

    ``hint`` names an inline class; ``home`` is the named schema around it, ``unit`` what its class is declared with.
    ``trail`` holds the named schemas that describe this very value, ``root`` tells that the place is the top of one.
    """

    view: View
    hint: str
    owner: str | None = None
    unit: str | None = None
    visited: frozenset[str] = frozenset()
    root: bool = False
    depth: int = 0

    def inside(self, suffix: str) -> TypeContext:
        """A place inside of this value: an item, a value of a map."""
        return replace(self, hint=self.hint + suffix, visited=frozenset(), root=False, depth=self.depth + 1)


@dataclass(frozen=True, slots=True, kw_only=True)
class Recipe:
    """A class to be: *sources* are the schemas folded into its shape."""

    name: str
    shape: Shape
    sources: tuple[Schema, ...]
    place: TypeContext


class Building(Protocol):
    """What the fields of a class ask of the builder."""

    folder: Folder
    schemas: Mapping[str, NamedSchema]
    diagnostics: list[Diagnostic]
    mapped: CustomTypes

    def build(self, schema: Schema, place: TypeContext) -> PyType:
        """The type of *schema* at *place*."""
        ...

    def builder_of(self, owner: str | None) -> Building:
        """The builder of the models of a named schema."""
        ...

    def component_name(self, name: str) -> str:
        """The class name of a named schema in its response view."""
        ...

    def members_of(self, name: str) -> tuple[TypeMember, ...]:
        """The parts of the type of an alias; empty for a class."""
        ...
