"""The library face of Accord: one function for each command, with typed results.

Takes a :class:`~accord.config.Config` and arguments, gives a frozen result with everything that was found. Functions raise
:class:`~accord.errors.AccordError` when they cannot go on. Heavy libraries are imported inside of the function that needs
them, so that each command starts fast.

Read :mod:`accord.api.contracts` first: every command begins by choosing and reading contracts.
"""

from __future__ import annotations

from accord.api.clients import PublishResult, SdkArguments, SdkResult, publish, sdk
from accord.api.code import GenerateResult, ScaffoldResult, generate, scaffold
from accord.api.compare import DiffArguments, changelog, diff
from accord.api.contracts import Contract, Progress, read_contracts, silent
from accord.api.documents import BundleResult, ValidateResult, bundle, validate
from accord.api.mocking import Mock, MockServer, mock
from accord.api.projects import InitResult, init
from accord.api.service import ContractTestArguments, contract_test, run

__all__ = [
    "BundleResult",
    "Contract",
    "ContractTestArguments",
    "DiffArguments",
    "GenerateResult",
    "InitResult",
    "Mock",
    "MockServer",
    "Progress",
    "PublishResult",
    "ScaffoldResult",
    "SdkArguments",
    "SdkResult",
    "ValidateResult",
    "bundle",
    "changelog",
    "contract_test",
    "diff",
    "generate",
    "init",
    "mock",
    "publish",
    "read_contracts",
    "run",
    "scaffold",
    "sdk",
    "silent",
    "validate",
]
