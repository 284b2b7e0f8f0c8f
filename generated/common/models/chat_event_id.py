# Generated from spec/common/ by accord. Do not edit: change the spec, then run make generate.

from __future__ import annotations

from typing import TypeAlias


ChatEventId: TypeAlias = str
"""The position of the event in the stream."""
