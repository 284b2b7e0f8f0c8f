"""``accord generate`` and ``accord scaffold``."""

from __future__ import annotations

from pathlib import Path
from typing import Annotated

import typer

from accord import api
from accord.cli import console
from accord.cli.options import Format, OutputFormat, Paths, Versions
from accord.cli.steps import steps
from accord.errors import EXIT_CLEAN, EXIT_FINDINGS, ContractUnusableError

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
    project = console.config()
    with findings.unusable(), steps() as progress:
        result = api.generate(
            project,
            paths or (),
            output=output,
            check=check,
            keep_going=keep_going,
            progress=progress,
        )
    stale = () if findings.is_text else result.stale  # the diff tells a person more
    findings.show(result.contracts, (*result.diagnostics, *stale), err=True)
    if result.refused:
        raise ContractUnusableError(
            "the contract has errors, so nothing was generated",
            hint="repair them, or generate what is sound with --keep-going",
        )
    names = ", ".join(result.contracts)
    if check:
        if findings.is_text:
            typer.echo(result.diff, nl=False)
        console.say(f"{names}: stale; run: accord generate" if result.diff else f"{names}: current")
    else:
        console.say(
            f"{names}: {len(result.written)} written, {len(result.removed)} removed, {result.unchanged} unchanged"
        )
    # A project that keeps going by its configuration knows of the errors: `accord validate` tells them.
    failed = result.failed and not project.keep_going
    console.leave(EXIT_FINDINGS if result.diff or failed else EXIT_CLEAN)


@commands.command()
def scaffold(
    *,
    version: Versions = None,
    update_signatures: Annotated[
        bool,
        typer.Option("--update-signatures", help="Change methods whose operation changed; bodies stay."),
    ] = False,
    dry_run: Annotated[
        bool, typer.Option("--dry-run", help="Write nothing; print what would be done as a patch.")
    ] = False,
    check: Annotated[
        bool, typer.Option("--check", help="As --dry-run, and exit 1 when something is missing or changed.")
    ] = False,
    output_format: Format = OutputFormat.TEXT,
) -> None:
    """Add classes for new tags and methods for new operations; what exists is never touched unasked."""
    findings = console.Findings("scaffold", output_format)
    with findings.unusable(), steps():
        result = api.scaffold(
            console.config(),
            versions=version or (),
            update_signatures=update_signatures,
            dry_run=dry_run or check,
        )
    findings.show(result.contracts, result.diagnostics, err=True)
    if findings.is_text:
        typer.echo(result.patch, nl=False)
    for path in result.written:
        names = result.added.get(path)
        console.say(f"wrote {path}" + (f" ({', '.join(names)} added)" if names else ""))
    if dry_run or check:
        console.say("complete" if result.complete else "not complete; run: accord scaffold")
    else:
        console.say(f"{len(result.written)} written, {len(result.kept)} kept as they are")
    console.leave(EXIT_FINDINGS if result.failed or (check and not result.complete) else EXIT_CLEAN)
