# Generated from spec/common/ by accord. Do not edit: change the spec, then run make generate.

from __future__ import annotations

from typing import TypeAlias


Cursor: TypeAlias = str
"""A place between two items of a list. Send it back as it came. A list with other filters goes on from the same place."""
