"""``accord init``: a new project, from the starter or from a contract that exists."""

from __future__ import annotations

import sys
import tempfile
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from pathlib import Path

from accord.api.code import emit_packages
from accord.api.contracts import (
    Contract,
    Progress,
    near,
    read_contract,
    read_contracts,
    reject_errors,
    silent,
)
from accord.config import load_config
from accord.diagnostics import Diagnostic, has_errors, sort_diagnostics
from accord.errors import ContractUnusableError, UsageError


@dataclass(frozen=True, slots=True, kw_only=True)
class InitResult:
    """What ``accord init`` made. ``stubs`` is the number of operations that answer 501 until they are written."""

    folder: Path
    name: str
    written: tuple[str, ...]
    diagnostics: tuple[Diagnostic, ...]
    stubs: int


def init(
    folder: Path,
    *,
    source: Path | None = None,
    name: str | None = None,
    keep_going: bool = False,
    progress: Progress = silent,
) -> InitResult:
    """Make a project in *folder* that passes its own contract test.

    Args:
        folder: a new or empty folder.
        source: a contract to start from (a file, or a folder as ``spec`` is one), which is copied with all of its files;
            without one the project gets a small contract with its implementation.
        name: of the project; after the folder by default.
        keep_going: take what is sound in a contract with errors; the project is configured to do so too.
        progress: told as longer steps begin.

    Raises:
        UsageError: the folder is not empty, the name is none, or there is no contract.
        ContractUnusableError: the contract has errors (without *keep_going*), or is no OpenAPI 3.
        WriteError: the folder cannot be written. In each case nothing was.
    """
    from accord.emit.tree import Tree, write_tree
    from accord.init.project import (
        ProjectOptions,
        checked_name,
        local_settings,
        name_of,
        project_files,
        reject_occupied,
        starter_files,
    )

    reject_occupied(folder)
    called = name_of(folder) if name is None else checked_name(name)
    if source is None:
        starter = project_files(ProjectOptions(name=called, title=called)) | starter_files(called)
        base = _Base(files=starter)
    else:
        base = _from_contract(called, _read(source, keep_going, progress))
    with tempfile.TemporaryDirectory(prefix="accord-init-") as staging:
        # Everything is made in a folder of its own first: where a contract cannot be used, nothing is
        # written.
        made = _complete(Path(staging), base, progress)
    files = {**base.files, **made.files, "local.mk": local_settings(sys.executable)}
    done = write_tree(Tree(files), folder)
    found = [_moved(diagnostic, made.shown, near(folder).as_posix()) for diagnostic in made.diagnostics]
    return InitResult(
        folder=folder,
        name=called,
        written=done.written,
        diagnostics=sort_diagnostics(found),
        stubs=0 if source is None else made.operations,
    )


@dataclass(frozen=True, slots=True, kw_only=True)
class _Base:
    """The files of a project without what comes of its contract; ``originals`` are the contracts that were copied."""

    files: Mapping[str, str]
    originals: tuple[Contract, ...] = ()


@dataclass(frozen=True, slots=True, kw_only=True)
class _Made:
    """What came of the contracts. ``shown`` is what findings call the folder that it was made in."""

    files: Mapping[str, str]
    diagnostics: tuple[Diagnostic, ...]
    operations: int
    shown: str


def _from_contract(name: str, contracts: Sequence[Contract]) -> _Base:
    """The files of a project with contracts that exist, copied under ``spec/``."""
    from accord.emit.python.format import format_sources
    from accord.emit.python.generate import package_names
    from accord.init.project import ProjectOptions, copied, project_files
    from accord.init.rejections import documented_rejections, errors_module

    spec: dict[str, str] = {}
    entries: list[str] = []
    mapped = True
    for contract in contracts:
        texts = {origin: tree.source.text for origin, tree in contract.document.files.items()}
        result = copied(contract.name, contract.document.entry.origin, texts)
        if result.entry in spec:
            raise UsageError(
                f"{contract.file.path}: two contracts would both become {result.version}",
                hint="Name one of them.",
            )
        spec.update({f"spec/{path}": text for path, text in result.files.items()})
        entries.append(f"spec/{result.entry}")
        rejections = documented_rejections(contract.loaded.api)
        mapped = mapped and rejections.covered
        if rejections.body is not None:
            (package,) = package_names([result.version])
            spec[f"src/impl/{package}/errors.py"] = errors_module(rejections.body, f"spec/{result.version}/")
    api = contracts[0].loaded.api
    options = ProjectOptions(
        name=name,
        title=api.info.title or name,
        spec=entries[0],
        prefix=_prefix(contracts[0]),
        starter=False,
        mapped=mapped,
        keep_going=any(has_errors(contract.diagnostics) for contract in contracts),
    )
    return _Base(files={**project_files(options), **format_sources(spec)}, originals=tuple(contracts))


def _read(source: Path, keep_going: bool, progress: Progress) -> list[Contract]:
    """The contracts at *source*, where they are.

    Raises:
        ContractUnusableError: one of them has errors, and nobody said to keep going.
    """
    from accord.source.discover import find_contracts

    contracts: list[Contract] = []
    for entry in find_contracts(source):
        progress(f"reading {entry.path}")
        contracts.append(read_contract(entry))
    if not keep_going:
        found = (finding for contract in contracts for finding in contract.diagnostics)
        hint = "fix them, or start from the valid parts with --keep-going"
        reject_errors(found, "; nothing was written", hint=hint)
    return contracts


def _prefix(contract: Contract) -> str:
    """The path that the first version is served under."""
    from urllib.parse import urlsplit

    servers = contract.loaded.api.servers
    path = urlsplit(servers[0].url).path.rstrip("/") if servers else ""
    return path if path.startswith("/") and "{" not in path else ""


def _complete(staging: Path, base: _Base, progress: Progress) -> _Made:
    """Generate and scaffold in *staging* what the contracts of *base* ask for."""
    from accord.emit.scaffold import ScaffoldOptions
    from accord.emit.scaffold import scaffold as plan
    from accord.emit.tree import Tree, write_tree

    write_tree(Tree(base.files), staging)
    config = load_config(staging)
    contracts = read_contracts(config)
    _reject_changed(base.originals, contracts)
    progress(f"generating {', '.join(contract.name for contract in contracts)}")
    result = emit_packages(config, contracts)
    shown = near(staging).as_posix()
    found = [*(d for contract in contracts for d in contract.diagnostics), *result.diagnostics]
    if has_errors(found) and not config.keep_going:
        raise ContractUnusableError(
            "the contract has errors; nothing was written", diagnostics=tuple(_back(found, base, shown))
        )
    implementation = staging / "src" / "impl"
    planned = plan(result, ScaffoldOptions(folder=implementation, generated=config.package))
    files = {f"generated/{path}": text for path, text in result.tree.items()}
    files |= {f"src/impl/{path}": text for path, text in planned.tree.items()}
    return _Made(
        files=files,
        diagnostics=tuple(found),
        operations=sum(len(version.operations) for version in result.versions),
        shown=shown,
    )


def _reject_changed(originals: Sequence[Contract], copies: Sequence[Contract]) -> None:
    """Make sure that the copies say what the originals say."""
    from accord.bundle import bundle as build

    for original, copy in zip(originals, copies, strict=bool(originals)):
        # Two contracts that bundle to the same document mean the same, wherever their files lie.
        bundles = [build(contract.document, contract.loaded).data for contract in (original, copy)]
        if bundles[0] != bundles[1]:
            raise ContractUnusableError(
                f"{original.file.path}: the meaning of the contract changes when its files are copied",
                hint="Its references depend on file names; bundle it first: accord bundle",
            )


def _back(found: Sequence[Diagnostic], base: _Base, shown: str) -> Iterator[Diagnostic]:
    """Findings at the places of the original, as far as they are in its entry file."""
    for diagnostic in found:
        original = base.originals[0] if base.originals else None
        inside = diagnostic.span.file.startswith(f"{shown}/spec/")
        if original is not None and inside and diagnostic.span.file.rpartition("/")[2].startswith("openapi."):
            yield replace(diagnostic, span=replace(diagnostic.span, file=near(original.file.path).as_posix()))
        else:
            yield diagnostic


def _moved(diagnostic: Diagnostic, old: str, new: str) -> Diagnostic:
    """A finding about a file below the folder *old*, reported below *new*."""
    span = diagnostic.span
    if not span.file.startswith(f"{old}/"):
        return diagnostic
    return replace(diagnostic, span=replace(span, file=f"{new}{span.file.removeprefix(old)}"))
