"""The ``accord`` command: its parts put together, and errors turned into one line and an exit code."""

from __future__ import annotations

import os
import sys
import traceback
from typing import Annotated

import typer

from accord import __version__
from accord.cli import console
from accord.cli.commands import clients, code, compare, documents, mocking, projects, service
from accord.errors import EXIT_BUG, AccordError, ContractUnusableError
from accord.report.text import one_line

app = typer.Typer(
    name="accord",
    help="From an OpenAPI contract to a running, contract-tested service.",
    no_args_is_help=True,
    pretty_exceptions_enable=False,
    rich_markup_mode=None,
    context_settings={"help_option_names": ["-h", "--help"]},
)
for room in (projects, documents, code, compare, service, mocking, clients):
    app.add_typer(room.commands)


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


def main() -> None:
    """Entry point: turn errors into one line and an exit code."""
    try:
        app(standalone_mode=True)
    except ContractUnusableError as error:
        console.show(error.diagnostics, err=True)
        if not any(str(error).endswith(finding.message) for finding in error.diagnostics):
            _fail(error)
        sys.exit(error.exit_code)
    except AccordError as error:
        _fail(error)
    except Exception as error:  # noqa: BLE001 - the last line of defence: a bug has an exit code of its own
        console.say(f"accord: bug: {type(error).__name__}: {one_line(str(error))}")
        if os.environ.get("ACCORD_TRACEBACK"):
            traceback.print_exc()
        else:
            console.say("    hint: this is a bug in Accord; set ACCORD_TRACEBACK=1 to see the traceback")
        sys.exit(EXIT_BUG)


def _fail(error: AccordError) -> None:
    """Say what is wrong and what to do, and leave with the code of the error."""
    console.say(f"accord: error: {one_line(str(error))}")
    if error.hint:
        console.say(f"    hint: {one_line(error.hint)}")
    sys.exit(error.exit_code)


if __name__ == "__main__":
    main()
