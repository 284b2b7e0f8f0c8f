"""Keeps the collector of reference cycles away from long loads."""

from __future__ import annotations

import gc
from collections.abc import Generator
from contextlib import contextmanager


@contextmanager
def without_collector() -> Generator[None]:
    """Switch Python's collector of reference cycles off inside; what reference counts free is freed as always.

    Of the millions of small objects of a large contract nearly all stay: to look through them again and again takes more
    than half of the time of reading and comparing it.
    """
    was_enabled = gc.isenabled()
    gc.disable()
    try:
        yield
    finally:
        if was_enabled:
            gc.enable()
