"""A deep stack for recursive code: schemas refer to schemas, and a contract may have a chain of a thousand of them."""

from __future__ import annotations

import sys
import threading
from collections.abc import Callable
from typing import Final, TypeVar

T = TypeVar("T")

_FRAMES: Final = 100_000
_STACK: Final = 512 * 1024 * 1024
"""Bytes of address space. Memory is used only as far as the stack grows."""


def with_deep_stack(function: Callable[[], T]) -> T:
    """Call *function* on a thread with a deep stack, and return or raise what it does.

    The size of a stack can only be chosen for a new thread.
    """
    results: list[T] = []
    errors: list[BaseException] = []

    def run() -> None:
        try:
            results.append(function())
        except BaseException as error:  # noqa: BLE001 - it is raised again where the caller is
            errors.append(error)

    frames, stack = sys.getrecursionlimit(), threading.stack_size(_STACK)
    # Both settings are those of the process: they are put back, whatever happens.
    try:
        sys.setrecursionlimit(max(frames, _FRAMES))
        thread = threading.Thread(target=run, name="accord-diff")
        thread.start()
        thread.join()
    finally:
        threading.stack_size(stack)
        sys.setrecursionlimit(frames)
    if errors:
        raise errors[0]
    return results[0]
