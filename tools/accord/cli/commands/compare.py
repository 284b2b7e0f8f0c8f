"""``accord diff`` and ``accord changelog``."""

from __future__ import annotations

import enum
from collections.abc import Generator
from contextlib import contextmanager
from datetime import datetime
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, assert_never

import typer

from accord import api
from accord.cli import console
from accord.cli.options import OutputFormat, Versions
from accord.cli.steps import steps
from accord.config import FailOnChange
from accord.diagnostics import Severity
from accord.errors import EXIT_CLEAN, EXIT_FINDINGS, ContractUnusableError, UsageError

if TYPE_CHECKING:
    from accord.review.accepted import AcceptRequest
    from accord.review.model import Review

commands = typer.Typer()


class DiffFormat(enum.StrEnum):
    """How a comparison is printed.

    The findings formats have the value of their :class:`OutputFormat`.
    """

    TEXT = "text"
    JSON = "json"
    MARKDOWN = "markdown"
    GITHUB = "github"
    JUNIT = "junit"
    SARIF = "sarif"
    HTML = "html"

    @property
    def findings(self) -> OutputFormat | None:
        """The format of findings that this is, ``None`` for a report of its own. A new format has to decide here."""
        match self:
            case DiffFormat.GITHUB | DiffFormat.JUNIT | DiffFormat.SARIF:
                return OutputFormat(self.value)
            case DiffFormat.TEXT | DiffFormat.JSON | DiffFormat.MARKDOWN | DiffFormat.HTML:
                return None
            case _:
                assert_never(self)


Old = Annotated[
    str | None,
    typer.Argument(
        help="The contract as it was: a file, a folder, or REV:PATH of git. Alone, it is compared with its own past.",
        show_default=False,
    ),
]
New = Annotated[str | None, typer.Argument(help="The contract as it is.", show_default=False)]
Output = Annotated[
    Path | None, typer.Option("--output", "-o", help="Write to this file instead of standard output.")
]


@commands.command()
def diff(
    old: Old = None,
    new: New = None,
    *,
    base: Annotated[
        str | None,
        typer.Option(
            help="Branch whose contracts are the past. [default: origin/main, or main]", metavar="REV"
        ),
    ] = None,
    version: Versions = None,
    output_format: Annotated[
        DiffFormat, typer.Option("--format", help="How the comparison is printed.")
    ] = DiffFormat.TEXT,
    output: Output = None,
    fail_on: Annotated[
        FailOnChange | None,
        typer.Option(
            help="Exit with 1 on breaking changes, on undecided ones too, or never. [default: breaking]"
        ),
    ] = None,
    semver: Annotated[
        bool | None,
        typer.Option(
            "--semver/--no-semver",
            help="Require info.version to be raised as the changes require. [default: no]",
        ),
    ] = None,
    accepted: Annotated[
        Path | None,
        typer.Option(help="List of accepted changes. [default: accepted-changes.yaml beside the versions]"),
    ] = None,
    accept: Annotated[
        str | None,
        typer.Option(help="Add the change with this fingerprint to that list.", metavar="FINGERPRINT"),
    ] = None,
    reason: Annotated[str, typer.Option(help="Why it is accepted.", show_default=False)] = "",
    until: Annotated[
        datetime | None,
        typer.Option(formats=["%Y-%m-%d"], help="The last day on which it is.", metavar="YYYY-MM-DD"),
    ] = None,
) -> None:
    """Compare two versions of a contract, and show each breaking change with a message that is no longer accepted.

    Without arguments every version in the working tree is compared with its past: where the branch left main.
    """
    config = console.config()
    fails_on = fail_on or config.diff.fail_on
    arguments = api.DiffArguments(
        old=old,
        new=new,
        base=base if base is not None or (old and new) else config.diff.base,
        versions=tuple(version or ()),
        accepted=accepted,
        semver=config.diff.semver if semver is None else semver,
        accept=_accept_request(accept, reason, until),
    )
    with _unusable(output_format, old, new), steps() as progress:
        review = api.diff(config, arguments, progress=progress)
    console.deliver(_render(review, output_format, fails_on, to_file=output is not None), output)
    _print_notes(review, is_text=output_format is DiffFormat.TEXT)
    console.leave(EXIT_FINDINGS if review.fails(fails_on) else EXIT_CLEAN)


@commands.command()
def changelog(
    old: Old = None,
    new: New = None,
    *,
    tags: Annotated[str, typer.Option(help="Pattern of the tags that are releases.", metavar="GLOB")] = "*",
    output: Output = None,
) -> None:
    """Write the history of the API in Markdown: over the tags of git, or between two versions."""
    from accord.review import changelog as page

    with steps() as progress:
        releases = api.changelog(console.config(), old, new, tags=tags, progress=progress)
    console.deliver(page.render(releases), output)


@contextmanager
def _unusable(output_format: DiffFormat, old: str | None, new: str | None) -> Generator[None]:
    """Report an unreadable side in the formats that hold findings; the others have no report without a comparison."""
    try:
        yield
    except ContractUnusableError as error:
        findings_format = output_format.findings
        if not error.diagnostics or (findings_format is None and output_format is not DiffFormat.JSON):
            raise
        from accord.review.document import as_json
        from accord.review.model import Review

        if findings_format is None:
            nothing = Review(
                old=old or "", new=new or "", label="", comparisons=(), findings=error.diagnostics
            )
            typer.echo(as_json(nothing, "breaking"))
        else:
            console.Findings("diff", findings_format).show((), error.diagnostics)
        console.leave(error.exit_code)


def _accept_request(fingerprint: str | None, reason: str, until: datetime | None) -> AcceptRequest | None:
    from accord.review.accepted import AcceptRequest

    if fingerprint is None:
        if reason or until is not None:
            raise UsageError(
                "--reason and --until belong to --accept", hint="Name the change: --accept FINGERPRINT."
            )
        return None
    return AcceptRequest(
        fingerprint=fingerprint, reason=reason, until=None if until is None else until.date()
    )


def _render(review: Review, output_format: DiffFormat, fail_on: FailOnChange, *, to_file: bool) -> str:
    """The review in the format that was asked for, with a line break at its end unless it is empty."""
    match output_format:
        case DiffFormat.TEXT:
            from accord.review.text import render

            return render(review, colour=console.colour() and not to_file)
        case DiffFormat.JSON:
            from accord.review.document import as_json

            return as_json(review, fail_on) + "\n"
        case DiffFormat.MARKDOWN:
            from accord.review import markdown

            return markdown.render(review)
        case DiffFormat.HTML:
            from accord.review import html

            return html.render(review)
        case DiffFormat.GITHUB | DiffFormat.JUNIT | DiffFormat.SARIF:
            assert output_format.findings is not None
            from accord.review.findings import findings

            names = [comparison.name for comparison in review.comparisons]
            found = findings(review, everything=False)
            text = console.document("diff", output_format.findings, names, found)
            return text and text + "\n"
        case _:
            assert_never(output_format)


def _print_notes(review: Review, *, is_text: bool) -> None:
    """Print findings and totals to standard error, beside the comparison itself."""
    from accord.review.text import summary

    if is_text:
        console.show(review.findings, err=True)
    for comparison in review.comparisons:
        errors = [d for d in comparison.report.diagnostics if d.severity is Severity.ERROR]
        if errors:
            console.say(
                f"{comparison.name}: {len(errors)} errors in the contracts hide parts of them, see accord validate"
            )
        console.say(summary(comparison))
