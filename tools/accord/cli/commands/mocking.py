"""``accord mock``."""

from __future__ import annotations

from typing import Annotated

import typer

from accord import api
from accord.cli import console
from accord.cli.options import Paths, Versions
from accord.cli.steps import steps

commands = typer.Typer()


@commands.command()
def mock(
    paths: Paths = None,
    *,
    version: Versions = None,
    host: Annotated[str, typer.Option(help="Address to listen on.")] = "127.0.0.1",
    port: Annotated[int, typer.Option(min=0, max=65535, help="Port; 0 takes a free one.")] = 4010,
    seed: Annotated[int, typer.Option(help="Seed of the sampled answers.")] = 0,
    token: Annotated[
        list[str] | None,
        typer.Option(help="Credentials to accept, alone: a token, a key, or USER:PASSWORD. [default: any]"),
    ] = None,
    keep_going: Annotated[
        bool, typer.Option("--keep-going", help="In spite of errors mock what is sound.")
    ] = False,
) -> None:
    """Serve contracts with answers from their examples, and from samples where they have none."""
    server = api.MockServer(host=host, port=port, seed=seed, tokens=tuple(token or ()), keep_going=keep_going)
    with steps() as progress:
        mocked = api.mock(
            console.config(), paths or (), server, versions=tuple(version or ()), progress=progress
        )
    mocked.listen(console.say)
