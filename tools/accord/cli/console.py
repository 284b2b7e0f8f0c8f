"""What commands say: findings on one stream, progress on the other, and how they leave."""

from __future__ import annotations

import os
import sys
from collections.abc import Iterable
from pathlib import Path

import typer

from accord.cli import report
from accord.config import Config, load_config
from accord.diagnostics import Diagnostic
from accord.errors import EXIT_CLEAN


def config() -> Config:
    """The configuration of the project in the working directory."""
    return load_config(Path.cwd())


def say(line: str) -> None:
    """One line for the person who waits; on stderr, so that stdout stays the result."""
    typer.echo(line, err=True)


def show(diagnostics: Iterable[Diagnostic], *, err: bool = False) -> None:
    """Findings as text, in colour on a terminal that wants it."""
    found = tuple(diagnostics)
    if found:
        typer.echo(report.text(found, colour=_colour() and not err), err=err)


def leave(code: int) -> None:
    """End the command with *code*, unless there is nothing to tell."""
    if code != EXIT_CLEAN:
        raise typer.Exit(code)


def _colour() -> bool:
    return sys.stdout.isatty() and not os.environ.get("NO_COLOR")
