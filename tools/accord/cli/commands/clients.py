"""``accord publish``."""

from __future__ import annotations

import enum
from pathlib import Path
from typing import Annotated

import typer

from accord import api
from accord.cli import console
from accord.cli.options import Format, OutputFormat, Paths, Versions
from accord.cli.steps import steps

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
