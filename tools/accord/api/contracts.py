"""Contracts as the commands find and read them: shared by every function of the library face."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass, replace
from pathlib import Path
from typing import TYPE_CHECKING

from accord.config import Config
from accord.diagnostics import Diagnostic, Severity, has_errors, sort_diagnostics
from accord.errors import ContractUnusableError, UsageError

if TYPE_CHECKING:
    from accord.contract.load import Loaded
    from accord.source.discover import ContractFile
    from accord.source.document import Document


Progress = Callable[[str], None]
"""Receives one line for each longer step."""


KEEP_GOING = "fix them, or set keep-going = true in [tool.accord] to continue with the valid parts"
"""What to do about errors in a contract, for commands that can do without the operations that have them."""


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

    @property
    def diagnostics(self) -> tuple[Diagnostic, ...]:
        """What reading found: in the text of every file, and in what it means."""
        return (*self.document.diagnostics, *self.loaded.diagnostics)


@dataclass(frozen=True, slots=True, kw_only=True)
class Result:
    """What every command that writes gives: its findings, and whether one of them is an error."""

    diagnostics: tuple[Diagnostic, ...]

    @property
    def failed(self) -> bool:
        """Whether a finding is an error; what has it was not written, unless the command was asked to keep going."""
        return has_errors(self.diagnostics)


def read_contracts(
    config: Config,
    paths: Sequence[Path] = (),
    *,
    versions: Sequence[str] = (),
    progress: Progress = silent,
) -> tuple[Contract, ...]:
    """Read the contracts at *paths* (files, folders of one version, or folders of versions; default: ``spec``).

    Args:
        config: the project's configuration.
        paths: where to look instead of ``config.spec``.
        versions: names to keep; one that does not exist is an error that lists those that do.
        progress: told as the reading of each begins.

    Raises:
        ContractUnusableError: a contract that cannot be parsed at all, with its findings.
        UsageError: no contract at a path, or an unknown version.
    """
    found = find_contracts(config, paths)
    contracts: list[Contract] = []
    for entry in choose_contracts(found, versions, paths, config):
        progress(f"reading {entry.name}")
        contracts.append(read_contract(entry))
    return tuple(contracts)


def read_contract(entry: ContractFile, *, show: Callable[[Path], str] | None = None) -> Contract:
    """Read and load the one contract of *entry*; *show* names its files in findings (default: by their paths).

    Raises:
        ContractUnusableError: it cannot be parsed at all, with its findings.
    """
    from accord.contract.load import load_api
    from accord.source.collector import without_collector
    from accord.source.document import read_document

    with without_collector():
        document = read_document(entry.path, root=entry.root, show=show)
        return Contract(file=entry, document=document, loaded=load_api(document, name=entry.name))


def named_to_last(diagnostics: Iterable[Diagnostic]) -> list[Diagnostic]:
    """*diagnostics* as they count for a document that others keep.

    Where names meet, one of them follows from the order of references. Generated code may live with that; what is handed
    on may not, so a name has to be given.
    """
    return [
        replace(diagnostic, severity=Severity.ERROR) if diagnostic.code == "name-clash" else diagnostic
        for diagnostic in diagnostics
    ]


def reject_errors(diagnostics: Iterable[Diagnostic], consequence: str, *, hint: str = "") -> None:
    """Make sure that a contract has no errors; *consequence* ends the sentence that says so: what is not done then.

    Raises:
        ContractUnusableError: one of *diagnostics* is an error; it carries all of them, sorted.
    """
    found = sort_diagnostics(diagnostics)
    if has_errors(found):
        raise ContractUnusableError(f"the contract has errors{consequence}", hint=hint, diagnostics=found)


def choose_contracts(
    found: Sequence[ContractFile], versions: Sequence[str], paths: Sequence[Path], config: Config
) -> tuple[ContractFile, ...]:
    """Those of *found* whose version is asked for; all of them where none is.

    Raises:
        UsageError: a version that is not among them.
    """
    names = [entry.name for entry in found]
    for version in versions:
        if version not in names:
            raise UsageError(
                f"no version {version!r} under {_shown(paths, config)}",
                hint=f"versions there: {', '.join(names)}",
            )
    return tuple(entry for entry in found if not versions or entry.name in versions)


def find_contracts(config: Config, paths: Sequence[Path]) -> tuple[ContractFile, ...]:
    """The contracts at *paths* (default: ``config.spec``), not read yet.

    Raises:
        UsageError: there is none.
    """
    from accord.source import discover

    found = tuple(entry for path in (paths or (config.spec,)) for entry in discover.find_contracts(path))
    if not found:
        raise UsageError(
            f"no contract under {_shown(paths, config)}",
            hint="a contract is spec/<version>/openapi.yaml (or .yml, .json), or any file named on the command line",
        )
    return found


def _shown(paths: Sequence[Path], config: Config) -> str:
    return ", ".join(str(near(path)) for path in (paths or (config.spec,)))


def near(path: Path) -> Path:
    """*path* as a person at the working directory would type it, so that findings and diffs name it so."""
    from accord.source.files import display_path

    return Path(display_path(path.absolute(), path))
