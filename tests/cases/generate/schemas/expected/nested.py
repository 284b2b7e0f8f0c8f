# Generated from spec/v1/ by accord. Do not edit: change the spec, then run make generate.

from __future__ import annotations

from typing_extensions import TypeAliasType


Nested = TypeAliasType("Nested", "str | list[Nested] | dict[str, Nested]")
