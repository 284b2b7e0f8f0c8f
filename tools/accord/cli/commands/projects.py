"""``accord init``."""

from __future__ import annotations

from pathlib import Path
from typing import Annotated

import typer

from accord import api
from accord.cli import console
from accord.cli.steps import steps

commands = typer.Typer()


@commands.command()
def init(
    folder: Annotated[Path, typer.Argument(metavar="DIR", help="New or empty folder for the project.")],
    *,
    source: Annotated[
        Path | None,
        typer.Option(
            "--from", metavar="SPEC", help="Existing contract to start from; it is copied with all its files."
        ),
    ] = None,
    name: Annotated[str | None, typer.Option(help="Project name. [default: name of the folder]")] = None,
    keep_going: Annotated[
        bool,
        typer.Option(
            "--keep-going", help="Continue despite errors in the contract; skip the parts that have them."
        ),
    ] = False,
) -> None:
    """Create a project that passes its contract test from the start."""
    with steps() as progress:
        result = api.init(folder, source=source, name=name, keep_going=keep_going, progress=progress)
    console.show(result.diagnostics, err=True)
    console.say(f"{result.name}: {len(result.written)} files in {folder}")
    if result.stubs:
        many = "1 operation answers" if result.stubs == 1 else f"{result.stubs} operations answer"
        console.say(f"{many} 501 until written, in src/impl/")
    console.say(f"next: cd {folder} && make contract-test")
