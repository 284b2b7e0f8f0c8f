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
        bool,
        typer.Option(
            "--check", help="Do not write files; print a diff, and exit with 1 if the code is out of date."
        ),
    ] = False,
    output: Annotated[
        Path | None, typer.Option("--output", "-o", help="Output folder. [default: generated]")
    ] = None,
    keep_going: Annotated[
        bool,
        typer.Option(
            "--keep-going", help="Continue despite errors: generate the valid parts, and exit with 1."
        ),
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
    if result.rejected:
        raise ContractUnusableError(
            "the contract has errors, so nothing was generated",
            hint="fix them, or generate the valid parts with --keep-going",
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
        typer.Option(
            "--update-signatures",
            help="Update the signatures of methods whose operations changed; keep their bodies.",
        ),
    ] = False,
    dry_run: Annotated[
        bool, typer.Option("--dry-run", help="Do not write files; print the changes as a patch.")
    ] = False,
    check: Annotated[
        bool,
        typer.Option(
            "--check", help="Like --dry-run, and exit with 1 if anything is missing or out of date."
        ),
    ] = False,
    output_format: Format = OutputFormat.TEXT,
) -> None:
    """Add classes for new tags and methods for new operations. Existing code is not changed without --update-signatures."""
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
