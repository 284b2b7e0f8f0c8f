"""The ``accord`` command. Each function here parses, calls ``accord.api`` and reports; nothing else."""

from __future__ import annotations

import enum
import os
import sys
import traceback
from pathlib import Path
from typing import Annotated

import typer

from accord import __version__, api
from accord.cli import report
from accord.config import Config, load_config
from accord.diagnostics import Diagnostic
from accord.errors import (
    EXIT_BUG,
    EXIT_CLEAN,
    EXIT_CONTRACT,
    EXIT_FINDINGS,
    AccordError,
    ContractUnusableError,
)
from accord.serve import RunArguments

app = typer.Typer(
    name="accord",
    help="From an OpenAPI contract to a running, contract-tested service.",
    no_args_is_help=True,
    pretty_exceptions_enable=False,
    rich_markup_mode=None,
    context_settings={"help_option_names": ["-h", "--help"]},
)


class OutputFormat(enum.StrEnum):
    """How findings are printed."""

    TEXT = "text"
    JSON = "json"


class FailOn(enum.StrEnum):
    """The least severity that fails."""

    ERROR = "error"
    WARNING = "warning"
    INFO = "info"


Paths = Annotated[
    list[Path] | None,
    typer.Argument(help="Contracts: files, folders of a version, or folders of versions. [default: spec]"),
]
Versions = Annotated[
    list[str] | None,
    typer.Option("--version", "-V", help="Only this version (may be repeated).", metavar="NAME"),
]
Format = Annotated[OutputFormat, typer.Option("--format", help="How findings are printed.")]


def _config() -> Config:
    return load_config(Path.cwd())


def _say(line: str) -> None:
    typer.echo(line, err=True)


def _colour() -> bool:
    return sys.stdout.isatty() and not os.environ.get("NO_COLOR")


def _print(diagnostics: tuple[Diagnostic, ...], *, err: bool = False) -> None:
    if diagnostics:
        typer.echo(report.text(diagnostics, colour=_colour() and not err), err=err)


def _leave(code: int) -> None:
    if code != EXIT_CLEAN:
        raise typer.Exit(code)


@app.callback(invoke_without_command=True)
def root(
    *,
    show_version: Annotated[
        bool, typer.Option("--version", help="Print the version of Accord and exit.")
    ] = False,
) -> None:
    """From an OpenAPI contract to a running, contract-tested service."""
    if show_version:
        typer.echo(f"accord {__version__}")
        raise typer.Exit


@app.command()
def validate(
    paths: Paths = None,
    *,
    version: Versions = None,
    output_format: Format = OutputFormat.TEXT,
    fail_on: Annotated[
        FailOn | None, typer.Option(help="Least severity that exits with 1. [default: error]")
    ] = None,
) -> None:
    """Check contracts: structure, references, and what only their meaning shows."""
    config = _config()
    result = api.validate(config, paths or (), versions=version or ())
    if output_format is OutputFormat.JSON:
        typer.echo(report.as_json(result.contracts, result.diagnostics))
    else:
        _print(result.diagnostics)
        _say(report.summary(result.contracts, result.diagnostics))
    _leave(EXIT_FINDINGS if result.fails(str(fail_on or config.fail_on)) else EXIT_CLEAN)


@app.command()
def bundle(
    paths: Paths = None,
    *,
    version: Versions = None,
    output: Annotated[Path, typer.Option("--output", "-o", help="Folder to write to.")] = Path(
        "build/bundle"
    ),
    yaml: Annotated[bool, typer.Option("--yaml", help="Write YAML instead of JSON.")] = False,
    stdout: Annotated[
        bool, typer.Option("--stdout", help="Print the one bundle instead of writing it.")
    ] = False,
) -> None:
    """Write each version as one self-contained file, with references kept and names stable."""
    result = api.bundle(
        _config(), paths or (), versions=version or (), output=None if stdout else output, as_yaml=yaml
    )
    _print(result.diagnostics, err=True)
    _leave(EXIT_CONTRACT if result.failed else EXIT_CLEAN)
    if stdout:
        for _name, bundled in result.bundles:
            typer.echo(bundled.to_yaml() if yaml else bundled.to_json(), nl=False)
    for path in result.written:
        _say(f"wrote {path}")


@app.command()
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
) -> None:
    """Generate models, protocols and routers for every version."""
    result = api.generate(
        _config(), paths or (), output=output, check=check, keep_going=keep_going, progress=_say
    )
    _print(result.diagnostics, err=True)
    if result.failed and not keep_going:
        _leave(EXIT_CONTRACT)
    names = ", ".join(result.contracts)
    if check:
        typer.echo(result.diff, nl=False)
        _say(f"{names}: stale; run: accord generate" if result.diff else f"{names}: current")
    else:
        _say(
            f"{names}: {len(result.written)} written, {len(result.removed)} removed, {result.unchanged} unchanged"
        )
    _leave(EXIT_FINDINGS if result.diff or result.failed else EXIT_CLEAN)


@app.command()
def scaffold(*, version: Versions = None) -> None:
    """Write a class for each tag that has none yet; what exists is never touched."""
    result = api.scaffold(_config(), versions=version or ())
    _print(result.diagnostics, err=True)
    for path in result.written:
        _say(f"wrote {path}")
    _say(f"{len(result.written)} written, {len(result.kept)} kept as they are")


@app.command("contract-test")
def contract_test(
    paths: Paths = None,
    *,
    version: Versions = None,
    url: Annotated[str | None, typer.Option(help="A running service, instead of starting one.")] = None,
    application: Annotated[
        str | None,
        typer.Option("--app", help="What uvicorn serves. [default: impl.app:app]", metavar="MODULE:APP"),
    ] = None,
    max_examples: Annotated[
        int | None, typer.Option(min=1, help="Cases for each operation and phase.")
    ] = None,
    seed: Annotated[int | None, typer.Option(help="Seed of the generated cases.")] = None,
    reports: Annotated[Path, typer.Option(help="Folder for the reports as JSON and JUnit XML.")] = Path(
        "reports"
    ),
) -> None:
    """Test a running service against its contracts."""
    from accord.testing import render_text

    results = api.contract_test(
        _config(),
        paths or (),
        api.ContractTestArguments(
            versions=tuple(version or ()),
            url=url,
            app=application,
            max_examples=max_examples,
            seed=seed,
            reports=reports,
        ),
        progress=_say,
    )
    for result in results:
        typer.echo(render_text(result))
    _leave(max(result.exit_code for result in results))


@app.command()
def run(
    *,
    application: Annotated[
        str | None,
        typer.Option("--app", help="What uvicorn serves. [default: impl.app:app]", metavar="MODULE:APP"),
    ] = None,
    host: Annotated[str, typer.Option(help="Address to listen on.")] = "127.0.0.1",
    port: Annotated[int, typer.Option(min=0, max=65535, help="Port; 0 takes a free one.")] = 8000,
    reload: Annotated[bool, typer.Option("--reload/--no-reload", help="Restart when a file changes.")] = True,
) -> None:
    """Serve the application with uvicorn, reloading on change."""
    _leave(api.run(_config(), RunArguments(app=application, host=host, port=port, reload=reload)))


def main() -> None:
    """Entry point: turn errors into one line and an exit code."""
    try:
        app(standalone_mode=True)
    except ContractUnusableError as error:
        _print(error.diagnostics, err=True)
        if not any(str(error).endswith(finding.message) for finding in error.diagnostics):
            _fail(error)
        sys.exit(error.exit_code)
    except AccordError as error:
        _fail(error)
    except Exception as error:  # noqa: BLE001 - the last line of defence: a bug has an exit code of its own
        _say(f"accord: bug: {type(error).__name__}: {report.one_line(str(error))}")
        if os.environ.get("ACCORD_TRACEBACK"):
            traceback.print_exc()
        else:
            _say("    hint: this is a fault of Accord; set ACCORD_TRACEBACK=1 to see where")
        sys.exit(EXIT_BUG)


def _fail(error: AccordError) -> None:
    _say(f"accord: error: {report.one_line(str(error))}")
    if error.hint:
        _say(f"    hint: {report.one_line(error.hint)}")
    sys.exit(error.exit_code)


if __name__ == "__main__":
    main()
