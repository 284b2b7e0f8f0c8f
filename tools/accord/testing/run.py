"""The contract test of one version: start the service, drive Schemathesis, send the probes, and sum up."""

from __future__ import annotations

import random
import time
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field, replace
from typing import Final, TypeAlias
from urllib.parse import urlsplit

from accord.contract.model import Api, Operation
from accord.contract.schema import JsonValue
from accord.errors import UsageError
from accord.testing import directed, links, probes
from accord.testing.checks import Rules
from accord.testing.collect import Collector, Links
from accord.testing.config import config_directory
from accord.testing.contract import Contract
from accord.testing.credentials import Credentials, call_hook
from accord.testing.exchange import Exchange
from accord.testing.followups import FollowUps
from accord.testing.options import ContractTestOptions, LoginCredential
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
    run = _Run.prepare(contract, document, options, service)
    stopped = run.execute(listener, start)
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


@dataclass(frozen=True, slots=True, kw_only=True)
class _Run:
    """One run against one service: its parts, and the phases in their order."""

    contract: Contract
    document: Mapping[str, JsonValue]
    options: ContractTestOptions
    base_url: str
    seed: int
    credentials: Credentials
    second: Credentials
    narrow: Credentials
    collector: Collector
    links: Links = field(default_factory=Links)

    @classmethod
    def prepare(
        cls,
        contract: Contract,
        document: Mapping[str, JsonValue],
        options: ContractTestOptions,
        service: Service,
    ) -> _Run:
        """Log in, call the hook, and put the parts together."""
        base_url = _base_url(contract, service.url)
        secrets = Secrets()
        credentials = Credentials(contract.api, base_url, options.credentials, secrets)
        second = Credentials(contract.api, base_url, options.second, secrets)
        narrow = Credentials(contract.api, base_url, options.narrow, secrets)
        if options.hook is not None:
            for name, credential in call_hook(options.hook, base_url, config_directory(options)).items():
                # `second:SCHEME` and `narrow:SCHEME`, see `ContractTestOptions`.
                who, _, scheme = name.rpartition(":")
                kept = {"": credentials, "second": second, "narrow": narrow}.get(who)
                if kept is None:
                    raise UsageError(
                        f"the hook {options.hook} returned credentials of {who!r}",
                        hint="a key is the name of a scheme, alone or after second: or narrow:",
                    )
                kept.add(scheme, credential)
        for identity in (credentials, second, narrow):
            # A login that cannot work ends the test now, not after minutes of rejections.
            identity.fetch_all()
        rules = Rules(contract=contract, rejections=options.rejections, slow_after=options.slow_after)
        return cls(
            contract=contract,
            document=document,
            options=options,
            base_url=base_url,
            seed=random.getrandbits(_SEED_BITS) if options.seed is None else options.seed,
            credentials=credentials,
            second=second,
            narrow=narrow,
            collector=Collector(rules, secrets, options.suppressions),
        )

    def execute(self, listener: Listener, start: float) -> str:
        """Run the phases that were asked for; returns why they stopped early, or an empty string."""
        budget = self.options.time_budget
        deadline = None if budget is None else start + budget
        follow_ups = FollowUps(self.contract, self.base_url, self.credentials, self.collector)

        def observe(exchange: Exchange) -> None:
            self.collector.exchange(exchange)
            if exchange.response.status:
                follow_ups.after(exchange, sender)

        patience = Patience(response=self.options.timeout, stream=self.options.stream_timeout)
        with Sender(self.contract, patience, self.options.headers, observe) as sender:
            stopped = ""
            if any(phase != "probes" for phase in self.options.phases):
                stopped = self._engine(
                    lambda exchange: follow_ups.after(exchange, sender), listener, deadline
                )
            if "probes" in self.options.phases and not stopped:
                listener(f"{self.contract.api.name}: probes")
                probing = self._probing(follow_ups, sender)
                operations = [
                    o for name, o in self.contract.operations.items() if name not in self.options.exclude
                ]
                run_probes(probing, operations, lambda: deadline is not None and time.monotonic() > deadline)
                if deadline is not None and time.monotonic() > deadline:
                    stopped = "the time budget was spent"
        return stopped

    def _probing(self, follow_ups: FollowUps, sender: Sender) -> ProbeContext:
        """What the probes work with."""
        logins = (c for c in self.options.credentials.values() if isinstance(c, LoginCredential))
        return ProbeContext(
            contract=self.contract,
            base_url=self.base_url,
            credentials=self.credentials,
            collector=self.collector,
            memory=follow_ups.memory,
            sender=sender,
            logins=tuple(logins),
            links=self.links,
            second=self.second,
            narrow=self.narrow,
        )

    def _engine(self, after: Callable[[Exchange], None], listener: Listener, deadline: float | None) -> str:
        """Run the phases of Schemathesis; gives why they stopped early."""
        # Schemathesis takes a quarter of a second to import.
        from accord.testing.schemathesis_run import EngineRun, run_engine

        run = EngineRun(
            contract=self.contract,
            document=self.document,
            options=self.options,
            base_url=self.base_url,
            seed=self.seed,
            credentials=self.credentials,
            collector=self.collector,
            deadline=deadline,
        )
        return run_engine(run, after, lambda phase: listener(f"{self.contract.api.name}: {phase}"))


def _base_url(contract: Contract, url: str) -> str:
    """A URL without a path gets the path of the contract's first server; one with a path is the base URL itself."""
    return url if urlsplit(url).path.strip("/") else url.rstrip("/") + contract.base_path


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


def run_probes(probing: ProbeContext, operations: Sequence[Operation], is_over: Callable[[], bool]) -> None:
    """Run every probe on every operation."""
    for probe in PROBES:
        for operation in operations:
            if is_over():
                return
            probe(probing, operation)
