"""Contract tests under pytest, for the service of any project.

In ``conftest.py``::

    from accord.testing.pytest_plugin import *

and then::

    def test_v1(check_contract):
        check_contract("spec/v1")

The service is started once for a session. Override the fixture ``contract_test_options`` to change what
``[tool.accord.contract-test]`` says.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator
from pathlib import Path
from typing import TypeAlias

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
        if errors:
            pytest.fail("\n".join(errors), pytrace=False)
        data = bundle(document, loaded).data
        contract = Contract(loaded.api, data, contract_test_options.formats)
        report = run_against(contract, data, contract_test_options, contract_service, lambda _: None)
        if not report.passed:
            pytest.fail(render_text(report), pytrace=False)
        return report

    return check
