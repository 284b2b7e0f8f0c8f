"""Exceptions mean "cannot go on"; everything else is a :class:`~accord.diagnostics.Diagnostic`.

::

    AccordError                  (never raised itself)
    ├── UsageError               exit 2   wrong arguments or configuration
    ├── ContractUnusableError    exit 3   a contract that cannot be read at all; carries its findings
    ├── WriteError               exit 4   a target that cannot be written
    └── EnvironmentFaultError    exit 5   a port in use, a missing tool, a service that does not start

Exit 0 is clean, exit 1 means findings, and 70 is a bug in Accord itself.
"""

from __future__ import annotations

from typing import ClassVar

from accord.diagnostics import Diagnostic

EXIT_CLEAN = 0
EXIT_FINDINGS = 1
EXIT_USAGE = 2
EXIT_CONTRACT = 3
EXIT_WRITE = 4
EXIT_ENVIRONMENT = 5
EXIT_BUG = 70


def exception_text(log: str) -> str:
    """What a process that died of an exception had to say, in one line: the exception behind the last traceback in
    *log*, with all lines of its message, or the last line where there is no traceback."""
    lines = log.strip().splitlines()
    frames = [number for number, line in enumerate(lines) if line.startswith('  File "')]
    start = frames[-1] + 1 if frames else max(0, len(lines) - 1)
    while start < len(lines) - 1 and lines[start].startswith("    "):
        start += 1
    return " ".join(line.strip() for line in lines[start:])


class AccordError(Exception):
    """Base of every error that ends a command. ``str()`` is one line; ``hint`` says what to do."""

    exit_code: ClassVar[int] = EXIT_BUG

    def __init__(self, message: str, *, hint: str = "") -> None:
        super().__init__(message)
        self.hint = hint


class UsageError(AccordError):
    """The command line or the configuration asks for something that cannot be."""

    exit_code = EXIT_USAGE


class ContractUnusableError(AccordError):
    """A contract that cannot be read far enough to go on."""

    exit_code = EXIT_CONTRACT

    def __init__(self, message: str, *, hint: str = "", diagnostics: tuple[Diagnostic, ...] = ()) -> None:
        super().__init__(message, hint=hint)
        self.diagnostics = diagnostics


class WriteError(AccordError):
    """A target folder or file cannot be written; nothing of the attempt is left behind."""

    exit_code = EXIT_WRITE


class EnvironmentFaultError(AccordError):
    """Something outside of the contract is missing or in the way."""

    exit_code = EXIT_ENVIRONMENT
