"""Commands that write code: ``generate`` and ``scaffold``."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field, replace
from pathlib import Path
from typing import TYPE_CHECKING

from accord.api.contracts import (
    KEEP_GOING,
    Contract,
    Progress,
    Result,
    near,
    read_contracts,
    reject_errors,
    silent,
)
from accord.config import Config
from accord.diagnostics import Diagnostic, Span, has_errors, sort_diagnostics

if TYPE_CHECKING:
    from accord.emit.python.generate import GenerateResult as EmitResult


@dataclass(frozen=True, slots=True, kw_only=True)
class GenerateResult(Result):
    """What ``accord generate`` did or, with ``check``, would do.

    ``diff`` is a unified diff from disk to what the contracts say (empty when ``generated/`` is current), ``stale`` has a finding for each file in it. ``written``
    and ``removed`` are paths relative to the generated folder.
    """

    contracts: tuple[str, ...]
    diff: str = ""
    written: tuple[str, ...] = ()
    removed: tuple[str, ...] = ()
    unchanged: int = 0
    stale: tuple[Diagnostic, ...] = ()
    kept_going: bool = False

    @property
    def rejected(self) -> bool:
        """Whether errors kept everything from being written."""
        return self.failed and not self.kept_going


@dataclass(frozen=True, slots=True, kw_only=True)
class ScaffoldResult(Result):
    """What ``accord scaffold`` wrote, and what it left alone.

    ``patch`` is a unified diff: of everything that would be done (``dry_run``), else of the signatures that were not changed.
    ``added`` names the methods that existing files got. ``complete`` says that nothing is missing and nothing is to be
    changed, by a scaffold or by hand; methods that left the contract do not count. A finding about a file that is no Python
    keeps everything from being written.
    """

    contracts: tuple[str, ...]
    written: tuple[Path, ...]
    kept: tuple[Path, ...]
    added: Mapping[Path, tuple[str, ...]] = field(default_factory=dict[Path, tuple[str, ...]])
    patch: str = ""
    complete: bool = True


def generate(
    config: Config,
    paths: Sequence[Path] = (),
    *,
    output: Path | None = None,
    check: bool = False,
    keep_going: bool = False,
    progress: Progress = silent,
) -> GenerateResult:
    """Generate a package for each contract into *output* (default: the configured folder).

    With *check* nothing is written and ``diff`` tells what would be. Errors in a contract keep everything from being
    written, unless *keep_going* or the configuration asks for what is sound: an operation with an error in it then answers 501.

    Raises:
        WriteError: the target cannot be written; it is as it was.
    """
    from accord.emit.tree import compare_tree, write_tree

    target = near(output or config.generated)
    contracts = read_contracts(config, paths, progress=progress)
    progress(f"generating {', '.join(contract.name for contract in contracts)}")
    result = emit_packages(config, contracts)
    found = sort_diagnostics([*(d for c in contracts for d in c.diagnostics), *result.diagnostics])
    names = tuple(contract.name for contract in contracts)
    kept_going = keep_going or config.keep_going
    nothing = GenerateResult(contracts=names, diagnostics=found, kept_going=kept_going)
    if has_errors(found) and not kept_going:
        return nothing
    # Named contracts own their packages only; all contracts together own the whole folder.
    folders = {path.partition("/")[0] for path in result.tree} if paths else None
    if check:
        differences = compare_tree(result.tree, target, folders=folders)
        return replace(
            nothing,
            diff="".join(difference.diff for difference in differences),
            stale=tuple(
                Diagnostic(
                    code="stale-output",
                    message="the file is out of date with the contracts",
                    span=Span((target / difference.path).as_posix(), 1, 1),
                    hint="run: accord generate",
                )
                for difference in differences
            ),
        )
    done = write_tree(result.tree, target, folders=folders)
    return replace(nothing, written=done.written, removed=done.removed, unchanged=len(done.unchanged))


def emit_packages(config: Config, contracts: Sequence[Contract]) -> EmitResult:
    """The packages of *contracts* as texts, with what was found on the way; nothing is written."""
    from accord.bundle import bundle as build
    from accord.emit.python.generate import ContractSource, GenerateOptions
    from accord.emit.python.generate import generate as emit

    spec = config.spec.name
    sources = [
        ContractSource(
            api=contract.loaded.api,
            bundle=build(contract.document, contract.loaded).data,
            files={origin: tree.source.text for origin, tree in contract.document.files.items()},
            source=_source_name(contract, spec),
        )
        for contract in contracts
    ]
    options = GenerateOptions(
        formats=config.formats, common=f"{spec}/common/", root=f"{spec}/", types=config.types
    )
    return emit(sources, options)


def _source_name(contract: Contract, spec: str) -> str:
    """What headers call a contract: ``spec/v1/``, or the name of a lone file."""
    origin = contract.document.entry.origin
    folder, _, _name = origin.rpartition("/")
    return f"{spec}/{folder}/" if folder else origin


def scaffold(
    config: Config, *, versions: Sequence[str] = (), update_signatures: bool = False, dry_run: bool = False
) -> ScaffoldResult:
    """Write what ``implementation`` lacks to answer every operation: new files, and methods in classes that exist.

    With *update_signatures* methods whose operation changed get its new signature, or its new name. Nothing else that
    exists is touched. With *dry_run* nothing is written.

    Raises:
        ContractUnusableError: a contract has errors, and the configuration does not say to keep going.
        WriteError: the folder cannot be written; it is as it was.
    """
    from accord.emit.scaffold import ScaffoldOptions
    from accord.emit.scaffold import scaffold as plan
    from accord.emit.tree import Written, compare_tree, write_tree

    contracts = read_contracts(config, versions=versions)
    result = emit_packages(config, contracts)
    found = sort_diagnostics([*(d for c in contracts for d in c.diagnostics), *result.diagnostics])
    if not config.keep_going:
        reject_errors(found, "; nothing was written", hint=KEEP_GOING)
    folder = near(config.implementation)
    options = ScaffoldOptions(
        folder=folder, package=folder.name, generated=config.package, former=near(config.generated)
    )
    planned = plan(result, options)
    tree = planned.updated if update_signatures else planned.tree
    done = Written() if dry_run else write_tree(tree, folder)
    left = [*planned.unbound, *(() if update_signatures and not dry_run else planned.pending)]
    if dry_run:
        left += planned.missing
    findings = sort_diagnostics([*left, *planned.diagnostics])
    return ScaffoldResult(
        contracts=tuple(contract.name for contract in contracts),
        written=tuple(folder / path for path in done.written),
        kept=tuple(folder / path for path in planned.kept),
        diagnostics=findings,
        added={folder / path: names for path, names in planned.added.items()},
        patch="".join(difference.diff for difference in compare_tree(planned.updated, folder)),
        complete=not left and not has_errors(findings),
    )
