"""``accord publish`` and ``accord sdk``."""

from __future__ import annotations

import enum
from pathlib import Path
from typing import Annotated

import typer

from accord import api
from accord.cli import console
from accord.cli.options import Format, OutputFormat, Paths, Versions
from accord.cli.steps import steps
from accord.errors import EXIT_CLEAN, EXIT_FINDINGS

commands = typer.Typer()


class Form(enum.StrEnum):
    """Which forms of the contract are written."""

    MODERN = "3.1"
    LEGACY = "3.0"
    ALL = "all"


@commands.command()
def publish(
    paths: Paths = None,
    *,
    version: Versions = None,
    output: Annotated[Path, typer.Option("--output", "-o", help="Folder to write to.")] = Path(
        "build/publish"
    ),
    form: Annotated[Form, typer.Option("--openapi", help="Which forms to write.")] = Form.ALL,
    output_format: Format = OutputFormat.TEXT,
) -> None:
    """Write each version as clients want it: 3.1 and 3.0.3, with a report of what these cannot say."""
    findings = console.Findings("publish", output_format)
    with findings.unusable(), steps() as progress:
        result = api.publish(
            console.config(),
            paths or (),
            versions=version or (),
            output=output,
            form=form.value,
            progress=progress,
        )
    findings.show([name for name, _ in result.contracts], result.diagnostics, err=True)
    for path in result.written:
        console.say(f"wrote {path}")


class SdkLanguage(enum.StrEnum):
    """What a client is written in."""

    PYTHON = "python"
    TYPESCRIPT = "typescript"


@commands.command()
def sdk(
    language: Annotated[SdkLanguage, typer.Argument(help="What the client is written in.")],
    paths: Paths = None,
    *,
    version: Versions = None,
    output: Annotated[
        Path, typer.Option("--output", "-o", help="Folder that gets VERSION-LANGUAGE/.")
    ] = Path("build/sdk"),
    name: Annotated[
        str, typer.Option(help="Name of the package. [default: from the title of the contract]")
    ] = "",
    output_format: Format = OutputFormat.TEXT,
) -> None:
    """Build a client of each version by a well-kept generator of its language."""
    findings = console.Findings("sdk", output_format)
    arguments = api.SdkArguments(
        language=language.value, output=output, versions=tuple(version or ()), name=name
    )
    with findings.unusable(), steps() as progress:
        result = api.sdk(console.config(), paths or (), arguments, progress=progress)
    findings.show(result.contracts, result.diagnostics, err=True)
    for folder in result.written:
        console.say(f"wrote {folder}")
    console.leave(EXIT_FINDINGS if result.failed else EXIT_CLEAN)
