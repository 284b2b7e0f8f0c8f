"""What reading the text of one file gives."""

from __future__ import annotations

import math
import re
from dataclasses import dataclass
from typing import Final

from accord.diagnostics import Diagnostic, Span
from accord.source.limits import Budget
from accord.source.node import Node, SourceFile
from accord.source.scalars import MAX_DIGITS, ScalarValue

_LINE_END: Final = re.compile("\r\n|\r|\n")


@dataclass(frozen=True, slots=True, kw_only=True)
class Parsed:
    """The tree of a file; ``root`` is ``None`` where the text cannot be parsed (``diagnostics`` then say why)."""

    root: Node | None
    diagnostics: tuple[Diagnostic, ...]


def place_after(before: str) -> tuple[int, int]:
    """Line and column of the character that follows *before*, the beginning of a file."""
    lines = _LINE_END.split(before)
    return len(lines), len(lines[-1]) + 1


class ParseStoppedError(Exception):
    """Ends the parsing of one file; never leaves this package."""

    def __init__(self, diagnostic: Diagnostic) -> None:
        super().__init__(diagnostic.message)
        self.diagnostic = diagnostic


class Reporter:
    """Collects the findings of one file and holds its limits."""

    def __init__(self, file: SourceFile, budget: Budget) -> None:
        self.file = file
        self.budget = budget
        self.diagnostics: list[Diagnostic] = []

    def report(self, code: str, message: str, place: tuple[int, int], hint: str = "") -> None:
        """Add an error at *place*, a line and a column counted from 1."""
        span = Span(self.file.display, *place)
        self.diagnostics.append(Diagnostic(code=code, message=message, span=span, hint=hint))

    def stop(self, code: str, message: str, place: tuple[int, int], hint: str = "") -> ParseStoppedError:
        """The error to raise where parsing cannot go on."""
        span = Span(self.file.display, *place)
        return ParseStoppedError(Diagnostic(code=code, message=message, span=span, hint=hint))

    def check_limits(self, depth: int, place: tuple[int, int]) -> None:
        """Raise where a limit is passed."""
        passed = self.budget.exceeded(depth)
        if passed is not None:
            raise self.stop(
                *passed, place, hint="Split the contract, or raise this limit if you trust its author."
            )

    def duplicate_key(self, key: str, place: tuple[int, int], first_line: int) -> None:
        """Report the second *key* of a mapping."""
        self.report(
            "yaml-duplicate-key",
            f"the key {shorten(key)} stands twice in this mapping (first in line {first_line})",
            place,
            hint="Remove or rename one of them: only the last one would count.",
        )

    def check_number(self, value: ScalarValue, raw: str, place: tuple[int, int]) -> None:
        """Report a number that JSON cannot carry."""
        if isinstance(value, float) and not math.isfinite(value):
            self.report(
                "number-not-finite",
                f"{shorten(raw)} is not a number that JSON can hold",
                place,
                hint="Write a finite number, or quote it if text is meant.",
            )

    def oversized_number(self, place: tuple[int, int]) -> None:
        """Report a number with too many digits; it stays text."""
        self.report(
            "number-too-long",
            f"a number of more than {MAX_DIGITS} digits cannot be read",
            place,
            hint="Quote it if text is meant.",
        )


def shorten(text: str, width: int = 60) -> str:
    """*text* in quotation marks, cut to about *width* characters and free of control characters."""
    # Cut before it is escaped: a megabyte of text must not be copied for one message.
    cut = text if len(text) <= width else text[: width - 3] + "..."
    return repr(cut)
