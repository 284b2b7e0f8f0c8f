"""Options that several commands share."""

from __future__ import annotations

import enum
from pathlib import Path
from typing import Annotated

import typer

from accord.config import load_config
from accord.errors import AccordError


class OutputFormat(enum.StrEnum):
    """Output format of findings."""

    TEXT = "text"
    JSON = "json"
    GITHUB = "github"
    SARIF = "sarif"
    JUNIT = "junit"


def _version_names(incomplete: str) -> list[str]:
    """The versions of the project in the working directory, for the shell; none where it cannot be read."""
    from accord.source.discover import find_contracts

    try:
        found = find_contracts(load_config(Path.cwd()).spec)
    except AccordError:
        return []
    return [contract.name for contract in found if contract.name.startswith(incomplete)]


Paths = Annotated[
    list[Path] | None,
    typer.Argument(help="Contracts: files, folders of a version, or folders of versions. [default: spec]"),
]
Versions = Annotated[
    list[str] | None,
    typer.Option(
        "--version",
        "-V",
        help="Use only this version; may be repeated.",
        metavar="NAME",
        autocompletion=_version_names,
    ),
]
Application = Annotated[
    str | None,
    typer.Option(
        "--app", help="Application for uvicorn to serve. [default: impl.app:app]", metavar="MODULE:APP"
    ),
]
Host = Annotated[str, typer.Option(help="Address to listen on.")]
Port = Annotated[int, typer.Option(min=0, max=65535, help="Port to listen on; 0 chooses a free port.")]
Format = Annotated[OutputFormat, typer.Option("--format", help="Output format of findings.")]
