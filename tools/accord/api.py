"""The library face of Accord: one function for each command, with typed results.

Functions raise :class:`~accord.errors.AccordError` when they cannot go on; everything they find is in their result.
Heavy libraries are imported inside of the function that needs them, so that each command starts fast.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass, field
from pathlib import Path
from typing import TYPE_CHECKING

from accord.config import Config
from accord.diagnostics import Diagnostic, Severity, has_errors, sort_diagnostics
from accord.errors import ContractUnusableError, UsageError

if TYPE_CHECKING:
    from accord.bundle import Bundle
    from accord.contract.load import Loaded
    from accord.source.discover import ContractFile
    from accord.source.document import Document

Progress = Callable[[str], None]
"""Receives one line for each longer step."""


def silent(_line: str) -> None:
    """A progress listener that says nothing."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Contract:
    """A contract as read: its file, its document with positions, and the IR with what was found on the way."""

    file: ContractFile
    document: Document
    loaded: Loaded

    @property
    def name(self) -> str:
        """Name of the version: the folder under ``spec/``, or the stem of a lone file."""
        return self.file.name


@dataclass(frozen=True, slots=True, kw_only=True)
class ValidateResult:
    """Everything that ``accord validate`` found, sorted; ``contracts`` names what was read."""

    contracts: tuple[str, ...]
    diagnostics: tuple[Diagnostic, ...]

    def fails(self, fail_on: str) -> bool:
        """Whether a finding is at least as severe as *fail_on* (``error``, ``warning`` or ``info``)."""
        limit = Severity(fail_on).rank
        return any(d.severity.rank <= limit for d in self.diagnostics)


@dataclass(frozen=True, slots=True, kw_only=True)
class BundleResult:
    """Bundled contracts by name; ``written`` are the files that were written, in the same order."""

    bundles: tuple[tuple[str, Bundle], ...]
    diagnostics: tuple[Diagnostic, ...]
    written: tuple[Path, ...] = ()

    @property
    def failed(self) -> bool:
        """Whether a finding is an error; nothing was written then."""
        return has_errors(self.diagnostics)


@dataclass(frozen=True, slots=True, kw_only=True)
class GenerateResult:
    """What ``accord generate`` did or, with ``check``, would do.

    ``diff`` is a unified diff from disk to what the contracts say (empty when ``generated/`` is current). ``written``
    and ``removed`` are paths relative to the generated folder.
    """

    contracts: tuple[str, ...]
    diagnostics: tuple[Diagnostic, ...]
    diff: str = ""
    written: tuple[str, ...] = ()
    removed: tuple[str, ...] = ()
    unchanged: int = 0

    @property
    def failed(self) -> bool:
        """Whether a finding is an error; nothing was written then."""
        return has_errors(self.diagnostics)


@dataclass(frozen=True, slots=True, kw_only=True)
class ScaffoldResult:
    """What ``accord scaffold`` wrote, and what it left alone because it exists."""

    written: tuple[Path, ...]
    kept: tuple[Path, ...]
    diagnostics: tuple[Diagnostic, ...] = field(default=())


def read_contracts(
    config: Config, paths: Sequence[Path] = (), *, versions: Sequence[str] = ()
) -> tuple[Contract, ...]:
    """Read the contracts at *paths* (files, folders of one version, or folders of versions; default: ``spec``).

    Args:
        config: the project's configuration.
        paths: where to look instead of ``config.spec``.
        versions: names to keep; one that does not exist is an error that lists those that do.

    Raises:
        ContractUnusableError: a contract that cannot be parsed at all, with its findings.
        UsageError: no contract at a path, or an unknown version.
    """
    found = _find(config, paths)
    return tuple(_read(entry) for entry in _choose(found, versions, paths, config))


def _read(entry: ContractFile) -> Contract:
    from accord.contract.load import load_api
    from accord.source.document import read_document

    document = read_document(entry.path, root=entry.root)
    return Contract(file=entry, document=document, loaded=load_api(document, name=entry.name))


def _choose(
    found: Sequence[ContractFile], versions: Sequence[str], paths: Sequence[Path], config: Config
) -> tuple[ContractFile, ...]:
    names = [entry.name for entry in found]
    for version in versions:
        if version not in names:
            raise UsageError(
                f"no version {version!r} under {_shown(paths, config)}",
                hint=f"versions there: {', '.join(names)}",
            )
    return tuple(entry for entry in found if not versions or entry.name in versions)


def _find(config: Config, paths: Sequence[Path]) -> tuple[ContractFile, ...]:
    from accord.source.discover import find_contracts

    found = tuple(entry for path in (paths or (config.spec,)) for entry in find_contracts(path))
    if not found:
        raise UsageError(
            f"no contract under {_shown(paths, config)}",
            hint="a contract is spec/<version>/openapi.yaml (or .yml, .json), or any file named on the command line",
        )
    return found


def _shown(paths: Sequence[Path], config: Config) -> str:
    from accord.source.document import display_path

    return ", ".join(display_path(path) for path in (paths or (config.spec,)))


def validate(config: Config, paths: Sequence[Path] = (), *, versions: Sequence[str] = ()) -> ValidateResult:
    """Check contracts: structure, references and every rule of ``accord.lint``.

    A contract that cannot be parsed does not keep the others from being checked: its findings stand in the result.
    """
    from accord.lint import validate as check

    found: list[Diagnostic] = []
    entries = _choose(_find(config, paths), versions, paths, config)
    for entry in entries:
        try:
            contract = _read(entry)
        except ContractUnusableError as error:
            if not error.diagnostics:
                raise
            found.extend(error.diagnostics)
        else:
            found.extend(check(contract.document, contract.loaded))
    return ValidateResult(
        contracts=tuple(entry.name for entry in entries), diagnostics=sort_diagnostics(found)
    )


def bundle(
    config: Config,
    paths: Sequence[Path] = (),
    *,
    versions: Sequence[str] = (),
    output: Path | None = None,
    as_yaml: bool = False,
) -> BundleResult:
    """Write each version as one file ``<output>/<version>.json`` (``.yaml``); without *output* only build them."""
    from accord.bundle import bundle as build
    from accord.emit.tree import Tree, write_tree

    contracts = read_contracts(config, paths, versions=versions)
    found = [d for contract in contracts for d in contract.loaded.diagnostics]
    bundles = tuple((c.name, build(c.document, c.loaded)) for c in contracts)
    written: tuple[Path, ...] = ()
    if output is not None and not has_errors(found):
        suffix = "yaml" if as_yaml else "json"
        files = {f"{name}.{suffix}": b.to_yaml() if as_yaml else b.to_json() for name, b in bundles}
        write_tree(Tree(files), output)
        written = tuple(output / name for name in files)
    return BundleResult(bundles=bundles, diagnostics=sort_diagnostics(found), written=written)
