"""Options that several commands share."""

from __future__ import annotations

import enum
from pathlib import Path
from typing import Annotated

import typer


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
