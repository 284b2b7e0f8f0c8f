"""``accord contract-test`` and ``accord run``."""

from __future__ import annotations

from pathlib import Path
from typing import Annotated

import typer

from accord import api
from accord.cli import console
from accord.cli.options import Application, Format, Host, OutputFormat, Paths, Port, Versions
from accord.serve import RunArguments

commands = typer.Typer()


@commands.command("contract-test")
def contract_test(
    paths: Paths = None,
    *,
    version: Versions = None,
    url: Annotated[
        str | None, typer.Option(help="Test the running service at this URL instead of starting one.")
    ] = None,
    application: Application = None,
    max_examples: Annotated[
        int | None, typer.Option(min=1, help="Maximum number of test cases per operation and phase.")
    ] = None,
    seed: Annotated[int | None, typer.Option(help="Seed for generating test cases.")] = None,
    reports: Annotated[Path, typer.Option(help="Output folder for the JSON and JUnit XML reports.")] = Path(
        "reports"
    ),
    output_format: Format = OutputFormat.TEXT,
) -> None:
    """Test a running service against its contracts."""
    from accord.testing import render_text

    findings = console.Findings("contract-test", output_format)
    with findings.unusable():
        results = api.contract_test(
            console.config(),
            paths or (),
            api.ContractTestArguments(
                versions=tuple(version or ()),
                url=url,
                app=application,
                max_examples=max_examples,
                seed=seed,
                reports=reports,
            ),
            progress=console.say,
        )
    if findings.is_text:
        for result in results:
            typer.echo(render_text(result))
    else:
        found = [finding.to_diagnostic() for result in results for finding in result.findings]
        findings.show([result.api for result in results], found)
    console.leave(max(result.exit_code for result in results))


@commands.command()
def run(
    *,
    application: Application = None,
    host: Host = "127.0.0.1",
    port: Port = 8000,
    reload: Annotated[
        bool | None,
        typer.Option(
            "--reload/--no-reload", help="Reload when a file changes. [default: on with one worker]"
        ),
    ] = None,
    workers: Annotated[int, typer.Option(min=1, help="Number of worker processes.")] = 1,
    drain: Annotated[
        int | None,
        typer.Option(
            min=0, help="Seconds to wait for running requests to finish on shutdown. [default: no limit]"
        ),
    ] = None,
) -> None:
    """Serve the application with uvicorn, and reload it on changes."""
    if reload and workers > 1:
        raise typer.BadParameter("several workers do not reload", param_hint="--reload")
    arguments = RunArguments(
        app=application,
        host=host,
        port=port,
        reload=workers == 1 if reload is None else reload,
        workers=workers,
        drain=drain,
    )
    console.leave(api.run(console.config(), arguments))
