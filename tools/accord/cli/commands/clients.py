"""``accord publish`` and ``accord sdk``."""

from __future__ import annotations

from pathlib import Path
from typing import Annotated, Literal

import typer

from accord import api
from accord.api.clients import PublishedForm
from accord.cli import console
from accord.cli.options import Format, OutputFormat, Paths, Versions
from accord.cli.steps import steps
from accord.errors import EXIT_CLEAN, EXIT_FINDINGS

commands = typer.Typer()


@commands.command()
def publish(
    paths: Paths = None,
    *,
    version: Versions = None,
    output: Annotated[Path, typer.Option("--output", "-o", help="Output folder.")] = Path("build/publish"),
    form: Annotated[PublishedForm, typer.Option("--openapi", help="OpenAPI versions to write.")] = "all",
    output_format: Format = OutputFormat.TEXT,
) -> None:
    """Convert each version to OpenAPI 3.1 and 3.0.3 for client tools, and report what cannot be expressed."""
    findings = console.Findings("publish", output_format)
    with findings.unusable(), steps() as progress:
        result = api.publish(
            console.config(),
            paths or (),
            versions=version or (),
            output=output,
            form=form,
            progress=progress,
        )
    findings.show([name for name, _ in result.contracts], result.diagnostics, err=True)
    for path in result.written:
        console.say(f"wrote {path}")


@commands.command()
def sdk(
    language: Annotated[Literal["python", "typescript"], typer.Argument(help="Language of the client.")],
    paths: Paths = None,
    *,
    version: Versions = None,
    output: Annotated[
        Path,
        typer.Option(
            "--output", "-o", help="Output folder; each client is written to VERSION-LANGUAGE/ in it."
        ),
    ] = Path("build/sdk"),
    name: Annotated[
        str, typer.Option(help="Package name. [default: derived from the title of the contract]")
    ] = "",
    output_format: Format = OutputFormat.TEXT,
) -> None:
    """Generate a client for each version with a maintained generator for its language."""
    findings = console.Findings("sdk", output_format)
    arguments = api.SdkArguments(language=language, output=output, versions=tuple(version or ()), name=name)
    with findings.unusable(), steps() as progress:
        result = api.sdk(console.config(), paths or (), arguments, progress=progress)
    findings.show(result.contracts, result.diagnostics, err=True)
    for folder in result.written:
        console.say(f"wrote {folder}")
    console.leave(EXIT_FINDINGS if result.failed else EXIT_CLEAN)
