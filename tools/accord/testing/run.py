"""The contract test of one version: start the service, drive Schemathesis, send the probes, and sum up."""

from __future__ import annotations

import random
import time
from collections.abc import Callable, Mapping
from contextlib import closing
from dataclasses import replace
from typing import Final, TypeAlias
from urllib.parse import urlsplit

from accord.contract.model import Api
from accord.contract.schema import JsonValue
from accord.errors import UsageError
from accord.testing import directed, links, probes
from accord.testing.checks import Rules
from accord.testing.collect import Collector, Run
from accord.testing.config import config_directory
from accord.testing.contract import Contract
from accord.testing.credentials import Credentials, call_hook
from accord.testing.exchange import Exchange
from accord.testing.followups import FollowUps
from accord.testing.options import ContractTestOptions
from accord.testing.probes import Probe, ProbeContext
from accord.testing.redaction import Secrets
from accord.testing.report import ContractTestReport
from accord.testing.sender import Patience, Sender
from accord.testing.server import Service, running_service

Listener: TypeAlias = Callable[[str], None]
"""Receives one line for each step."""

_SEED_BITS = 32


def run_contract_test(
    api: Api,
    document: Mapping[str, JsonValue],
    options: ContractTestOptions,
    listener: Listener = lambda _: None,
) -> ContractTestReport:
    """Test a service against its contract.

    Args:
        api: the contract.
        document: the same contract bundled into one document; findings point into it.
        options: the service, and how it is tested.
        listener: told what is going on.

    Raises:
        UsageError: options that cannot be followed.
        EnvironmentFaultError: the service does not start, or a login fails.
    """
    contract = Contract(api, document, options.formats)
    options = _settled(contract, options)
    with running_service(options.target) as service:
        listener(f"{api.name}: the service answers at {service.url}")
        return run_against(contract, document, options, service, listener)


def run_against(
    contract: Contract,
    document: Mapping[str, JsonValue],
    options: ContractTestOptions,
    service: Service,
    listener: Listener,
) -> ContractTestReport:
    """Like :func:`run_contract_test`, with a service that runs already."""
    start = time.monotonic()
    options = _settled(contract, options)
    run = _prepared(contract, document, options, service)
    if options.time_budget is not None:
        run = replace(run, deadline=start + options.time_budget)
    stopped = _execute(run, listener)
    for text in run.credentials.unmet():
        run.collector.warn(text)
    died = service.is_dead()
    if died:
        # Findings after its death are its consequences; the log has the cause.
        run.collector.warn(f"the service died during the test:\n{service.last_lines()}")
        stopped = stopped or "the service died"
    return ContractTestReport(
        api=contract.api.name,
        base_url=run.base_url,
        seed=run.seed,
        seconds=time.monotonic() - start,
        findings=run.collector.findings(),
        suppressed=run.collector.suppressed(),
        coverage=run.collector.coverage(options.exclude),
        links=run.links.coverage(),
        warnings=tuple(run.collector.warnings),
        stopped=stopped,
        service_died=died,
    )


def _settled(contract: Contract, options: ContractTestOptions) -> ContractTestOptions:
    """The options with operations by their ``METHOD /path``, and only those that this version has."""
    if any(not s.reason.strip() for s in options.suppressions) or any(
        not r.strip() for r in options.exclude.values()
    ):
        raise UsageError("a suppression or exclusion without a reason", hint="say why; the report repeats it")
    names = {o.operation_id: name for name, o in contract.operations.items() if o.operation_id}
    names |= {name: name for name in contract.operations} | {"*": "*"}
    return replace(
        options,
        exclude={names[name]: reason for name, reason in options.exclude.items() if name in names},
        suppressions=tuple(
            replace(s, operation=names[s.operation]) for s in options.suppressions if s.operation in names
        ),
    )


def _prepared(
    contract: Contract,
    document: Mapping[str, JsonValue],
    options: ContractTestOptions,
    service: Service,
) -> Run:
    """Log in, call the hook, and put the parts together."""
    # A URL without a path gets the path of the contract's first server; one with a path is the base URL itself.
    has_path = urlsplit(service.url).path.strip("/")
    base_url = service.url if has_path else service.url.rstrip("/") + contract.base_path
    secrets = Secrets()
    configured = {"": options.credentials, "second": options.second, "narrow": options.narrow}
    identities = {
        who: Credentials(contract.api, base_url, credentials, secrets)
        for who, credentials in configured.items()
    }
    if options.hook is not None:
        for name, credential in call_hook(options.hook, base_url, config_directory(options)).items():
            # `second:SCHEME` and `narrow:SCHEME`, see `ContractTestOptions`.
            who, _, scheme = name.rpartition(":")
            if who not in identities:
                raise UsageError(
                    f"the hook {options.hook} returned credentials of {who!r}",
                    hint="a key is the name of a scheme, alone or after second: or narrow:",
                )
            identities[who].add(scheme, credential)
    for identity in identities.values():
        # A login that cannot work ends the test now, not after minutes of rejections.
        identity.fetch_all()
    rules = Rules(contract=contract, rejections=options.rejections, slow_after=options.slow_after)
    return Run(
        contract=contract,
        document=document,
        options=options,
        base_url=base_url,
        seed=random.getrandbits(_SEED_BITS) if options.seed is None else options.seed,
        credentials=identities[""],
        second=identities["second"],
        narrow=identities["narrow"],
        collector=Collector(rules, secrets, options.suppressions),
    )


def _execute(run: Run, listener: Listener) -> str:
    """Run the phases that were asked for; returns why they stopped early, or an empty string."""
    name, options = run.contract.api.name, run.options
    follow_ups = FollowUps(run.contract, run.base_url, run.credentials, run.collector)

    def observe(exchange: Exchange) -> None:
        run.collector.exchange(exchange)
        if exchange.response.status:
            follow_ups.after(exchange, sender)

    patience = Patience(response=options.timeout, stream=options.stream_timeout)
    stopped = ""
    with closing(Sender(run.contract, patience, options.headers, observe)) as sender:
        if any(phase != "probes" for phase in options.phases):
            # Schemathesis takes a quarter of a second to import.
            from accord.testing.schemathesis_run import run_engine

            stopped = run_engine(
                run,
                lambda exchange: follow_ups.after(exchange, sender),
                lambda phase: listener(f"{name}: {phase}"),
            )
        if "probes" in options.phases and not stopped:
            listener(f"{name}: probes")
            run_probes(ProbeContext(run=run, memory=follow_ups.memory, sender=sender))
            stopped = "the time budget was spent" if run.is_over else ""
    return stopped


PROBES: Final[tuple[Probe, ...]] = (
    probes.probe_login,
    probes.probe_fresh,
    probes.probe_credentials,
    directed.probe_scopes,
    probes.probe_alternatives,
    probes.probe_method,
    directed.probe_not_acceptable,
    probes.probe_not_modified,
    links.probe_links,
    directed.probe_somebody_else,
    probes.probe_precondition,
    probes.probe_inputs,
    directed.probe_too_large,
    directed.probe_conflict,
    probes.probe_delete,
)
"""All probes in their order: those that change or delete resources come last."""


def run_probes(probing: ProbeContext) -> None:
    """Run every probe on every operation that is not left out."""
    run = probing.run
    operations = [o for name, o in run.contract.operations.items() if name not in run.options.exclude]
    for probe in PROBES:
        for operation in operations:
            if run.is_over:
                return
            probe(probing, operation)
