"""``accord mock``."""

from __future__ import annotations

from typing import Annotated

import typer

from accord import api
from accord.cli import console
from accord.cli.options import Host, Paths, Port, Versions
from accord.cli.steps import steps

commands = typer.Typer()


@commands.command()
def mock(
    paths: Paths = None,
    *,
    version: Versions = None,
    host: Host = "127.0.0.1",
    port: Port = 4010,
    seed: Annotated[int, typer.Option(help="Seed for generating sample responses.")] = 0,
    token: Annotated[
        list[str] | None,
        typer.Option(
            help="Accept only these credentials: a token, an API key, or USER:PASSWORD. [default: any]"
        ),
    ] = None,
    keep_going: Annotated[
        bool, typer.Option("--keep-going", help="Continue despite errors: mock the valid operations.")
    ] = False,
) -> None:
    """Serve a mock of each contract: responses come from its examples, or from generated samples."""
    server = api.MockServer(host=host, port=port, seed=seed, tokens=tuple(token or ()), keep_going=keep_going)
    with steps() as progress:
        mocked = api.mock(
            console.config(), paths or (), server, versions=tuple(version or ()), progress=progress
        )
    mocked.listen(console.say)
