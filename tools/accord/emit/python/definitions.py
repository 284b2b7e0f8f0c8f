"""What the models of a version consist of: classes and aliases, final names and types, in order of first use."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Literal, TypeAlias

from accord.contract.schema import UNSET, JsonValue, Unset
from accord.emit.python.pytype import PyType

Extra: TypeAlias = Literal["ignore", "forbid", "allow"]
Owner: TypeAlias = Literal["v", "c"]
"""``v``: the version itself; ``c``: what the versions share."""


@dataclass(frozen=True, slots=True, kw_only=True)
class FieldDef:
    """A field of a class.

    ``name`` is the Python name, ``wire`` the contract's. ``native`` is the canonical JSON Schema of a plain scalar,
    which the printer knows how to type; for anything else ``type`` is printed. A field that is not required and has no
    ``default`` may be ``MISSING``. ``converted`` is the expression of a default that Python spells differently, with
    its imports.
    """

    name: str
    wire: str
    type: PyType
    required: bool
    native: Mapping[str, JsonValue] | None = None
    default: JsonValue | Unset = UNSET
    converted: tuple[str, frozenset[str]] | None = None
    doc: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True, kw_only=True)
class ClassDef:
    """A Pydantic model. ``unit`` names what it is declared with: models of one unit share a module.

    ``extra_type`` is the type of undeclared properties where ``extra`` allows them.
    """

    name: str
    unit: str
    fields: tuple[FieldDef, ...]
    extra: Extra = "ignore"
    extra_type: PyType | None = None
    doc: tuple[str, ...] = ()

    @property
    def types(self) -> tuple[PyType, ...]:
        """Every type it names."""
        own = tuple(field.type for field in self.fields)
        return own if self.extra_type is None else (*own, self.extra_type)


@dataclass(frozen=True, slots=True, kw_only=True)
class AliasDef:
    """A named type that is no class. A ``recursive`` one contains itself through other aliases."""

    name: str
    unit: str
    type: PyType
    recursive: bool = False
    doc: tuple[str, ...] = ()

    @property
    def types(self) -> tuple[PyType, ...]:
        """Every type it names."""
        return (self.type,)


Definition: TypeAlias = ClassDef | AliasDef


@dataclass(slots=True)
class Definitions:
    """Definitions of one package of models, by name, with the order in which units stand in the contract."""

    by_name: dict[str, Definition] = field(default_factory=dict[str, Definition])

    def add(self, definition: Definition) -> None:
        """Add a definition; its name is unique."""
        self.by_name[definition.name] = definition
