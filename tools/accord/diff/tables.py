"""Tables of what is made when it is first asked for."""

from __future__ import annotations

from collections.abc import Callable
from typing import TypeVar

K = TypeVar("K")
V = TypeVar("V")


def kept(table: dict[K, V], key: K, make: Callable[[], V]) -> V:
    """What *table* holds for *key*, which is never ``None``; where it holds nothing yet, it is made."""
    known = table.get(key)
    if known is None:
        known = table[key] = make()
    return known
