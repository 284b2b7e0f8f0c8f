"""What commands say: findings on one stream, progress on the other, and how they leave."""

from __future__ import annotations

import os
import sys
from collections.abc import Generator, Iterable, Sequence
from contextlib import contextmanager
from pathlib import Path
from typing import assert_never

import typer

from accord.cli.options import OutputFormat
from accord.config import Config, load_config
from accord.diagnostics import Diagnostic
from accord.errors import EXIT_CLEAN, ContractUnusableError
from accord.report.data import findings_json
from accord.report.github import workflow_commands
from accord.report.junit import findings_junit
from accord.report.sarif import RuleText, sarif
from accord.report.text import findings_text


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
        typer.echo(findings_text(found, colour=colour() and not err), err=err)


class Findings:
    """How one command prints what it found, in the format that was asked for.

    In text they go where the command says; every other format is one document on stdout, also where nothing was found.
    """

    def __init__(self, command: str, output_format: OutputFormat) -> None:
        self._command = command
        self._format = output_format

    @property
    def is_text(self) -> bool:
        """Whether a person reads."""
        return self._format is OutputFormat.TEXT

    def show(self, names: Sequence[str], diagnostics: Iterable[Diagnostic], *, err: bool = False) -> None:
        """Print *diagnostics*, found in the contracts *names*; *err* sends text to stderr."""
        found = tuple(diagnostics)
        if self._format is OutputFormat.TEXT:
            show(found, err=err)
            return
        text = document(self._command, self._format, names, found)
        if text:
            typer.echo(text)

    @contextmanager
    def unusable(self) -> Generator[None]:
        """Print the findings of a contract that cannot be used in this format too, and leave with its code."""
        try:
            yield
        except ContractUnusableError as error:
            if self.is_text or not error.diagnostics:
                raise
            self.show((), error.diagnostics)
            leave(error.exit_code)


def document(
    command: str, output_format: OutputFormat, names: Sequence[str], found: Sequence[Diagnostic]
) -> str:
    """What *command* found in the contracts *names* as one document, ``""`` where that format has nothing to say."""
    match output_format:
        case OutputFormat.TEXT:
            return findings_text(found)
        case OutputFormat.JSON:
            return findings_json(names, found)
        case OutputFormat.GITHUB:
            return workflow_commands(found)
        case OutputFormat.SARIF:
            # Imported only for SARIF: it loads every rule.
            from accord.lint.catalogue import RULES

            return sarif(found, {rule.code: RuleText(summary=rule.summary, why=rule.why) for rule in RULES})
        case OutputFormat.JUNIT:
            return findings_junit(command, names, found)
        case _:
            assert_never(output_format)


def deliver(text: str, output: Path | None) -> None:
    """Put a whole result on stdout, or into the file *output*, which is then all there or as it was.

    Raises:
        WriteError: the file cannot be written.
    """
    if output is None:
        typer.echo(text, nl=False)
        return
    from accord.emit.tree import Tree, write_tree

    write_tree(Tree({output.name: text}), output.parent)


def leave(code: int) -> None:
    """End the command with *code*, unless there is nothing to tell."""
    if code != EXIT_CLEAN:
        raise typer.Exit(code)


def colour() -> bool:
    """Whether stdout is a terminal that wants colours."""
    return sys.stdout.isatty() and not os.environ.get("NO_COLOR")
