"""Commands for those who call the service: ``publish`` and ``sdk``."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING, Literal, TypeAlias

from accord.api.contracts import (
    Contract,
    Progress,
    Result,
    named_to_last,
    near,
    read_contracts,
    reject_errors,
    silent,
)
from accord.config import Config
from accord.diagnostics import Diagnostic, Severity, Span, sort_diagnostics

if TYPE_CHECKING:
    from accord.publish import Published
    from accord.sdk import Language

_WIDER = "Clients of the published form may send more than the contract allows; the service still rejects it."
_HINTS = {
    "null": "Generators read `nullable` there as meant; a strict validator of 3.0 rejects null.",
    "webhook": "It stands in webhooks.json, in 3.1.",
}

PublishedForm: TypeAlias = Literal["3.1", "3.0", "all"]


@dataclass(frozen=True, slots=True, kw_only=True)
class PublishResult:
    """Published contracts by name. ``diagnostics`` hold a warning for each loss, at its place in the author's files;
    ``written`` are the files that were written."""

    contracts: tuple[tuple[str, Published], ...]
    diagnostics: tuple[Diagnostic, ...]
    written: tuple[Path, ...] = ()


def publish(
    config: Config,
    paths: Sequence[Path] = (),
    *,
    versions: Sequence[str] = (),
    output: Path | None = None,
    form: PublishedForm = "all",
    progress: Progress = silent,
) -> PublishResult:
    """Write ``<output>/<version>/openapi.json``, ``openapi-3.0.json`` and, where there are webhooks, ``webhooks.json``;
    without *output* only build them.

    Raises:
        ContractUnusableError: a contract has errors, with its findings; nothing is written.
        WriteError: the target cannot be written; it is as it was.
    """
    # Imported here, as each command pays only for what it uses.
    from accord.emit.tree import Tree, write_tree

    contracts = read_contracts(config, paths, versions=versions, progress=progress)
    found = named_to_last(d for contract in contracts for d in contract.diagnostics)
    reject_errors(found, "; nothing was published")
    results: list[tuple[str, Published]] = []
    for contract in contracts:
        published, losses = _publish(contract, form)
        results.append((contract.name, published))
        found += losses
    written: tuple[Path, ...] = ()
    if output is not None:
        files = {f"{name}/{file}": text for name, item in results for file, text in _files(item, form)}
        write_tree(Tree(files), near(output))
        written = tuple(near(output) / file for file in files)
    return PublishResult(contracts=tuple(results), diagnostics=sort_diagnostics(found), written=written)


@dataclass(frozen=True, slots=True, kw_only=True)
class SdkResult(Result):
    """Clients by name of their contract. ``diagnostics`` say what a client lacks; with an error among them that client was
    not written. ``written`` are the folders that were."""

    contracts: tuple[str, ...]
    written: tuple[Path, ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class SdkArguments:
    """Which clients to build: ``name`` of the package (default: from the contract's title), ``output`` the folder that gets
    ``<version>-<language>/``."""

    language: Language
    output: Path
    versions: tuple[str, ...] = ()
    name: str = ""


def sdk(
    config: Config, paths: Sequence[Path], arguments: SdkArguments, *, progress: Progress = silent
) -> SdkResult:
    """Build a client for each version by the generator of its language.

    Raises:
        ContractUnusableError: a contract has errors, with its findings; nothing is written.
        EnvironmentFaultError: the generator is not installed and cannot be.
        WriteError: the target cannot be written; it is as it was.
    """
    from accord.bundle import bundle
    from accord.contract.extensions import without_internal
    from accord.emit.tree import write_tree
    from accord.sdk import build_client

    contracts = read_contracts(config, paths, versions=arguments.versions, progress=progress)
    found = named_to_last(d for contract in contracts for d in contract.diagnostics)
    reject_errors(found, "; no client was built")
    written: list[Path] = []
    for contract in contracts:
        progress(f"building the {arguments.language} client of {contract.name}")
        bundled = bundle(contract.document, contract.loaded)
        client = build_client(without_internal(bundled.data), arguments.language, name=arguments.name)
        found += [
            Diagnostic(
                code=note.code,
                message=note.message,
                span=_nearest(note.pointer, bundled.source_map),
                severity=Severity.ERROR if note.is_error else Severity.WARNING,
                hint=note.hint,
                pointer=note.pointer,
            )
            for note in client.notes
        ]
        if client.files:
            folder = near(arguments.output) / f"{contract.name}-{arguments.language}"
            write_tree(client.files, folder, folders=None)
            written.append(folder)
    return SdkResult(
        contracts=tuple(contract.name for contract in contracts),
        diagnostics=sort_diagnostics(found),
        written=tuple(written),
    )


def _nearest(pointer: str, places: Mapping[str, Span]) -> Span:
    """The place of *pointer*, or of what is around it."""
    while pointer not in places:
        pointer = pointer.rpartition("/")[0]
    return places[pointer]


def _publish(contract: Contract, form: PublishedForm) -> tuple[Published, list[Diagnostic]]:
    """The published forms of one contract, and a finding for each loss."""
    from accord.bundle import bundle
    from accord.contract.extensions import without_internal
    from accord.publish import publish as build

    bundled = bundle(contract.document, contract.loaded)
    published = build(without_internal(bundled.data))
    losses = published.losses if form == "3.1" else (*published.losses, *published.legacy_losses)
    return published, [
        Diagnostic(
            code=f"loss-{loss.code}",
            message=loss.message,
            span=_nearest(loss.pointer, bundled.source_map),
            severity=Severity.WARNING,
            hint=_HINTS.get(loss.code, _WIDER),
            pointer=loss.pointer,
        )
        for loss in losses
    ]


def _files(published: Published, form: PublishedForm) -> Iterable[tuple[str, str]]:
    """The files of the forms that were asked for."""
    from accord.bundle.text import json_text

    if form in {"3.1", "all"}:
        yield "openapi.json", json_text(published.modern)
    if form in {"3.0", "all"}:
        yield "openapi-3.0.json", json_text(published.legacy)
    if published.webhooks is not None and form in {"3.1", "all"}:
        yield "webhooks.json", json_text(published.webhooks)
