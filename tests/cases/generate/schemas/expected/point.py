# Generated from spec/v1/ by accord. Do not edit: change the spec, then run make generate.

from __future__ import annotations

from typing import TypeAlias


Point: TypeAlias = tuple[float, float, str]
