"""``accord diff``."""

from __future__ import annotations

import enum
from pathlib import Path
from typing import Annotated

import typer

from accord import api
from accord.cli import console
from accord.diagnostics import Severity
from accord.errors import EXIT_CLEAN, EXIT_FINDINGS

commands = typer.Typer()


class FailOnChange(enum.StrEnum):
    """What makes the command fail."""

    BREAKING = "breaking"
    UNDECIDED = "undecided"
    NONE = "none"


@commands.command()
def diff(
    old: Annotated[Path, typer.Argument(help="The contract as it was: a file, or a folder of versions.")],
    new: Annotated[Path, typer.Argument(help="The contract as it is.")],
    *,
    fail_on: Annotated[
        FailOnChange, typer.Option(help="Exit with 1 on breaking changes, on undecided ones too, or never.")
    ] = FailOnChange.BREAKING,
) -> None:
    """Tell what a change of a contract means, and prove it with a message that is refused now."""
    from accord.diff.text import render, summary

    reports = api.diff(console.config(), old, new)
    for report in reports:
        errors = [d for d in report.diagnostics if d.severity is Severity.ERROR]
        if errors:
            console.say(
                f"{report.new}: {len(errors)} errors in the contracts hide parts of them: see accord validate"
            )
        typer.echo(render(report), nl=False)
        console.say(summary(report))
    failing = {FailOnChange.BREAKING: {"breaking"}, FailOnChange.UNDECIDED: {"breaking", "undecided"}}
    statuses = {change.status for report in reports for change in report.changes}
    console.leave(EXIT_FINDINGS if statuses & failing.get(fail_on, set()) else EXIT_CLEAN)
