"""The fixtures of ``accord.testing``, as any project takes them; only the number of cases is this suite's own."""

from __future__ import annotations

from dataclasses import replace

import pytest

from accord.config import load_config
from accord.testing import ContractTestOptions
from accord.testing.config import options_from_config
from accord.testing.pytest_plugin import check_contract, contract_service

__all__ = ["check_contract", "contract_service", "contract_test_options"]


@pytest.fixture(scope="session")
def contract_test_options(pytestconfig: pytest.Config) -> ContractTestOptions:
    """The configured test with fewer cases: `make contract-test` takes the configured number of them."""
    return replace(options_from_config(load_config(pytestconfig.rootpath)), max_examples=10)
