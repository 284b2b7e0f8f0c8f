# Generated from spec/v2/ by accord. Do not edit: change the spec, then run make generate.

from __future__ import annotations

from typing import TypeAlias


Amount: TypeAlias = str
"""An amount above zero with two decimals. A string, so that no client rounds it."""
