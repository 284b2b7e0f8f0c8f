"""Commands on contracts themselves: ``validate`` and ``bundle``."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING

from accord.api.contracts import (
    Progress,
    Result,
    choose_contracts,
    find_contracts,
    named_to_last,
    read_contract,
    read_contracts,
    silent,
)
from accord.config import Config
from accord.diagnostics import Diagnostic, Severity, has_errors, sort_diagnostics
from accord.errors import ContractUnusableError

if TYPE_CHECKING:
    from accord.bundle import Bundle


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
class BundleResult(Result):
    """Bundled contracts by name; ``written`` are the files that were written, in the same order."""

    bundles: tuple[tuple[str, Bundle], ...]
    written: tuple[Path, ...] = ()


def validate(
    config: Config,
    paths: Sequence[Path] = (),
    *,
    versions: Sequence[str] = (),
    progress: Progress = silent,
) -> ValidateResult:
    """Check contracts: structure, references and every rule of ``accord.lint``.

    A contract that cannot be parsed does not keep the others from being checked: its findings stand in the result.
    """
    from accord.lint import validate as check

    found: list[Diagnostic] = []
    entries = choose_contracts(find_contracts(config, paths), versions, paths, config)
    for entry in entries:
        progress(f"checking {entry.name}")
        try:
            contract = read_contract(entry)
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
    progress: Progress = silent,
) -> BundleResult:
    """Write each version as one file ``<output>/<version>.json`` (``.yaml``); without *output* only build them."""
    from accord.bundle import bundle as build
    from accord.emit.tree import Tree, write_tree

    contracts = read_contracts(config, paths, versions=versions, progress=progress)
    found = named_to_last(d for contract in contracts for d in contract.diagnostics)
    bundles = tuple((c.name, build(c.document, c.loaded)) for c in contracts)
    written: tuple[Path, ...] = ()
    if output is not None and not has_errors(found):
        suffix = "yaml" if as_yaml else "json"
        files = {f"{name}.{suffix}": b.to_yaml() if as_yaml else b.to_json() for name, b in bundles}
        write_tree(Tree(files), output)
        written = tuple(output / name for name in files)
    return BundleResult(bundles=bundles, diagnostics=sort_diagnostics(found), written=written)
