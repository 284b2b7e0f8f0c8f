"""``accord generate`` and ``accord scaffold``."""

from __future__ import annotations

from pathlib import Path
from typing import Annotated

import typer

from accord import api
from accord.cli import console
from accord.cli.options import Format, OutputFormat, Paths, Versions
from accord.cli.steps import steps
from accord.errors import EXIT_CLEAN, EXIT_CONTRACT, EXIT_FINDINGS

commands = typer.Typer()


@commands.command()
def generate(
    paths: Paths = None,
    *,
    check: Annotated[
        bool, typer.Option("--check", help="Write nothing; print a diff and exit 1 when stale.")
    ] = False,
    output: Annotated[
        Path | None, typer.Option("--output", "-o", help="Folder to write. [default: generated]")
    ] = None,
    keep_going: Annotated[
        bool, typer.Option("--keep-going", help="In spite of errors write what is sound, and exit 1.")
    ] = False,
    output_format: Format = OutputFormat.TEXT,
) -> None:
    """Generate models, protocols and routers for every version."""
    findings = console.Findings("generate", output_format)
    with findings.unusable(), steps() as progress:
        result = api.generate(
            console.config(),
            paths or (),
            output=output,
            check=check,
            keep_going=keep_going,
            progress=progress,
        )
    stale = () if findings.is_text else result.stale  # the diff tells a person more
    findings.show(result.contracts, (*result.diagnostics, *stale), err=True)
    if result.failed and not keep_going:
        console.leave(EXIT_CONTRACT)
    names = ", ".join(result.contracts)
    if check:
        if findings.is_text:
            typer.echo(result.diff, nl=False)
        console.say(f"{names}: stale; run: accord generate" if result.diff else f"{names}: current")
    else:
        console.say(
            f"{names}: {len(result.written)} written, {len(result.removed)} removed, {result.unchanged} unchanged"
        )
    console.leave(EXIT_FINDINGS if result.diff or result.failed else EXIT_CLEAN)


@commands.command()
def scaffold(*, version: Versions = None) -> None:
    """Write a class for each tag that has none yet; what exists is never touched."""
    result = api.scaffold(console.config(), versions=version or ())
    console.show(result.diagnostics, err=True)
    for path in result.written:
        console.say(f"wrote {path}")
    console.say(f"{len(result.written)} written, {len(result.kept)} kept as they are")
