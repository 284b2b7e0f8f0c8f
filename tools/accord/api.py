"""The library face of Accord: one function for each command, with typed results.

Functions raise :class:`~accord.errors.AccordError` when they cannot go on; everything they find is in their result.
Heavy libraries are imported inside of the function that needs them, so that each command starts fast.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass, field, replace
from pathlib import Path
from typing import TYPE_CHECKING

from accord.config import Config
from accord.diagnostics import Diagnostic, Severity, has_errors, sort_diagnostics
from accord.errors import ContractUnusableError, UsageError
from accord.serve import RunArguments, import_path, serve

if TYPE_CHECKING:
    from accord.bundle import Bundle
    from accord.contract.load import Loaded
    from accord.emit.python.generate import GenerateResult as EmitResult
    from accord.source.discover import ContractFile
    from accord.source.document import Document
    from accord.testing import ContractTestOptions, ContractTestReport

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

    @property
    def diagnostics(self) -> tuple[Diagnostic, ...]:
        """What reading found: in the text of every file, and in what it means."""
        return (*self.document.diagnostics, *self.loaded.diagnostics)


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
        """Whether a finding is an error; nothing was written then, unless it was asked to keep going."""
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
    return ", ".join(str(_near(path)) for path in (paths or (config.spec,)))


def _near(path: Path) -> Path:
    """*path* as a person at the working directory would type it, so that findings and diffs name it so."""
    from accord.source.files import display_path

    return Path(display_path(path.absolute(), path))


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
    found = [d for contract in contracts for d in contract.diagnostics]
    bundles = tuple((c.name, build(c.document, c.loaded)) for c in contracts)
    written: tuple[Path, ...] = ()
    if output is not None and not has_errors(found):
        suffix = "yaml" if as_yaml else "json"
        files = {f"{name}.{suffix}": b.to_yaml() if as_yaml else b.to_json() for name, b in bundles}
        write_tree(Tree(files), output)
        written = tuple(output / name for name in files)
    return BundleResult(bundles=bundles, diagnostics=sort_diagnostics(found), written=written)


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
    written, unless *keep_going* asks for what is sound: an operation with an error in it then answers 501.

    Raises:
        WriteError: the target cannot be written; it is as it was.
    """
    from accord.emit.tree import compare_tree, write_tree

    target = _near(output or config.generated)
    contracts = read_contracts(config, paths)
    progress(f"generating {', '.join(contract.name for contract in contracts)}")
    result = _emit(config, contracts)
    found = sort_diagnostics([*(d for c in contracts for d in c.diagnostics), *result.diagnostics])
    names = tuple(contract.name for contract in contracts)
    if has_errors(found) and not keep_going:
        return GenerateResult(contracts=names, diagnostics=found)
    # Named contracts own their packages only; all contracts together own the whole folder.
    folders = {path.partition("/")[0] for path in result.tree} if paths else None
    if check:
        differences = compare_tree(result.tree, target, folders=folders)
        return GenerateResult(
            contracts=names, diagnostics=found, diff="".join(one.diff for one in differences)
        )
    done = write_tree(result.tree, target, folders=folders)
    return GenerateResult(
        contracts=names,
        diagnostics=found,
        written=done.written,
        removed=done.removed,
        unchanged=len(done.unchanged),
    )


def _emit(config: Config, contracts: Sequence[Contract]) -> EmitResult:
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
    options = GenerateOptions(formats=config.formats, common=f"{spec}/common/", root=f"{spec}/")
    return emit(sources, options)


def _source_name(contract: Contract, spec: str) -> str:
    """What headers call a contract: ``spec/v1/``, or the name of a lone file."""
    origin = contract.document.entry.origin
    folder, _, _name = origin.rpartition("/")
    return f"{spec}/{folder}/" if folder else origin


def scaffold(config: Config, *, versions: Sequence[str] = ()) -> ScaffoldResult:
    """Write what ``implementation`` lacks to answer every operation; what exists is never touched."""
    from accord.emit.scaffold import ScaffoldOptions
    from accord.emit.scaffold import scaffold as plan
    from accord.emit.tree import write_tree

    contracts = read_contracts(config, versions=versions)
    result = _emit(config, contracts)
    found = sort_diagnostics([*(d for c in contracts for d in c.diagnostics), *result.diagnostics])
    if has_errors(found):
        raise ContractUnusableError("the contract has errors; nothing was written", diagnostics=found)
    folder = _near(config.implementation)
    planned = plan(
        result.versions,
        result.packages,
        ScaffoldOptions(folder=folder, package=folder.name, generated=config.package),
    )
    done = write_tree(planned.tree, folder)
    return ScaffoldResult(
        written=tuple(folder / path for path in done.written),
        kept=tuple(folder / path for path in planned.kept),
        diagnostics=planned.diagnostics,
    )


@dataclass(frozen=True, slots=True, kw_only=True)
class ContractTestArguments:
    """What ``accord contract-test`` was asked for; ``None`` means: as configured.

    ``reports`` is the folder for ``contract-test.json`` and ``contract-test.xml`` (JUnit).
    """

    versions: tuple[str, ...] = ()
    url: str | None = None
    app: str | None = None
    max_examples: int | None = None
    seed: int | None = None
    reports: Path | None = None


def contract_test(
    config: Config,
    paths: Sequence[Path] = (),
    arguments: ContractTestArguments | None = None,
    *,
    progress: Progress = silent,
) -> tuple[ContractTestReport, ...]:
    """Test a running service, or one that is started for it, against every chosen version of the contract.

    Raises:
        EnvironmentFaultError: the service does not start or does not answer.
        ContractUnusableError: the contract has errors, so that nothing can be held against it.
    """
    from accord.bundle import bundle as build
    from accord.emit.tree import Tree, write_tree
    from accord.testing import render_json, render_junit, run_contract_test
    from accord.testing.config import unknown_names

    arguments = arguments or ContractTestArguments()
    every = read_contracts(config, paths)
    chosen = {entry.path for entry in _choose([c.file for c in every], arguments.versions, paths, config)}
    contracts = [contract for contract in every if contract.file.path in chosen]
    found = [d for contract in contracts for d in contract.diagnostics]
    if has_errors(found):
        raise ContractUnusableError(
            "the contract has errors, so nothing can be held against it", diagnostics=sort_diagnostics(found)
        )
    options = _contract_test_options(config, arguments)
    unknown = unknown_names(options, [contract.loaded.api for contract in every])
    if unknown:
        raise UsageError(
            f"[tool.accord.contract-test] names what no version has: {', '.join(unknown)}",
            hint="operations are METHOD /path or an operationId; credentials go by the name of a security scheme",
        )
    reports: list[ContractTestReport] = []
    for contract in contracts:
        progress(f"{contract.name}: testing {len(contract.loaded.api.operations)} operations")
        document = build(contract.document, contract.loaded).data
        report = run_contract_test(contract.loaded.api, document, options, progress)
        reports.append(report)
    if arguments.reports is not None:
        files = {"contract-test.json": render_json(reports), "contract-test.xml": render_junit(reports)}
        write_tree(Tree(files), arguments.reports)
    return tuple(reports)


def _contract_test_options(config: Config, arguments: ContractTestArguments) -> ContractTestOptions:
    from accord.testing import AppTarget, UrlTarget
    from accord.testing.config import app_target, options_from_config

    if arguments.url is not None and arguments.app is not None:
        raise UsageError("--url and --app exclude each other", hint="--url tests what runs; --app starts it")
    target: AppTarget | UrlTarget
    if arguments.url is not None:
        target = UrlTarget(url=arguments.url)
    else:
        app = app_target(config, arguments.app or config.contract_test.app)
        roots = {"PYTHONPATH": import_path(config)}
        target = replace(app, environment={**roots, **app.environment})
    options = options_from_config(config, target=target)
    return replace(
        options,
        seed=arguments.seed if arguments.seed is not None else options.seed,
        max_examples=arguments.max_examples or options.max_examples,
    )


def run(config: Config, arguments: RunArguments | None = None) -> int:
    """Serve the application with uvicorn until it is interrupted; returns uvicorn's exit code.

    Raises:
        EnvironmentFaultError: the port is in use, or the application cannot be imported.
    """
    return serve(config, arguments or RunArguments())
