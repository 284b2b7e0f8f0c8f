"""Contract tests under pytest, for the service of any project.

In ``conftest.py``::

    from accord.testing.pytest_plugin import *

and then::

    def test_v1(check_contract):
        check_contract("spec/v1")

The service is started once for a session. Override the fixture ``contract_test_options`` to change what
``[tool.accord.contract-test]`` says.

The seed is :data:`DEFAULT_SEED`, so that the same cases run on every change. The variable ``ACCORD_SEED`` names another,
or ``random``; ``ContractTestOptions.seed`` stands above both.
"""

from __future__ import annotations

import os
from collections.abc import Callable, Iterator
from dataclasses import replace
from pathlib import Path
from typing import Final, TypeAlias

import pytest

from accord.bundle import bundle
from accord.config import load_config
from accord.contract.load import load_api
from accord.diagnostics import Severity
from accord.source.discover import find_contracts
from accord.source.document import read_document
from accord.testing.config import options_from_config
from accord.testing.contract import Contract
from accord.testing.options import ContractTestOptions
from accord.testing.render import render_text
from accord.testing.report import ContractTestReport
from accord.testing.run import run_against
from accord.testing.server import Service, running_service

__all__ = ["CheckContract", "check_contract", "contract_service", "contract_test_options"]

CheckContract: TypeAlias = Callable[[str | Path], ContractTestReport]

DEFAULT_SEED: Final = 20_261_124
_SEED_VARIABLE: Final = "ACCORD_SEED"


@pytest.fixture(scope="session")
def contract_test_options(pytestconfig: pytest.Config) -> ContractTestOptions:
    """Options of the session, by default those of the project's pyproject.toml."""
    return options_from_config(load_config(pytestconfig.rootpath))


@pytest.fixture(scope="session")
def contract_service(contract_test_options: ContractTestOptions) -> Iterator[Service]:
    """The running service; ``contract_service.url`` is its root."""
    with running_service(contract_test_options.target) as service:
        yield service


@pytest.fixture(scope="session")
def check_contract(
    contract_test_options: ContractTestOptions, contract_service: Service, pytestconfig: pytest.Config
) -> CheckContract:
    """A function that tests the service against the contract at a path (relative to the root of the session).

    It fails the test with the findings, and returns the report otherwise.
    """

    def check(path: str | Path) -> ContractTestReport:
        found = find_contracts(pytestconfig.rootpath / path)
        if len(found) != 1:
            pytest.fail(f"{path} holds {len(found)} contracts, not one", pytrace=False)
        document = read_document(found[0].path, root=found[0].root)
        loaded = load_api(document, name=found[0].name)
        errors = [str(d) for d in loaded.diagnostics if d.severity is Severity.ERROR]
        # A contract with errors has operations that nobody can test; silence would look like success.
        if errors:
            pytest.fail("\n".join(errors), pytrace=False)
        data = bundle(document, loaded).data
        options = replace(contract_test_options, seed=_seed(contract_test_options))
        contract = Contract(loaded.api, data, options.formats)
        report = run_against(contract, data, options, contract_service, lambda _: None)
        if not report.passed:
            pytest.fail(render_text(report), pytrace=False)
        return report

    return check


def _seed(options: ContractTestOptions) -> int | None:
    """The seed of a run; ``None`` for one drawn at random."""
    text = os.environ.get(_SEED_VARIABLE, "")
    if options.seed is not None or text == "random":
        return options.seed
    if not text:
        return DEFAULT_SEED
    if not text.isascii() or not text.isdigit():
        pytest.fail(f"{_SEED_VARIABLE}={text!r}: neither a number nor random", pytrace=False)
    return int(text)
