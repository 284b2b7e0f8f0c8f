"""What a run of mutation testing says: the fate of each mutant, a table of the modules, the survivors as diffs."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from typing import Final, Literal, TypeAlias

Fate: TypeAlias = Literal["killed", "survived", "timed out", "not reached", "not run"]
FATES: Final[tuple[Fate, ...]] = ("killed", "survived", "timed out", "not reached", "not run")

_TIMEOUTS: Final = frozenset({-24, -9, 24, 36, 152, 255})
_NO_TESTS: Final = frozenset({5, 33})


@dataclass(frozen=True, slots=True, kw_only=True)
class Outcome:
    """The fates of all mutants of one module, by name; ``diffs`` are those of the ones that live."""

    module: str
    fates: Mapping[str, Fate]
    diffs: Mapping[str, str]

    def count(self, fate: Fate) -> int:
        """How many mutants came to that end."""
        return sum(found == fate for found in self.fates.values())

    @property
    def score(self) -> str:
        """Percentage of the mutants that were run, or that no test reaches, which a test noticed; a dash for none."""
        judged = len(self.fates) - self.count("not run")
        noticed = self.count("killed") + self.count("timed out")
        # Rounded down: 100 says that nothing lives.
        return f"{100 * noticed // judged} %" if judged else "-"


def fate(exit_code: int | None) -> Fate:
    """What the exit code of a mutant's tests (pytest's, or minus a signal; ``None``: not started) says about it."""
    if exit_code is None:
        return "not run"
    if exit_code == 0:
        return "survived"
    if exit_code in _NO_TESTS:
        return "not reached"
    return "timed out" if exit_code in _TIMEOUTS else "killed"


def table(outcomes: Iterable[Outcome]) -> str:
    """A Markdown table, a row a module by name, the last one their sum."""
    rows = sorted(outcomes, key=lambda outcome: outcome.module)
    fates: dict[str, Fate] = {
        f"{row.module}.{name}": found for row in rows for name, found in row.fates.items()
    }
    whole = Outcome(module="all", fates=fates, diffs={})
    cells = [["module", "mutants", *FATES, "score"]]
    for row in [*rows, whole]:
        counts = [str(row.count(found)) for found in FATES]
        cells.append([row.module, str(len(row.fates)), *counts, row.score])
    widths = [max(map(len, column)) for column in zip(*cells, strict=True)]
    head, *body = (_line(row, widths) for row in cells)
    rule = "|".join(["", "-" * (widths[0] + 2), *("-" * (width + 1) + ":" for width in widths[1:]), ""])
    return "\n".join([head, rule, *body]) + "\n"


def _line(cells: Sequence[str], widths: Sequence[int]) -> str:
    first, *others = zip(cells, widths, strict=True)
    padded = [first[0].ljust(first[1]), *(cell.rjust(width) for cell, width in others)]
    return "| " + " | ".join(padded) + " |"


def report(outcomes: Iterable[Outcome]) -> str:
    """A Markdown page: the table, then each mutant that lives by module and name."""
    rows = sorted(outcomes, key=lambda outcome: outcome.module)
    parts = ["# Mutants\n", table(rows)]
    for row in rows:
        if row.diffs:
            parts.append(f"## {row.module}\n")
        parts += [
            f"`{name}` {row.fates[name]}:\n\n```diff\n{row.diffs[name].strip()}\n```\n"
            for name in sorted(row.diffs, key=_natural)
        ]
    return "\n".join(parts)


def _natural(name: str) -> tuple[str, int]:
    stem, _, number = name.rpartition("_")
    return (stem, int(number)) if number.isdecimal() else (name, 0)


def replaced(page: str, outcomes: Iterable[Outcome]) -> str:
    """*page* with a new table in the place of its first one.

    Raises:
        ValueError: the page has no table.
    """
    lines = page.splitlines()
    rows = [number for number, line in enumerate(lines) if line.startswith("| module")]
    if not rows:
        raise ValueError("the page has no table that starts with `| module`")
    end = start = rows[0]
    while end < len(lines) and lines[end].startswith("|"):
        end += 1
    return "\n".join([*lines[:start], *table(outcomes).splitlines(), *lines[end:]]) + "\n"
