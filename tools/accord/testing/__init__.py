"""``accord contract-test``: a real server, Schemathesis configured from the contract, and checks of Accord's own.

Takes a contract and a service (started for the test, or a URL), gives a :class:`ContractTestReport`: each way in which the
service breaks its contract, and which operations and statuses were seen::

    options = ContractTestOptions(target=AppTarget(app="impl.app:app"))
    report = run_contract_test(api, bundle.data, options, print)
    print(render_text(report))
    raise SystemExit(report.exit_code)

Read :mod:`accord.testing.run` first (the phases), then :mod:`accord.testing.checks` (what is checked of each response) and
:mod:`accord.testing.judge` (whether a request was valid).
"""

from accord.testing.options import (
    ALL_PHASES,
    AppTarget,
    CalledCredential,
    ContractTestOptions,
    Credential,
    LoginCredential,
    Phase,
    StaticCredential,
    Suppression,
    Target,
    UrlTarget,
)
from accord.testing.render import (
    REPORT_SCHEMA,
    render_json,
    render_junit,
    render_text,
    report_data,
    summary_line,
)
from accord.testing.report import (
    ContractTestReport,
    Finding,
    LinkCoverage,
    OperationCoverage,
    Suppressed,
)
from accord.testing.run import Listener, run_contract_test

__all__ = [
    "ALL_PHASES",
    "REPORT_SCHEMA",
    "AppTarget",
    "CalledCredential",
    "ContractTestOptions",
    "ContractTestReport",
    "Credential",
    "Finding",
    "LinkCoverage",
    "Listener",
    "LoginCredential",
    "OperationCoverage",
    "Phase",
    "StaticCredential",
    "Suppressed",
    "Suppression",
    "Target",
    "UrlTarget",
    "render_json",
    "render_junit",
    "render_text",
    "report_data",
    "run_contract_test",
    "summary_line",
]
