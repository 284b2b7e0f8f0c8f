"""``accord validate`` and ``accord bundle``."""

from __future__ import annotations

from pathlib import Path
from typing import Annotated

import typer

from accord import api
from accord.cli import console
from accord.cli.options import Format, OutputFormat, Paths, Versions
from accord.cli.steps import steps
from accord.config import FailOn
from accord.errors import EXIT_CLEAN, EXIT_CONTRACT, EXIT_FINDINGS
from accord.report.text import summary

commands = typer.Typer()


@commands.command()
def validate(
    paths: Paths = None,
    *,
    version: Versions = None,
    output_format: Format = OutputFormat.TEXT,
    fail_on: Annotated[
        FailOn | None,
        typer.Option(help="Lowest severity that makes the command exit with 1. [default: error]"),
    ] = None,
) -> None:
    """Check contracts: structure, references and lint rules."""
    config = console.config()
    with steps() as progress:
        result = api.validate(config, paths or (), versions=version or (), progress=progress)
    findings = console.Findings("validate", output_format)
    findings.show(result.contracts, result.diagnostics)
    if findings.is_text:
        console.say(summary(result.contracts, result.diagnostics))
    console.leave(EXIT_FINDINGS if result.fails(fail_on or config.fail_on) else EXIT_CLEAN)


@commands.command()
def bundle(
    paths: Paths = None,
    *,
    version: Versions = None,
    output: Annotated[Path, typer.Option("--output", "-o", help="Output folder.")] = Path("build/bundle"),
    yaml: Annotated[bool, typer.Option("--yaml", help="Write YAML instead of JSON.")] = False,
    stdout: Annotated[
        bool, typer.Option("--stdout", help="Print the bundle to standard output instead of writing a file.")
    ] = False,
    output_format: Format = OutputFormat.TEXT,
) -> None:
    """Write each version to a single file, with stable names and references preserved."""
    findings = console.Findings("bundle", OutputFormat.TEXT if stdout else output_format)
    with findings.unusable(), steps() as progress:
        result = api.bundle(
            console.config(),
            paths or (),
            versions=version or (),
            output=None if stdout else output,
            as_yaml=yaml,
            progress=progress,
        )
    findings.show([name for name, _ in result.bundles], result.diagnostics, err=True)
    console.leave(EXIT_CONTRACT if result.failed else EXIT_CLEAN)
    if stdout:
        for _name, bundled in result.bundles:
            typer.echo(bundled.to_yaml() if yaml else bundled.to_json(), nl=False)
    for path in result.written:
        console.say(f"wrote {path}")
