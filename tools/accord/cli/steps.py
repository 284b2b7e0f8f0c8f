"""Who waits is told what for: a step that lasts is named on stderr, a short one is not."""

from __future__ import annotations

import os
import sys
import threading
import time
from collections.abc import Callable
from types import TracebackType
from typing import Final, Protocol, Self

import typer

PATIENCE: Final = 2.0
"""Seconds that a step may take in silence."""

REMINDER: Final = 15.0
"""Seconds between two lines about the same step where no line can be rewritten (a pipe, a log)."""

_TICK: Final = 0.25


class Display(Protocol):
    """Where a lasting step is shown."""

    def show(self, step: str, seconds: float) -> None:
        """Called a few times a second while *step* lasts longer than :data:`PATIENCE`."""

    def clear(self) -> None:
        """The step is over."""


class PipeDisplay:
    """Whole lines: the step once, then a reminder now and then."""

    def __init__(self, write: Callable[[str], None]) -> None:
        self._write = write
        self._next = 0.0

    def show(self, step: str, seconds: float) -> None:
        """Write the step, unless it was written less than :data:`REMINDER` seconds ago."""
        if seconds >= self._next:
            elapsed = f" ({seconds:.0f} s so far)" if self._next else ""
            self._write(f"{step} ...{elapsed}")
            self._next = seconds + REMINDER

    def clear(self) -> None:
        """The next step is told from its start."""
        self._next = 0.0


class TerminalDisplay:
    """A spinner with the time, by rich, which knows the terminal and ``NO_COLOR``."""

    def __init__(self) -> None:
        from rich.console import Console
        from rich.status import Status

        self._status = Status("", console=Console(stderr=True, highlight=False))
        self._shown = False

    def show(self, step: str, seconds: float) -> None:
        """Draw or renew the line."""
        from rich.text import Text

        self._status.update(Text(f"{step} ... {seconds:.0f} s"))
        if not self._shown:
            self._status.start()
            self._shown = True

    def clear(self) -> None:
        """Take the line away, so that what is printed next stands alone."""
        if self._shown:
            self._status.stop()
            self._shown = False


class Steps:
    """A progress listener for ``accord.api``: called with the name of each step as it begins.

    As a context manager it watches from a thread; :meth:`look` is what the thread does on each tick.
    """

    def __init__(self, display: Display, *, clock: Callable[[], float] = time.monotonic) -> None:
        self._display = display
        self._clock = clock
        self._lock = threading.Lock()
        self._over = threading.Event()
        self._step = ""
        self._since = 0.0
        self._thread = threading.Thread(target=self._watch, name="accord-progress", daemon=True)

    def __call__(self, step: str) -> None:
        """Begin *step*; the one before it is over."""
        with self._lock:
            self._display.clear()
            self._step, self._since = step, self._clock()

    def look(self) -> None:
        """Show the step that runs if it has lasted longer than :data:`PATIENCE`."""
        with self._lock:
            seconds = self._clock() - self._since
            if self._step and seconds >= PATIENCE:
                self._display.show(self._step, seconds)

    def __enter__(self) -> Self:
        self._thread.start()
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self._over.set()
        self._thread.join()
        self("")

    def _watch(self) -> None:
        while not self._over.wait(_TICK):
            self.look()


def steps() -> Steps:
    """A listener for the stderr of this process; ``ACCORD_PROGRESS=never`` silences it."""
    if os.environ.get("ACCORD_PROGRESS") == "never":
        # Logs must not depend on how fast a machine is.
        return Steps(PipeDisplay(lambda _line: None))
    if sys.stderr.isatty():
        return Steps(TerminalDisplay())
    return Steps(PipeDisplay(lambda line: typer.echo(line, err=True)))
