"""Commands on a service: ``contract-test`` and ``run``."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace
from pathlib import Path
from typing import TYPE_CHECKING

from accord.api.contracts import (
    KEEP_GOING,
    Progress,
    choose_contracts,
    read_contracts,
    reject_errors,
    silent,
)
from accord.config import Config
from accord.errors import UsageError
from accord.serve import RunArguments, serve

if TYPE_CHECKING:
    from accord.testing import ContractTestOptions, ContractTestReport


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
    from accord.testing.exchange import label

    arguments = arguments or ContractTestArguments()
    every = read_contracts(config, paths)
    chosen = {
        entry.path for entry in choose_contracts([c.file for c in every], arguments.versions, paths, config)
    }
    contracts = [contract for contract in every if contract.file.path in chosen]
    found = [d for contract in contracts for d in contract.diagnostics]
    if not config.keep_going:
        reject_errors(found, ", so the service cannot be tested against it", hint=KEEP_GOING)
    options = _contract_test_options(config, arguments)
    unknown = unknown_names(options, [contract.loaded.api for contract in every])
    if unknown:
        raise UsageError(
            f"[tool.accord.contract-test] names operations or schemes that no version has: {', '.join(unknown)}",
            hint="operations are METHOD /path or an operationId; credentials go by the name of a security scheme",
        )
    reports: list[ContractTestReport] = []
    for contract in contracts:
        progress(f"{contract.name}: testing {len(contract.loaded.api.operations)} operations")
        document = build(contract.document, contract.loaded).data
        # Operations with an error in them answer 501.
        unsound = {
            label(operation): f"the contract has an error in it: {operation.faults[0].message}"
            for operation in contract.loaded.api.operations
            if operation.faults
        }
        left = replace(options, exclude={**unsound, **options.exclude})
        report = run_contract_test(contract.loaded.api, document, left, progress)
        reports.append(report)
    if arguments.reports is not None:
        files = {"contract-test.json": render_json(reports), "contract-test.xml": render_junit(reports)}
        write_tree(Tree(files), arguments.reports)
    return tuple(reports)


def _contract_test_options(config: Config, arguments: ContractTestArguments) -> ContractTestOptions:
    from accord.testing import AppTarget, UrlTarget
    from accord.testing.config import app_target, options_from_config

    if arguments.url is not None and arguments.app is not None:
        raise UsageError(
            "--url and --app exclude each other", hint="--url tests a running service; --app starts one"
        )
    target: AppTarget | UrlTarget
    if arguments.url is not None:
        target = UrlTarget(url=arguments.url)
    else:
        target = app_target(config, arguments.app or config.contract_test.app)
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
